import fc from 'fast-check'
import { Binary, Decimal128, type Document, Double, Int32, Long, ObjectId, UUID } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { ownDatabase } from '../../helpers/own_database.ts'
import { tries } from '../../helpers/property.ts'
import { Kind, RawCore, type Where } from '../../helpers/raw_core.ts'
import { idsOf, linked } from '../../helpers/raw_legs.ts'
import { withFailPoint } from '../../helpers/server.ts'

const { uri, name, db, client } = await ownDatabase()
// Fail points must not meet the witness's commands.
const APP_NAME = 'relations'
const core = new RawCore({
  name: 'main',
  url: uri,
  database: name,
  appName: APP_NAME,
  cursorSecret: 'x'.repeat(32),
})

/** A model with these columns; `_id` and what ends in `_id` read as text. */
const model = (collection: string, columns: string[], more?: Document) =>
  core.model(
    collection,
    ['_id', ...columns].map((column) => ({ name: column, id: column.endsWith('_id') })),
    [],
    more,
  )

/** A leg, of which a test says what is of interest. */
const leg = (related: number, more: Document): Document => ({
  key: '_id',
  match: 'user_id',
  model: related,
  connection: core.connection,
  head: {},
  query: { o: [{ f: '_id', d: new Int32(1) }] },
  ...more,
})

const read = async (
  head: Document,
  where: Where,
  payload: Document[] = [{ o: [{ f: '_id', d: new Int32(1) }] }],
  kind: number = Kind.find,
) => linked(await core.chunks(kind, head, where, payload).reply)

const idsIn = async (...request: Parameters<typeof read>) =>
  (await read(...request)).rows.map(idsOf)

const insert = (collection: string, documents: Document[]) =>
  db.collection(collection).insertMany(structuredCloneOf(documents))

/** Rows with ids of their own. */
interface Numbered {
  _id: number
  [name: string]: unknown
}

/** BSON classes do not survive `structuredClone`. */
const structuredCloneOf = (documents: Document[]) => documents.map((one) => ({ ...one }))

const users = model('users', ['name', 'tags', 'kind', 'target_id'])
const posts = model('posts', ['user_id', 'title', 'hidden'])
const comments = model('comments', ['post_id'])
const groups = model('groups', ['members'])
const pivots = model('pivots', ['user_id', 'group_id'])
const where = { model: users }

await insert('users', [
  { _id: 1, name: 'a', tags: [10, 12], kind: 'post', target_id: 12 },
  { _id: 2, name: 'b', tags: [], kind: 'group', target_id: 100 },
  { _id: 3, name: 'c', kind: 'post', target_id: null },
])
await insert('posts', [
  { _id: 10, user_id: 1, title: 'x' },
  { _id: 11, user_id: new Long(1), title: 'y', hidden: true },
  { _id: 12, user_id: 2.0, title: 'z' },
  { _id: 13, user_id: null, title: 'nobody' },
  { _id: 14, title: 'nothing' },
  { _id: 15, user_id: 9, title: 'of somebody else' },
])
await insert('comments', [
  { _id: 20, post_id: 10 },
  { _id: 21, post_id: 12 },
  { _id: 22, post_id: 10 },
])
await insert('groups', [
  { _id: 100, members: [1, 2, 2] },
  { _id: 101, members: [2] },
  { _id: 102, members: 3 },
])
await insert('pivots', [
  { _id: 30, user_id: 1, group_id: 101, role: 'x' },
  { _id: 31, user_id: 1, group_id: 100, role: 'y' },
  { _id: 32, user_id: 2, group_id: 100, role: 'z' },
  { _id: 33, user_id: 1, group_id: 100, role: 'again' },
])

