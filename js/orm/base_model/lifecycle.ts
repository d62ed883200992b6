/** What takes part in operations of models: hooks, validators, listeners. */
import type { ModelClass } from '../contracts/index.ts'
import type { AfterHandler, BeforeHandler } from '../decorators/hooks.ts'
import type { AfterEventName, EventName, ModelEvent } from '../hooks/events.ts'
import type { AddedHookOptions } from '../hooks/registry.ts'
import type { ModelValidator } from '../validation/types.ts'
import { addHook } from './add_hook.ts'
import { Collections } from './collections.ts'
import { type ListenerOptions, listen, type ModelListener } from './listen.ts'
import { defineValidator } from './validator.ts'

/** The part of `BaseModel` that says who takes part in its operations, and who hears of them. */
export abstract class Lifecycle extends Collections {
  /**
   * Says whether an instance may be written, and what becomes of its values: a validator of VineJS, a schema
   * with Standard Schema, or a function of its properties. It runs wherever an instance is saved, behind
   * `beforeValidate` hooks and before all others; updates by queries and statements of bulk writes have
   * none. What it answers is assigned. Validators of parents run first. May be set at any time, `undefined`
   * takes it off. Errors of the write: `E_VALIDATION_ERROR`, with `messages`.
   *
   * @example
   * class Product extends BaseModel {
   *   static override validator = vine.compile(
   *     vine.object({ name: vine.string().trim().minLength(1), price: vine.number().positive() }),
   *   )
   *   @column() declare name: string
   *   @column() declare price: number
   * }
   */
  declare static validator?: ModelValidator | undefined

  /**
   * Adds a hook that runs before an operation, of the class and of those that extend it, used already
   * or not: on `BaseModel`, of all models. With a connection, where operations go there. Answers how
   * to take it off again, which operations under way do not notice. Errors: `E_MODEL_DEFINITION` for
   * an unknown event.
   *
   * @example
   * const off = User.before('create', (user) => { user.status ??= 'pending' })
   * off()
   */
  static before<T extends ModelClass, Name extends EventName>(
    this: T,
    event: Name,
    handler: BeforeHandler<Name, InstanceType<T>>,
    options?: AddedHookOptions,
  ): () => void {
    return addHook(this, 'before', event, handler, options)
  }

  /** As {@link before}, after an operation. */
  static after<T extends ModelClass, Name extends AfterEventName>(
    this: T,
    event: Name,
    handler: AfterHandler<Name, InstanceType<T>>,
    options?: AddedHookOptions,
  ): () => void {
    return addHook(this, 'after', event, handler, options)
  }

  /**
   * Listens to an event of the class and of those that extend it; on `BaseModel`, of all models: `created`,
   * `updated`, `saved`, `deleted`, `restored`, `forceDeleted` with the instance; `updatedByQuery`,
   * `deletedByQuery` and `bulkWritten` with what after hooks of these get. Listeners are told after the
   * commit, never of what was rolled back, and nobody waits for them: what one fails with is told to
   * `db.onError()`. Answers how to take it off. Errors: `E_MODEL_DEFINITION` for an unknown event.
   *
   * @example
   * const off = User.on('created', (user) => mailer.send(welcome(user)))
   * Order.on('updated', (order, { changes }) => 'status' in changes && notify(order))
   * Order.on('saved', index, { when: 'now' })
   */
  static on<T extends ModelClass, Event extends ModelEvent>(
    this: T,
    event: Event,
    listener: ModelListener<Event, InstanceType<T>>,
    options?: ListenerOptions,
  ): () => void {
    return listen(this, event, listener, options)
  }
}

defineValidator(Lifecycle)
