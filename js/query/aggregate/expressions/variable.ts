import { variableName } from '../shapes/names.ts'
import { Shape } from '../shapes/shape.ts'
import type { At } from '../types/operands.ts'
import { compiled, fieldOf } from './compile.ts'
import { type Compiled, Expression, type Scope } from './expression.ts'

/** A variable: of a callback such as that of `expr.filter()`, or of a `let`. */
export class Variable<out T = unknown> extends Expression<T, never> {
  /** Use `expr.variable()`. @internal */
  constructor(name: () => string) {
    super((scope) => {
      const checked = variableName(scope.shape, 'expr.variable()', name())
      return compiled(`$$${checked}`, scope.variables.get(checked))
    })
  }

  /**
   * What is inside of the variable's document.
   *
   * @example
   * expr.filter('items', (item) => expr.gt(item.field('price'), 10))
   */
  field<const Path extends string>(path: Path): Expression<At<T, Path>, never> {
    return new Expression((scope) => {
      const { value, known } = this.compile(scope)
      const inside = inDocument(scope, known.shape, path)
      return compiled(`${String(value)}.${String(inside.value).slice(1)}`, inside.known)
    })
  }
}

function inDocument(scope: Scope, shape: Shape | undefined, path: unknown): Compiled {
  return fieldOf({ ...scope, shape: shape ?? Shape.unknown(scope.shape.name) }, path)
}