describe('what belongs to rows comes with them', () => {
  const cases: [string, Document[], unknown[]][] = [
    [
      'many',
      [leg(posts, {})],
      [
        [1, [10, 11]],
        [2, [12]],
        [3, []],
      ],
    ],
    [
      'in the order of the query',
      [leg(posts, { query: { o: [{ f: 'title', d: new Int32(-1) }] } })],
      [
        [1, [11, 10]],
        [2, [12]],
        [3, []],
      ],
    ],
    [
      'one',
      [leg(posts, { one: true })],
      [
        [1, [10]],
        [2, [12]],
        [3, []],
      ],
    ],
    [
      'so many each',
      [leg(posts, { each: { limit: 1, skip: 1 } })],
      [
        [1, [11]],
        [2, []],
        [3, []],
      ],
    ],
    [
      'those that a condition holds for',
      [leg(posts, { query: { w: [{ k: new Int32(32), f: 'title', v: 'y' }] } })],
      [
        [1, [10]],
        [2, [12]],
        [3, []],
      ],
    ],
    [
      'by ids in an array above',
      [leg(posts, { key: 'tags', match: '_id' })],
      [
        [1, [10, 12]],
        [2, []],
        [3, []],
      ],
    ],
    [
      'by ids in an array below',
      [leg(groups, { match: 'members' })],
      [
        [1, [100]],
        [2, [100, 101]],
        [3, [102]],
      ],
    ],
    [
      'of several models, by what a column says',
      [
        leg(posts, { key: 'target_id', match: '_id', when: { key: 'kind', is: 'post' } }),
        leg(groups, { key: 'target_id', match: '_id', when: { key: 'kind', is: 'group' } }),
      ],
      [
        [1, [12], []],
        [2, [], [100]],
        [3, [], []],
      ],
    ],
    [
      'all the way down',
      [leg(posts, { with: [leg(comments, { match: 'post_id' })] })],
      [
        [
          1,
          [
            [10, [20, 22]],
            [11, []],
          ],
        ],
        [2, [[12, [21]]]],
        [3, []],
      ],
    ],
    [
      'below rows that are somebody’s',
      [
        leg(posts, {
          each: { limit: 1 },
          with: [leg(users, { key: 'user_id', match: '_id', one: true })],
        }),
      ],
      [
        [1, [[10, [1]]]],
        [2, [[12, [2]]]],
        [3, []],
      ],
    ],
    [
      'in an order that only stages have',
      [
        leg(posts, {
          query: {
            o: [
              { f: 'hidden', d: new Int32(1), n: new Int32(2) },
              { f: '_id', d: new Int32(-1) },
            ],
          },
        }),
      ],
      [
        [1, [11, 10]],
        [2, [12]],
        [3, []],
      ],
    ],
  ]

  it.each(cases)('%s', async (_name, legs, expected) => {
    expect(await idsIn({ with: legs }, where)).toEqual(expected)
    // Rows that the request brings are read by nobody.
    const rows = await db.collection('users').find().sort({ _id: 1 }).toArray()
    const reply = linked([
      rows,
      ...(await core.chunks(Kind.find, { given: true, with: legs }, where, rows).reply),
    ])
    expect(reply.rows.map(idsOf)).toEqual(expected)
  })

  it('with documents between, in their order or that of the query', async () => {
    const through = { ...leg(pivots, {}), key: 'group_id', match: 'user_id' }
    const first = leg(groups, { match: '_id', query: {}, through })
    const second = leg(groups, { match: '_id', through, each: { limit: 2 } })
    const { rows } = await read({ with: [first, second] }, where)
    expect(rows.map(idsOf)).toEqual([
      [1, [101, 100, 100], [100, 100]],
      [2, [100], [100]],
      [3, [], []],
    ])
    expect(rows[0]?.pivots.map((list) => list?.map(({ role }) => role))).toEqual([
      ['x', 'y', 'again'],
      ['y', 'again'],
    ])
  })

  it('with an aggregation, a page by cursor and a stream', async () => {
    const legs = [leg(posts, {})]
    const all = [
      [1, [10, 11]],
      [2, [12]],
      [3, []],
    ]
    const pipeline = [{ $sort: { _id: 1 } }]
    expect(
      await idsIn({ pipeline, documents: true, with: legs }, where, [], Kind.aggregate),
    ).toEqual(all)
    const page = { o: [{ f: '_id', d: new Int32(1) }], p: { l: new Int32(2), b: false } }
    const { rows, cursors } = await read({ with: legs }, where, [page])
    expect(rows.map(idsOf)).toEqual(all)
    expect(cursors).toHaveProperty('next')
    const batches: unknown[] = []
    const head = { with: legs, stream: true, batchSize: 2, sort: { _id: 1 } }
    const { reply } = core.chunks(Kind.find, head, where, [], (chunks) =>
      batches.push(linked(chunks).rows.map(idsOf)),
    )
    await reply
    expect(batches).toEqual([all.slice(0, 2), all.slice(2)])
  })

  it('where there are no rows', async () => {
    const legs = [leg(posts, { with: [leg(comments, { match: 'post_id' })] })]
    expect(await idsIn({ filter: { _id: 0 }, with: legs }, where, [])).toEqual([])
    expect(await idsIn({ given: true, with: legs }, where, [])).toEqual([])
    const none = [leg(posts, { query: { w: [{ k: new Int32(0), f: 'title', v: 'none' }] } })]
    expect(await idsIn({ with: none }, where)).toEqual([
      [1, []],
      [2, []],
      [3, []],
    ])
  })

  it('with the options of its read', async () => {
    const head = {
      scope: { hidden: { $ne: true } },
      hint: '_id_',
      comment: 'why',
      batchSize: 1,
      maxTimeMS: 5_000,
      readConcern: 'local',
      readPreference: 'primary',
      allowDiskUse: true,
      timeoutMS: 1,
      collation: { locale: 'en' },
    }
    expect(await idsIn({ with: [leg(posts, { head })] }, where)).toEqual([
      [1, [10]],
      [2, [12]],
      [3, []],
    ])
  })
})

