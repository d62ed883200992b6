/** What a query does to each model that it makes, before its after hooks. */
import { refuse } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelObject } from '../contracts/options.ts'
import { restOf } from '../instance/attributes.ts'

/** Never changed once made, so that queries may share it. */
export class RowSetup {
  readonly sideloaded: Readonly<ModelObject> | undefined
  readonly #transform: ((row: Model) => void) | undefined

  constructor(sideloaded?: Readonly<ModelObject>, transform?: (row: Model) => void) {
    this.sideloaded = sideloaded
    this.#transform = transform
  }

  /** Errors: `E_INVALID_QUERY` for what is no object. */
  sideload(values: ModelObject, merge: boolean, model: string): RowSetup {
    if (typeof values !== 'object' || values === null) {
      refuse('E_INVALID_QUERY', model, 'sideload', ': sideload() needs an object')
    }
    const kept = merge ? this.sideloaded : undefined
    return new RowSetup(Object.freeze({ ...kept, ...values }), this.#transform)
  }

  /** Errors: `E_INVALID_QUERY` for what is no function. */
  transform(callback: (row: Model) => void, model: string): RowSetup {
    if (typeof callback !== 'function') {
      refuse('E_INVALID_QUERY', model, 'rowTransformer', ': rowTransformer() needs a function')
    }
    return new RowSetup(this.sideloaded, callback)
  }

  apply(rows: readonly Model[]): void {
    const { sideloaded } = this
    const transform = this.#transform
    for (const row of rows) {
      if (sideloaded !== undefined) restOf(row).sideloaded = { ...sideloaded }
      transform?.(row)
    }
  }
}
