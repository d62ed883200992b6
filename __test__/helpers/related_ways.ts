/** Ways to operations that lead through a relation: reads of related rows, conditions over them, counts. */
import { BaseModel, column, type Database, type HasMany, hasMany } from 'lucent-odm'

type Filter = Readonly<Record<string, unknown>>

/** What a way works on: see `ways.ts`. */
interface Given {
  readonly database: Database
  readonly model: typeof BaseModel
  readonly key: string
  readonly filter: Filter
}

/** Documents of a model by another name, whose `rows` are those of the same key as the model has them. */
function holderOf(model: typeof BaseModel, database: Database) {
  class Holder extends BaseModel {
    static override collection = model.collection as string
    @column({ isPrimary: true }) declare id: string
    @column() declare key: string
    @hasMany(() => model, { localKey: 'key', foreignKey: 'key' })
    declare rows: HasMany<typeof BaseModel>
  }
  Holder.useDatabase(database)
  return Holder
}

type Holder = InstanceType<ReturnType<typeof holderOf>>
type RelatedQuery = ReturnType<typeof BaseModel.query>
interface Narrowed {
  whereRaw(filter: Filter): unknown
}

const holders = ({ model, database, key }: Given) =>
  holderOf(model, database).query().where('key', key)
const narrowed =
  ({ filter }: Given) =>
  (rows: Narrowed) => {
    rows.whereRaw(filter)
  }
const preloaded = (given: Given) => holders(given).preload('rows', narrowed(given) as never)
const rowsOf = (found: readonly Holder[]) => found.flatMap(({ rows }) => [...rows])
/** Asks the query of a row's relation: queries are awaited where they are returned. */
async function related<T>(given: Given, ask: (rows: RelatedQuery) => Promise<T>): Promise<T> {
  const query = (await holders(given).firstOrFail()).related('rows').query()
  return ask((query as unknown as RelatedQuery).whereRaw(given.filter))
}

type Run = (given: Given) => Promise<unknown>
type Runs = Readonly<Record<string, Readonly<Record<string, Run>>>>

export const RELATED_READS: Runs = {
  find: {
    preload: async (given) => rowsOf(await preloaded(given)),
    'preload, first': async (given) => rowsOf([await preloaded(given).firstOrFail()]),
    'preload, a page': async (given) => rowsOf((await preloaded(given).paginate(1, 5)).all()),
    'preload, a page by cursor': async (given) =>
      rowsOf((await preloaded(given).paginateCursor({ limit: 5 })).all()),
    'preload, cursor': async (given) => {
      const found: unknown[] = []
      for await (const { rows } of preloaded(given).cursor()) found.push(...rows)
      return found
    },
    'preload, toJson': async (given) => rowsOf(JSON.parse(await preloaded(given).toJson())),
    'preload, in a transaction': async (given) =>
      given.model.transaction(async (client) => {
        const query = holderOf(given.model, given.database).query({ client })
        const found = await query.where('key', given.key).preload('rows', narrowed(given) as never)
        return rowsOf(found)
      }),
    load: async (given) => {
      const holder = await holders(given).firstOrFail()
      await holder.load('rows', narrowed(given) as never)
      return holder.rows
    },
    'related query': (given) => related(given, (rows) => rows.exec()),
    withCount: async (given) =>
      (await holders(given).withCount('rows', narrowed(given) as never)).map(
        ({ $extras }) => $extras.rows_count,
      ),
    loadCount: async (given) => {
      const holder = await holders(given).firstOrFail()
      await holder.loadCount('rows', narrowed(given) as never)
      return holder.$extras.rows_count
    },
    withAggregate: async (given) => {
      const query = holders(given).withAggregate('rows', ((rows: Narrowed) => {
        const asked = rows.whereRaw(given.filter) as {
          sum(name: string): { as(name: string): void }
        }
        asked.sum('count').as('sum')
      }) as never)
      return (await query).map(({ $extras }) => $extras.sum)
    },
    whereHas: (given) =>
      holders(given)
        .whereHas('rows', narrowed(given) as never)
        .exec(),
    'whereHas, so many': (given) =>
      holders(given)
        .whereHas('rows', narrowed(given) as never, '>=', 1)
        .exec(),
    whereDoesntHave: (given) =>
      holders(given)
        .whereDoesntHave('rows', narrowed(given) as never)
        .exec(),
  },
  count: {
    'whereHas, count': (given) =>
      holders(given)
        .whereHas('rows', narrowed(given) as never)
        .count(),
    'related query, count': (given) => related(given, (rows) => rows.count()),
  },
  distinct: {
    'whereHas, valuesOf': (given) =>
      holders(given)
        .whereHas('rows', narrowed(given) as never)
        .valuesOf('key'),
  },
}

export const RELATED_CHANGES: Runs = {
  update: {
    'related query, increment': (given) =>
      related(given, (rows) => rows.increment('count' as never)),
  },
}

export const RELATED_DELETES: Runs = {
  delete: { 'related query, delete': (given) => related(given, (rows) => rows.delete()) },
}