describe('as JSON', () => {
  const shown = (names: string[]) => ({
    values: 'text',
    fields: names.map((name, column) => ({ column: new Int32(column), name })),
  })
  const people = model('users', ['name'], { json: shown(['id', 'name']) })
  const texts = model('posts', ['user_id', 'title'], { json: shown(['id', 'userId', 'title']) })
  const notes = model('comments', ['post_id'], { json: shown(['id']) })
  const text = async (head: Document, documents: Document[] = [{}]) => {
    const reply = await core.chunks(Kind.find, { json: {}, ...head }, { model: people }, documents)
      .reply
    return reply.every(([row]) => typeof row?.json === 'string')
      ? JSON.parse(`[${reply.map(([row]) => row?.json).join(',')}]`)
      : reply
  }

  it('relations are written behind the columns, all the way down', async () => {
    const first = leg(texts, {
      as: 'po"sts',
      with: [leg(notes, { match: 'post_id', as: 'notes' })],
    })
    const legs = [
      first,
      leg(texts, { as: 'latest', one: true, query: { o: [{ f: '_id', d: new Int32(-1) }] } }),
      leg(texts, {}),
      leg(texts, { as: 'ids', each: { limit: 1 }, json: shown(['it']) }),
    ]
    const [x, y, z] = [
      { id: 10, userId: 1, title: 'x' },
      { id: 11, userId: 1, title: 'y' },
      { id: 12, userId: 2, title: 'z' },
    ]
    const order = { o: [{ f: '_id', d: new Int32(1) }] }
    expect(await text({ with: legs, batchSize: 1 }, [order])).toEqual([
      {
        id: 1,
        name: 'a',
        'po"sts': [
          { ...x, notes: [{ id: 20 }, { id: 22 }] },
          { ...y, notes: [] },
        ],
        latest: y,
        ids: [{ it: 10 }],
      },
      { id: 2, name: 'b', 'po"sts': [{ ...z, notes: [{ id: 21 }] }], latest: z, ids: [{ it: 12 }] },
      { id: 3, name: 'c', 'po"sts': [], latest: null, ids: [] },
    ])
  })

  it('what only JavaScript writes comes as chunks, and so does nothing', async () => {
    await insert('odd', [{ _id: 1, user_id: 1, title: /x/ }])
    const odd = model('odd', ['user_id', 'title'], { json: shown(['id', 'userId', 'title']) })
    const order = { o: [{ f: '_id', d: new Int32(1) }] }
    const reply = await text({ with: [leg(odd, { as: 'odd' })] }, [order])
    expect(linked(reply).rows.map(idsOf)).toEqual([
      [1, [1]],
      [2, []],
      [3, []],
    ])
    expect(linked(await text({ filter: { _id: 0 }, with: [leg(odd, {})] }, [])).rows).toEqual([])
  })
})

