/** `Model.on()`. */
import { AsyncResource } from 'node:async_hooks'
import { attended, begin } from '../../context/background.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { refuse } from '../../errors/index.ts'
import type { BulkResult } from '../bulk/types.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { AttributeChange } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { definitionOf } from '../definition/index.ts'
import { MODEL_EVENTS, type ModelEvent, RAISED } from '../hooks/events.ts'
import type { AddedHookOptions } from '../hooks/registry.ts'
import type { HookContext } from '../operation/run.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import type { QueryWrite } from '../query_builder/write_run.ts'

/** What listeners learn of an event beside the instance. */
export interface ModelEventContext extends Omit<HookContext, 'trx' | 'writes'> {
  readonly event: ModelEvent
  /** What this write changed, with the values before and after; of other events nothing. */
  readonly changes: Readonly<Record<string, AttributeChange>>
  /** The transaction that is open still, with `{ when: 'now' }`. */
  readonly trx: TransactionClient | undefined
}

type SubjectOf<Event extends ModelEvent, M extends Model> = Event extends `${string}ByQuery`
  ? QueryWrite<M, ModelQueryBuilder<M>>
  : Event extends 'bulkWritten'
    ? BulkResult
    : M

/** Hears of an event: gets the instance, or what is known of a write by a query. What it answers is ignored. */
export type ModelListener<Event extends ModelEvent, M extends Model> = (
  subject: SubjectOf<Event, M>,
  context: ModelEventContext,
) => unknown

/** Options of `Model.on()`. */
export interface ListenerOptions extends AddedHookOptions {
  /**
   * `commit`, the default: after the transaction was committed, at once where there is none, and nobody waits
   * for it. `now`: in the transaction, which waits for it.
   */
  when?: 'commit' | 'now' | undefined
}

type Listen = (subject: unknown, context: ModelEventContext) => unknown

interface Saved {
  readonly $changes: ModelEventContext['changes']
}

const NONE: ModelEventContext['changes'] = Object.freeze({})

/** Answers how to take it off. Errors: `E_MODEL_DEFINITION`. */
export function listen(
  model: ModelClass,
  event: ModelEvent,
  listener: unknown,
  given: ListenerOptions | undefined,
): () => void {
  const { when = 'commit', connection, documents } = own(given)
  if (!MODEL_EVENTS.includes(event)) {
    const known = MODEL_EVENTS.join(', ')
    const what = `.on(): there is no event "${String(event)}"; there are: ${known}`
    refuse('E_MODEL_DEFINITION', model, undefined, what)
  }
  if (typeof listener !== 'function' || (when !== 'commit' && when !== 'now')) {
    const what = ".on() needs a function, and `when`, if at all, as 'commit' or 'now'"
    refuse('E_MODEL_DEFINITION', model, undefined, what)
  }
  const label = `on('${event}') ${listener.name || 'anonymous'}`
  const about = { source: 'listener', name: `${model.name}.${label}` } as const
  const hook = (subject: unknown, context: HookContext): unknown => {
    const told: readonly ModelEvent[] = RAISED[context.operation].told
    if (!told.includes(event)) return undefined
    const known = contextOf(event, subject, context, when)
    const tell = () => (listener as Listen)(subject, known)
    if (when === 'now') return attended(about, tell)
    if (context.trx === undefined) begin(about, tell)
    else
      context.trx.after(
        'commit',
        AsyncResource.bind(() => begin(about, tell)),
      )
    return undefined
  }
  return definitionOf(model).hooks.add('listeners', hook, {
    owner: model,
    label,
    told: event,
    connection,
    documents,
  })
}

function contextOf(
  event: ModelEvent,
  subject: unknown,
  { operation, model, connection, trx }: HookContext,
  when: 'commit' | 'now',
): ModelEventContext {
  const saved = operation === 'create' || operation === 'update'
  const changes = saved ? Object.freeze((subject as Saved).$changes) : NONE
  const open = when === 'now' ? trx : undefined
  return Object.freeze({ event, operation, model, connection, trx: open, changes })
}
