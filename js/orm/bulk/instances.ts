/** The statements that write instances. */
import type { Body } from '../../codec/body.ts'
import type { LucentError } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'
import type { WriteOperation } from '../operation/run.ts'
import { WriteRun } from '../operation/write.ts'
import type { DeleteWork } from '../persistence/delete.ts'
import { InsertWork } from '../persistence/insert.ts'
import { reserveKeys, reservesKeys } from '../persistence/keys.ts'
import type { UpdateWork } from '../persistence/update.ts'
import { type Outcome, Statement } from './statement.ts'

/** The write of one instance. With hooks, it has a run of its own around the one command. */
export class InstanceStatement extends Statement {
  readonly #work: InsertWork | UpdateWork | DeleteWork
  override readonly alone: boolean
  #run: WriteRun | undefined

  constructor(position: number, work: InsertWork | UpdateWork | DeleteWork) {
    super(position)
    this.#work = work
    this.alone = work.alone
  }

  get instance(): Model {
    return this.#work.instance
  }

  get operation(): WriteOperation {
    return this.#work.operation
  }

  override hash(): Promise<void> {
    return this.#work.hash()
  }

  override async doomed(): Promise<readonly Model[]> {
    return this.operation === 'delete' ? [this.instance] : []
  }

  write(body: Body): boolean {
    return this.#work.writeStatement(body, this.position)
  }

  override missed(): LucentError {
    return this.#work.missed()
  }

  /** Runs the before hooks. What one of them fails with ends the write. */
  async before(call: Call): Promise<void> {
    try {
      this.#run = new WriteRun(call, this.operation, [this.instance])
      await this.#run.before()
    } catch (error) {
      this.#work.restore(error)
      this.#end()
      throw error
    }
  }

  override settle(outcome: Outcome): void {
    this.outcome = outcome === 'clean' && this.#work.forced ? 'written' : outcome
    // What hooks see of the instance is settled when all is done.
    if (this.#run !== undefined) return
    this.#apply()
    this.#end()
  }

  /** Gives an instance with hooks its outcome, and runs the after hooks if it was written. */
  async after(): Promise<void> {
    const { outcome } = this
    try {
      this.#apply()
      if (outcome === 'written' || outcome === 'clean')
        await this.#run?.after(outcome === 'written')
    } finally {
      this.#end()
    }
  }

  #apply(): void {
    const { outcome = 'left' } = this
    if (outcome === 'written') this.#work.settle()
    else if (outcome !== 'clean') this.#work.restore(outcome === 'left' ? undefined : outcome.error)
  }

  #end(): void {
    this.#run?.end()
    this.#work.over()
  }
}

/** The statement that stores a new instance. */
export function insertStatement(position: number, call: Call, instance: Model): InstanceStatement {
  return new InstanceStatement(position, new InsertWork(call, instance))
}

/** Fetches the primary keys of instances that are to be inserted, where they are not made here. */
export async function reserveForInserts(
  call: Call,
  statements: readonly Statement[],
): Promise<void> {
  const { definition } = call
  if (!reservesKeys(definition)) return
  const instances = statements.flatMap((one) =>
    one instanceof InstanceStatement && one.operation === 'create' ? [one.instance] : [],
  )
  try {
    await reserveKeys(definition, call, instances)
  } catch (error) {
    for (const statement of statements) statement.settle('left')
    throw error
  }
}