describe('what is asked of related rows without reading them', () => {
  const byId = [{ f: '_id', d: new Int32(1) }]
  const bare = (related: number, more: Document) => {
    const { key: _, query: __, ...rest } = leg(related, {})
    return { ...rest, query: {}, ...more }
  }
  const through = { ...leg(pivots, {}), key: 'group_id', match: 'user_id', query: {} }
  const NOT = 32
  const has = (place: number, bits = 0, f = '_id') => ({
    k: new Int32(17 + bits),
    f,
    v: new Int32(place),
  })
  const count = (op: string, n: number) => ({ count: { op, n } })
  const ids = async (
    conditions: Document[],
    clauses: Document[],
    where: Where = { model: users },
  ) =>
    (await core.chunks(Kind.find, { has: conditions }, where, [{ w: clauses, o: byId }]).reply)
      .flat()
      .map(({ _id }) => _id)

  const cases: [string, Document, number, number[]][] = [
    ['some', bare(posts, {}), 0, [1, 2]],
    ['none', bare(posts, {}), NOT, [3]],
    ['two or more', bare(posts, count('>=', 2)), 0, [1]],
    ['fewer than two', bare(posts, count('<', 2)), 0, [2, 3]],
    ['not fewer than two', bare(posts, count('<', 2)), NOT, [1]],
    ['exactly one', bare(posts, count('=', 1)), 0, [2]],
    ['none, by count', bare(posts, count('=', 0)), 0, [3]],
    ['another number than one', bare(posts, count('!=', 1)), 0, [1, 3]],
    [
      'some that a condition holds for',
      bare(posts, { query: { w: [{ k: new Int32(0), f: 'title', v: 'z' }] } }),
      0,
      [2],
    ],
    ['some by an array', bare(groups, { match: 'members' }), 0, [1, 2, 3]],
    ['two by an array', bare(groups, { match: 'members', ...count('=', 2) }), 0, [2]],
    ['some through others', bare(groups, { match: '_id', through }), 0, [1, 2]],
    ['three through others', bare(groups, { match: '_id', through, ...count('=', 3) }), 0, [1]],
    [
      'some that have some',
      bare(posts, {
        has: [bare(comments, { match: 'post_id', ...count('=', 1) })],
        query: { w: [has(0)] },
      }),
      0,
      [2],
    ],
  ]
  it.each(cases)('rows that have %s', async (_name, condition, bits, expected) => {
    expect(await ids([condition], [has(0, bits)])).toEqual(expected)
    const asked = { has: [condition] }
    const described = [{ w: [has(0, bits)], c: new Int32(1) }]
    expect(await core.run(Kind.count, asked, where, described)).toEqual({ count: expected.length })
    const session = core.openSession()
    await core.run(Kind.startTransaction, {}, { session })
    const write = { ...where, session }
    const named = { ...asked, update: { $set: { seen: true } }, multi: true }
    const filter = [{ w: [has(0, bits)], c: new Int32(2) }]
    expect(await core.run(Kind.update, named, write, filter)).toMatchObject({
      matched: expected.length,
    })
    expect(await core.run(Kind.delete, { ...asked, multi: true }, write, filter)).toEqual({
      deleted: expected.length,
    })
    await core.run(Kind.abortTransaction, {}, { session })
    core.closeSession(session)
  })

  it('several conditions, in groups, unions and legs', async () => {
    const [some, two] = [bare(posts, {}), bare(posts, count('=', 2))]
    expect(await ids([some, two], [has(0), has(1, NOT)])).toEqual([2])
    expect(await ids([some, two], [has(1), has(0, 64 + NOT)])).toEqual([1, 3])
    const union = { a: true, c: 'users', q: { w: [has(0, NOT)] } }
    const reply = core.chunks(Kind.aggregate, { has: [two] }, where, [
      { w: [has(0)], u: [union] },
    ]).reply
    expect((await reply).flat().map(({ _id }) => _id)).toEqual([1, 2, 3])
    const query = { w: [has(0)], o: byId }
    const read1 = [leg(posts, { has: [bare(comments, { match: 'post_id' })], query })]
    expect(await idsIn({ with: read1 }, where)).toEqual([
      [1, [10]],
      [2, [12]],
      [3, []],
    ])
  })

  it('their number, and what comes of a column', async () => {
    const down = leg(posts, { counts: [leg(comments, { match: 'post_id' })] })
    const counts = [
      leg(posts, {}),
      leg(posts, { query: { w: [{ k: new Int32(0), f: 'title', v: 'y' }] } }),
      leg(groups, { match: 'members' }),
      leg(groups, { match: '_id', through }),
      leg(posts, { key: 'tags', match: '_id' }),
      leg(posts, { a: { k: 1, f: 'title' } }),
      leg(posts, { a: { k: 3, f: '_id' } }),
      leg(posts, { a: { k: 4, f: '_id' } }),
      leg(posts, { a: { k: 0, f: 'user_id', d: true } }),
    ].map(({ query, ...rest }) => ({ ...rest, query: query.w ? query : {} }))
    const { rows } = await read({ counts, with: [down] }, where)
    expect(rows.map((one) => one.counts)).toEqual([
      [2, 1, 1, 3, 2, 'x', 21, 10.5, 1],
      [1, 0, 2, 1, 0, 'z', 12, 12, 1],
      [0, 0, 1, 0, 0, null, null, null, 0],
    ])
    expect(rows[0]?.legs[0]?.map((one) => one.counts)).toEqual([[2], [0]])
  })

  it.each([
    ['a list that is not there', { has: [] }, [has(0)]],
    ['an unknown comparison', { has: [bare(posts, count('~', 1))] }, [has(0)]],
    ['a number of nothing', { has: [bare(posts, { count: { op: '=' } })] }, [has(0)]],
    [
      'a calculation through others',
      { counts: [leg(groups, { match: '_id', through, a: { k: 3, f: 'x' } })] },
      [],
    ],
    ['a sum of nothing', { counts: [leg(posts, { a: { k: 3 } })] }, []],
  ])('refuses %s', async (_name, head, clauses) => {
    const send = async () => core.chunks(Kind.find, head, where, [{ w: clauses }]).reply
    await expect(send()).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
  })

  it('ends in time, and when the caller gives up', async () => {
    const slow = {
      failCommands: ['aggregate'],
      blockConnection: true,
      blockTimeMS: 500,
      appName: APP_NAME,
    }
    await withFailPoint(client, slow, { times: 2 }, async () => {
      const head = { has: [bare(posts, {})] }
      const late = core.chunks(Kind.find, { ...head, timeoutMS: 100 }, where, [
        { w: [has(0)] },
      ]).reply
      await expect(late).rejects.toMatchObject({ code: 'E_TIMEOUT' })
      const { slot, reply } = core.chunks(Kind.find, head, where, [{ w: [has(0)] }])
      core.cancel(slot)
      await expect(reply).rejects.toMatchObject({ code: 'E_ABORTED' })
    })
  })
})

