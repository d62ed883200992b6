/**
 * Every public way to each operation of the core, in one table: a rule that holds for all requests has
 * to hold on each of them. The table's keys are the operations of `src/protocol.json`.
 */
import { BaseModel, column, type Database, rotateEncryption } from 'lucent-odm'
import type { OperationName } from './recorded_operations.ts'
import { RELATED_CHANGES, RELATED_DELETES, RELATED_READS } from './related_ways.ts'
import { WRITE_PATHS, type Written } from './write_paths.ts'

/** Columns that the model of {@link WAYS} has beside others. */
export interface Keyed extends Written {
  id: string
  key: string
  count: number
  list: string[]
}

type Filter = Readonly<Record<string, unknown>>

const query = (model: typeof BaseModel, filter: Filter) => model.query().whereRaw(filter)

type Query = ReturnType<typeof query>
/** What a way works on: one stored document, whose `key` is known. */
export interface Given {
  readonly database: Database
  /** Has the columns `id`, `key`, `count` (a number) and `list` (of texts). */
  readonly model: typeof BaseModel
  readonly key: string
  /** Finds the document: `{ key }`, unless a test says otherwise. */
  readonly filter: Filter
  /** What ways of writing write. */
  readonly values: Filter
  /** An instance of the document, as it was read. */
  readonly found: Keyed
}

/** One way to an operation. */
export interface Way {
  readonly name: string
  readonly operation: OperationName
  /** What becomes of the document, or that it is none of these. */
  readonly kind: 'read' | 'insert' | 'update' | 'delete' | 'other'
  /** Whether `filter` says which documents it is about. */
  readonly filtered: boolean
  /** Whether it writes `values`. */
  readonly writesValues: boolean
  run(given: Given): Promise<unknown>
}

type Run = Way['run']
type Runs = Readonly<Partial<Record<OperationName, Readonly<Record<string, Run>>>>>

function ways(kind: Way['kind'], filtered: boolean, runs: Runs): Way[] {
  return Object.entries(runs).flatMap(([operation, named]) =>
    Object.entries(named).map(([name, run]) => {
      return {
        name,
        operation: operation as OperationName,
        kind,
        filtered,
        writesValues: false,
        run,
      }
    }),
  )
}

async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}

const rowsOf = (json: string): unknown[] => {
  const rows: unknown[] | { data: unknown[] } = JSON.parse(json)
  return Array.isArray(rows) ? rows : rows.data
}

const present = <T>(row: T | null): T[] => (row === null ? [] : [row])

/** Reads of the rows that a query finds, through the model's hooks. */
export const QUERY_READS: Readonly<Record<string, (query: Query) => Promise<readonly unknown[]>>> =
  {
    await: async (query) => query,
    exec: (query) => query.exec(),
    first: async (query) => present(await query.first()),
    firstOrFail: async (query) => [await query.firstOrFail()],
    cursor: (query) => collected(query.cursor()),
    batches: async (query) => (await collected(query.batches({ batchSize: 1 }))).flat(),
    toJson: async (query) => rowsOf(await query.toJson()),
    'toJson of a page': async (query) => rowsOf(await query.toJson({ page: 1, perPage: 10 })),
    paginate: async (query) => (await query.paginate(1, 10)).all(),
    'a second run': async (query) => {
      await query
      return query.exec()
    },
    'a clone of a query that ran': async (query) => {
      await query
      return query.clone().exec()
    },
  }

const queried = (read: (query: Query) => PromiseLike<unknown>): Run => {
  return async ({ model, filter }) => read(query(model, filter))
}

const everyQueried = (reads: Readonly<Record<string, (query: Query) => Promise<unknown>>>) =>
  Object.fromEntries(Object.entries(reads).map(([name, read]) => [name, queried(read)]))

