/** Applying a model's scopes to a query. */
import { refuse } from '../../errors/index.ts'
import { wasAsync } from '../../query/messages.ts'
import type { ModelClass } from '../contracts/index.ts'

/** What tells a scope from other static methods. */
export interface MarkedScope {
  readonly isQueryScope: true
}

/**
 * The scopes of model class `T` as `withScopes` hands them out: each takes its own arguments, without
 * the query, and answers all of them again.
 */
export type ScopesOf<T> = {
  readonly [Name in keyof T as T[Name] extends MarkedScope ? Name : never]: T[Name] extends (
    query: never,
    ...args: infer Args
  ) => unknown
    ? (...args: Args) => ScopesOf<T>
    : never
}

type AnyScope = MarkedScope & ((this: ModelClass, query: object, ...args: unknown[]) => unknown)

function isScope(value: unknown): value is AnyScope {
  return typeof value === 'function' && Object.hasOwn(value, 'isQueryScope')
}

function namesOf(model: ModelClass): string[] {
  const names = new Set<string>()
  for (let at: object | null = model; at !== null; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (isScope(value)) names.add(name)
    }
  }
  return [...names]
}

function refuseUnknown(model: ModelClass, name: string): never {
  const names = namesOf(model)
  const known = names.length === 0 ? 'it has none' : `there are: ${names.join(', ')}`
  refuse(
    'E_UNDEFINED_SCOPE',
    model,
    'withScopes',
    ` has no query scope "${name}"; ${known}. Declare one with scope()`,
  )
}

/** Other code may wait for what an async callback adds, but the query would have been sent. */
function refusePromise(result: unknown, model: ModelClass, what: string): void {
  if (wasAsync(result)) {
    refuse('E_INVALID_QUERY', model, 'withScopes', `: ${what} must not be async`)
  }
}

function scopesOf<T>(query: object, model: ModelClass): ScopesOf<T> {
  const scopes = new Proxy(Object.create(null) as ScopesOf<T> & object, {
    get(_, name) {
      if (typeof name === 'symbol') return undefined
      const scope: unknown = Reflect.get(model, name)
      if (!isScope(scope)) refuseUnknown(model, name)
      return (...args: unknown[]) => {
        refusePromise(scope.call(model, query, ...args), model, `the scope "${name}"`)
        return scopes
      }
    },
  })
  return scopes
}

/**
 * Runs `callback` with the model's scopes bound to the query.
 *
 * Errors: `E_UNDEFINED_SCOPE`, `E_INVALID_QUERY` for an async callback or scope.
 */
export function applyScopes<T>(
  query: object,
  model: ModelClass,
  callback: (scopes: ScopesOf<T>) => unknown,
): void {
  if (typeof callback !== 'function') {
    refuse(
      'E_INVALID_QUERY',
      model,
      'withScopes',
      `: withScopes() needs a callback, got a value of type ${typeof callback}`,
    )
  }
  refusePromise(callback(scopesOf<T>(query, model)), model, 'the callback of withScopes()')
}