const id = new ObjectId()
const uuid = new UUID()
/** Keys, with others that MongoDB takes for equal. */
const KEYS: Document[][] = [
  [1, new Double(1), Long.fromNumber(1), Decimal128.fromString('1.00')],
  [0, new Double(-0), Decimal128.fromString('0E+3')],
  [new Double(1.5), Decimal128.fromString('1.5')],
  [Decimal128.fromString('0.1')],
  [Long.MAX_VALUE, Decimal128.fromString('9223372036854775807')],
  [new Double(Number.NaN), Decimal128.fromString('NaN')],
  [id],
  [id.toHexString()],
  [uuid],
  [new Binary(uuid.buffer, 0)],
  [new Date(5)],
  ['a'],
  ['A'],
  ['ä'],
  [true],
  [false],
] as never[][]
const NO_KEYS = [null, undefined, /a/, { $gt: 1 }, [[1]], {}]

it('keys are equal when MongoDB takes them for equal', async () => {
  const above = model('above', ['key'])
  const below = model('below', ['user_id'])
  const [one, other] = [db.collection<Numbered>('above'), db.collection<Numbered>('below')]
  const anyKey = fc.constantFrom(...KEYS.flat())
  const anyValue = fc.oneof(
    { weight: 8, arbitrary: anyKey },
    { weight: 1, arbitrary: fc.constantFrom(...NO_KEYS) },
  )
  const anyField = fc.oneof(
    { weight: 4, arbitrary: anyValue },
    fc.array(anyValue, { maxLength: 4 }),
  )
  const rows = fc.array(anyField, { minLength: 1, maxLength: 12 })
  const run = fc.asyncProperty(rows, rows, async (keys, values) => {
    await Promise.all([one.deleteMany({}), other.deleteMany({})])
    const parents = keys.map((key, _id) => ({ _id, key }))
    await one.insertMany(parents, { ignoreUndefined: true })
    await other.insertMany(
      values.map((user_id, _id) => ({ _id, user_id })),
      { ignoreUndefined: true },
    )
    const expected = []
    for (const { _id, key } of parents) {
      const each = (Array.isArray(key) ? key : [key]).filter((value) =>
        KEYS.flat().includes(value as never),
      )
      const found = await other
        .find({ user_id: { $in: each } })
        .sort({ _id: 1 })
        .toArray()
      expected.push([_id, found.map((row) => row._id)])
    }
    expect(await idsIn({ with: [leg(below, { key: 'key' })] }, { model: above })).toEqual(expected)
  })
  await fc.assert(run, tries(30))
})

