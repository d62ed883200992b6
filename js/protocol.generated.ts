// Generated from src/protocol.json by scripts/generate_protocol.mjs.

/** What a request asks the core for. */
export const Operation = {
  /** Reads documents, a batch at a time. */
  find: 0,
  /** Counts documents. */
  count: 1,
  /** Inserts one document or many. */
  insert: 2,
  /** Updates one document, or all that match. */
  update: 3,
  /** Several updates, each with its own filter, in one command. */
  updateEach: 4,
  /** Deletes one document, or all that match. */
  delete: 5,
  /** Asks the server whether it is there. */
  ping: 6,
  /** Reads what a pipeline makes of the collection, a batch at a time. */
  aggregate: 7,
  /** The different values of one field. */
  distinct: 8,
  /** Changes, replaces or deletes one document and answers it. */
  findAndModify: 9,
  /** Many writes of different kinds, each with an outcome of its own. */
  bulk: 10,
  /** A command as the caller wrote it. */
  command: 11,
  /** Starts the session's transaction. */
  startTransaction: 12,
  /** Commits the session's transaction. */
  commitTransaction: 13,
  /** Aborts the session's transaction. */
  abortTransaction: 14,
  /** Brings documents up to date with the model's encryption. */
  rotate: 15,
  /** Inserts a document where nothing matches, and answers it, or what did. */
  insertUnlessFound: 16,
  /** Reads documents, and keeps others from writing them until the transaction ends. */
  findAndLock: 17,
  /** Takes numbers in a row from the counter of the model's collection. */
  sequence: 18,
  /** Compares a collection with what models declare of it, and brings it in line, a step at a time. */
  indexes: 19,
} as const

export type Operation = (typeof Operation)[keyof typeof Operation]

/** Operations that change nothing, whatever becomes of them. */
export const READS: ReadonlySet<Operation> = new Set<Operation>([
  Operation.find,
  Operation.count,
  Operation.ping,
  Operation.aggregate,
  Operation.distinct,
])

/** Hook events, in the order of the model descriptor. */
export const HOOK_EVENTS = [
  'beforeSave',
  'afterSave',
  'beforeCreate',
  'afterCreate',
  'beforeUpdate',
  'afterUpdate',
  'beforeDelete',
  'afterDelete',
  'beforeFind',
  'afterFind',
  'beforeFetch',
  'afterFetch',
  'beforePaginate',
  'afterPaginate',
  'afterCommit',
  'afterRollback',
  'beforeRestore',
  'afterRestore',
  'beforeForceDelete',
  'afterForceDelete',
  'beforeUpdateQuery',
  'afterUpdateQuery',
  'beforeDeleteQuery',
  'afterDeleteQuery',
  'beforeBulkWrite',
  'afterBulkWrite',
  'beforeValidate',
  'validator',
  'afterValidate',
  'onInit',
  'listeners',
] as const

/** Name of a hook event, as of its decorator; `validator` and `listeners` are the places of these. */
export type HookEvent = (typeof HOOK_EVENTS)[number]

/** Operations that raise hook events, by their numbers. */
export const LIFECYCLE = [
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
  'stream',
  'updateQuery',
  'deleteQuery',
  'bulkWrite',
  'commit',
  'rollback',
  'restore',
  'forceDelete',
] as const

/** An operation that raises hook events. */
export type LifecycleOperation = (typeof LIFECYCLE)[number]

/** What rules of models do to an operation. */
export type RuleKind = 'conditions' | 'tenant' | 'stamps' | 'kept'

