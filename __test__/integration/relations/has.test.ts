/** Conditions over related rows. */
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
  await ada?.related('skills').attach([x?.id, y?.id])
  await ben?.related('skills').attach(new Map([[y?.id, { level: 9 }]]))
  const [s, t] = await Tag.createMany([{ name: 's' }, { name: 't' }])
  await (await Post.findByOrFail('title', 'a1')).related('tags').attach([s?.id, t?.id])
  await (await Post.findByOrFail('title', 'b4')).related('tags').attach([t?.id])
})

afterAll(async () => {
  for (const model of MODELS) await model.truncate()
})

type Named = { name?: string; title?: string }
const names = (rows: readonly unknown[]) =>
  (rows as readonly Named[]).map(({ name, title }) => name ?? title).sort()
const users = () => User.query()

/** Each kind of relation: its query, its name, which rows have related ones, and which have none. */
const KINDS = [
  ['hasOne', () => User.query(), 'profile', ['ada'], ['ben', 'cleo', 'dora']],
  ['belongsTo', () => User.query(), 'country', ['ada', 'ben'], ['cleo', 'dora']],
  ['hasMany', () => User.query(), 'posts', ['ada', 'ben'], ['cleo', 'dora']],
  ['manyToMany', () => User.query(), 'skills', ['ada', 'ben'], ['cleo', 'dora']],
  ['hasManyThrough', () => Country.query(), 'posts', ['it'], ['de']],
  ['keys in an array', () => Post.query(), 'tags', ['a1', 'b4'], ['a2', 'a3', 'b5', 'nobody']],
  ['keys in an array of the other', () => Tag.query(), 'posts', ['s', 't'], []],
] as const

describe('has', () => {
  it.each(KINDS)('%s', async (_, made, name, some, none) => {
    const query = () => made() as unknown as ReturnType<typeof users>
    const relation = name as 'posts'
    expect(names(await query().has(relation))).toEqual(some)
    expect(names(await query().andHas(relation))).toEqual(some)
    expect(names(await query().doesntHave(relation))).toEqual(none)
    expect(names(await query().andDoesntHave(relation))).toEqual(none)
    const all = [...some, ...none].sort()
    expect(names(await query().doesntHave(relation).orHas(relation))).toEqual(all)
    expect(names(await query().has(relation).orDoesntHave(relation))).toEqual(all)
    expect(await query().has(relation).count()).toBe(some.length)
    expect(await query().doesntHave(relation).count()).toBe(none.length)
    expect(names(await query().whereNot((group) => group.has(relation)))).toEqual(none)
    expect(await query().whereHas(relation, (inner) => inner.where('id', '0'.repeat(24)))).toEqual(
      [],
    )
    expect(names(await query().whereDoesntHave(relation, () => {}))).toEqual(none)
  })

  it.each([
    ['=', 2, ['ben']],
    ['!=', 2, ['ada', 'cleo', 'dora']],
    ['>', 2, ['ada']],
    ['>=', 2, ['ada', 'ben']],
    ['<', 3, ['ben', 'cleo', 'dora']],
    ['<=', 2, ['ben', 'cleo', 'dora']],
    ['=', 0, ['cleo', 'dora']],
    ['>=', 0, ['ada', 'ben', 'cleo', 'dora']],
    ['>', 0, ['ada', 'ben']],
  ] as const)('posts %s %d', async (operator, count, expected) => {
    expect(names(await users().has('posts', operator, count))).toEqual(expected)
    expect(names(await users().whereHas('posts', () => {}, operator, count))).toEqual(expected)
    const others = ['ada', 'ben', 'cleo', 'dora'].filter(
      (name) => !expected.includes(name as never),
    )
    expect(names(await users().doesntHave('posts', operator, count))).toEqual(others)
  })

  it('counts behind a pivot, and by keys in an array of the other', async () => {
    expect(names(await users().has('skills', '>=', 2))).toEqual(['ada'])
    expect(names(await users().has('skills', '<', 2))).toEqual(['ben', 'cleo', 'dora'])
    expect(names(await Tag.query().has('posts', '=', 2))).toEqual(['t'])
  })
})

