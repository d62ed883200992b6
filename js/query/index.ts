/** The query builder without the means to run a query. */
export type { ElementQuery } from './builder/element_query.ts'
export { QueryBuilder } from './builder/query_builder.ts'
export { escapeLike } from './compile/like.ts'
export { type ResolvedPath, refuseOpaque, resolvePath } from './names.ts'
export type { QueryColumn, QueryTarget } from './target.ts'
export type * from './types.ts'
export { castIds, castPlain, castValue } from './values.ts'
