/**
 * Hooks around a bulk write of instances. Each instance has a lifecycle run of its own, which waits
 * at its command until all of them are there, and goes on with the outcome of its statement.
 */
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { carryOut } from '../operation/carry_out.ts'
import type { InstanceStatement, Waiting } from './instances.ts'

/** Ends the run of an instance whose write was not tried. */
const LEFT = Symbol('left')

/** How a run ended. */
type End = { readonly failed: false } | { readonly failed: true; readonly error: unknown }

type Outcome =
  | { readonly kind: 'done'; readonly written: boolean }
  | { readonly kind: 'failed'; readonly error: unknown }

/** The run of one instance. */
export class HookedWrite implements Waiting {
  readonly statement: InstanceStatement
  #end: Promise<End> | undefined
  #outcome: Outcome | undefined
  #release: () => void = () => {}

  constructor(statement: InstanceStatement) {
    this.statement = statement
    statement.waiting = this
  }

  /** Runs the before hooks. Answers what one of them failed with; undefined when all went well. */
  async begin(definition: ModelDefinition, { client }: Call): Promise<End | undefined> {
    const { work, instance, operation } = this.statement
    const released = new Promise<void>((resolve) => {
      this.#release = resolve
    })
    return new Promise((resolve) => {
      const run = carryOut(
        definition,
        operation,
        client,
        {
          subjects: 1,
          subject: () => instance,
          command: async () => {
            resolve(undefined)
            await released
            return this.#written()
          },
          settle: () => work.settle(),
          restore: (error) => work.restore(error),
          over: () => work.over(),
        },
        [instance],
        false,
      )
      this.#end = run.then(
        () => ({ failed: false }),
        (error: unknown) => ({ failed: true, error }),
      )
      // After the command has been reached this changes nothing.
      void this.#end.then(resolve)
    })
  }

  #written(): boolean {
    const outcome = this.#outcome ?? { kind: 'failed', error: LEFT }
    if (outcome.kind === 'failed') throw outcome.error
    return outcome.written
  }

  done(written: boolean): void {
    this.#outcome = { kind: 'done', written }
  }

  failed(error: unknown): void {
    this.#outcome = { kind: 'failed', error }
  }

  left(): void {
    this.failed(LEFT)
  }

  /** Lets the run go on to its end. Answers what an after hook failed with. */
  async finish(): Promise<End | undefined> {
    const written = this.#outcome?.kind === 'done'
    this.#release()
    const end = await this.#end
    return written && end?.failed ? end : undefined
  }
}
