import { ObjectId } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { Country, MODELS, Post, Profile, Skill, Tag, User } from './blog.ts'

const server = lucentDatabase()
const { database, db } = server
const pivots = db.collection('skill_user')

afterEach(async () => {
  for (const model of MODELS) await model.truncate()
  await pivots.deleteMany({})
})

const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name).sort()

it('what clears conditions does not clear those of the relation', async () => {
  const [ada, ben] = (await User.createMany([{ name: 'ada' }, { name: 'ben' }])) as [User, User]
  await ada.related('posts').createMany([{ title: 'a' }, { title: 'b' }])
  await ben.related('posts').create({ title: 'c' })
  const cleared = () => ada.related('posts').query().where('title', 'a').clearWhere()
  expect((await cleared()).map(({ title }) => title).sort()).toEqual(['a', 'b'])
  expect(await cleared().clone().clearWhere().count()).toBe(2)
  expect(await cleared().update({ likes: 1 })).toEqual([2])
  expect(await cleared().delete()).toEqual([2])
  expect((await Post.all()).map(({ title, likes }) => [title, likes])).toEqual([['c', undefined]])
})

describe.each([
  ['hasOne', 'profile', Profile, { bio: 'a' }],
  ['hasMany', 'posts', Post, { title: 'a' }],
] as const)('%s', (_, name, Related, values) => {
  const client = (user: User) => user.related(name as 'posts')
  const of = Related as unknown as typeof Post
  const given = values as object

  it('creates with the key of the parent, which is saved first', async () => {
    const user = new User().merge({ name: 'ada' })
    const row = await client(user).create(given)
    expect(user.$isPersisted).toBe(true)
    expect(row).toMatchObject({ ...values, userId: user.id, $isPersisted: true })
    expect(await of.findByOrFail('userId', user.id)).toMatchObject(given)
  })

  it('saves a row', async () => {
    const user = await User.create({ name: 'ada' })
    const row = new of().merge(given)
    await client(user).save(row)
    expect(await of.query().where('userId', user.id).count()).toBe(1)
  })

  it('finds or creates among the rows of the parent', async () => {
    const [ada, ben] = await User.createMany([{ name: 'ada' }, { name: 'ben' }])
    const first = await client(ada as User).firstOrCreate(given)
    const other = await client(ben as User).firstOrCreate(given)
    const again = await client(ada as User).firstOrCreate(given)
    expect(again.id).toBe(first.id)
    expect(other.id).not.toBe(first.id)
    await client(ada as User).updateOrCreate(
      given,
      Object.fromEntries(Object.keys(values).map((key) => [key, 'b'])),
    )
    expect(await of.query().count()).toBe(2)
    expect(
      await client(ada as User)
        .query()
        .count(),
    ).toBe(1)
  })

  it('stores nothing when a part fails', async () => {
    const user = new User().merge({ name: 'ada' })
    await expect(client(user).create({ ...given, id: 'no id' })).rejects.toMatchObject({
      code: 'E_INVALID_OBJECT_ID',
    })
    expect(user.$isPersisted).toBe(false)
    expect(await User.query().count()).toBe(0)
  })
})

describe('hasMany', () => {
  it('creates many', async () => {
    const user = await User.create({ name: 'ada' })
    const posts = await user.related('posts').createMany([{ title: 'a' }, { title: 'b' }])
    expect(posts.map(({ userId }) => userId)).toEqual([user.id, user.id])
    await user.related('posts').saveMany(posts.map((post) => post.merge({ likes: 1 })))
    expect(await user.related('posts').query().where('likes', 1).count()).toBe(2)
  })

  it('finds, creates and updates many', async () => {
    const user = await User.create({ name: 'ada' })
    const other = await Post.create({ title: 'a' })
    const [a] = await user.related('posts').fetchOrCreateMany([{ title: 'a' }], 'title')
    expect(a?.id).not.toBe(other.id)
    const rows = await user
      .related('posts')
      .updateOrCreateMany([{ title: 'a', likes: 3 }, { title: 'b' }], ['title'])
    expect(rows[0]).toMatchObject({ id: a?.id, likes: 3 })
    expect(await user.related('posts').query().count()).toBe(2)
  })

  it('narrows every query, whatever the application adds', async () => {
    const [ada, ben] = await User.createMany([{ name: 'ada' }, { name: 'ben' }])
    await ada?.related('posts').createMany([{ title: 'a' }, { title: 'b' }])
    await ben?.related('posts').createMany([{ title: 'a' }, { title: 'c' }])
    const posts = (user: User | undefined) => (user as User).related('posts').query()
    const mine = await posts(ada).where('title', 'a').orWhere('title', 'c')
    expect(mine.map(({ title }) => title)).toEqual(['a'])
    expect((await posts(ben).paginate(1, 1)).total).toBe(2)
    expect(await posts(ada).update({ likes: 9 })).toEqual([2])
    expect(await posts(ben).where('title', 'c').delete()).toEqual([1])
    expect(await Post.query().where('likes', 9).count()).toBe(2)
    expect(await Post.query().count()).toBe(3)
  })
})

