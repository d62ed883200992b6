/** lucent-odm: Lucid for MongoDB. */
export {
  Binary,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from './codec/values.ts'
export {
  type ConnectionConfig,
  type DatabaseConfig,
  defineConfig,
} from './database/config.ts'
export type { Connection, ConnectionState, HealthReport } from './database/connection.ts'
export { Database } from './database/index.ts'
export { type ErrorCode, type ErrorDetails, errors, LucentError } from './errors/index.ts'
export { BaseModel } from './orm/base_model/index.ts'
export type {
  ColumnOptions,
  DateColumnOptions,
  ObjectIdColumnOptions,
} from './orm/columns/index.ts'
export type { Model, ModelClass } from './orm/contracts/index.ts'
export type {
  CherryPick,
  FindOptions,
  ModelAdapterOptions,
  ModelAssignOptions,
  ModelAttributes,
  ModelObject,
  WriteOptions,
} from './orm/contracts/options.ts'
export { column } from './orm/decorators/column.ts'
export {
  type AfterHandler,
  afterCreate,
  afterDelete,
  afterFetch,
  afterFind,
  afterPaginate,
  afterSave,
  afterUpdate,
  type BeforeHandler,
  beforeCreate,
  beforeDelete,
  beforeFetch,
  beforeFind,
  beforePaginate,
  beforeSave,
  beforeUpdate,
} from './orm/decorators/hooks.ts'
export type { EventName, HookEvent, LifecycleOperation } from './orm/hooks/events.ts'
export type { HookContext } from './orm/hooks/runner.ts'
export {
  CamelCaseNamingStrategy,
  type NamingStrategy,
  type PaginationMetaKeys,
  SnakeCaseNamingStrategy,
  VerbatimNamingStrategy,
} from './orm/naming_strategies/index.ts'
export {
  CursorPage,
  type CursorPageMeta,
  type CursorPageState,
} from './orm/paginator/cursor_page.ts'
export type { CursorPageOptions } from './orm/paginator/cursor_slice.ts'
export { ModelPaginator, type PageUrl, type PaginatorMeta } from './orm/paginator/index.ts'
export { ModelQueryBuilder } from './orm/query_builder/index.ts'
export { escapeLike } from './query/index.ts'
export type * from './query/types.ts'
