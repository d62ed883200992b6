import { refuse } from '../../errors/index.ts'
import type { ModelClass } from './index.ts'

/** Throws `E_ROW_NOT_FOUND`. */
export function rowNotFound(model: ModelClass, operation: string): never {
  refuse('E_ROW_NOT_FOUND', model, operation, ': no document matches')
}
