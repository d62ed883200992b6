/** Any class. */
type AnyClass = abstract new (...args: never) => unknown
type Mixin<From, To> = (superclass: From) => To

/**
 * The class with mixins, the first one applied first. As `compose` of AdonisJS, for applications without it.
 *
 * @example
 * class Post extends compose(BaseModel, SoftDeletes, TenantScoped('orgId'), Timestamps) {}
 */
export function compose<T extends AnyClass, A>(superclass: T, a: Mixin<T, A>): A
export function compose<T extends AnyClass, A, B>(superclass: T, a: Mixin<T, A>, b: Mixin<A, B>): B
export function compose<T extends AnyClass, A, B, C>(
  superclass: T,
  a: Mixin<T, A>,
  b: Mixin<A, B>,
  c: Mixin<B, C>,
): C
export function compose<T extends AnyClass, A, B, C, D>(
  superclass: T,
  a: Mixin<T, A>,
  b: Mixin<A, B>,
  c: Mixin<B, C>,
  d: Mixin<C, D>,
): D
export function compose<T extends AnyClass, A, B, C, D, E>(
  superclass: T,
  a: Mixin<T, A>,
  b: Mixin<A, B>,
  c: Mixin<B, C>,
  d: Mixin<C, D>,
  e: Mixin<D, E>,
): E
export function compose(superclass: unknown, ...mixins: readonly Mixin<never, unknown>[]): unknown {
  return mixins.reduce((made, mixin) => mixin(made as never), superclass)
}
