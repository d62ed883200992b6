/** Hooks around the instances of a bulk write: each has a run of its own around the one command. */
import type { Call } from '../operation/call.ts'
import { WriteRun } from '../operation/write.ts'
import type { InstanceStatement } from './instances.ts'

/** The run of one instance. */
export class HookedWrite {
  readonly statement: InstanceStatement
  readonly #call: Call
  #run: WriteRun | undefined

  constructor(call: Call, statement: InstanceStatement) {
    this.#call = call
    this.statement = statement
    statement.hooked = true
  }

  /** Runs the before hooks. What one of them fails with ends the run. */
  async before(): Promise<void> {
    const { operation, instance, work } = this.statement
    try {
      this.#run = new WriteRun(this.#call, operation, [instance])
      await this.#run.before()
    } catch (error) {
      work.restore(error)
      this.#end()
      throw error
    }
  }

  /** Settles the instance as its statement went, and runs the after hooks if it was written. */
  async after(): Promise<void> {
    const { outcome } = this.statement
    try {
      this.statement.settle()
      if (outcome.kind === 'done') await this.#run?.after(outcome.written)
    } finally {
      this.#end()
    }
  }

  #end(): void {
    this.#run?.end()
    this.statement.work.over()
  }
}