describe('belongsTo', () => {
  it('associates and dissociates', async () => {
    const user = new User().merge({ name: 'ada' })
    const post = new Post().merge({ title: 'a' })
    await post.related('user').associate(user)
    expect(post.userId).toBe(user.id)
    expect(await post.related('user').query().first()).toMatchObject({ name: 'ada' })
    await post.related('user').dissociate()
    expect(await db.collection('posts').findOne()).toMatchObject({ title: 'a', user_id: null })
    expect(await post.related('user').query()).toEqual([])
  })

  it('is rolled back as a whole', async () => {
    const user = new User().merge({ name: 'ada' })
    const post = new Post().merge({ title: 'a', id: 'no id' })
    await expect(post.related('user').associate(user)).rejects.toMatchObject({
      code: 'E_INVALID_OBJECT_ID',
    })
    expect(await User.query().count()).toBe(0)
    expect(user.$isPersisted).toBe(false)
  })
})

describe('a transaction of the parent', () => {
  it('has everything in it', async () => {
    const user = await User.create({ name: 'ada' })
    const trx = await database.transaction()
    user.useTransaction(trx)
    await user.related('posts').create({ title: 'a' })
    const skill = await Skill.create({ name: 's' })
    await user.related('skills').attach([skill.id])
    expect(await Post.query().count()).toBe(0)
    expect(await user.related('posts').query().count()).toBe(1)
    await trx.rollback()
    expect(await Post.query().count()).toBe(0)
    expect(await pivots.countDocuments()).toBe(0)
  })
})

describe('manyToMany with a pivot collection', () => {
  const setUp = async () => {
    const user = await User.create({ name: 'ada' })
    const skills = await Skill.createMany(['a', 'b', 'c'].map((name) => ({ name })))
    return { user, skills, ids: skills.map(({ id }) => id) as [string, string, string] }
  }
  const links = async () =>
    (await pivots.find().sort({ skill_id: 1 }).toArray()).map((one) => [
      String(one.skill_id),
      one.level ?? null,
    ])

  it('attaches by keys, which are stored as the keys are', async () => {
    const { user, ids } = await setUp()
    await user.related('skills').attach([ids[0]])
    await user.related('skills').attach({ [ids[1]]: { level: 2 } })
    await user.related('skills').attach(new Map([[new ObjectId(ids[2]), { level: 3 }]]))
    expect(await links()).toEqual([
      [ids[0], null],
      [ids[1], 2],
      [ids[2], 3],
    ])
    expect(await pivots.findOne()).toMatchObject({
      user_id: new ObjectId(user.id),
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
    })
  })

  it('stores attributes that nobody declared', async () => {
    const { user, ids } = await setUp()
    await user.related('skills').attach({ [ids[0]]: { note: 'x' } })
    expect(await pivots.findOne()).toMatchObject({ note: 'x' })
    const query = user
      .related('skills')
      .pivotQuery()
      .where('note' as never, 'x' as never)
    expect(await query.count()).toBe(1)
  })

  it('detaches some, all, and nothing for an empty array', async () => {
    const { user, ids } = await setUp()
    await user.related('skills').attach(ids)
    await user.related('skills').detach([])
    expect(await pivots.countDocuments()).toBe(3)
    await user.related('skills').detach([ids[1]])
    expect((await links()).map(([id]) => id)).toEqual([ids[0], ids[2]])
    await user.related('skills').detach()
    expect(await pivots.countDocuments()).toBe(0)
  })

  it('synchronises', async () => {
    const { user, ids } = await setUp()
    await user.related('skills').attach({ [ids[0]]: { level: 1 }, [ids[1]]: { level: 1 } })
    const before = await pivots.find().toArray()
    await user.related('skills').sync({ [ids[0]]: { level: 1 }, [ids[2]]: { level: 3 } })
    expect(await links()).toEqual([
      [ids[0], 1],
      [ids[2], 3],
    ])
    // What was as it should be was not written.
    expect(await pivots.findOne({ skill_id: new ObjectId(ids[0]) })).toEqual(before[0])
    await user.related('skills').sync([ids[1]], false)
    expect(await pivots.countDocuments()).toBe(3)
    await user.related('skills').sync({ [ids[1]]: { level: 7 } }, false)
    expect(await links()).toContainEqual([ids[1], 7])
    await user.related('skills').sync([])
    expect(await pivots.countDocuments()).toBe(0)
  })

  it('creates and saves rows with their links', async () => {
    const { user, skills } = await setUp()
    const made = await user.related('skills').create({ name: 'd' }, { level: 4 })
    await user
      .related('skills')
      .createMany([{ name: 'e' }, { name: 'f' }], [undefined, { level: 6 }])
    await user.related('skills').save(skills[0] as Skill)
    await user.related('skills').save(skills[0] as Skill)
    expect(await pivots.countDocuments()).toBe(4)
    await user.related('skills').save(skills[0] as Skill, false)
    await user.related('skills').saveMany([made], true, [{ level: 5 }])
    expect(await pivots.countDocuments()).toBe(5)
    expect(await pivots.findOne({ skill_id: new ObjectId(made.id) })).toMatchObject({ level: 5 })
  })

  it('is seen from the other side', async () => {
    const { user, ids } = await setUp()
    await user.related('skills').attach(ids)
    const skill = await Skill.findOrFail(ids[0])
    expect(await skill.related('users').pivotQuery().count()).toBe(1)
  })

  it.each([
    ['attach', 'text'],
    ['attach', [null]],
    ['sync', { a: 1 }],
  ] as const)('refuses %s(%j)', async (method, keys) => {
    const { user } = await setUp()
    await expect(user.related('skills')[method](keys as never)).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
    })
  })
})