it('more keys and rows than a batch and a query have', async () => {
  const many = Array.from({ length: 25_000 }, (_, n) => ({
    _id: n + 1,
    user_id: n % 2 === 0 ? n : [n, n + 20_000],
  }))
  await insert('many', many)
  await db.collection('many').createIndex({ user_id: 1 })
  const few = many.slice(0, 24_000).map(({ _id }) => ({ _id: _id - 1 }))
  await insert('few', few)
  const where = { model: model('few', []) }
  const related = model('many', ['user_id'])
  for (const query of [{}, { o: [{ f: '_id', d: new Int32(-1) }] }]) {
    const { rows } = await read({ with: [leg(related, { query })] }, where)
    const expected = new Map<number, number[]>(few.map((row) => [row._id, []]))
    for (const { _id, user_id } of 'o' in query ? many.toReversed() : many) {
      for (const key of [user_id].flat()) expected.get(key)?.push(_id)
    }
    expect(rows).toHaveLength(few.length)
    for (const { row, legs } of rows) {
      expect(legs[0]?.map((one) => one.row._id)).toEqual(expected.get(row._id))
    }
  }
  // An order is kept where rows have several keys, whatever they need for it.
  const parents = [{ _id: 0, key: few.map((row) => row._id).reverse() }]
  await insert('lists', parents)
  const lists = { model: model('lists', ['key']) }
  const { rows } = await read({ with: [leg(related, { key: 'key' })] }, lists)
  const ids = rows[0]?.legs[0]?.map((one) => one.row._id)
  expect(ids).toEqual(
    many
      .filter(({ user_id }) => [user_id].flat().some((key) => key < 24_000))
      .map(({ _id }) => _id),
  )
  const unordered = await read({ with: [leg(related, { key: 'key', query: {} })] }, lists)
  expect(unordered.rows[0]?.legs[0]?.map((one) => one.row._id).sort((a, b) => a - b)).toEqual(ids)
})

