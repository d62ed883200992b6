import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { Country, MODELS, Post, Profile, Skill, Tag, User } from './blog.ts'

const { database, db } = lucentDatabase()

beforeAll(async () => {
  const [it_, de] = await Country.createMany([{ name: 'it' }, { name: 'de' }])
  const [ada, ben, cleo] = await User.createMany([
    { name: 'ada', countryId: it_?.id as string },
    { name: 'ben', countryId: it_?.id as string },
    { name: 'cleo', countryId: null },
  ])
  await ada?.related('profile').create({ bio: 'of ada' })
  await ada?.related('posts').createMany([1, 2, 3].map((n) => ({ title: `a${n}`, likes: n })))
  await ben?.related('posts').createMany([4, 5].map((n) => ({ title: `b${n}`, likes: n })))
  const [x, y] = await Skill.createMany([{ name: 'x' }, { name: 'y' }])
  await ada
    ?.related('skills')
    .attach({ [x?.id as string]: { level: 1 }, [y?.id as string]: { level: 2 } })
  await ben?.related('skills').attach({ [y?.id as string]: { level: 9 } })
  const [s, t] = await Tag.createMany([{ name: 's' }, { name: 't' }])
  await (await Post.findByOrFail('title', 'a1')).related('tags').attach([s?.id, t?.id])
  await (await Post.findByOrFail('title', 'b4')).related('tags').attach([t?.id])
  expect(de).toBeDefined()
  expect(cleo).toBeDefined()
})

afterAll(async () => {
  for (const model of MODELS) await model.truncate()
})

const titles = (posts: readonly Post[]) => posts.map(({ title }) => title)
const users = () => User.query().orderBy('name')