describe('whereHas', () => {
  it('narrows, is nested, and joins', async () => {
    const liked = users().whereHas('posts', (posts) => posts.where('likes', '>', 3))
    expect(names(await liked)).toEqual(['ben'])
    expect(names(await liked.clone().orHas('profile'))).toEqual(['ada', 'ben'])
    expect(names(await liked.clone().where('name', 'ada'))).toEqual([])
    const tagged = (name: string) =>
      users().whereHas('posts', (posts) => {
        posts.whereHas('tags', (tags) => tags.where('name', name))
      })
    expect(names(await tagged('s'))).toEqual(['ada'])
    expect(names(await tagged('t'))).toEqual(['ada', 'ben'])
    expect(names(await users().whereHas('skills', (one) => one.wherePivot('level', 9)))).toEqual([
      'ben',
    ])
    expect(
      names(
        await users()
          .where('name', 'dora')
          .orWhereHas('skills', () => {}),
      ),
    ).toEqual(['ada', 'ben', 'dora'])
    expect(
      names(await users().where((group) => group.has('profile').orWhere('name', 'cleo'))),
    ).toEqual(['ada', 'cleo'])
    expect(
      names(
        await users().where('name', 'ben').union(users().doesntHave('posts').where('name', 'dora')),
      ),
    ).toEqual(['ben', 'dora'])
  })

  it('in each way to read', async () => {
    const query = () => users().orderBy('name').has('posts').doesntHave('profile')
    expect(names(await query().exec())).toEqual(['ben'])
    expect((await query().first())?.name).toBe('ben')
    expect(await query().exists()).toBe(true)
    expect(await query().pluck('name')).toEqual(['ben'])
    expect(await query().valuesOf('name')).toEqual(['ben'])
    expect(names(await query().pojo())).toEqual(['ben'])
    expect(names([...(await query().paginateCursor({ limit: 5 }))])).toEqual(['ben'])
    const page = await query().paginate(1, 5)
    expect([names([...page]), page.total]).toEqual([['ben'], 1])
    expect(JSON.parse(await query().select('name').toJson())).toMatchObject([{ name: 'ben' }])
    const streamed: User[] = []
    for await (const row of query().cursor()) streamed.push(row)
    expect(names(streamed)).toEqual(['ben'])
    const [ben] = await query()
      .preload('posts', (posts) => posts.has('tags'))
      .withCount('posts', (posts) => posts.doesntHave('tags'))
    expect([names(ben?.posts ?? []), ben?.$extras.posts_count]).toEqual([['b4'], 1])
  })

  it('in writes, and in a transaction', async () => {
    await database.transaction(async (trx) => {
      const query = () => User.query({ client: trx })
      const cleo = await query().where('name', 'cleo').firstOrFail()
      await cleo.related('posts').create({ title: 'c', likes: 1 })
      expect(names(await query().has('posts'))).toEqual(['ada', 'ben', 'cleo'])
      expect(names(await users().has('posts'))).toEqual(['ada', 'ben'])
      expect((await query().has('profile').updateMany({ name: 'ada!' })).modified).toBe(1)
      const found = await query().has('profile').findOneAndUpdate({ name: 'ada?' })
      expect(found?.name).toBe('ada?')
      await query().doesntHave('posts').delete()
      expect(names(await query())).toEqual(['ada?', 'ben', 'cleo'])
      await trx.rollback()
    })
    expect(names(await users())).toEqual(['ada', 'ben', 'cleo', 'dora'])
  })

  it('is shown, and narrows', () => {
    const query = users().has('posts')
    expect(query.toMongo()).toEqual({ filter: { _id: { $in: ['[keys of posts]', '…'] } } })
    expect(query.hasWhere).toBe(true)
  })
})

describe('what cannot be asked', () => {
  it.each([
    ['a misspelt name', () => users().has('post' as never), 'E_UNDEFINED_RELATIONSHIP'],
    ['no function', () => users().whereHas('posts', 3 as never), 'E_INVALID_QUERY'],
    ['no number', () => users().has('posts', '>'), 'E_INVALID_QUERY'],
    ['no operator', () => users().has('posts', 'like' as never, 2), 'E_INVALID_QUERY'],
    ['a limit', () => users().whereHas('posts', (q) => q.limit(2)), 'E_INVALID_QUERY'],
    ['async', () => users().whereHas('posts', async () => {}), 'E_INVALID_QUERY'],
    ['a count of an array', () => Post.query().has('tags', '>', 1), 'E_INVALID_QUERY'],
    [
      'a count of rows through others',
      () => Country.query().has('posts', '=', 5),
      'E_INVALID_QUERY',
    ],
  ] as const)('%s', async (_, query, code) => {
    await expect((async () => await query())()).rejects.toMatchObject({ code })
  })

  it('says which relations there are', () => {
    expect(() => users().has('post' as never)).toThrow(/profile, posts/)
  })
})
