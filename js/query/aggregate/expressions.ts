/**
 * The expression language, the namespace `expr`. Where text can be a value it is one, and a field is
 * `expr.field('name')`; accumulators, window functions, and the first argument of date, array and
 * conversion functions take the name of a field.
 */
export * from './expressions/accumulators.generated.ts'
export * from './expressions/arithmetic.generated.ts'
export * from './expressions/arrays.generated.ts'
export * from './expressions/callbacks.ts'
export * from './expressions/comparison.generated.ts'
export * from './expressions/conditionals.generated.ts'
export * from './expressions/conversion.generated.ts'
export * from './expressions/dates.generated.ts'
export * from './expressions/fields.ts'
export * from './expressions/strings.generated.ts'
export * from './expressions/system.generated.ts'
export * from './expressions/windows.generated.ts'