/** The events that each raises, before and after its command, in order; which rules it goes by, and what listeners are told. */
export const RAISED = {
  create: {
    before: ['beforeValidate', 'validator', 'afterValidate', 'beforeCreate', 'beforeSave'],
    after: ['afterCreate', 'afterSave', 'listeners'],
    rules: ['tenant', 'stamps'],
    told: ['created', 'saved'],
  },
  update: {
    before: ['beforeValidate', 'validator', 'afterValidate', 'beforeUpdate', 'beforeSave'],
    after: ['afterUpdate', 'afterSave', 'listeners'],
    rules: ['conditions', 'tenant', 'stamps'],
    told: ['updated', 'saved'],
  },
  delete: {
    before: ['beforeDelete'],
    after: ['afterDelete', 'listeners'],
    rules: ['conditions', 'stamps', 'kept'],
    told: ['deleted'],
  },
  find: {
    before: ['beforeFind'],
    after: ['afterFind'],
    rules: ['conditions'],
    told: [],
  },
  fetch: {
    before: ['beforeFetch'],
    after: ['afterFetch'],
    rules: ['conditions'],
    told: [],
  },
  paginate: {
    before: ['beforePaginate', 'beforeFetch'],
    after: ['afterPaginate', 'afterFetch'],
    rules: ['conditions'],
    told: [],
  },
  stream: {
    before: ['beforeFetch'],
    after: ['afterFetch'],
    rules: ['conditions'],
    told: [],
  },
  updateQuery: {
    before: ['beforeUpdateQuery'],
    after: ['afterUpdateQuery', 'listeners'],
    rules: ['conditions', 'tenant', 'stamps'],
    told: ['updatedByQuery'],
  },
  deleteQuery: {
    before: ['beforeDeleteQuery'],
    after: ['afterDeleteQuery', 'listeners'],
    rules: ['conditions', 'stamps', 'kept'],
    told: ['deletedByQuery'],
  },
  bulkWrite: {
    before: ['beforeBulkWrite'],
    after: ['afterBulkWrite', 'listeners'],
    rules: ['conditions', 'tenant', 'stamps', 'kept'],
    told: ['bulkWritten'],
  },
  commit: {
    before: [],
    after: ['afterCommit'],
    rules: [],
    told: [],
  },
  rollback: {
    before: [],
    after: ['afterRollback'],
    rules: [],
    told: [],
  },
  restore: {
    before: ['beforeRestore'],
    after: ['afterRestore', 'listeners'],
    rules: ['conditions', 'stamps'],
    told: ['restored'],
  },
  forceDelete: {
    before: ['beforeForceDelete', 'beforeDelete'],
    after: ['afterDelete', 'afterForceDelete', 'listeners'],
    rules: ['conditions'],
    told: ['forceDeleted', 'deleted'],
  },
} as const satisfies Record<
  LifecycleOperation,
  Readonly<{ before: readonly HookEvent[]; after: readonly HookEvent[]; rules: readonly RuleKind[]; told: readonly ModelEvent[] }>
>

/** Events that listeners of models are told of. */
export const MODEL_EVENTS = [
  'created',
  'updated',
  'deleted',
  'updatedByQuery',
  'deletedByQuery',
  'bulkWritten',
  'restored',
  'forceDeleted',
  'saved',
] as const

/** An event that listeners of models are told of. */
export type ModelEvent = (typeof MODEL_EVENTS)[number]

/** Kinds of the steps of a lifecycle run. */
export const Step = {
  /** The operation is over. */
  done: 0,
  /** Call a handler. */
  hook: 1,
  /** Encode, submit, and await the reply. */
  command: 2,
  /** Take the reply: hydrate, mark as persisted. */
  settle: 3,
  /** Move on to the next subject. */
  next: 4,
  /** Go back to the first subject. */
  rewind: 5,
  /** Reject: a before hook answered `false`. */
  abort: 6,
  /** Reject with what was thrown. */
  fail: 7,
} as const

/** How the last step of a lifecycle run went. */
export const Outcome = {
  /** As it should. */
  ok: 0,
  /** A handler answered `false`. */
  refused: 1,
  /** A handler or the command failed. */
  threw: 2,
  /** There was nothing to write. */
  clean: 3,
} as const

/** What a statement of a bulk write does; its document has the name, and nothing else. */
export const STATEMENTS = [
  'insert',
  'update',
  'delete',
] as const

export type StatementKind = (typeof STATEMENTS)[number]

/** Where in a step's number its parts stand; the kind is in the bits below. */
export const StepBits = {
  /** The hook event starts at this bit. */
  event: 4,
  /** The handler's index starts at this bit. */
  handler: 9,
} as const

