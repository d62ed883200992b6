import { BaseModel, beforeCreate, column, ObjectId } from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LucentDatabase, lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server: LucentDatabase = lucentDatabase()
const { db } = server

class Counter extends BaseModel {
  static override collection = 'counters'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare tenant: number
  @column() declare hits: number
  @column() declare kind: string
  @column() declare owner: string | null
  @column.objectId() declare userId: string | null
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
  @beforeCreate() static never() {
    throw new Error('an upsert runs no hooks')
  }
}

class Own extends BaseModel {
  static override collection = 'own_keys'
  static override selfAssignPrimaryKey = true
  @column({ isPrimary: true }) declare code: string
  @column() declare label: string
}

const counters = db.collection<{ _id: ObjectId; [name: string]: unknown }>('counters')

beforeAll(async () => {
  await counters.createIndex({ name: 1, tenant: 1 }, { unique: true })
})
beforeEach(async () => {
  await counters.deleteMany({})
  await db.collection('own_keys').deleteMany({})
})

describe('upsert', () => {
  it('inserts what conditions, values and onInsert say', async () => {
    const user = new ObjectId().toHexString()
    const result = await Counter.query()
      .where({ name: 'a', tenant: 1 })
      .where('userId', user)
      .where('hits', '>=', 0)
      .upsert((counter) => counter.increment('hits', 2).set('kind', 'k'), {
        onInsert: { owner: 'o' },
      })
    expect(result).toEqual({
      matched: 0,
      modified: 0,
      upsertedId: expect.stringMatching(/^[0-9a-f]{24}$/),
    })
    const [found] = await counters.find().toArray()
    expect(found).toEqual({
      _id: new ObjectId(result.upsertedId as string),
      name: 'a',
      tenant: 1,
      user_id: new ObjectId(user),
      hits: 2,
      kind: 'k',
      owner: 'o',
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
    })
    expect(found?.created_at).toEqual(found?.updated_at)
  })

  it('updates what is there, and leaves alone what is for inserts', async () => {
    const _id = new ObjectId()
    const created = new Date(0)
    await counters.insertOne({ _id, name: 'a', tenant: 1, hits: 1, created_at: created })
    const result = await Counter.query()
      .where({ name: 'a', tenant: 1 })
      .upsert((counter) => counter.increment('hits'), {
        onInsert: { owner: 'o', id: new ObjectId().toHexString() },
      })
    expect(result).toEqual({ matched: 1, modified: 1 })
    expect(await counters.find().toArray()).toEqual([
      { _id, name: 'a', tenant: 1, hits: 2, created_at: created, updated_at: expect.any(Date) },
    ])
  })

  it('of no values inserts, and never replaces', async () => {
    const _id = new ObjectId()
    await counters.insertOne({ _id, name: 'a', tenant: 1, kind: 'kept' })
    class Plain extends BaseModel {
      static override collection = 'counters'
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
      @column() declare tenant: number
    }
    expect(await Plain.query().where({ name: 'a', tenant: 1 }).upsert({})).toEqual({
      matched: 1,
      modified: 0,
    })
    expect(await Plain.query().where('id', _id.toHexString()).upsert({})).toEqual({
      matched: 1,
      modified: 0,
    })
    expect(await counters.findOne({ _id })).toEqual({ _id, name: 'a', tenant: 1, kind: 'kept' })
    expect(await Plain.query().where({ name: 'b', tenant: 1 }).upsert({})).toMatchObject({
      matched: 0,
    })
    expect(await counters.countDocuments()).toBe(2)
  })

  it('gives the primary key that the caller wants', async () => {
    const [first, second] = [new ObjectId(), new ObjectId()]
    expect(
      await Counter.query().where('id', first.toHexString()).upsert({ name: 'a' }),
    ).toMatchObject({ upsertedId: first.toHexString() })
    expect(
      await Counter.query()
        .where('name', 'b')
        .upsert({ kind: 'k' }, { onInsert: { id: second.toHexString() } }),
    ).toMatchObject({ upsertedId: second.toHexString() })
    expect((await counters.find().sort({ name: 1 }).toArray()).map(({ _id }) => _id)).toEqual([
      first,
      second,
    ])
  })

  it('leaves the key to the server where the conditions speak of it', async () => {
    const id = new ObjectId().toHexString()
    const other = await Counter.query().whereNot('id', id).where('name', 'a').upsert({ kind: 'k' })
    expect(other.upsertedId).toMatch(/^[0-9a-f]{24}$/)
    const listed = await Counter.query()
      .whereIn('id', [id, new ObjectId().toHexString()])
      .where('name', 'c')
      .upsert({ kind: 'k' })
    expect(listed.upsertedId).toMatch(/^[0-9a-f]{24}$/)
  })

  it('needs the key of a model that assigns its own', async () => {
    await expect(Own.query().where('label', 'x').upsert({ label: 'y' })).rejects.toMatchObject({
      code: 'E_UNDEFINED_VALUE',
      model: 'Own',
      column: 'code',
    })
    expect(await Own.query().where('code', 'k1').upsert({ label: 'y' })).toMatchObject({
      upsertedId: 'k1',
    })
    expect(
      await Own.query()
        .where('label', 'z')
        .upsert({}, { onInsert: { code: 'k2' } }),
    ).toMatchObject({ upsertedId: 'k2' })
    expect(await db.collection('own_keys').find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'k1', label: 'y' },
      { _id: 'k2', label: 'z' },
    ])
  })

  it.each([
    [
      'a change and onInsert',
      () =>
        Counter.query()
          .where('name', 'a')
          .upsert({ kind: 'k' }, { onInsert: { kind: 'l' } }),
    ],
    [
      'a change and the id',
      () =>
        Counter.query()
          .where('name', 'a')
          .upsert({ id: 'x' } as never),
    ],
    ['an order', () => Counter.query().where('name', 'a').orderBy('name').upsert({ kind: 'k' })],
    [
      'onInsert that is no object',
      () =>
        Counter.query()
          .where('name', 'a')
          .upsert({ kind: 'k' }, { onInsert: 'x' as never }),
    ],
  ])('refuses %s', async (_, act) => {
    await expect(act()).rejects.toMatchObject({ code: 'E_INVALID_QUERY', operation: 'upsert' })
    expect(await counters.countDocuments()).toBe(0)
  })

  it.each<[string, () => Promise<unknown>]>([
    [
      'upsert',
      () =>
        Counter.query()
          .where({ name: 'race', tenant: 1 })
          .upsert((c) => c.increment('hits')),
    ],
    [
      'findOneAndUpdate',
      () =>
        Counter.query()
          .where({ name: 'race', tenant: 1 })
          .findOneAndUpdate((c) => c.increment('hits'), { upsert: true }),
    ],
    [
      'bulkWrite',
      () =>
        Counter.bulkWrite((bulk) =>
          bulk.upsert({ name: 'race', tenant: 1 }, (c) => c.increment('hits')),
        ),
    ],
  ])('is won by one of many at once: %s', async (_, act) => {
    for (let round = 0; round < 5; round++) {
      await counters.deleteMany({})
      await Promise.all(Array.from({ length: 20 }, act))
      expect(await counters.find().toArray()).toMatchObject([{ name: 'race', tenant: 1, hits: 20 }])
    }
  })

  it('runs again when another one inserted the document first', async () => {
    // The server itself repeats only what has no other condition than the unique fields.
    const count = () =>
      Counter.query()
        .where({ name: 'a', tenant: 1 })
        .where('hits', '>=', 0)
        .upsert((counter) => counter.increment('hits'))
    await Promise.all(Array.from({ length: 20 }, count))
    expect(await counters.find().toArray()).toMatchObject([{ name: 'a', hits: 20 }])
  })

  it('answers E_DUPLICATE_KEY where running again cannot help', async () => {
    await counters.insertOne({ _id: new ObjectId(), name: 'a', tenant: 1, kind: 'other' })
    const commands = await profile(server, 'counters', () =>
      expect(
        Counter.query().where({ name: 'a', tenant: 1, kind: 'mine' }).upsert({ hits: 1 }),
      ).rejects.toMatchObject({
        code: 'E_DUPLICATE_KEY',
        model: 'Counter',
        keys: ['name', 'tenant'],
      }),
    )
    expect(commands.length).toBe(5)
    await expect(
      Counter.query().where('kind', 'mine').upsert({ name: 'a', tenant: 1 }),
    ).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
  })
})

