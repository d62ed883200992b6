import { BaseModel, column, errors, expr, type LucentError } from 'lucent-odm'
import { DateTime } from 'luxon'
import { ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class User extends BaseModel {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare teamId: string
  @column() declare firstName: string
  @column() declare age: number
  @column.dateTime() declare createdAt: DateTime
}

class Elsewhere extends BaseModel {
  static override connection = 'reports'
  @column({ isPrimary: true }) declare id: string
}

class Here extends BaseModel {
  static override connection = 'main'
  @column({ isPrimary: true }) declare id: string
}

const team = new ObjectId()

beforeAll(async () => {
  await db.collection('people').insertMany(
    Array.from({ length: 50 }, (_, n) => ({
      first_name: `u${n}`,
      age: n,
      team_id: team,
      created_at: new Date(n * 1000),
    })),
  )
})

describe('running', () => {
  it('is awaited as a query is', async () => {
    const rows = await User.aggregate().match({ age: 3 })
    expect(rows).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        teamId: String(team),
        firstName: 'u3',
        age: 3,
        createdAt: new Date(3000),
      },
    ])
    expect(await User.aggregate().match({ age: 3 }).exec()).toEqual(rows)
  })

  it('sends anew each time, and nothing before', async () => {
    const counted = User.aggregate().count('n')
    const sent = await profile(server, 'people', async () => {
      await counted
      await counted.exec()
      User.aggregate().match({ age: 1 })
    })
    expect(sent).toHaveLength(2)
  })

  it('meets what goes wrong', async () => {
    const wrong = () => User.aggregate().project({ x: expr.divide(1, 0) })
    const error = await wrong().then(
      () => undefined,
      (reason: unknown) => reason as LucentError,
    )
    expect(error).toMatchObject({ code: 'E_SERVER_ERROR', serverCode: 2 })
    expect(error?.serverMessage).toContain("can't $divide by zero")
    expect(await wrong().catch(() => 'caught')).toBe('caught')
    let done = 0
    await wrong()
      .finally(() => done++)
      .catch(() => {})
    await User.aggregate()
      .limit(1)
      .finally(() => done++)
    expect(done).toBe(2)
  })

  it('first() asks for one row', async () => {
    const users = User.aggregate().sort('age', 'desc')
    const sent = await profile(server, 'people', async () => {
      expect((await users.first())?.age).toBe(49)
    })
    expect(sent[0]?.command.pipeline).toEqual([{ $sort: { age: -1 } }, { $limit: 1 }])
    expect(users.toMongo()).toEqual([{ $sort: { age: -1 } }])
    expect(await users.match({ age: 99 }).first()).toBeNull()
    await expect(users.firstOrFail()).rejects.toThrow(errors.E_ROW_NOT_FOUND)
    expect((await User.aggregate().match({ age: 7 }).firstOrFail()).firstName).toBe('u7')
  })
})