/** Flags of a record in the table of completions. */
export const CompletionFlag = {
  /** The payload is an error. */
  failed: 1,
  /** More completions of this operation will come. */
  more: 2,
  /** The attachment is JSON text. */
  json: 4,
} as const

/** What a drain into a slab left, in the low bits of its answer. */
export const Left = {
  /** Nothing: the next completion sends a wake. */
  nothing: 0,
  /** The next record needs more room than this slab has. */
  slab: 1,
  /** The next record has attachments, or needs more room than any slab has. */
  attachments: 2,
} as const

/** What the head of a submitted request says beyond handles and numbers. */
export const Submission = {
  /** In the place of a slot to wait for: none. */
  nobody: 4294967295,
  /** Flag: the operation tells where its time goes. */
  trace: 1,
  /** The length of the context behind the request starts at this bit of the flags. */
  context: 8,
} as const

/** What a clause of a description says. */
export const ClauseKind = {
  /** `$eq`. */
  equal: 0,
  /** `$gt`. */
  greater: 1,
  /** `$gte`. */
  greaterOrEqual: 2,
  /** `$lt`. */
  less: 3,
  /** `$lte`. */
  lessOrEqual: 4,
  /** One of a list. */
  in: 5,
  /** From one value to another. */
  between: 6,
  /** `LIKE`, with a pattern. */
  like: 7,
  /** `ILIKE`, with a pattern. */
  foldedLike: 8,
  /** The field is there. */
  exists: 9,
  /** Operators as they are sent. */
  test: 10,
  /** Finished filters: where it holds, and where it does not. */
  either: 11,
  /** A text search. */
  text: 12,
  /** A native filter. */
  raw: 13,
  /** Begins a group. */
  group: 14,
  /** Begins conditions on an element of an array. */
  element: 15,
  /** Ends a group or the conditions on an element. */
  end: 16,
  /** There are related rows: the head's `has` says which. */
  related: 17,
} as const

/** Flags of a clause, added to its kind. */
export const ClauseFlag = {
  /** It does not hold. */
  negated: 32,
  /** It is an alternative to those before it. */
  or: 64,
} as const

/** What a description asks of its query. */
export const Asks = {
  /** Its rows. */
  rows: 0,
  /** Their number. */
  count: 1,
  /** Which documents match. */
  filter: 2,
  /** What its conditions say of `_id`. */
  key: 3,
} as const

export type Asks = (typeof Asks)[keyof typeof Asks]

/** What an aggregate of a description makes of the values. */
export const Calculate = {
  /** How many there are. */
  count: 0,
  /** The least. */
  min: 1,
  /** The greatest. */
  max: 2,
  /** Their sum. */
  sum: 3,
  /** Their average. */
  avg: 4,
} as const

/** What a chunk's tags say beyond BSON's type codes. */
export const Tag = {
  /** The document lacks the field. */
  missing: 0,
  /** An ObjectId whose 24 hexadecimal digits stand in the text region. */
  idText: 7,
  /** A string in which something is not ASCII. */
  wideString: 130,
  /** A document in which a text is not ASCII. */
  wideDocument: 131,
  /** An array in which a text is not ASCII. */
  wideArray: 132,
  /** The 12 bytes of an ObjectId. */
  idBytes: 135,
} as const

/** Subtypes of binary data that the package writes. */
export const Subtype = {
  /** An encrypted value. */
  envelope: 225,
  /** An entry of a blind index. */
  entry: 226,
} as const

