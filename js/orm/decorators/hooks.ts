import { errors, refuse } from '../../errors/index.ts'
import type { BulkBuilder } from '../bulk/builder.ts'
import type { BulkResult } from '../bulk/types.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf } from '../definition/index.ts'
import type { AfterEventName, EventName, HookEvent } from '../hooks/events.ts'
import type { AddedHookOptions } from '../hooks/registry.ts'
import type { HookContext } from '../operation/run.ts'
import type { ModelPaginator } from '../paginator/index.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import type { QueryWrite } from '../query_builder/write_run.ts'

/** What a before hook may answer: `false` aborts the operation. */
// biome-ignore lint/suspicious/noConfusingVoidType: an async hook may end without an answer
export type BeforeHookResult = void | boolean | undefined | Promise<void | boolean | undefined>
/** What an after hook answers is ignored. */
export type AfterHookResult = unknown

type Hook<Subject, Result> = (subject: Subject, context: HookContext) => Result

type HookOf<Event extends HookEvent, M extends Model> = Event extends 'onInit'
  ? (instance: M) => void
  : Hook<SubjectOf<Event, M>, ResultOf<Event>>

/** What the hooks of `Event` get, on a model whose instances are `M`. */
type SubjectOf<Event extends HookEvent, M extends Model> = Event extends
  | 'beforeFind'
  | 'beforeFetch'
  ? ModelQueryBuilder<M>
  : Event extends 'afterFind'
    ? M | null
    : Event extends 'afterFetch'
      ? M[]
      : Event extends 'beforePaginate'
        ? [countQuery: ModelQueryBuilder<M>, query: ModelQueryBuilder<M>]
        : Event extends 'afterPaginate'
          ? ModelPaginator<M>
          : Event extends `${string}Query`
            ? QueryWrite<M, ModelQueryBuilder<M>>
            : Event extends 'beforeBulkWrite'
              ? BulkBuilder<M>
              : Event extends 'afterBulkWrite'
                ? BulkResult
                : M

type ResultOf<Event extends HookEvent> = Event extends `before${string}` | 'afterValidate'
  ? BeforeHookResult
  : AfterHookResult

/**
 * A decorator of a static hook method. The method's first parameter is the concrete model, or what
 * the event is about; the compiler checks it against the class.
 */
export type HookDecorator<Event extends HookEvent> = <
  Owner extends { prototype: Model },
  Name extends string,
>(
  target: Owner & Record<Name, HookOf<Event, Owner['prototype']>>,
  property: Name,
) => void

/** Options of decorators of hooks around writes by a query. */
export type QueryHookOptions = Pick<AddedHookOptions, 'documents'>

function hook<Event extends HookEvent>(
  event: Event,
): (
  ...options: Event extends `${string}Query` ? [options?: QueryHookOptions] : []
) => HookDecorator<Event> {
  return (options?: QueryHookOptions) => (target, property) => {
    if (typeof property !== 'string') {
      throw new errors.E_MODEL_DEFINITION(
        `@${event}() belongs on a static method, under "experimentalDecorators": true`,
      )
    }
    const owner = target as unknown as ModelClass
    const method = (owner as unknown as Record<string, unknown>)[property]
    if (typeof owner !== 'function' || typeof method !== 'function') {
      const name = typeof owner === 'function' ? owner.name : (owner as object).constructor.name
      refuse(
        'E_MODEL_DEFINITION',
        name,
        undefined,
        `.${property}: @${event}() belongs on a static method`,
      )
    }
    const { documents } = own(options)
    definitionOf(owner).hooks.add(event, method, { owner, label: property, documents })
  }
}

/**
 * Runs first of all when an instance is saved, before its model's `validator` and the hooks of create,
 * update and save: for what makes values valid.
 */
export const beforeValidate = hook('beforeValidate')
/**
 * Runs when the `validator` took the values, before the hooks of create, update and save. Nothing is
 * written yet: `false` refuses it.
 */
export const afterValidate = hook('afterValidate')

