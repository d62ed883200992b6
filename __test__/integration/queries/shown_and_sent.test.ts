/** What listeners and `toMongo()` show of a read is what the server gets. */
import {
  BaseModel,
  beforeFetch,
  beforePaginate,
  column,
  type ModelQueryBuilder,
  type QueryEvent,
} from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase({ debug: true })

class Row extends BaseModel {
  static override collection = 'shown'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare rank: number
  @column() declare tags: string[]
  @column() declare gone: boolean
}

/** As `Row`, with a condition that hooks add to every query. */
class Kept extends Row {
  static override collection = 'shown'

  @beforeFetch()
  static keep(query: ModelQueryBuilder<Kept>): void {
    query.where('gone', false)
  }

  @beforePaginate()
  static keepPages([counted, paged]: ModelQueryBuilder<Kept>[]): void {
    counted?.where('gone', false)
    paged?.where('gone', false)
  }
}

const rows = server.db.collection('shown')

beforeEach(async () => {
  await rows.deleteMany({})
  await rows.insertMany(
    Array.from({ length: 6 }, (_, rank) => ({
      name: 'abc'[rank % 3],
      rank,
      tags: ['x'],
      gone: rank === 5,
    })),
  )
})

type Query = ModelQueryBuilder<Row>
type Shown = Record<string, unknown>

const READS: Record<string, (query: Query) => Promise<unknown>> = {
  exec: (query) => query.exec(),
  'an order, a limit and an offset': (query) =>
    query.orderBy('rank', 'desc').limit(2).offset(1).exec(),
  'a selection': (query) => query.select('name').exec(),
  first: (query) => query.first(),
  pojo: (query) => query.pojo().exec(),
  cursor: async (query) => {
    for await (const _ of query.cursor());
  },
  toJson: (query) => query.toJson(),
  'toJson of a page': (query) => query.orderBy('rank').toJson({ page: 2, perPage: 2 }),
  paginate: (query) => query.orderBy('rank').paginate(2, 2),
  'a first page by cursor': (query) => query.orderBy('name').paginateCursor({ limit: 2 }),
  'the next page by cursor': async (query) => {
    const ordered = query.orderBy('name')
    const { nextCursor } = await ordered.paginateCursor({ limit: 2 })
    return ordered.paginateCursor({ limit: 2, after: nextCursor })
  },
  'the last page by cursor, with its total': (query) =>
    query.select('rank').paginateCursor({ limit: 2, direction: 'previous', withTotal: true }),
  count: (query) => query.count(),
  'a count of some': (query) => query.limit(2).offset(1).count(),
  'a count of groups': (query) => query.distinctOn('name').count(),
  exists: (query) => query.exists(),
  pluck: (query) => query.pluck('name'),
  valuesOf: (query) => query.valuesOf('tags'),
  distinct: (query) => query.distinct('name').exec(),
  distinctOn: (query) => query.distinctOn('name').orderBy('rank').exec(),
  'groups that have something': (query) =>
    query.groupBy('name').count('* as total').having('total', '>', 1).exec(),
  'nulls last': (query) => query.orderBy([{ column: 'rank', nulls: 'last' }]).exec(),
  union: (query) => query.union((other) => other.where('name', 'c')).exec(),
  'a union with a limit': (query) =>
    query
      .unionAll((other) => other.where('name', 'c'))
      .limit(3)
      .exec(),
}

/** What a command asks, in the words of what is shown. */
function askedBy({ command }: { command: Shown }): Shown {
  const { find, distinct, aggregate, pipeline } = command
  if (find !== undefined) {
    const { filter = {}, sort, projection, skip, limit } = command
    // The driver writes 0 for none.
    return { filter, sort, projection, skip, limit: limit === 0 ? undefined : limit }
  }
  if (distinct !== undefined) return { filter: command.query }
  expect(aggregate).toBe('shown')
  return countOf(pipeline as Shown[]) ?? { pipeline }
}

/** What the driver makes a count of. */
function countOf(stages: readonly Shown[]): Shown | undefined {
  const last = stages.at(-1)?.$group as Shown | undefined
  if (last === undefined || last._id !== 1) return undefined
  const stage = (name: string) => stages.find((one) => name in one)?.[name]
  return { filter: stage('$match') ?? {}, skip: stage('$skip'), limit: stage('$limit') }
}

function saidBy(query: Shown): Shown {
  const { pipeline, filter, sort, projection, skip, limit } = query
  return pipeline === undefined ? { filter, sort, projection, skip, limit } : { pipeline }
}

/** Without what is not said. */
const plain = (all: readonly Shown[]) => JSON.parse(JSON.stringify(all)) as unknown

describe.each<[string, typeof Row]>([
  ['a model', Row],
  ['a model whose hooks add conditions', Kept],
])('of %s', (_, model) => {
  it.each(Object.entries(READS))('%s', async (_name, read) => {
    const events: QueryEvent[] = []
    const stop = server.database.onQuery((event) => events.push(event))
    const query = () => model.query().whereNot('name', 'b') as Query
    const commands = await profile(server, 'shown', () => read(query()))
    stop()
    const asked = commands.filter(({ op }) => op !== 'getmore').map(askedBy)
    expect(asked.length).toBeGreaterThan(0)
    expect(plain(events.map((event) => saidBy(event.query as Shown)))).toEqual(plain(asked))
  })
})

it('toMongo() shows what exec() sends', async () => {
  const query = Row.query().where('name', 'a').orderBy('rank').limit(2)
  const commands = await profile(server, 'shown', () => query.exec())
  expect(plain([saidBy(query.toMongo() as never)])).toEqual(plain(commands.map(askedBy)))
})
