/** Conditions on the documents of a pivot collection: `wherePivot` and its kin. */

/** A condition on the documents between, as it was given. */
export type PivotCall = readonly [method: PivotMethod, args: readonly unknown[]]

export const PIVOT_METHODS = [
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
