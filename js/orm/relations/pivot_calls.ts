/** Conditions on the documents of a pivot collection: `wherePivot` and its kin. */

/** A condition on the documents between, as it was given. */
export type PivotCall = readonly [method: PivotMethod, args: readonly unknown[]]

const PIVOT_METHODS = [
  'where',
  'whereNot',
  'whereIn',
  'whereNotIn',
  'whereNull',
  'whereNotNull',
] as const
export type PivotMethod =
  | (typeof PIVOT_METHODS)[number]
  | `${'or' | 'and'}${Capitalize<(typeof PIVOT_METHODS)[number]>}`

/** What keeps the conditions of a query. */
interface KeepsCalls {
  addPivotCall(method: PivotMethod, args: readonly unknown[]): unknown
}

/** Gives a class of queries `wherePivot` and the others. */
export function addPivotMethods(prototype: KeepsCalls): void {
  for (const method of PIVOT_METHODS) {
    for (const joiner of ['', 'or', 'and'] as const) {
      const name = (joiner === '' ? method : `${joiner}W${method.slice(1)}`) as PivotMethod
      const value = function (this: KeepsCalls, ...args: unknown[]) {
        return this.addPivotCall(name, args)
      }
      Object.defineProperty(prototype, `${name}Pivot`, {
        value,
        writable: true,
        configurable: true,
      })
    }
  }
}
