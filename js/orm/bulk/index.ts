/** Many writes at once. */
export { BulkBuilder } from './builder.ts'
export { BulkWriteError } from './error.ts'
export { bulkDelete, bulkSave } from './save.ts'
export type * from './types.ts'
export { upsertMany } from './upsert_many.ts'
export { type BulkStatements, bulkWrite } from './write.ts'
