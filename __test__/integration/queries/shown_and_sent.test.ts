/** What listeners and `toMongo()` show of a read is what the server gets. */
import {
  BaseModel,
  beforeFetch,
  beforePaginate,
  column,
  type ModelQueryBuilder,
  type QueryEvent,
} from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'
import { scopeModels } from '../../helpers/scoped_models.ts'

const server = lucentDatabase({ debug: true, encryption: TEST_KEYS })

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

/** As `Row`, with a condition that the core adds to every query. */
class Scoped extends Row {
  static override collection = 'shown'
}

/** As `Scoped`, with a column that is encrypted. */
class Sealed extends Row {
  static override collection = 'shown'
  @column.encrypted({ blind: true }) declare secret: string
}

const unscope = [scopeModels('Scoped', { gone: false }), scopeModels('Sealed', { gone: false })]
afterAll(() => {
  for (const undo of unscope.reverse()) undo()
})

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
  ['a model with a condition in the core', Scoped],
  ['a model with a condition in the core and an encrypted column', Sealed],
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

/** What the server gets of an encrypted column, as it is shown: under which name, and that it is hidden. */
function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden)
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    return [key, key.endsWith('__blind') ? '[encrypted]' : hidden(inner)]
  })
  return Object.fromEntries(entries)
}

const QUERIES: Record<string, (query: Query) => Query> = {
  everything: (query) => query,
  'conditions, an order and a limit': (query) => query.where('name', 'a').orderBy('rank').limit(2),
  'a selection and an offset': (query) => query.select('name', 'rank').offset(1),
  'a group of conditions': (query) =>
    query.where('rank', '>', 1).where((inner) => inner.whereLike('name', 'a%').orWhereNull('name')),
  'elements of lists': (query) => query.whereIn('name', ['a', 'c']).whereNotIn('rank', [2]),
  groups: (query) => query.groupBy('name').count('* as total').having('total', '>', 1) as Query,
  'distinct rows': (query) => query.distinct('name') as Query,
  'the first of each': (query) => query.distinctOn('name').orderBy('rank'),
  'nulls last': (query) => query.orderBy([{ column: 'rank', nulls: 'last' }]),
  'rows of another query': (query) =>
    query.where('name', 'a').union((other) => other.where('name', 'c')),
  'no rows': (query) => query.limit(0),
}

describe.each<[string, typeof Row]>([
  ['a model', Row],
  ['a model with a condition in the core', Scoped],
  ['a model with a condition in the core and an encrypted column', Sealed],
])('toMongo() of %s', (_, model) => {
  it.each(Object.entries(QUERIES))('shows what is sent: %s', async (_name, build) => {
    const query = build(model.query() as Query)
    const shown = saidBy(query.toMongo() as never)
    const commands = await profile(server, 'shown', () => query.exec())
    expect(plain([shown])).toEqual(plain(commands.map(askedBy)))
    if (model !== Row) expect(JSON.stringify(shown)).toContain('gone')
  })

  it('shows what is sent: a pipeline', async () => {
    for (const pipeline of [
      model.aggregate().match({ name: 'a' }).sort('rank').limit(2),
      model.aggregate().match((query) => query.where('rank', '>', 1).orWhereNull('name')),
      model.aggregate().raw([{ $facet: { few: [{ $limit: 2 }] } }]),
      model.aggregate().unionWith(model, (inner) => inner.match({ name: 'c' })),
    ]) {
      const shown = { pipeline: pipeline.toMongo() }
      const commands = await profile(server, 'shown', () => pipeline.exec())
      expect(plain([shown])).toEqual(plain(commands.map(askedBy)))
    }
  })
})

describe('toMongo() of encrypted columns', () => {
  it.each<[string, (query: ModelQueryBuilder<Sealed>) => ModelQueryBuilder<Sealed>]>([
    ['one', (query) => query.where('secret', 'x')],
    ['several', (query) => query.whereIn('secret', ['x', 'y']).where('name', 'a')],
    ['none of', (query) => query.whereNot('secret', 'x')],
    ['either', (query) => query.where('name', 'a').orWhere('secret', 'x')],
    ['groups', (query) => query.where('secret', 'x').distinctOn('name')],
  ])('shows under which name they are asked: %s', async (_name, build) => {
    const query = build(Sealed.query())
    const shown = saidBy(query.toMongo() as never)
    const commands = await profile(server, 'shown', () => query.exec())
    expect(plain([shown])).toEqual(plain(commands.map(askedBy).map(hidden) as Shown[]))
    expect(JSON.stringify(shown)).toContain('[encrypted]')
  })
})

it('toMongo() shows a query that cannot be sent as it was asked', () => {
  const query = Sealed.query().where('secret', '>', 'x').where('name', 'a')
  expect(query.toMongo().filter).toEqual({ secret: '[encrypted]', name: 'a' })
})