const READS_BY_QUERIES: Runs = {
  find: {
    ...everyQueried(QUERY_READS),
    paginateCursor: queried(async (query) =>
      (await query.orderBy('key' as never).paginateCursor({ limit: 5 })).all(),
    ),
    pojo: queried((query) => query.pojo().exec()),
    'pojo, cursor': queried((query) => collected(query.pojo().cursor())),
    pluck: queried((query) => query.pluck('key' as never)),
  },
  count: {
    count: queried((query) => query.count()),
    exists: queried((query) => query.exists()),
    'the total of a page': queried((query) => query.paginate(1, 1)),
  },
  distinct: { valuesOf: queried((query) => query.valuesOf('key' as never)) },
  aggregate: {
    union: queried((query) => query.unionAll((other) => other.whereRaw({ key: 'none' })).exec()),
    distinct: queried((query) => query.distinct('key' as never).exec()),
    distinctOn: queried((query) => query.distinctOn('key' as never).exec()),
    sum: queried(async (query) =>
      (await query.sum('count' as never)).map(({ $extras }) => $extras),
    ),
    'group by': queried((query) =>
      query
        .select('key' as never)
        .groupBy('key' as never)
        .count('* as n' as never),
    ),
    aggregate: ({ model, filter }) => model.aggregate().matchRaw(filter).exec(),
    'aggregate, as models': ({ model, filter }) =>
      model
        .aggregate()
        .matchRaw(filter)
        .asModels()
        .then((rows) => rows),
    'aggregate, cursor': ({ model, filter }) =>
      collected(model.aggregate().matchRaw(filter).cursor()),
  },
}

/** A read in a transaction that locks what it finds. */
const locked = (read: (query: Query) => PromiseLike<unknown>): Run => {
  return ({ model, filter }) =>
    model.transaction((client) =>
      Promise.resolve(read(model.query({ client }).whereRaw(filter).forUpdate())),
    )
}

const LOCKING_READS: Runs = {
  findAndLock: {
    forUpdate: locked((query) => query.exec()),
    'forUpdate, first': locked(async (query) => present(await query.first())),
    'forUpdate, pojo': locked((query) => query.pojo().exec()),
    'forUpdate, toJson': locked(async (query) => rowsOf(await query.toJson())),
    'forUpdate, a page': locked(async (query) => (await query.paginate(1, 10)).all()),
  },
}

const READS_BY_KEYS: Runs = {
  findAndLock: {
    lockForUpdate: ({ found }) => found.lockForUpdate((fresh) => [fresh]),
  },
  find: {
    find: async ({ model, found }) => [await model.find(found.id)],
    'find, sharing a command': ({ model, found }) =>
      Promise.all([1, 2].map(() => model.find(found.id, { coalesce: true }))),
    findOrFail: async ({ model, found }) => [await model.findOrFail(found.id)],
    findBy: async ({ model, key }) => [await model.findBy('key' as never, key as never)],
    findByOrFail: async ({ model, key }) => [
      await model.findByOrFail('key' as never, key as never),
    ],
    findMany: ({ model, found }) => model.findMany([found.id]),
    findManyBy: ({ model, key }) => model.findManyBy('key' as never, key as never),
    all: ({ model }) => model.all(),
    'static first': async ({ model }) => [await model.first()],
    refresh: async ({ found }) => [await found.refresh()],
    'firstOrNew, found': async ({ model, key }) => [await model.firstOrNew({ key } as never)],
    'firstOrCreate, found': async ({ model, key }) => [await model.firstOrCreate({ key } as never)],
    'fetchOrNewUpMany, found': ({ model, key }) =>
      model.fetchOrNewUpMany('key' as never, [{ key } as never]),
    'fetchOrCreateMany, found': ({ model, key }) =>
      model.fetchOrCreateMany('key' as never, [{ key } as never]),
  },
}

const CHANGES_BY_QUERIES: Runs = {
  update: {
    increment: queried((query) => query.increment('count' as never)),
    decrement: queried((query) => query.decrement('count' as never, 2)),
    pushTo: queried((query) => query.pushTo('list' as never, 'b' as never)),
    pullFrom: queried((query) => query.pullFrom('list' as never, 'a' as never)),
    addToSet: queried((query) => query.addToSet('list' as never, 'c' as never)),
    unset: queried((query) => query.unset('count' as never)),
    updateWith: queried((query) => query.updateWith([{ $set: { count: 5 } }])),
  },
}

