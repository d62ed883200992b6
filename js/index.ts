/** lucent-odm: Lucid for MongoDB. */

export { type ConfigureCommand, configure } from './adonis/configure.ts'
export { stubsRoot } from './adonis/stubs_root.ts'
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
export type { BackgroundFailure, DeferOptions } from './context/background.ts'
export { type ContextValues, context } from './context/index.ts'
export type { QueryClient } from './database/client.ts'
export type { ReadConcernLevel, ReadPreferenceMode } from './database/concerns.ts'
export {
  type ConnectionConfig,
  type DatabaseConfig,
  defineConfig,
} from './database/config.ts'
export type {
  Connection,
  ConnectionEvent,
  ConnectionState,
  HealthReport,
} from './database/connection.ts'
export type { ConnectionListener } from './database/connection_events.ts'
export { Database } from './database/index.ts'
export type {
  DifferentIndex,
  DiffIndexOptions,
  IndexedModel,
  IndexProgress,
  IndexReport,
  IndexShape,
  IndexStep,
  SyncIndexOptions,
} from './database/indexes.ts'
export type { QueryEvent, QueryListener } from './database/query_events.ts'
export type { TransactionEnd } from './database/transaction/callbacks.ts'
export { type EndListener, TransactionClient } from './database/transaction/index.ts'
export type {
  IsolationLevel,
  TransactionOptions,
  WriteConcern,
} from './database/transaction/options.ts'
export {
  type EncryptionConfig,
  type EncryptionKeys,
  generateEncryptionKey,
  type KeyProvider,
  type KeyRequest,
  parseEncryptionKeys,
  setEncryptionKeys,
} from './encryption/index.ts'
export { type ErrorCode, type ErrorDetails, errors, LucentError } from './errors/index.ts'
export type { AdapterContract } from './orm/adapter/contract.ts'
export { Adapter } from './orm/adapter/index.ts'
export {
  type AggregateRunner,
  ModelAggregate,
  type RunOptions,
} from './orm/aggregate/index.ts'
export type { ModelConstructor } from './orm/base_model/constructor.ts'
export { BaseModel } from './orm/base_model/index.ts'
export type { ListenerOptions, ModelEventContext, ModelListener } from './orm/base_model/listen.ts'
export type { AggregateLoader, RelationLoader } from './orm/base_model/relations.ts'
export {
  BulkBuilder,
  type BulkFailure,
  type BulkFilter,
  type BulkOptions,
  type BulkReplace,
  type BulkResult,
  type BulkSaveOptions,
  type BulkStatement,
  type BulkStatements,
  type BulkUpdate,
  type BulkUpsert,
  BulkWriteError,
  type UpsertManyOptions,
} from './orm/bulk/index.ts'
export type {
  BlindIndexOptions,
  BlindNormalizer,
  EncryptionOptions,
} from './orm/columns/encrypted.ts'
export type { HashedColumnOptions } from './orm/columns/hashed/index.ts'
export {
  type Hasher,
  type HashOptions,
  hashPassword,
  type VerifyOptions,
  verifyPassword,
} from './orm/columns/hashed/scrypt.ts'
export { prehashed } from './orm/columns/hashed/values.ts'
export type { JsonColumnOptions } from './orm/columns/json.ts'
export type {
  ColumnOptions,
  DateColumnOptions,
  EncryptedColumnOptions,
  KeyStrategy,
  ObjectIdColumnOptions,
  UuidColumnOptions,
  VersionColumnOptions,
} from './orm/columns/options.ts'
export type { TransientOptions } from './orm/columns/transient.ts'
export type { EmbedTag } from './orm/contracts/embedded.ts'
export type { AdapterColumns, Model, ModelClass, MorphMap } from './orm/contracts/index.ts'
export type {
  AttributeChange,
  AttributeInput,
  CallLimits,
  CherryPick,
  CreateManyOptions,
  FindOptions,
  GivenKey,
  KeyValue,
  ModelAdapterOptions,
  ModelAssignOptions,
  ModelAttributes,
  ModelColumnValues,
  ModelObject,
  OperationOptions,
  PartialAttributes,
  Related,
  RelatedRow,
  WriteOptions,
} from './orm/contracts/options.ts'
export type {
  RelationClientOf,
  RelationContract,
  RelationName,
  RelationQueryOf,
  RelationTag,
} from './orm/contracts/relation.ts'
export type { RelationKind } from './orm/contracts/relation_kind.ts'
export { column, dateColumn, dateTimeColumn } from './orm/decorators/column.ts'
export { computed } from './orm/decorators/computed.ts'
export { embedsMany, embedsOne } from './orm/decorators/embedded.ts'
export {
  type AfterHandler,
  afterBulkWrite,
  afterCommit,
  afterCreate,
  afterDelete,
  afterDeleteQuery,
  afterFetch,
  afterFind,
  afterForceDelete,
  afterPaginate,
  afterRestore,
  afterRollback,
  afterSave,
  afterUpdate,
  afterUpdateQuery,
  afterValidate,
  type BeforeHandler,
  beforeBulkWrite,
  beforeCreate,
  beforeDelete,
  beforeDeleteQuery,
  beforeFetch,
  beforeFind,
  beforeForceDelete,
  beforePaginate,
  beforeRestore,
  beforeSave,
  beforeUpdate,
  beforeUpdateQuery,
  beforeValidate,
  onInit,
  type QueryHookOptions,
} from './orm/decorators/hooks.ts'
export {
  ancestors,
  belongsTo,
  breadcrumbs,
  descendants,
  hasMany,
  hasManyThrough,
  hasOne,
  manyToMany,
  morphMany,
  morphOne,
  morphTo,
} from './orm/decorators/relations.ts'
export type { ComputedOptions, ModelComputedOptions } from './orm/definition/computed.ts'
export type { ModelColumnOptions, ModelKeySets, ModelKeys } from './orm/definition/metadata.ts'
export type { EmbeddedQuery } from './orm/embedded_query/index.ts'
export { auditsOf, type HistoryOptions } from './orm/histories/audits.ts'
export { auditContext, setAuditContext } from './orm/histories/context.ts'
export {
  Auditable,
  type AuditableClass,
  AuditableWith,
  type Auditing,
  Versioned,
  type VersionedClass,
  VersionedWith,
  type Versioning,
} from './orm/histories/mixins.ts'
export { Audit, type AuditedChange, type AuditedOperation } from './orm/histories/rows.ts'
export {
  diffVersions,
  restoreVersion,
  type Version,
  type VersionOptions,
  versionAt,
  versionsOf,
} from './orm/histories/versions.ts'
export type { HookChoice } from './orm/hooks/choice.ts'
export type {
  AfterEventName,
  EventName,
  HookEvent,
  LifecycleOperation,
  ModelEvent,
} from './orm/hooks/events.ts'
export type { AddedHookOptions } from './orm/hooks/registry.ts'
export {
  type CollectionOptions,
  type ColumnIndex,
  type ColumnSchema,
  type ColumnUnique,
  type IndexCollation,
  type IndexCondition,
  type IndexDeclaration,
  type IndexKeys,
  type IndexKind,
  type IndexOptions,
  type IndexWhere,
  index,
} from './orm/indexes/declare.ts'
export type { EmbeddedList } from './orm/instance/embedded/list.ts'
export type { EmbedsMany, EmbedsOne } from './orm/instance/embedded/types.ts'
export {
  CamelCaseNamingStrategy,
  type NamingStrategy,
  type PaginationMetaKeys,
  type PaginationMetaKeys as SimplePaginatorMetaKeys,
  SnakeCaseNamingStrategy,
  VerbatimNamingStrategy,
} from './orm/naming_strategies/index.ts'
export type { HookContext, WriteOperation } from './orm/operation/run.ts'
export {
  CursorPage,
  type CursorPageMeta,
  type CursorPageState,
} from './orm/paginator/cursor_page.ts'
export { ModelPaginator, type PageUrl, type PaginatorMeta } from './orm/paginator/index.ts'
export type { CursorPageOptions } from './orm/query_builder/cursor_slice.ts'
export type { Explanation, Verbosity } from './orm/query_builder/explain.ts'
export type { FindOneAndOptions, UpsertOptions } from './orm/query_builder/find_and_modify.ts'
export { ModelQueryBuilder } from './orm/query_builder/index.ts'
export {
  type ModelQuery,
  type QueryScope,
  type ScopedQuery,
  type ScopesOf,
  scope,
} from './orm/query_builder/scopes.ts'
export type { JsonExplanation, JsonOptions, JsonPage } from './orm/query_builder/to_json.ts'
export type { UpdateChanges } from './orm/query_builder/update/builder.ts'
export { UpdateBuilder } from './orm/query_builder/update/builder.ts'
export type { ElementCondition, ElementFilter } from './orm/query_builder/update/elements.ts'
export type { UpdateStage } from './orm/query_builder/update/pipeline.ts'
export type {
  Amount,
  Amounts,
  BitwiseOperands,
  EachElement,
  ElementOf,
  ListPath,
  NumericPath,
  OneElement,
  PositionalPath,
  PushOptions,
  UpdatePath,
  UpdateResult,
  UpdateValue,
  UpdateValues,
  UpsertResult,
} from './orm/query_builder/update/types.ts'
export type { QueryWrite, WrittenDocument } from './orm/query_builder/write_run.ts'
export type {
  BelongsToOptions,
  CommonRelationOptions,
  CountedOptions,
  DependentOptions,
  LazyModel,
  ManyToManyOptions,
  MorphKeys,
  MorphOptions,
  MorphToOptions,
  OwnedRelationOptions,
  RelationOptions,
  ThroughRelationOptions,
} from './orm/relations/options.ts'
export type { PivotTimestamps } from './orm/relations/pivot.ts'
export type {
  Attachments,
  BelongsTo,
  BelongsToClient,
  GroupLimits,
  HasMany,
  HasManyClient,
  HasManyThrough,
  HasOne,
  HasOneClient,
  ManyQuery,
  ManyToMany,
  ManyToManyClient,
  MorphMany,
  MorphOne,
  MorphQuery,
  MorphTo,
  MorphToClient,
  OneQuery,
  PivotAttributes,
  PivotFilters,
  PivotQuery,
  RelatedKey,
  RelationClient,
  TreeQuery,
  TreeRows,
} from './orm/relations/types.ts'
export {
  type RotationFailure,
  type RotationOptions,
  type RotationProgress,
  type RotationReport,
  rotateEncryption,
} from './orm/rotation/index.ts'
export { compose } from './orm/rules/compose.ts'
export {
  audited,
  type BlameColumns,
  blameable,
  condition,
  FromContext,
  fromContext,
  type HistoryOf,
  history,
  inDatabase,
  type Rule,
  type StampOf,
  type StampValue,
  softDeletes,
  stamp,
  type TenantOptions,
  tenantScoped,
  versioned,
} from './orm/rules/index.ts'
export {
  Blameable,
  type Blamed,
  type SoftDeletable,
  type SoftDeletableClass,
  SoftDeletes,
  SoftDeletesIn,
  TenantScoped,
  type TenantScopedClass,
  type Timestamped,
  Timestamps,
} from './orm/rules/mixins.ts'
export type {
  ModelValidator,
  StandardValidator,
  ValidateFunction,
  ValidationMessage,
  ValidationMeta,
  VineValidator,
} from './orm/validation/types.ts'
export {
  type AggregateOptions,
  type ExplainVerbosity,
  expr,
  PipelineBuilder,
  type ReadPreference,
  type RowOf,
  type Stage,
  SubPipeline,
} from './query/aggregate/index.ts'
export { type ElementQuery, escapeLike } from './query/index.ts'
export type * from './query/types.ts'
