/** Running what classes do in their own `static boot()`: once for each class that has or inherits it. */
import { refuse } from '../../errors/index.ts'
import { wasAsync } from '../../query/messages.ts'
import type { ModelClass } from '../contracts/index.ts'

type BootMethod = (this: ModelClass) => unknown

/** What classes wrote, by the function that takes its place. */
const overrides = new WeakMap<BootMethod, BootMethod>()

/** Has every call of the class's own `boot`, if it has one, pass by the state of the class that boots. */
export function guardBoot(model: ModelClass, stateOf: (model: ModelClass) => BootState): void {
  const written = Object.getOwnPropertyDescriptor(model, 'boot')?.value as BootMethod | undefined
  if (typeof written !== 'function' || overrides.has(written)) return
  const guarded: BootMethod = function boot(this: ModelClass) {
    return stateOf(this).once(written)
  }
  overrides.set(guarded, written)
  Object.defineProperty(model, 'boot', {
    value: guarded,
    writable: true,
    enumerable: false,
    configurable: true,
  })
}

/** How far a class has booted. */
export class BootState {
  readonly #model: ModelClass
  readonly #ran = new Set<BootMethod>()
  #isDone = false
  #isRunning = false
  /** How many overrides are on the stack. */
  #depth = 0

  constructor(model: ModelClass) {
    this.#model = model
  }

  /** Whether `boot()` has run, or reached that of `BaseModel`. */
  get isDone(): boolean {
    return this.#isDone
  }

  /** Whether an override is running. */
  get isInside(): boolean {
    return this.#depth > 0
  }

  /** Boots the class, unless that was done. Errors: `E_MODEL_DEFINITION` for an async `boot`. */
  run(): void {
    if (this.#isDone || this.#isRunning) return
    this.#isRunning = true
    try {
      this.#refusePromise(this.#model.boot?.())
      this.#isDone = true
    } catch (error) {
      // The next use of the class shall meet the error too.
      this.#isDone = false
      this.#ran.clear()
      throw error
    } finally {
      this.#isRunning = false
    }
  }

  #refusePromise(answer: unknown): void {
    if (!wasAsync(answer)) return
    refuse('E_MODEL_DEFINITION', this.#model, undefined, '.boot() must not be async')
  }

  /** `BaseModel.boot()` was reached: all overrides are running, also one that was not guarded yet. */
  reachBase(): void {
    this.#isDone = true
    for (let at: object | null = this.#model; at !== null; at = Object.getPrototypeOf(at)) {
      const own = Object.getOwnPropertyDescriptor(at, 'boot')?.value as BootMethod | undefined
      const written = own === undefined ? undefined : overrides.get(own)
      if (written !== undefined) this.#ran.add(written)
    }
  }

  /** Runs an override, unless it has run for this class. */
  once(written: BootMethod): unknown {
    if (this.#ran.has(written)) return undefined
    this.#ran.add(written)
    this.#depth++
    try {
      return written.call(this.#model)
    } finally {
      this.#depth--
    }
  }
}
