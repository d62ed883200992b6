/**
 * A run of the model's hooks around an operation: `before()`, then whoever began it sends, then
 * `after()`. Which hooks run, in which order, and what their outcome means is the core's to say; the
 * run calls them and reports back.
 *
 * It is awaited by the code that started the operation, so `AsyncLocalStorage` and async stacks are
 * those of that code, also after I/O.
 */
import type { Leave } from '../../database/transaction/host.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Outcome, Step, StepBits } from '../../protocol.generated.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { HOOK_EVENTS, type HookEvent, LIFECYCLE, type LifecycleOperation } from '../hooks/events.ts'
import type { HookRegistry } from '../hooks/registry.ts'
import { isThenable } from '../hooks/thenable.ts'
import type { Call } from './call.ts'

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
export type WriteOperation = 'create' | 'update' | 'delete' | 'restore' | 'forceDelete'

const NO_WRITES: readonly WriteOperation[] = Object.freeze([])

const KIND = (1 << StepBits.event) - 1
const EVENT = (1 << (StepBits.handler - StepBits.event)) - 1

function eventOf(step: number): number {
  return (step >> StepBits.event) & EVENT
}

function contextOf(
  { model }: ModelDefinition,
  { client, transaction: trx }: Call,
  operation: LifecycleOperation,
  writes = NO_WRITES,
): HookContext {
  return Object.freeze({ operation, model, connection: client.connectionName, trx, writes })
}

function aborted(
  definition: ModelDefinition,
  operation: LifecycleOperation,
  event: HookEvent | undefined,
  name: string | undefined,
): Error {
  const { name: model } = definition
  return new errors.E_HOOK_ABORTED(
    `${model}: the ${event} hook ${name} returned false, so the ${operation} was not carried out`,
    { model, operation, hook: `${event} ${name}` },
  )
}

/** One operation with hooks. Whoever begins it ends it, whatever becomes of it. */
export abstract class Run {
  protected readonly call: Call
  readonly #operation: LifecycleOperation
  readonly #context: HookContext
  readonly #handlers: HookRegistry['handlers']
  readonly #slot = native.takeSlot()
  readonly #over: Leave
  #step: number = Step.done
  #place = 0

  /** `subjects`: how many there are; 1 but for `createMany`. */
  constructor(
    call: Call,
    operation: LifecycleOperation,
    subjects: number,
    writes?: readonly WriteOperation[],
  ) {
    this.call = call
    this.#operation = operation
    const { definition } = call
    this.#context = contextOf(definition, call, operation, writes)
    this.#handlers = definition.hooks.handlers
    this.#over = call.client.enter()
    try {
      const kind = LIFECYCLE.indexOf(operation)
      this.#step = native.beginRun(this.#slot, definition.handle(), kind, subjects, call.muted)
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  /** What a hook of `event` gets as its first argument. */
  protected abstract subject(event: number, place: number): unknown

  /** Takes what a hook threw, where that does not end the run. */
  protected failed(_error: unknown): void {}

  /** Runs the before hooks. Errors: `E_HOOK_ABORTED`, and what a hook throws. */
  before(): Promise<void> {
    return this.#walk()
  }

  /**
   * Runs the after hooks, unless there was nothing to do. A stream is ready for its next command then.
   * Errors: what a hook throws.
   */
  async after(done: boolean): Promise<void> {
    this.#advance(done ? Outcome.ok : Outcome.clean)
    if (done) await this.#walk()
  }

  /** Ends the run. Where hooks are left they do not run: the operation failed. */
  end(): void {
    if ((this.#step & KIND) === Step.command) this.#advance(Outcome.threw)
    this.#leave()
  }

  #leave(): void {
    native.freeSlot(this.#slot)
    this.#over()
  }

  #advance(outcome: number): void {
    this.#step = native.advanceRun(this.#slot, outcome)
  }

  /** Takes steps until there is a command to be sent, or none any more. */
  async #walk(): Promise<void> {
    const handlers = this.#handlers
    let thrown: unknown
    for (;;) {
      const step = this.#step
      const event = eventOf(step)
      let outcome: number = Outcome.ok
      switch (step & KIND) {
        case Step.hook: {
          const handler = handlers[event]?.[step >> StepBits.handler]
          try {
            const subject = this.subject(event, this.#place)
            let answer = handler?.call(subject, this.#context)
            // Queries are thenable: awaiting the hook's own one would run it, and this hook, again.
            if (isThenable(answer) && answer !== subject) answer = await answer
            if (answer === false) outcome = Outcome.refused
          } catch (error) {
            thrown = error
            outcome = Outcome.threw
            this.failed(error)
          }
          break
        }
        case Step.settle:
          break
        case Step.next:
          this.#place++
          break
        case Step.rewind:
          this.#place = 0
          break
        case Step.abort: {
          const name = handlers[event]?.[step >> StepBits.handler]?.name
          throw aborted(this.call.definition, this.#operation, HOOK_EVENTS[event], name)
        }
        case Step.fail:
          throw thrown
        default:
          return
      }
      this.#advance(outcome)
    }
  }
}

/** A query whose before hooks run. */
export interface HookedQuery {
  /** The events of which no hooks run. */
  readonly muted: number
  /** What a before hook of `event` gets. */
  subjectOf(event: HookEvent): unknown
}

/**
 * Runs the before hooks of a model that takes part in another one's read. Errors: `E_HOOK_ABORTED`,
 * and what a hook throws.
 */
export async function runBeforeHooks(
  definition: ModelDefinition,
  call: Call,
  event: HookEvent,
  operation: LifecycleOperation,
  query: HookedQuery,
): Promise<void> {
  const context = contextOf(definition, call, operation)
  if (!definition.hooks.has(event, query.muted)) return
  for (const handler of definition.hooks.handlers[HOOK_EVENTS.indexOf(event)] ?? []) {
    const given = query.subjectOf(event)
    let answer = handler.call(given, context)
    if (isThenable(answer) && answer !== given) answer = await answer
    if (answer === false) throw aborted(definition, operation, event, handler.name)
  }
}
