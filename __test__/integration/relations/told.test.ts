/** What is told of related reads: to listeners, by `explain()`, and of what is loaded row by row. */
import { Database, type QueryEvent } from 'lucent-odm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { MODELS, Post, Skill, Tag, User } from './blog.ts'

const server = lucentDatabase({ debug: true, reportRowByRow: true })
const { database, db } = server

beforeAll(async () => {
  const users = await User.createMany(['ada', 'ben', 'cleo', 'dan'].map((name) => ({ name })))
  for (const user of users) {
    await user.related('posts').createMany([1, 2].map((likes) => ({ title: user.name, likes })))
  }
  const skills = await Skill.createMany([{ name: 'x' }, { name: 'y' }])
  await users[0]?.related('skills').attach(skills.map(({ id }) => id))
  await db.collection('posts').createIndex({ user_id: 1 })
})

afterAll(async () => {
  for (const model of MODELS) await model.truncate()
})

const users = () => User.query().orderBy('name')

describe('events', () => {
  let events: QueryEvent[] = []
  let stop = () => {}
  beforeEach(() => {
    events = []
    stop = database.onQuery((event) => events.push(event))
  })
  afterEach(() => stop())
  const seen = () => events.map(({ model, operation, relation }) => [model, operation, relation])

  const PRELOADED = [
    ['Post', 'preload', 'posts'],
    ['Tag', 'preload', 'tags'],
    ['Skill', 'preload', 'skills'],
  ]
  const query = () =>
    users()
      .preload('posts', (posts) => posts.where('likes', '>', 1).preload('tags'))
      .preload('skills')

  it.each([
    ['rows', 'find', async () => void (await query())],
    ['JSON', 'toJson', async () => void (await query().toJson())],
    [
      'batches',
      'cursor',
      async () => {
        for await (const rows of query().batches()) expect(rows).toHaveLength(4)
      },
    ],
  ])('of %s name the relation', async (_, operation, run) => {
    await run()
    expect(seen()).toHaveLength(4)
    expect(seen()).toEqual(expect.arrayContaining(PRELOADED))
    expect(events.filter(({ model }) => model === 'User')).toHaveLength(1)
    const posts = events.find(({ relation }) => relation === 'posts')
    expect(posts).toMatchObject({ collection: 'posts', query: { filter: { likes: { $gt: 1 } } } })
    expect(events.every(({ milliseconds }) => milliseconds > 0)).toBe(true)
    expect(operation).toMatch(/find|toJson|cursor/)
  })

  it('of load(), and of queries of one row', async () => {
    const user = await users().firstOrFail()
    events = []
    await user.load('posts')
    expect(seen()).toEqual([
      ['Post', 'preload', 'posts'],
      ['User', 'load', undefined],
    ])
    events = []
    await user.related('posts').query().orderBy('likes')
    await user.related('posts').query().count()
    expect(seen()).toEqual([
      ['Post', 'find', 'posts'],
      ['Post', 'count', 'posts'],
    ])
  })
})

describe('explain', () => {
  it('tells how the rows of relations are read', async () => {
    const told = await users()
      .preload('posts', (posts) => posts.preload('tags'))
      .preload('skills')
      .explain()
    expect(told.collectionScan).toBe(true)
    expect(told.relations?.posts).toMatchObject({ indexes: ['user_id_1'], collectionScan: false })
    expect(told.relations?.posts?.relations?.tags).toBeDefined()
    expect(told.relations?.skills).toMatchObject({
      indexes: ['_id_'],
      through: { collectionScan: true },
    })
  })

  it('tells of conditions over related rows, by the keys that they come to', async () => {
    const told = await users()
      .whereHas('posts', (posts) => posts.whereIn('title', ['ada', 'ben']))
      .orderBy('name')
      .explain('executionStats')
    expect(told).toMatchObject({ indexes: ['_id_'], collectionScan: false, returned: 2 })
    const none = await users().doesntHave('posts').explain()
    expect(none.collectionScan || none.indexes.length > 0).toBe(true)
    const grouped = await users()
      .has('posts')
      .select('name')
      .groupBy('name')
      .count('* as n')
      .explain()
    expect(grouped.indexes).toEqual(['_id_'])
    const nested = await users()
      .preload('posts', (posts) => posts.has('tags'))
      .explain('executionStats')
    expect(nested.relations?.posts?.returned).toBeTypeOf('number')
  })

  it('tells of what is counted', async () => {
    const told = await users()
      .withCount('posts')
      .withCount('posts', (posts) => posts.where('title', 'ada').as('own'))
      .explain('executionStats')
    expect(told.relations?.posts_count).toMatchObject({ indexes: ['user_id_1'] })
    expect(told.relations?.own?.returned).toBe(2)
  })

  it('with what was looked at', async () => {
    const told = await users().limit(1).preload('posts').explain('executionStats')
    expect(told.relations?.posts).toMatchObject({ returned: 2, documentsExamined: 2 })
  })
})