const DELETES_BY_QUERIES: Runs = {
  delete: {
    'query delete': queried((query) => query.delete()),
    del: queried((query) => query.del()),
    'query deleteOne': queried((query) => query.deleteOne()),
  },
  findAndModify: {
    findOneAndDelete: queried((query) => query.findOneAndDelete()),
    'deleteOne in order': queried((query) => query.orderBy('key' as never).deleteOne()),
  },
  bulk: {
    'bulkWrite: deleteOne': ({ model, filter }) =>
      model.bulkWrite((bulk) => bulk.deleteOne(filter as never)),
    'bulkWrite: deleteMany as data': ({ model, filter }) =>
      model.bulkWrite([{ deleteMany: { filter: filter as never } }]),
  },
}

const DELETES_OF_INSTANCES: Runs = {
  delete: {
    delete: ({ found }) => found.delete(),
    deleteQuietly: ({ found }) => found.deleteQuietly(),
    truncate: ({ model }) => model.truncate(),
  },
  bulk: { bulkDelete: ({ model, found }) => model.bulkDelete([found]) },
}

/** Its keys are numbers of a counter. */
class Numbered extends BaseModel {
  @column({ isPrimary: true, generate: 'sequence' }) declare number: number
}

const OTHERS: Runs = {
  sequence: {
    'create with a number': ({ database }) => {
      Numbered.useDatabase(database)
      return Numbered.create({})
    },
    'createMany with numbers': ({ database }) => {
      Numbered.useDatabase(database)
      return Numbered.createMany([{}, {}])
    },
  },
  ping: {
    ping: ({ database }) => database.connection().ping(),
    'a health check': ({ database }) => database.connection().healthCheck(),
  },
  command: {
    'explain of a query': queried((query) => query.explain()),
  },
  startTransaction: {
    'a transaction that reads': ({ model, key }) =>
      model.transaction((client) => model.query({ client }).whereRaw({ key }).exec()),
  },
  commitTransaction: {
    commit: ({ model, key }) =>
      model.transaction((client) => model.query({ client }).whereRaw({ key }).exec()),
  },
  abortTransaction: {
    rollback: async ({ database, model, key }) => {
      const client = await database.transaction()
      await model.query({ client }).whereRaw({ key }).exec()
      await client.rollback()
    },
  },
  indexes: {
    diffIndexes: ({ model }) => model.diffIndexes(),
    syncIndexes: ({ model }) => model.syncIndexes(),
    createCollection: ({ model }) => model.createCollection(),
    'syncIndexes of the database': ({ database, model }) => database.syncIndexes([model]),
  },
  rotate: { rotateEncryption: ({ model }) => rotateEncryption(model) },
}

/** The ways of writing values, each to a document that is there or to a new one. */
const WRITES: Way[] = WRITE_PATHS.map(({ name, operation, kind, through, run }) => ({
  name,
  operation,
  kind,
  writesValues: true,
  filtered: kind === 'update' && through === 'query' && name !== 'upsertMany, found',
  run: ({ model, key, filter, values, found }) => {
    const place = kind === 'insert' ? `${key}, made` : key
    return run({ model, key: place, values, filter, found, options: {} })
  },
}))

/** All of them, in no order that matters. */
const ALL: readonly Way[] = [
  ...ways('read', true, READS_BY_QUERIES),
  ...ways('read', true, LOCKING_READS),
  ...ways('read', true, RELATED_READS),
  ...ways('read', false, READS_BY_KEYS),
  ...WRITES,
  ...ways('update', true, CHANGES_BY_QUERIES),
  ...ways('delete', true, DELETES_BY_QUERIES),
  // The row that has the relation narrows them.
  ...ways('update', false, RELATED_CHANGES),
  ...ways('delete', false, RELATED_DELETES),
  ...ways('delete', false, DELETES_OF_INSTANCES),
  ...ways('other', false, OTHERS),
]

/** The ways to one operation. */
export function waysTo(operation: string): Way[] {
  return ALL.filter((way) => way.operation === operation)
}

/** The ways that do something of these kinds. */
export function waysThat(...kinds: Way['kind'][]): Way[] {
  return ALL.filter((way) => kinds.includes(way.kind))
}
