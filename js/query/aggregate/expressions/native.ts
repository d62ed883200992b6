import { Limit } from '../../../protocol.generated.ts'
import { copyNativeValue } from '../../native_values.ts'
import { record } from '../../record.ts'
import { isPlainObject } from '../../values.ts'
import { Accumulator } from './accumulator.ts'
import { operandOf } from './compile.ts'
import { Expression, type Scope } from './expression.ts'
import { WindowFunction } from './window_function.ts'

/**
 * A checked copy of something native. Expressions and accumulators inside of it are compiled. Throws
 * as `copyNativeValue` does.
 */
export function nativeOf(scope: Scope, given: unknown, place: string): unknown {
  return copyNativeValue(scope.shape, compileInside(scope, given, 0), place)
}

function compileInside(scope: Scope, given: unknown, depth: number): unknown {
  if (given instanceof Accumulator || given instanceof WindowFunction) {
    return given.compile(scope).value
  }
  if (given instanceof Expression) return operandOf(scope, given).value
  // Deeper than this it is refused anyway.
  if (depth > Limit.documentDepth) return given
  if (Array.isArray(given)) {
    return Array.from(given, (item: unknown) => compileInside(scope, item, depth + 1))
  }
  if (!isPlainObject(given)) return given
  const copy = record()
  for (const key of Object.keys(given)) copy[key] = compileInside(scope, given[key], depth + 1)
  return copy
}