describe('rows of behind other documents', () => {
  it('are those of the row in JSON too', async () => {
    const [ada, ben] = await users()
    const text = (await ada?.related('skills').query().orderBy('name').toJson()) as string
    expect(JSON.parse(text)).toMatchObject([{ name: 'x' }, { name: 'y' }])
    expect(await ben?.related('skills').query().toJson()).toBe('[]')
  })
})

describe('in one tick', () => {
  const finds = async (work: () => Promise<unknown>) =>
    (await commandsOf(server, 'posts', work)).filter((name) => name === 'query').length

  it.each([
    ['load()', (user: User) => user.load('posts').then(() => user.posts)],
    ['related().query()', (user: User) => user.related('posts').query().exec()],
  ])('%s of several rows is one command', async (_, load) => {
    const rows = await users()
    let found: Post[][] = []
    const count = await finds(async () => {
      found = await Promise.all(rows.map(load))
    })
    expect(count).toBe(1)
    expect(found.map((posts) => posts.map(({ title }) => title))).toEqual(
      ['ada', 'ben', 'cleo', 'dan'].map((name) => [name, name]),
    )
  })

  it('each row gets instances of its own', async () => {
    const posts = await Post.query().where('title', 'ada')
    await Promise.all(posts.map((post) => post.load('user')))
    const [one, other] = posts.map(({ user }) => user)
    expect(one?.name).toBe('ada')
    expect(other?.name).toBe('ada')
    expect(one).not.toBe(other)
  })

  it('what is told of one row is read for it alone', async () => {
    const rows = await users()
    const count = await finds(() =>
      Promise.all([
        rows[0]?.load('posts', (posts) => posts.where('likes', 1)),
        rows[1]?.load('posts'),
        rows[2]?.related('posts').query().where('likes', 2),
        rows[3]?.related('posts').query().orderBy('likes'),
      ]),
    )
    expect(count).toBe(4)
    expect(rows[0]?.posts.map(({ likes }) => likes)).toEqual([1])
    expect(rows[1]?.posts).toHaveLength(2)
  })

  it('a relation to one row, and rows behind other documents', async () => {
    const [ada, ben] = (await users()) as [User, User]
    const [post] = (await Post.query().where('title', 'ben')) as [Post]
    const [owner, profile, ofAda, ofBen] = await Promise.all([
      post.related('user').query(),
      ada.related('profile').query(),
      ada.related('skills').query(),
      ben.related('skills').query(),
    ])
    expect([owner.length, profile.length, ofAda.length, ofBen.length]).toEqual([1, 0, 2, 0])
    expect(await post.related('user').query().first()).toMatchObject({ name: 'ben' })
  })
})

describe('loaded row by row', () => {
  let warnings: string[] = []
  const listen = (warning: Error) => {
    if ((warning as { code?: string }).code === 'LUCENT_ROW_BY_ROW') warnings.push(warning.message)
  }
  beforeEach(() => {
    warnings = []
    process.on('warning', listen)
  })
  afterEach(() => {
    process.off('warning', listen)
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  it.each([
    ['load()', (user: User) => user.load('profile'), 'profile'],
    ['related().query()', (user: User) => user.related('posts').query().orderBy('likes'), 'posts'],
    ['what shares requests', (user: User) => user.related('country').query(), 'country'],
  ])('%s is reported once, with its place', async (_, load, name) => {
    for (const run of [1, 2]) {
      for (const user of await users()) await load(user)
      expect(run).toBeLessThan(3)
    }
    await turn()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(`User.${name} is loaded row by row`)
    expect(warnings[0]).toContain('told.test.ts')
    expect(warnings[0]).toContain(`.preload('${name}')`)
  })

  it('two rows, rows of other queries and loads of one tick are not', async () => {
    for (const user of await users().limit(2)) await user.load('skills')
    for (const name of ['ada', 'ben', 'cleo']) {
      const user = await User.findByOrFail('name', name)
      await user.load('skills')
    }
    const rows = await users()
    await Promise.all(rows.map((user) => user.load('skills')))
    await turn()
    expect(warnings).toEqual([])
  })

  it('nothing is, where it is turned off', async () => {
    const { url } = database.connection().config
    const quiet = new Database({
      connection: 'main',
      connections: { main: { url: url as string, database: server.name, reportRowByRow: false } },
    })
    Tag.useDatabase(quiet)
    try {
      const tags = await Tag.createMany([1, 2, 3, 4].map((n) => ({ name: `${n}` })))
      expect(tags).toHaveLength(4)
      for (const tag of await Tag.query()) await tag.load('posts')
      await turn()
      expect(warnings).toEqual([])
    } finally {
      Tag.useDatabase(database)
      await quiet.closeAll()
    }
  })
})