describe('the rules of the related model', () => {
  it('its scope holds, and so do those of others', async () => {
    const scoped = model('posts', ['user_id'], { scope: { hidden: { $ne: true } } })
    const through = {
      ...leg(model('pivots', ['user_id', 'group_id'], { scope: { role: { $ne: 'y' } } }), {}),
      key: 'group_id',
    }
    const legs = [leg(scoped, {}), leg(groups, { match: '_id', through, query: {} })]
    expect(await idsIn({ with: legs }, where)).toEqual([
      [1, [10], [101, 100]],
      [2, [12], [100]],
      [3, [], []],
    ])
  })

  it('its encrypted columns are keys by what they say', async () => {
    const keys = [{ name: 'k', key: new Binary(Buffer.alloc(32, 7)) }]
    const ring = core.openKeyRing({ primary: 'k', keys })
    const blind = {
      name: 'user_id_blind',
      bits: new Int32(256),
      trim: false,
      lowercase: false,
      custom: false,
      unique: false,
    }
    const encrypted = [{ path: 'user_id', bind: 'document', blind }]
    const letters = model('letters', ['user_id', 'text'], { encrypted })
    await core.run(Kind.insert, {}, { model: letters, ring }, [
      { _id: 1, user_id: 1, text: 'x' },
      { _id: 2, user_id: 2, text: 'y' },
      { _id: 3, user_id: 1, text: 'z' },
    ])
    const stored = await db.collection('letters').findOne()
    expect(stored?.user_id).toBeInstanceOf(Binary)
    const down = [leg(users, { key: 'user_id', match: '_id' })]
    const legs = [leg(letters, { ring, with: down })]
    const { rows } = await read({ with: legs }, where)
    expect(rows.map(idsOf)).toEqual([
      [
        1,
        [
          [1, [1]],
          [3, [1]],
        ],
      ],
      [2, [[2, [2]]]],
      [3, []],
    ])
    expect(rows[0]?.legs[0]?.[0]?.row).toMatchObject({ user_id: 1, text: 'x' })
    await expect(read({ with: [leg(letters, {})] }, where)).rejects.toMatchObject({
      code: 'E_CONFIGURATION',
    })
    const hidden = leg(letters, { ring, match: 'text' })
    const sealed = model('letters', ['text'], { encrypted: [{ path: 'text', bind: 'document' }] })
    await expect(read({ with: [{ ...hidden, model: sealed }] }, where)).rejects.toMatchObject({
      code: 'E_ENCRYPTED_COLUMN_QUERY',
    })
  })

  it('no key and no condition runs JavaScript', async () => {
    for (const more of [
      { match: 'a', query: { w: [{ k: new Int32(13), v: { $where: '1' } }] } },
      { head: { scope: { $where: '1' } } },
      { head: { let: { a: { $function: {} } } } },
    ]) {
      await expect(read({ with: [leg(posts, more)] }, where)).rejects.toMatchObject({
        code: 'E_UNSAFE_OPERATOR',
      })
    }
  })
})

