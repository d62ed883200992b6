/** What is calculated of related rows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { Country, MODELS, Post, Skill, Tag, User } from './blog.ts'

const { database } = lucentDatabase()

beforeAll(async () => {
  const [one] = await Country.createMany([{ name: 'it' }, { name: 'de' }])
  const [ada, ben] = await User.createMany([
    { name: 'ada', countryId: one?.id as string },
    { name: 'ben', countryId: one?.id as string },
    { name: 'cleo', countryId: null },
    { name: 'dora' },
  ])
  await ada?.related('profile').create({ bio: 'of ada' })
  await ada?.related('posts').createMany([1, 2, 3].map((n) => ({ title: `a${n}`, likes: n })))
  await ben?.related('posts').createMany([4, 5].map((n) => ({ title: `b${n}`, likes: n })))
  await Post.create({ title: 'nobody', likes: 9, userId: null })
  const [x, y] = await Skill.createMany([{ name: 'x' }, { name: 'y' }])
  await ada?.related('skills').attach(
    new Map([
      [x?.id, { level: 1 }],
      [y?.id, { level: 2 }],
    ]),
  )
  await ben?.related('skills').attach(new Map([[y?.id, { level: 9 }]]))
  const [s, t] = await Tag.createMany([{ name: 's' }, { name: 't' }])
  await (await Post.findByOrFail('title', 'a1')).related('tags').attach([s?.id, t?.id])
  await (await Post.findByOrFail('title', 'b4')).related('tags').attach([t?.id])
})

afterAll(async () => {
  for (const model of MODELS) await model.truncate()
})

type Row = { $extras: Record<string, unknown> }
const extras = (rows: readonly Row[], name: string) => rows.map(({ $extras }) => $extras[name])
const users = () => User.query().orderBy('name')
const posts = () => Post.query().orderBy('title')
const tags = () => Tag.query().orderBy('name')
const countries = () => Country.query().orderBy('name')

/** Each kind of relation: its query, its name, and how many rows each row has. */
const KINDS = [
  ['hasOne', users, 'profile', [1, 0, 0, 0]],
  ['belongsTo', users, 'country', [1, 1, 0, 0]],
  ['hasMany', users, 'posts', [3, 2, 0, 0]],
  ['manyToMany', users, 'skills', [2, 1, 0, 0]],
  ['hasManyThrough', countries, 'posts', [0, 5]],
  ['keys in an array', posts, 'tags', [2, 0, 0, 1, 0, 0]],
  ['keys in an array of the other', tags, 'posts', [1, 2]],
] as const

describe('withCount', () => {
  it.each(KINDS)('%s', async (_, made, name, expected) => {
    const query = () => made() as unknown as ReturnType<typeof users>
    const relation = name as 'posts'
    const read = () => query().withCount(relation)
    const key = `${name}_count`
    expect(extras(await read(), key)).toEqual(expected)
    expect((await read().first())?.$extras[key]).toBe(expected[0])
    expect(extras([...(await read().paginate(1, 3))], key)).toEqual(expected.slice(0, 3))
    const page = await read().paginateCursor({ limit: 2 })
    expect(extras([...page], key)).toEqual(expected.slice(0, 2))
    const streamed: Row[] = []
    for await (const row of read().cursor({ batchSize: 1 })) streamed.push(row)
    expect(extras(streamed, key)).toEqual(expected)
    const loaded = await query()
    for (const row of loaded) await row.loadCount(relation)
    expect(extras(loaded, key)).toEqual(expected)
  })

  it('of what the callback leaves, beside the relation, and by another name', async () => {
    const rows = await users()
      .select('name')
      .preload('posts', (query) => {
        query.orderBy('title').withCount('tags', (tag) => tag.as('labels'))
      })
      .withCount('posts')
      .withCount('posts', (query) => query.where('likes', '>', 2).as('liked'))
      .withCount('skills', (query) => query.wherePivot('level', '>', 1).as('good'))
    expect(extras(rows, 'posts_count')).toEqual([3, 2, 0, 0])
    expect(extras(rows, 'liked')).toEqual([1, 2, 0, 0])
    expect(extras(rows, 'good')).toEqual([1, 1, 0, 0])
    expect(rows.map((row) => extras(row.posts, 'labels'))).toEqual([[2, 0, 0], [1, 0], [], []])
  })

  it('sees what its transaction wrote', async () => {
    await database.transaction(async (trx) => {
      const ada = await User.query({ client: trx }).where('name', 'ada').firstOrFail()
      await ada.related('posts').create({ title: 'a9', likes: 1 })
      await ada.loadCount('posts')
      expect(ada.$extras.posts_count).toBe(4)
      const [row] = await User.query({ client: trx }).where('name', 'ada').withCount('posts')
      expect(row?.$extras.posts_count).toBe(4)
      await trx.rollback()
    })
    expect(extras(await users().withCount('posts'), 'posts_count')).toEqual([3, 2, 0, 0])
  })
})

describe('withAggregate', () => {
  it.each([
    ['sum', [6, 9, null, null]],
    ['avg', [2, 4.5, null, null]],
    ['min', [1, 4, null, null]],
    ['max', [3, 5, null, null]],
  ] as const)('%s', async (method, expected) => {
    const rows = await users().withAggregate('posts', (query) => query[method]('likes').as('it'))
    expect(extras(rows, 'it')).toEqual(expected)
    const loaded = await users()
    for (const row of loaded) {
      await row
        .loadCount('skills')
        .loadAggregate('posts', (query) => query[method]('likes').as('it'))
    }
    expect(extras(loaded, 'it')).toEqual(expected)
    expect(extras(loaded, 'skills_count')).toEqual([2, 1, 0, 0])
  })

  it('of a column that has a form of its own', async () => {
    const [ada] = await users().withAggregate('posts', (query) => query.max('updatedAt').as('last'))
    const last = await Post.query()
      .where('userId', ada?.id as string)
      .orderBy('updatedAt', 'desc')
    expect(ada?.$extras.last).toEqual(last[0]?.updatedAt)
    expect(last[0]?.updatedAt).toBeDefined()
  })
})

describe('what cannot be calculated', () => {
  it.each([
    ['a misspelt name', () => users().withCount('post' as never), 'E_UNDEFINED_RELATIONSHIP'],
    ['no function', () => users().withCount('posts', 3 as never), 'E_INVALID_QUERY'],
    ['no aggregate', () => users().withAggregate('posts', (q) => q.as('x')), 'E_INVALID_QUERY'],
    ['no name', () => users().withAggregate('posts', (q) => q.sum('likes')), 'E_INVALID_QUERY'],
    ['an aggregate', () => users().withCount('posts', (q) => q.sum('likes')), 'E_INVALID_QUERY'],
    ['a limit', () => users().withCount('posts', (q) => q.limit(2)), 'E_INVALID_QUERY'],
    ['async', () => users().withCount('posts', async () => {}), 'E_INVALID_QUERY'],
    [
      'more than a number through a pivot',
      () => users().withAggregate('skills', (q) => q.max('name').as('x')),
      'E_INVALID_QUERY',
    ],
  ] as const)('%s', async (_, query, code) => {
    await expect((async () => await query())()).rejects.toMatchObject({ code })
  })

  it('says which relations there are', () => {
    expect(() => users().withCount('post' as never)).toThrow(/profile, posts/)
  })
})
