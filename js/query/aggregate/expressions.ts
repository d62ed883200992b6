/**
 * The expression language, the namespace `expr`. Where text can be a value it is one, and a field is
 * `expr.field('name')`; accumulators, window functions, and the first argument of date, array and
 * conversion functions take the name of a field.
 */
export * from './expressions/accumulators.ts'
export * from './expressions/arithmetic.ts'
export * from './expressions/arrays.ts'
export * from './expressions/comparison.ts'
export * from './expressions/conditionals.ts'
export * from './expressions/conversion.ts'
export * from './expressions/dates.ts'
export * from './expressions/fields.ts'
export * from './expressions/strings.ts'
export * from './expressions/windows.ts'