describe('where and when', () => {
  it('on another connection and database', async () => {
    const other = core.open({ name: 'other', url: uri, database: 'elsewhere', appName: APP_NAME })
    await client
      .db('elsewhere')
      .collection<Numbered>('posts')
      .insertMany([{ _id: 1, user_id: 2 }])
    const legs = [
      leg(posts, { connection: other, with: [leg(users, { key: 'user_id', match: '_id' })] }),
      leg(posts, {}),
    ]
    expect(await idsIn({ with: legs }, where)).toEqual([
      [1, [], [10, 11]],
      [2, [[1, [2]]], [12]],
      [3, [], []],
    ])
    await client.db('elsewhere').dropDatabase()
  })

  it('in the transaction of the rows, one after the other', async () => {
    const session = core.openSession()
    await core.run(Kind.startTransaction, {}, { session })
    await core.run(Kind.insert, {}, { model: posts, session }, [{ _id: 99, user_id: 3 }])
    const legs = [
      leg(posts, { with: [leg(comments, { match: 'post_id' })] }),
      leg(groups, { match: 'members' }),
    ]
    const expected = [
      [
        1,
        [
          [10, [20, 22]],
          [11, []],
        ],
        [100],
      ],
      [2, [[12, [21]]], [100, 101]],
    ]
    expect(await idsIn({ with: legs }, { ...where, session })).toEqual([
      ...expected,
      [3, [[99, []]], [102]],
    ])
    await core.run(Kind.abortTransaction, {}, { session })
    core.closeSession(session)
    expect(await idsIn({ with: legs }, where)).toEqual([...expected, [3, [], [102]]])
  })

  const slowly = <T>(times: number, work: () => Promise<T>) =>
    withFailPoint(
      client,
      { failCommands: ['find'], blockConnection: true, blockTimeMS: 400, appName: APP_NAME },
      { times },
      work,
    )

  it('the time of the read is that of all of it', async () => {
    const legs = [leg(posts, { with: [leg(comments, { match: 'post_id' })] })]
    const started = Date.now()
    await slowly(3, () =>
      expect(read({ with: legs, timeoutMS: 600 }, where)).rejects.toMatchObject({
        code: 'E_TIMEOUT',
      }),
    )
    expect(Date.now() - started).toBeLessThan(2_000)
    await slowly(3, async () => {
      expect(await idsIn({ with: legs, timeoutMS: 30_000 }, where)).toHaveLength(3)
    })
  })

  it('who gives up half-way has an answer at once, and the pool goes on', async () => {
    const legs = [leg(posts, {}), leg(groups, { match: 'members' })]
    for (const after of [100, 500]) {
      await slowly(3, async () => {
        const { slot, reply } = core.chunks(Kind.find, { with: legs }, where)
        const outcome = expect(reply).rejects.toMatchObject({ code: 'E_ABORTED' })
        await new Promise((resolve) => setTimeout(resolve, after))
        const started = Date.now()
        core.cancel(slot)
        await outcome
        expect(Date.now() - started).toBeLessThan(200)
      })
    }
    const all = Array.from({ length: 120 }, () => idsIn({ with: legs }, where))
    for (const one of await Promise.all(all)) expect(one).toHaveLength(3)
  })

  it('a leg that fails fails the read, and a transaction goes on', async () => {
    const failing = leg(posts, { query: { w: [{ k: new Int32(13), v: { $nothing: 1 } }] } })
    const session = core.openSession()
    await core.run(Kind.startTransaction, {}, { session })
    for (const more of [{}, { session }]) {
      await expect(
        read(
          { with: [leg(groups, { match: 'members' }), failing, leg(posts, {})] },
          { ...where, ...more },
        ),
      ).rejects.toMatchObject({ code: 'E_SERVER_ERROR' })
    }
    await core.run(Kind.abortTransaction, {}, { session })
    core.closeSession(session)
  })
})

describe('hostile heads', () => {
  const nested = (levels: number): Document =>
    levels === 0 ? leg(posts, {}) : leg(posts, { with: [nested(levels - 1)] })
  const cases: [string, unknown][] = [
    ['no list', {}],
    ['no document', [1]],
    ['no key', [leg(posts, { key: undefined })].map(({ key: _, ...rest }) => rest)],
    ['a name that is an operator', [leg(posts, { match: '$where' })]],
    ['a name that ends early', [leg(posts, { match: 'a\0b' })]],
    ['a limit in the query', [leg(posts, { query: { l: 1 } })]],
    ['an offset in the query', [leg(posts, { query: { k: 1 } })]],
    ['a page', [leg(posts, { query: { p: { l: 1, b: false } } })]],
    ['a count', [leg(posts, { query: { c: new Int32(1) } })]],
    ['stages', [leg(posts, { query: { r: [] } })]],
    ['an unknown part of the query', [leg(posts, { query: { zz: 1 } })]],
    ['an unknown option', [leg(posts, { head: { filter: {} } })]],
    ['an unknown part', [leg(posts, { session: 1 })]],
    ['too many', Array.from({ length: 257 }, () => leg(posts, {}))],
    ['too deep', [nested(16)]],
  ]
  it.each(cases)('%s', async (_name, legs) => {
    const send = async () => read({ with: legs }, where)
    await expect(send()).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
  })

  it('handles that nobody gave out', () => {
    for (const more of [
      { model: 9_999 },
      { connection: 9_999 },
      { ring: 9_999 },
      { model: core.connection },
    ]) {
      expect(() => core.chunks(Kind.find, { with: [leg(posts, more)] }, where)).toThrow()
    }
  })
})