describe('cursors', () => {
  const users = () => User.aggregate().sort('age')

  /** Cursors that the server keeps open for the collection. */
  const open = async () => {
    const stages = [{ $currentOp: { idleCursors: true } }, { $match: { type: 'idleCursor' } }]
    const cursors = await server.client.db('admin').aggregate(stages).toArray()
    return cursors.filter(({ ns }) => ns === `${db.databaseName}.people`).length
  }

  it('hand out rows as they arrive', async () => {
    const ages: number[] = []
    for await (const { age, teamId } of users().cursor({ batchSize: 20 })) {
      ages.push(age)
      expect(teamId).toBe(String(team))
    }
    expect(ages).toEqual(Array.from({ length: 50 }, (_, n) => n))
    expect(await open()).toBe(0)
  })

  it('hand out batches', async () => {
    const sizes: number[] = []
    for await (const rows of users().batchSize(30).batches()) sizes.push(rows.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(50)
    expect(Math.max(...sizes)).toBe(30)
  })

  it('are closed when the loop is left', async () => {
    for await (const { age } of users().cursor({ batchSize: 2 })) if (age === 3) break
    await expect.poll(open, { timeout: 5000 }).toBe(0)
    const boom = async () => {
      for await (const _ of users().cursor({ batchSize: 2 })) throw new RangeError('mine')
    }
    await expect(boom()).rejects.toThrow('mine')
    await expect.poll(open, { timeout: 5000 }).toBe(0)
  })

  it('take options from nowhere else', async () => {
    const polluted = Object.prototype as { batchSize?: number }
    polluted.batchSize = 1
    try {
      const sizes: number[] = []
      for await (const rows of users().batches({})) sizes.push(rows.length)
      expect(sizes).toEqual([50])
    } finally {
      delete polluted.batchSize
    }
  })
})

describe('options', () => {
  it('reach the server', async () => {
    const [sent] = await profile(server, 'people', () =>
      User.aggregate()
        .allowDiskUse()
        .collation({ locale: 'en', strength: 2 })
        .hint({ id: 1 })
        .comment('report')
        .timeout(5000)
        .batchSize(10)
        .readConcern('majority')
        .readPreference('primaryPreferred')
        .let({ name: 'U5' })
        .match(expr.eq(expr.field('firstName'), expr.variable('name')))
        .exec(),
    )
    expect(sent?.command).toMatchObject({
      allowDiskUse: true,
      collation: { locale: 'en', strength: 2 },
      hint: { _id: 1 },
      comment: 'report',
      maxTimeMS: 5000,
      cursor: { batchSize: 10 },
      readConcern: { level: 'majority' },
      let: { name: 'U5' },
      pipeline: [{ $match: { $expr: { $eq: ['$first_name', '$$name'] } } }],
    })
  })

  it('mean what they say', async () => {
    const named = User.aggregate().match({ firstName: 'U5' })
    expect(await named).toEqual([])
    expect(await named.collation({ locale: 'en', strength: 2 })).toHaveLength(1)
    await expect(User.aggregate().hint('nothing').exec()).rejects.toMatchObject({ serverCode: 2 })
    const values = { least: 48, text: '$age', data: { $gt: 1 } }
    const rows = await User.aggregate()
      .let(values)
      .match(expr.gte(expr.field('age'), expr.variable('least')))
      .project({ text: expr.variable('text'), data: expr.variable('data') })
    expect(rows).toEqual([
      { text: '$age', data: { $gt: 1 } },
      { text: '$age', data: { $gt: 1 } },
    ])
  })

  it('can be explained', async () => {
    const users = User.aggregate().match({ age: 5 })
    expect(JSON.stringify(await users.explain())).toContain('queryPlanner')
    expect(JSON.stringify(await users.explain('executionStats'))).toContain('totalDocsExamined')
    await expect(users.explain('all' as 'queryPlanner')).rejects.toThrow('explain() must be one of')
  })
})

describe('models', () => {
  it('are read where rows are documents of the model', async () => {
    const users = await User.aggregate()
      .match((query) => query.where('age', '<', 3))
      .sort('age')
      .addFields({ rank: expr.multiply(expr.field('age'), 2) })
      .asModels()
    expect(users.map(({ age }) => age)).toEqual([0, 1, 2])
    const [, user] = users
    expect(user).toBeInstanceOf(User)
    expect(user?.$isPersisted).toBe(true)
    expect(user?.$isDirty).toBe(false)
    expect(user?.teamId).toBe(String(team))
    expect(user?.createdAt).toEqual(DateTime.fromMillis(1000))
    expect(user?.$extras).toEqual({ rank: 2 })
  })

  it('are what first() and cursors hand out too', async () => {
    const users = User.aggregate().sort('age').asModels()
    expect(await users.first()).toBeInstanceOf(User)
    for await (const user of users.clone().cursor()) {
      expect(user).toBeInstanceOf(User)
      break
    }
  })

  it('are refused of other rows, naming the stage', () => {
    const after = () => User.aggregate().group({ by: 'age' }).sort('_id').asModels()
    expect(after).toThrow(errors.E_INVALID_QUERY)
    expect(after).toThrow('after group() rows are no documents of User')
    const before = () => User.aggregate().asModels().unset('age')
    expect(before).toThrow('after unset() rows are no documents of User')
    expect(() => User.aggregate().unwind('firstName').asModels()).toThrow('after unwind()')
    expect(() => User.aggregate().set({ age: 1 }).asModels()).toThrow('after set()')
    expect(() =>
      User.aggregate()
        .raw([{ $limit: 1 }])
        .asModels(),
    ).toThrow('after raw()')
  })
})

describe('other models', () => {
  it('must be on the same connection', () => {
    const join = (from: typeof Elsewhere | string) => () =>
      Here.aggregate().lookup({ from, localField: 'id', foreignField: 'id', as: 'x' })
    expect(join(Elsewhere)).toThrow(errors.E_UNSUPPORTED)
    expect(join(Elsewhere)).toThrow('Elsewhere is stored elsewhere (the connection "reports")')
    expect(join('elsewhere')).not.toThrow()
  })

  it('must be model classes', () => {
    const from = class Stranger {}
    expect(() =>
      User.aggregate().lookup({ from, localField: 'id', foreignField: 'id' as never, as: 'x' }),
    ).toThrow('needs a model class')
  })
})
