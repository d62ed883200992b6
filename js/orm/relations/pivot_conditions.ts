/** Conditions on the documents between two models. */

/** A condition as it was given. */
export type PivotCall = readonly [method: PivotMethod, args: readonly unknown[]]

const METHODS = ['where', 'whereNot', 'whereIn', 'whereNotIn', 'whereNull', 'whereNotNull'] as const

export type PivotMethod =
  | (typeof METHODS)[number]
  | `${'or' | 'and'}${Capitalize<(typeof METHODS)[number]>}`

/** Gives a query `wherePivot` and its kin. */
export function givePivotMethods(prototype: {
  addPivotCall(method: PivotMethod, args: readonly unknown[]): unknown
}): void {
  for (const method of METHODS) {
    for (const joiner of ['', 'or', 'and'] as const) {
      const name = (joiner === '' ? method : `${joiner}W${method.slice(1)}`) as PivotMethod
      const value = function (this: typeof prototype, ...args: unknown[]) {
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