/** Sizes and counts that both languages go by. */
export const Limit = {
  /** The head of a submitted request: eight 32-bit words. */
  headBytes: 32,
  /** A slab that JavaScript hands in for completions. */
  slabBytes: 65536,
  /** The head of a record in the table of completions. */
  recordBytes: 16,
  /** Payload of one drain at most: what is left waits for the next turn of the event loop, so that no drain holds the loop for long. */
  drainBytes: 524288,
  /** After a drain of this size JavaScript drains again in the next turn of the event loop, and no wake is sent until then: a wake that is sent during a drain would be answered in the same turn. */
  turnBytes: 262144,
  /** A table of completions takes inline payloads until it has this size, so that a small document kept alive does not keep a large buffer alive. */
  tableBytes: 65536,
  /** Chunks above this size cross as buffers of their own. */
  inlineBytes: 16384,
  /** Batches that may be under way before the reader asks for more: enough to keep server, core and reader busy at once, few enough to bound memory. */
  windowBatches: 4,
  /** The head of a chunk. */
  chunkHeadBytes: 16,
  /** Documents in one chunk at most: a document kept alive keeps its chunk alive. */
  chunkRows: 64,
  /** The document that takes a chunk past this many bytes is its last. */
  chunkBytes: 65536,
  /** Hexadecimal digits of an ObjectId. */
  idDigits: 24,
  /** MongoDB's limit for a stored document. */
  documentBytes: 16777216,
  /** Statements of one request together at most, unless a single one is larger. */
  commandBytes: 16777216,
  /** Bytes of a database's name at most. */
  databaseName: 63,
  /** Levels of documents and arrays that MongoDB stores, the document itself included. */
  documentDepth: 100,
  /** Relations that one read loads at most, those below others included. */
  legs: 256,
  /** Relations below each other in one read. */
  legDepth: 16,
} as const

/** What holds for a connection unless its settings say otherwise. */
export const Preset = {
  /** Sockets of the pool: the Rust driver's own default of 10 costs a third of the throughput. */
  maxPoolSize: 100,
} as const

/** The one field of the document around a value that is compared with an encrypted column; a request in which one is left is not sent. */
export const PLAIN_MARK = "\u0001lucent.plain"

/** What an option of a connection string may be set to: of a kind, or one of some words. */
export const URL_OPTIONS = {
  appName: "text",
  authMechanism: "mechanism",
  authMechanismProperties: "pairs",
  authSource: "database",
  connectTimeoutMS: "milliseconds",
  directConnection: "flag",
  enableOverloadRetargeting: "flag",
  heartbeatFrequencyMS: "heartbeat",
  journal: "flag",
  loadBalanced: "flag",
  localThresholdMS: "milliseconds",
  maxAdaptiveRetries: "count",
  maxConnecting: "positive",
  maxIdleTimeMS: "milliseconds",
  maxPoolSize: "positive",
  maxStalenessSeconds: "staleness",
  minPoolSize: "count",
  readConcernLevel: "text",
  readPreference: ["primary","primaryPreferred","secondary","secondaryPreferred","nearest"],
  readPreferenceTags: "tags",
  replicaSet: "text",
  retryReads: "flag",
  retryWrites: "flag",
  serverMonitoringMode: ["stream","poll","auto"],
  serverSelectionTimeoutMS: "milliseconds",
  srvMaxHosts: "count",
  srvServiceName: "text",
  ssl: "flag",
  timeoutMS: "milliseconds",
  tls: "flag",
  tlsAllowInvalidCertificates: "flag",
  tlsCAFile: "text",
  tlsCertificateKeyFile: "text",
  tlsInsecure: "flag",
  uuidRepresentation: ["standard"],
  w: "acknowledgement",
  wTimeoutMS: "milliseconds",
} as const

/** Options that other drivers take, and what to do in their place. */
export const URL_OPTIONS_INSTEAD = {
  compressors: "messages are not compressed: leave it out",
  zlibCompressionLevel: "messages are not compressed: leave it out",
  socketTimeoutMS: "use timeoutMS, which limits an operation from its start to its end, or the setting socketTimeoutMS",
  waitQueueTimeoutMS: "use timeoutMS, which counts the wait for a socket too",
  family: "write the address of the family that you want as the host",
  j: "use journal",
  wtimeout: "use wTimeoutMS",
  proxyHost: "proxies are not supported: forward a local port, and name that as the host",
  proxyPort: "proxies are not supported",
  proxyUsername: "proxies are not supported",
  proxyPassword: "proxies are not supported",
  tlsAllowInvalidHostnames: "use a certificate with the host's name",
  tlsCertificateKeyFilePassword: "use a tlsCertificateKeyFile without a password",
} as const