/**
 * Runs for each instance that is made: of a row that was read, or by `create`, `createMany`, `firstOrNew`
 * and the like with its values; not for `new`, which has a constructor. It must not be async, and what it
 * sets of columns is a change. `hooks: false` does not leave it out: it is about instances, not operations.
 *
 * @example
 * class Cart extends BaseModel {
 *   declare totals: Map<string, number>
 *   @onInit()
 *   static begin(cart: Cart) {
 *     cart.totals = new Map()
 *   }
 * }
 */
export const onInit = hook('onInit')

/** Runs before an instance is created or updated, after the more specific hook. */
export const beforeSave = hook('beforeSave')
/** Runs after an instance was created or updated, after the more specific hook. */
export const afterSave = hook('afterSave')
/** Runs before an instance is stored for the first time. */
export const beforeCreate = hook('beforeCreate')
/** Runs after an instance was stored for the first time. */
export const afterCreate = hook('afterCreate')
/** Runs before a stored instance is saved, also when nothing changed. */
export const beforeUpdate = hook('beforeUpdate')
/** Runs after changes of a stored instance were saved. */
export const afterUpdate = hook('afterUpdate')
/** Runs before an instance is deleted. */
export const beforeDelete = hook('beforeDelete')
/** Runs after an instance was deleted. */
export const afterDelete = hook('afterDelete')
/** Runs before `find`, `findBy` and `refresh`; gets the query. */
export const beforeFind = hook('beforeFind')
/** Runs after `find`, `findBy` and `refresh`; gets the instance, or `null` when there is none. */
export const afterFind = hook('afterFind')
/** Runs before any other read of models, `first()` included; gets the query. */
export const beforeFetch = hook('beforeFetch')
/** Runs after any other read of models; gets the array, of one or none for `first()`. */
export const afterFetch = hook('afterFetch')
/** Runs before `paginate`; gets the count query and the query. */
export const beforePaginate = hook('beforePaginate')
/** Runs after `paginate`; gets the paginator. */
export const afterPaginate = hook('afterPaginate')

/**
 * Runs before what a query matches is updated: `update`, `updateMany`, `increment`, `findOneAndUpdate`,
 * `upsert` and the like. Gets a `QueryWrite`: the query, which the hook may narrow, and the changes, to
 * which it may add. With `{ documents: true }` the documents too, which are read then.
 */
export const beforeUpdateQuery = hook('beforeUpdateQuery')
/** Runs after what a query matches was updated; gets the `QueryWrite` with its `result`. */
export const afterUpdateQuery = hook('afterUpdateQuery')
/** Runs before what a query matches is deleted; gets a `QueryWrite`. */
export const beforeDeleteQuery = hook('beforeDeleteQuery')
/** Runs after what a query matches was deleted; gets the `QueryWrite` with its `result`. */
export const afterDeleteQuery = hook('afterDeleteQuery')
/** Runs before `bulkWrite` and `upsertMany`; gets the builder, to which it may add statements. */
export const beforeBulkWrite = hook('beforeBulkWrite')
/** Runs after `bulkWrite` and `upsertMany` without failures; gets the result. */
export const afterBulkWrite = hook('afterBulkWrite')

/**
 * Runs after the transaction that wrote the instance was committed, once for each instance; without
 * a transaction after every write. What it throws is reported, the write stands.
 */
export const afterCommit = hook('afterCommit')
/** Runs after the transaction that wrote the instance was rolled back. */
export const afterRollback = hook('afterRollback')

/** Runs before a deleted instance is restored. */
export const beforeRestore = hook('beforeRestore')
/** Runs after a deleted instance was restored. */
export const afterRestore = hook('afterRestore')
/** Runs before an instance is deleted for good by `forceDelete`, before the hooks of `delete`. */
export const beforeForceDelete = hook('beforeForceDelete')
/** Runs after an instance was deleted for good by `forceDelete`, after the hooks of `delete`. */
export const afterForceDelete = hook('afterForceDelete')

/** A handler of `Model.before(event, …)`. */
export type BeforeHandler<Name extends EventName, M extends Model> = Hook<
  SubjectOf<`before${Capitalize<Name>}`, M>,
  BeforeHookResult
>

/** A handler of `Model.after(event, …)`. */
export type AfterHandler<Name extends AfterEventName, M extends Model> = Hook<
  SubjectOf<`after${Capitalize<Name>}`, M>,
  AfterHookResult
>
