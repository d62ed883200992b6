/** Writing instances with the model's hooks, those of their transaction's end included. */
import { Failures, type TransactionEnd } from '../../database/transaction/callbacks.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { errors, refuse } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { Call } from './call.ts'
import { EmbeddedRuns, hasEmbeddedHooks } from './embedded.ts'
import { Run, type WriteOperation } from './run.ts'

type KnownEnd = Exclude<TransactionEnd, 'unknown'>

const ENDS = ['commit', 'rollback'] as const satisfies readonly KnownEnd[]

/** Whether the write would run any hook. */
export function hasHooks({ definition, muted }: Call, operation: WriteOperation): boolean {
  const { hooks } = definition
  if (hooks.runs(operation, muted) || ENDS.some((end) => hooks.runs(end, muted))) return true
  return writesWhole(operation) && hasEmbeddedHooks(definition, muted)
}

/** Whether it writes what the instance has. */
function writesWhole(operation: WriteOperation): boolean {
  return operation === 'create' || operation === 'update'
}

/** The writing of one instance, or of several by one command. */
export interface Work {
  readonly operation: WriteOperation
  readonly instances: readonly Model[]
  /** Encodes, sends and awaits the reply. Answers whether there was anything to do. */
  command(): Promise<boolean>
  /** Takes the reply. */
  settle(): void
  /** Puts instances back to where they were before the operation, which failed with `error`. */
  restore(error?: unknown): void
  /** The operation is over, whichever way. */
  over(): void
}

/** Carries out the work with the model's hooks, or directly where there are none to run. */
export async function carryOut(call: Call, work: Work): Promise<void> {
  const leave = call.client.enter()
  let run: WriteRun | undefined
  try {
    let wrote: boolean
    try {
      if (hasHooks(call, work.operation)) {
        run = new WriteRun(call, work.operation, work.instances)
        await run.before()
      }
      wrote = await work.command()
    } catch (error) {
      work.restore(error)
      throw error
    }
    if (wrote) work.settle()
    if (run !== undefined) await run.after(wrote)
  } finally {
    run?.end()
    leave()
    work.over()
  }
}

/** The hooks around a write of instances. */
export class WriteRun extends Run {
  readonly #operation: WriteOperation
  readonly #instances: readonly Model[]
  readonly #embedded = new EmbeddedRuns()
  /** Place of the instance whose hooks run. */
  #place = 0

  constructor(call: Call, operation: WriteOperation, instances: readonly Model[]) {
    super(call, operation, instances.length)
    this.#operation = operation
    this.#instances = instances
  }

  protected subject(_event: number, place: number): Model {
    this.#place = place
    return this.#instances[place] as Model
  }

  /** The first of several that its validator does not take says which one it is. */
  protected override failed(error: unknown): void {
    if (this.#instances.length === 1 || !(error instanceof errors.E_VALIDATION_ERROR)) return
    if (error.position === undefined) Object.assign(error, { position: this.#place })
  }

  override async before(): Promise<void> {
    const { transaction } = this.call
    if (transaction !== undefined) {
      noteWrites(this.call, this.#operation, transaction, this.#instances)
    }
    await super.before()
    if (writesWhole(this.#operation)) await this.#embedded.before(this.call, this.#instances)
  }

  override async after(wrote: boolean): Promise<void> {
    await this.#embedded.after(wrote)
    await super.after(wrote)
    if (wrote && this.call.transaction === undefined) await this.#committed()
  }

  override end(): void {
    this.#embedded.end()
    super.end()
  }

  /** Without a transaction every write is its own, and committed when it is done. */
  async #committed(): Promise<void> {
    const { definition, client, muted } = this.call
    if (!definition.hooks.runs('commit', muted)) return
    const failures: unknown[] = []
    const operation = this.#operation
    for (const instance of this.#instances) {
      failures.push(...(await runEnd(this.call, 'commit', instance, [operation])))
    }
    if (failures.length === 0) return
    refuse(
      'E_TRANSACTION_CALLBACK',
      definition,
      operation,
      `: the ${operation} was carried out; its afterCommit hooks failed`,
      { connection: client.connectionName, cause: new AggregateError(failures) },
    )
  }
}

/** What each transaction did to the instances whose hooks want to know. */
const writes = new WeakMap<TransactionClient, Map<Model, WriteOperation[]>>()

/** Hooks run once for an instance, however often it was written. */
function noteWrites(
  call: Call,
  operation: WriteOperation,
  trx: TransactionClient,
  instances: readonly Model[],
): void {
  const ends = ENDS.filter((end) => call.definition.hooks.runs(end, call.muted))
  if (ends.length === 0) return
  let ofTransaction = writes.get(trx)
  if (ofTransaction === undefined) {
    ofTransaction = new Map()
    writes.set(trx, ofTransaction)
    trx.forgetAtEnd(() => writes.delete(trx))
  }
  for (const instance of instances) {
    const known = ofTransaction.get(instance)
    if (known !== undefined) {
      if (!known.includes(operation)) known.push(operation)
      continue
    }
    const operations = [operation]
    ofTransaction.set(instance, operations)
    for (const end of ends) {
      trx.after(end, async () => {
        const failures = await runEnd(call, end, instance, operations)
        if (failures.length > 0) throw new Failures(failures)
      })
    }
  }
}

/** The hooks of a transaction's end, each of which is called whatever becomes of the others. */
class EndRun extends Run {
  readonly failures: unknown[] = []
  readonly #instance: Model

  constructor(call: Call, end: KnownEnd, instance: Model, operations: readonly WriteOperation[]) {
    super(call, end, 1, operations)
    this.#instance = instance
  }

  protected subject(): Model {
    return this.#instance
  }

  protected override failed(error: unknown): void {
    this.failures.push(error)
  }
}

/** Answers what hooks threw. */
async function runEnd(
  call: Call,
  end: KnownEnd,
  instance: Model,
  operations: readonly WriteOperation[],
): Promise<readonly unknown[]> {
  const run = new EndRun(call, end, instance, operations)
  try {
    await run.before()
  } finally {
    run.end()
  }
  return run.failures
}