describe('manyToMany with keys in an array', () => {
  const setUp = async () => {
    const post = await Post.create({ title: 'a' })
    const tags = await Tag.createMany(['x', 'y', 'z'].map((name) => ({ name })))
    return { post, tags, ids: tags.map(({ id }) => id) as [string, string, string] }
  }

  it('is written from the row that has them', async () => {
    const { post, ids } = await setUp()
    await post.related('tags').attach([ids[0], ids[1]])
    await post.related('tags').attach([ids[1]])
    expect(post.tagIds).toEqual([ids[0], ids[1]])
    expect(post.$isDirty).toBe(false)
    expect(await db.collection('posts').findOne()).toMatchObject({
      tag_ids: [new ObjectId(ids[0]), new ObjectId(ids[1])],
    })
    expect(names(await post.related('tags').query())).toEqual(['x', 'y'])
    await post.related('tags').detach([])
    await post.related('tags').detach([ids[0]])
    expect(post.tagIds).toEqual([ids[1]])
    await post.related('tags').sync([ids[2]])
    expect(names(await post.related('tags').query())).toEqual(['z'])
    const made = await post.related('tags').create({ name: 'w' })
    expect(post.tagIds).toEqual([ids[2], made.id])
    await post.related('tags').sync([])
    expect(await post.related('tags').query()).toEqual([])
    expect((await Post.findOrFail(post.id)).tagIds).toEqual([])
  })

  it('is written from the other side', async () => {
    const { post, tags } = await setUp()
    const [tag, other] = tags as [Tag, Tag]
    const second = await Post.create({ title: 'b' })
    await other.related('posts').attach([post.id])
    await tag.related('posts').attach([post.id, second.id])
    expect((await tag.related('posts').query().orderBy('title')).map(({ title }) => title)).toEqual(
      ['a', 'b'],
    )
    await tag.related('posts').sync([second.id])
    expect((await tag.related('posts').query()).map(({ title }) => title)).toEqual(['b'])
    expect((await Post.findOrFail(post.id)).tagIds).toEqual([other.id])
    await tag.related('posts').detach()
    expect(await tag.related('posts').query()).toEqual([])
  })

  it('refuses what needs a pivot collection', async () => {
    const { post, ids } = await setUp()
    const refused = { code: 'E_INVALID_QUERY' }
    await expect(post.related('tags').attach({ [ids[0]]: { level: 1 } })).rejects.toMatchObject(
      refused,
    )
    expect(() => post.related('tags').pivotQuery()).toThrow('needs a pivot collection')
    expect(() => post.related('tags').query().wherePivot('level', 1)).toThrow('no pivot collection')
  })
})

describe('what is not there', () => {
  it('says which relations there are', () => {
    const user = new User()
    expect(() => user.related('post' as never)).toThrow(
      'User has no relation "post"; there are: country, profile, posts, skills',
    )
    expect(() => User.query().preload('nothing' as never)).toThrow(/User has no relation "nothing"/)
  })

  it('needs a key', async () => {
    const country = new Country()
    await expect(country.related('users').query()).resolves.toEqual([])
    await expect(new User().related('skills').attach([new ObjectId()])).rejects.toMatchObject({
      code: 'E_UNDEFINED_VALUE',
    })
  })
})
