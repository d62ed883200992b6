import { errors } from '../../errors/index.ts'
import type { ModelClass } from './index.ts'

/** Throws `E_ROW_NOT_FOUND`. */
export function rowNotFound(model: ModelClass, operation: string): never {
  throw new errors.E_ROW_NOT_FOUND(`${model.name}: no document matches`, {
    model: model.name,
    operation,
  })
}
