/**
 * What may be written in a query, derived from the model class: names, dotted paths, and the values
 * that fit them.
 */
export type * from './types/compiled.ts'
export type * from './types/geo.ts'
export type * from './types/json.ts'
export type * from './types/paths.ts'
export type * from './types/rows.ts'
export type * from './types/values.ts'