describe('upsertMany', () => {
  const rows = (n: number, kind: string) =>
    Array.from({ length: n }, (_, i) => ({ name: `n${i}`, tenant: 1, kind }))

  it('inserts and updates by columns', async () => {
    const first = await Counter.upsertMany(rows(3, 'a'), { by: ['name', 'tenant'] })
    expect(first).toEqual({
      inserted: 0,
      matched: 0,
      modified: 0,
      deleted: 0,
      upserted: [0, 1, 2].map((position) => ({
        position,
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
      })),
      failures: [],
    })
    const before = await counters.find().sort({ name: 1 }).toArray()
    const second = await Counter.upsertMany(rows(5, 'b'), {
      by: ['tenant', 'name'],
      ordered: false,
    })
    expect(second).toMatchObject({
      matched: 3,
      modified: 3,
      upserted: [{ position: 3 }, { position: 4 }],
    })
    const after = await counters.find().sort({ name: 1 }).toArray()
    expect(after.map(({ kind }) => kind)).toEqual(['b', 'b', 'b', 'b', 'b'])
    expect(after.slice(0, 3).map(({ _id, created_at }) => [_id, created_at])).toEqual(
      before.map(({ _id, created_at }) => [_id, created_at]),
    )
  })

  it('finds by the primary key, by stored names, and by prepared values', async () => {
    class Mail extends BaseModel {
      static override collection = 'mails'
      @column({ isPrimary: true }) declare id: string
      @column({ columnName: 'mail', prepare: (text: string) => text.toLowerCase() })
      declare email: string
      @column.date() declare day: DateTime
      @column() declare n: number
    }
    const id = new ObjectId().toHexString()
    await Mail.upsertMany([{ id, n: 1 }], { by: ['id'] })
    await Mail.upsertMany([{ id, n: 2 }], { by: ['id'] })
    await Mail.upsertMany([{ email: 'ADA@x.y', n: 3 }], { by: ['email'] })
    await Mail.upsertMany([{ mail: 'ada@X.y', n: 4 } as never], { by: ['mail' as never] })
    await Mail.upsertMany([{ day: DateTime.fromISO('2024-05-06', { zone: 'utc' }), n: 5 }], {
      by: ['day'],
    })
    await Mail.upsertMany([{ day: '2024-05-06', n: 6 }], { by: ['day'] })
    expect(
      await db
        .collection('mails')
        .find({}, { projection: { _id: 0 } })
        .sort({ n: 1 })
        .toArray(),
    ).toEqual([
      { n: 2 },
      { mail: 'ada@x.y', n: 4 },
      { day: new Date('2024-05-06T00:00:00Z'), n: 6 },
    ])
  })

  it('is safe beside others', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        Counter.upsertMany(rows(30, `k${i}`), { by: ['name', 'tenant'], ordered: i % 2 === 0 }),
      ),
    )
    expect(await counters.countDocuments()).toBe(30)
    expect(all.reduce((sum, { upserted }) => sum + upserted.length, 0)).toBe(30)
    expect(all.flatMap(({ failures }) => failures)).toEqual([])
  })

  it('of many rows keeps their positions', async () => {
    const { upserted } = await Counter.upsertMany(rows(5000, 'a'), { by: ['name', 'tenant'] })
    expect(upserted.map(({ position }) => position)).toEqual(
      Array.from({ length: 5000 }, (_, i) => i),
    )
    expect(await counters.countDocuments()).toBe(5000)
  })

  it.each<[string, () => Promise<unknown>, object]>([
    ['no columns', () => Counter.upsertMany([], {} as never), { code: 'E_INVALID_QUERY' }],
    [
      'an unknown column',
      () => Counter.upsertMany([], { by: ['nope' as never] }),
      { code: 'E_UNKNOWN_COLUMN' },
    ],
    [
      'a path',
      () => Counter.upsertMany([], { by: ['kind.x' as never] }),
      { code: 'E_UNKNOWN_COLUMN' },
    ],
    [
      'a row without its key',
      () => Counter.upsertMany([...rows(1, 'a'), { kind: 'x' }], { by: ['name'] }),
      { code: 'E_UNDEFINED_VALUE', position: 1, column: 'name' },
    ],
    [
      'a row whose key is null',
      () => Counter.upsertMany([{ name: null as never }], { by: ['name'] }),
      { code: 'E_UNDEFINED_VALUE', position: 0 },
    ],
    [
      'a row with an unknown column',
      () => Counter.upsertMany([{ name: 'a', nope: 1 } as never], { by: ['name'] }),
      { code: 'E_UNKNOWN_COLUMN', position: 0 },
    ],
    [
      'a row that is none',
      () => Counter.upsertMany(['a' as never], { by: ['name'] }),
      { code: 'E_INVALID_VALUE', position: 0 },
    ],
    [
      'no array',
      () => Counter.upsertMany({ name: 'a' } as never, { by: ['name'] }),
      { code: 'E_INVALID_VALUE' },
    ],
  ])('refuses %s before anything is sent', async (_, act, expected) => {
    await expect(act()).rejects.toMatchObject({ ...expected, model: 'Counter' })
    expect(await counters.countDocuments()).toBe(0)
  })

  it('takes a key for a value', async () => {
    await counters.insertMany(rows(2, 'a').map((row) => ({ ...row, _id: new ObjectId() })))
    await Counter.upsertMany([{ name: { $gt: '' } as never, kind: 'x' }], { by: ['name'] })
    expect(
      (await counters.find().sort({ kind: 1 }).toArray()).map(({ name, kind }) => [name, kind]),
    ).toEqual([
      ['n0', 'a'],
      ['n1', 'a'],
      [{ $gt: '' }, 'x'],
    ])
  })
})