describe('preload', () => {
  it.each([
    ['hasOne', 'profile', (user: User) => user.profile?.bio ?? null, ['of ada', null, null]],
    ['belongsTo', 'country', (user: User) => user.country?.name ?? null, ['it', 'it', null]],
    [
      'hasMany',
      'posts',
      (user: User) => titles(user.posts).sort(),
      [['a1', 'a2', 'a3'], ['b4', 'b5'], []],
    ],
    [
      'manyToMany',
      'skills',
      (user: User) => user.skills.map((one) => [one.name, one.$extras.pivot_level]),
      [
        [
          ['x', 1],
          ['y', 2],
        ],
        [['y', 9]],
        [],
      ],
    ],
  ] as const)('%s', async (_, name, show, expected) => {
    const rows = await users().preload(name as 'posts')
    expect(rows.map(show as (user: User) => unknown)).toEqual(expected)
    for (const row of rows) {
      const shown = show(row)
      await row.load(name as 'posts')
      expect(show(row)).toEqual(shown)
      const related = await row.related(name as 'posts').query()
      const many = row[name] as unknown
      expect(related.map(({ id }) => id).sort()).toEqual(
        [many]
          .flat()
          .filter((one) => one !== null)
          .map((one) => (one as Post).id)
          .sort(),
      )
    }
  })

  it('hasManyThrough', async () => {
    const countries = await Country.query()
      .orderBy('name')
      .preload('posts', (posts) => posts.orderBy('title'))
    expect(countries.map(({ posts }) => titles(posts))).toEqual([
      [],
      ['a1', 'a2', 'a3', 'b4', 'b5'],
    ])
    const country = countries[1] as Country
    expect(
      titles(await country.related('posts').query().orderBy('title', 'desc').limit(2)),
    ).toEqual(['b5', 'b4'])
    expect(country.posts[0]?.$extras.through_country_id).toBe(country.id)
  })

  it('keys in an array, from both sides', async () => {
    const posts = await Post.query()
      .orderBy('title')
      .preload('tags', (tags) => tags.orderBy('name'))
    expect(posts.map(({ tags }) => tags.map(({ name }) => name))).toEqual([
      ['s', 't'],
      [],
      [],
      ['t'],
      [],
    ])
    const tags = await Tag.query()
      .orderBy('name')
      .preload('posts', (query) => query.orderBy('title'))
    expect(tags.map((tag) => titles(tag.posts))).toEqual([['a1'], ['a1', 'b4']])
  })

  it('nested, with selections that lack the keys', async () => {
    const rows = await users()
      .select('name')
      .preload('posts', (posts) => {
        posts.select('title').where('likes', '>', 1).orderBy('title').preload('tags')
        posts.preload('user', (user) => user.select('name').preload('profile'))
      })
    expect(rows.map(({ posts }) => titles(posts))).toEqual([['a2', 'a3'], ['b4', 'b5'], []])
    expect(rows[1]?.posts[0]?.tags.map(({ name }) => name)).toEqual(['t'])
    expect(rows[0]?.posts[0]?.user?.profile?.bio).toBe('of ada')
    expect(rows[0]?.posts[0]?.user).toBe(rows[0]?.posts[1]?.user)
    await (rows[0] as User).merge({ name: 'ada' }).save()
  })

  it('limits for each row', async () => {
    const latest = await users().preload('posts', (posts) => {
      posts.groupOrderBy('likes', 'desc').groupLimit(1)
    })
    expect(latest.map(({ posts }) => titles(posts))).toEqual([['a3'], ['b5'], []])
    const second = await users().preload('posts', (posts) =>
      posts.orderBy('likes').limit(1).offset(1),
    )
    expect(second.map(({ posts }) => titles(posts))).toEqual([['a2'], ['b5'], []])
  })

  it('filters by the pivot collection', async () => {
    const rows = await users().preload('skills', (skills) => skills.wherePivot('level', '>', 1))
    expect(rows.map(({ skills }) => skills.map(({ name }) => name))).toEqual([['y'], ['y'], []])
    const ada = rows[0] as User
    const some = await ada.related('skills').query().whereInPivot('level', [1]).orderBy('name')
    expect(some.map(({ name }) => name)).toEqual(['x'])
    expect(await ada.related('skills').query().count()).toBe(2)
    expect((await ada.related('skills').query().paginate(1, 1)).total).toBe(2)
    expect(some[0]?.$extras).toMatchObject({ pivot_user_id: ada.id, pivot_level: 1 })
  })

  it.each([
    ['first', async () => [await users().preload('posts').first()]],
    ['paginate', async () => [...(await users().preload('posts').paginate(1, 2))]],
    [
      'paginateCursor',
      async () => {
        const page = await users().preload('posts').paginateCursor({ limit: 1 })
        const next = await users()
          .preload('posts')
          .paginateCursor({ limit: 2, after: page.nextCursor })
        return [...page, ...next]
      },
    ],
    [
      'cursor',
      async () => {
        const rows: User[] = []
        for await (const user of users().preload('posts').cursor({ batchSize: 1 })) rows.push(user)
        return rows
      },
    ],
    ['clone', async () => users().preload('posts').clone()],
    [
      'an aggregation',
      async () =>
        User.query()
          .orderBy([{ column: 'name', nulls: 'last' }])
          .preload('posts'),
    ],
    [
      'a transaction',
      () =>
        database.transaction(async (trx) => {
          const rows = await User.query({ client: trx }).orderBy('name').preload('posts')
          expect(rows[0]?.posts[0]?.$trx).toBe(trx)
          return rows
        }),
    ],
    [
      'refresh',
      async () => {
        const rows = await users().preload('posts')
        for (const row of rows) await row.refresh()
        return rows
      },
    ],
  ] as const)('by %s', async (_, read) => {
    const rows = (await read()) as User[]
    const all = [3, 2, 0]
    expect(rows.map((row) => row.posts.length)).toEqual(all.slice(0, rows.length))
  })

  it('is JSON', async () => {
    const text = await users()
      .preload('posts', (posts) => posts.orderBy('title'))
      .preload('profile')
      .toJson()
    const [ada] = JSON.parse(text)
    expect(ada).toMatchObject({
      name: 'ada',
      profile: { bio: 'of ada' },
      posts: [{ title: 'a1' }, {}, {}],
    })
    const rows = await users().preload('posts')
    expect(
      rows[0]?.serialize({ fields: ['name'], relations: { posts: { fields: ['likes'] } } }),
    ).toEqual({
      name: 'ada',
      posts: [{ likes: 1 }, { likes: 2 }, { likes: 3 }],
    })
  })

  it('sees keys that are not saved', async () => {
    const post = await Post.findByOrFail('title', 'b4')
    const ada = await User.findByOrFail('name', 'ada')
    post.userId = ada.id
    await post.load('user')
    expect(post.user?.name).toBe('ada')
    post.userId = null
    await post.load((loader) => loader.load('user').load('tags'))
    expect(post.user).toBeNull()
    expect(post.tags.length).toBe(1)
  })

  it('says that a key is not there', async () => {
    const [post] = await Post.query().select('title')
    expect(() => post?.related('user').query()).toThrow(/needs "userId", which was not selected/)
    await expect(post?.load('user')).rejects.toMatchObject({ code: 'E_PARTIALLY_READ' })
  })
})

describe('what is loaded', () => {
  it('is set and asked for', async () => {
    const user = new User()
    expect(user.posts).toBeUndefined()
    expect(user.$hasRelated('posts')).toBe(false)
    user.$setRelated('posts', [new Post()])
    user.$pushRelated('posts', new Post())
    expect(user.posts.length).toBe(2)
    expect(() => user.$setRelated('posts', null)).toThrow('needs an array')
    expect(() => user.$pushRelated('profile', new Profile())).toThrow('relation to one row')
    expect(() => user.$setRelated('nothing', [])).toThrow('there are')
    await expect(user.load('posts')).rejects.toMatchObject({ code: 'E_MODEL_NOT_PERSISTED' })
  })

  it('is no value', async () => {
    const user = new User().merge({ name: 'eve', posts: [new Post()] } as never)
    expect(user.posts).toBeUndefined()
    await user.save()
    expect(Object.keys((await db.collection('users').findOne({ name: 'eve' })) as object)).toEqual([
      '_id',
      'name',
    ])
    await user.delete()
  })

  it('is told by the class', () => {
    expect([...User.$relationsDefinitions.keys()]).toEqual([
      'country',
      'profile',
      'posts',
      'skills',
    ])
    expect(User.$hasRelation('posts')).toBe(true)
    expect(User.$getRelation('posts')).toMatchObject({
      type: 'hasMany',
      relationName: 'posts',
      isMany: true,
    })
    expect(User.$getRelation('posts')?.relatedModel()).toBe(Post)
  })
})
