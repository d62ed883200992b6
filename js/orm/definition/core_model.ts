import * as native from '../../native/index.ts'
import type { Column } from '../columns/index.ts'
import type { HookRegistry } from '../hooks/registry.ts'
import { jsonPlan, STORED_JSON } from './json_plan.ts'

/** What the core is told of a model. */
export interface CoreModelSource {
  readonly name: string
  readonly collection: string
  readonly columns: readonly Column[]
  readonly encrypted: readonly Column[]
  readonly hooks: HookRegistry
  /** Fixes the columns. */
  seal(): unknown
}

/** A model as the core knows it: its handles. */
export class CoreModel {
  readonly #source: CoreModelSource
  #handle: number | undefined
  /** The hooks that the core was told the numbers of. */
  #handled: HookRegistry['handlers'] | undefined
  #plain: number | undefined
  /** The encrypted columns that the core was told of, beside those of a handle. */
  #told: readonly Column[] | undefined

  constructor(source: CoreModelSource) {
    this.#source = source
  }

  /** The core's handle of the model. Declared on first use and again after a hook was added. */
  get handle(): number {
    const { handlers } = this.#source.hooks
    if (this.#handle !== undefined && this.#handled !== handlers) {
      native.forgetModel(this.#handle)
      this.#handle = undefined
    }
    this.#handle ??= this.#define()
    return this.#handle
  }

  #define(): number {
    const source = this.#source
    source.seal()
    const { columns, hooks } = source
    this.#handled = hooks.handlers
    return this.#declare({
      columns: columns.map(({ stored, idAsText }) => ({ name: stored, id: idAsText })),
      hooks: hooks.counts(),
      json: jsonPlan(columns),
    })
  }

  /** The core's handle for reading plain documents of the collection. */
  get plainHandle(): number {
    this.#plain ??= this.#definePlain()
    return this.#plain
  }

  #definePlain(): number {
    return this.#declare({ columns: [], hooks: [], json: STORED_JSON })
  }

  #declare(layout: Pick<native.ModelDescriptor, 'columns' | 'hooks' | 'json'>): number {
    const { name, collection, encrypted: columns } = this.#source
    const encrypted = columns.flatMap(({ encryption }) => encryption?.fields ?? [])
    const model = { name, collection, ...layout, ...(columns.length > 0 && { encrypted }) }
    return native.defineModel(model, { model: name })
  }

  /** Tells the core of the encrypted columns, also where the model itself was never used. */
  tell(): void {
    if (this.#handle !== undefined || this.#plain !== undefined) return
    const { encrypted } = this.#source
    if (this.#told === encrypted) return
    this.#told = encrypted
    this.#definePlain()
  }
}
