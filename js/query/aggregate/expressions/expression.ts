import type { ResolvedPath } from '../../names.ts'
import type { Known, Shape } from '../shapes/shape.ts'

/** Where an expression is compiled. */
export interface Scope {
  /** The rows. */
  readonly shape: Shape
  /** What is known of variables, by their names without `$$`. */
  readonly variables: ReadonlyMap<string, Known>
}

/** An expression as MongoDB has it. */
export interface Compiled {
  readonly value: unknown
  /** What is known of the outcome. */
  readonly known: Known
  /** The field, where the expression is nothing but one. */
  readonly path?: ResolvedPath
}

/** Compiles when the stage is added: only then is it known which rows there are. */
export type Compile = (scope: Scope) => Compiled

/**
 * An expression of the aggregation language, made with the functions of `expr`. `T` is the type of
 * what it comes to, `P` the fields that it refers to.
 *
 * An expression can be kept and used in several pipelines.
 */
export class Expression<out T = unknown, out P = string> {
  declare protected readonly type: () => T
  declare protected readonly paths: () => P
  readonly #compile: Compile

  /** Use the functions of `expr`. @internal */
  constructor(compile: Compile) {
    this.#compile = compile
  }

  /** @internal */
  compile(scope: Scope): Compiled {
    return this.#compile(scope)
  }

  /**
   * The same expression with another type, where it is better known than the compiler can tell.
   *
   * @example
   * expr.field('meta.score').as<number>()
   */
  as<U>(): Expression<U, P> {
    return new Expression<U, P>(this.#compile)
  }
}
