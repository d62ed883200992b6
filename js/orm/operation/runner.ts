/**
 * Carries out the steps of a lifecycle run. Which hooks run, in which order, and what their outcome
 * means is the core's to say; this loop calls them and reports back.
 *
 * The loop is an async function of the caller's, so `AsyncLocalStorage` and async stacks are those
 * of the code that started the operation, also after I/O.
 */

import type { QueryClient } from '../../database/client.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Outcome, Step, StepBits } from '../../protocol.generated.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { HOOK_EVENTS, type HookEvent, LIFECYCLE, type LifecycleOperation } from '../hooks/events.ts'

/** What a hook learns about the operation it runs in. */
export interface HookContext {
  /** The operation that raised the event. */
  readonly operation: LifecycleOperation
  /** The model class on which it was started. */
  readonly model: ModelClass
  /** Name of the connection. */
  readonly connection: string
  /** The transaction that the operation is part of: pass it on as `{ client: trx }`. */
  readonly trx: TransactionClient | undefined
  /** What the transaction did to the instance, in `afterCommit` and `afterRollback` hooks. */
  readonly writes: readonly WriteOperation[]
}

/** An operation that changes the database through an instance. */
export type WriteOperation = 'create' | 'update' | 'delete'

const NO_WRITES: readonly WriteOperation[] = Object.freeze([])

/** The parts of an operation that belong to JavaScript. */
export interface Work {
  /** How many subjects there are; 1 but for `createMany`. */
  readonly subjects: number
  /** What a hook of `event` gets as its first argument. */
  subject(event: number, place: number): unknown
  /** Encodes, submits and awaits the reply. Answers whether there was anything to do. */
  command(): Promise<boolean> | boolean
  /** Takes the reply. */
  settle(): void
  /** Puts instances back to where they were before the operation, which failed with `error`. */
  restore(error?: unknown): void
  /** The operation is over, whichever way. */
  over?(): void
  /** What was done to the instance before, where hooks are told. */
  readonly writes?: readonly WriteOperation[]
  /** Takes what a hook threw, where that does not end the run. */
  failed?(error: unknown): void
}

const KIND = (1 << StepBits.event) - 1
const EVENT = (1 << (StepBits.handler - StepBits.event)) - 1

function eventOf(step: number): number {
  return (step >> StepBits.event) & EVENT
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}

function contextOf(
  { model }: ModelDefinition,
  operation: LifecycleOperation,
  client: QueryClient,
  writes = NO_WRITES,
): HookContext {
  const trx = client.isTransaction ? client : undefined
  return Object.freeze({ operation, model, connection: client.connectionName, trx, writes })
}

function aborted(
  { name: model }: ModelDefinition,
  operation: LifecycleOperation,
  event: HookEvent | undefined,
  name: string | undefined,
): Error {
  return new errors.E_HOOK_ABORTED(
    `${model}: the ${event} hook ${name} returned false, so the ${operation} was not carried out`,
    { model, operation, hook: `${event} ${name}` },
  )
}

/** Runs an operation with the model's hooks. */
export async function runLifecycle(
  definition: ModelDefinition,
  operation: LifecycleOperation,
  client: QueryClient,
  work: Work,
): Promise<void> {
  const handlers = definition.hooks.handlers
  const context = contextOf(definition, operation, client, work.writes)
  const entered = client.enter()
  const slot = native.takeSlot()
  let place = 0
  let thrown: unknown
  let settled = false
  try {
    let step = native.beginRun(
      slot,
      definition.handle(),
      LIFECYCLE.indexOf(operation),
      work.subjects,
    )
    for (;;) {
      let outcome: number = Outcome.ok
      switch (step & KIND) {
        case Step.hook: {
          const event = eventOf(step)
          const handler = handlers[event]?.[step >> StepBits.handler]
          try {
            const subject = work.subject(event, place)
            let answer = handler?.call(subject, context)
            // Queries are thenable: awaiting the hook's own one would run it, and this hook, again.
            if (isThenable(answer) && answer !== subject) answer = await answer
            if (answer === false) outcome = Outcome.refused
          } catch (error) {
            thrown = error
            outcome = Outcome.threw
            work.failed?.(error)
          }
          break
        }
        case Step.command:
          try {
            if (!(await work.command())) outcome = Outcome.clean
          } catch (error) {
            thrown = error
            outcome = Outcome.threw
          }
          break
        case Step.settle:
          settled = true
          work.settle()
          break
        case Step.next:
          place++
          break
        case Step.rewind:
          place = 0
          break
        case Step.abort: {
          work.restore()
          const event = HOOK_EVENTS[eventOf(step)]
          const name = handlers[eventOf(step)]?.[step >> StepBits.handler]?.name
          throw aborted(definition, operation, event, name)
        }
        case Step.fail:
          if (!settled) work.restore(thrown)
          throw thrown
        default:
          return
      }
      step = native.advanceRun(slot, outcome)
    }
  } finally {
    native.freeSlot(slot)
    client.leave(entered)
  }
}

/**
 * Runs the before hooks of a model that takes part in another one's read, each with what `subject`
 * answers then. Errors: `E_HOOK_ABORTED`, and what a hook throws.
 */
export async function runBeforeHooks(
  definition: ModelDefinition,
  event: HookEvent,
  operation: LifecycleOperation,
  client: QueryClient,
  subject: () => unknown,
): Promise<void> {
  const context = contextOf(definition, operation, client)
  for (const handler of definition.hooks.handlers[HOOK_EVENTS.indexOf(event)] ?? []) {
    const given = subject()
    let answer = handler.call(given, context)
    if (isThenable(answer) && answer !== given) answer = await answer
    if (answer === false) throw aborted(definition, operation, event, handler.name)
  }
}
