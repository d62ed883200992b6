import { BSON, type Document } from 'bson'
import { BaseModel, column, Database, errors, expr, type ModelQueryBuilder } from 'lucent-odm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../helpers/encryption.ts'
import { testDatabase } from '../helpers/server.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'

const { uri, name, db } = testDatabase()
let proxy: TcpProxy
let database: Database

class Visit extends BaseModel {
  static override collection = 'visits'
  @column({ isPrimary: true }) declare id: string
  @column() declare userId: string
  @column() declare note: string
}

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare city: string
  @column() declare tags: string[]
  @column() declare spot: { type: 'Point'; coordinates: [number, number] }
  @column.encrypted({ blind: true }) declare email: unknown
  @column.encrypted({ blind: { normalize: (value) => value } }) declare mail: unknown
  @column.encrypted() declare secret: unknown
  @column.encrypted({ fields: ['street'] }) declare address: { street: unknown; city: string }
}

beforeAll(async () => {
  const { port } = new URL(uri.replace(/,[^/]*/, '').replace('mongodb:', 'http:'))
  proxy = await TcpProxy.start(Number(port))
  database = new Database({
    connection: 'main',
    connections: { main: { url: proxy.uri, database: name, encryption: TEST_KEYS } },
  })
  BaseModel.useDatabase(database)
  await db.collection('users').createIndex({ spot: '2dsphere' })
})
afterAll(async () => {
  await database.closeAll()
  await proxy.stop()
})

/** Values with bytes that stand nowhere else. */
const VALUES: Record<string, unknown> = {
  text: 'ada.lovelace.7731@example.com',
  number: 7731.773_177_31,
  moment: new Date('2031-07-17T03:07:31.773Z'),
  document: { of: 'a nested secret 7731' },
  bytes: new Uint8Array(Buffer.from('secret bytes 7731')),
}

/** What must not be found: the value's bytes as BSON has them, and a text's in other forms. */
function formsOf(value: unknown): Buffer[] {
  const document = Buffer.from(BSON.serialize({ v: value }))
  const forms = [document.subarray(7, -1)]
  const text = typeof value === 'string' ? value : (value as { of?: unknown }).of
  if (typeof text === 'string') {
    const utf8 = Buffer.from(text)
    forms.push(utf8, Buffer.from(text, 'utf16le'))
    forms.push(
      Buffer.from(utf8.toString('base64').replace(/=+$/, '')),
      Buffer.from(utf8.toString('hex')),
    )
  }
  return forms
}

type Query = ModelQueryBuilder<User>
const seek = (value: unknown) => (query: Query) => query.where('email', value as never)
const unwound = () =>
  User.aggregate().unwind('tags' as never) as never as ReturnType<typeof User.aggregate>
const native = (value: unknown): Document => ({ email: value })

/** Finds the one user that has the value, by a condition that is sealed. */
const SEALED: Record<string, (value: unknown) => PromiseLike<readonly unknown[]>> = {
  where: (value) => seek(value)(User.query()),
  'where of its own normaliser': (value) => User.query().where('mail', value as never),
  whereIn: (value) => User.query().whereIn('email', [value, 'other'] as never),
  whereRaw: (value) => User.query().whereRaw(native(value)),
  findBy: async (value) => [await User.findBy('email', value as never)],
  findManyBy: (value) => User.findManyBy('email', value as never),
  'toJson()': async (value) => JSON.parse(await seek(value)(User.query()).toJson()) as unknown[],
  'a cursor': async (value) => {
    const rows: unknown[] = []
    for await (const row of seek(value)(User.query()).cursor()) rows.push(row)
    return rows
  },
  'a page': async (value) => (await seek(value)(User.query()).paginate(1)).all(),
  'a member of a union': (value) => User.query().where('name', 'nobody').union(seek(value)),
  'a member behind another': (value) =>
    User.query()
      .where('name', 'nobody')
      .union(User.query().where('name', 'none'))
      .unionAll(seek(value)(User.query())),
  'a member, distinctOn inside': (value) =>
    User.query().where('name', 'nobody').union(seek(value)(User.query()).distinctOn('name')),
  'a member behind distinctOn': (value) =>
    User.query().where('name', 'nobody').distinctOn('name').unionAll(seek(value)(User.query())),
  'distinctOn behind it': (value) => seek(value)(User.query()).distinctOn('name'),
  'a union as JSON': async (value) =>
    JSON.parse(
      await User.query()
        .where('name', 'nobody')
        .union(User.query().where('name', 'x'))
        .unionAll(seek(value))
        .toJson(),
    ) as unknown[],
  'match()': (value) => User.aggregate().match({ email: value } as never),
  'match() behind a match()': (value) =>
    User.aggregate()
      .match({ city: 'London' })
      .sort('name')
      .match({ email: value } as never),
  'match() behind unwind()': (value) =>
    unwound()
      .match({ email: value } as never)
      .limit(1),
  'matchRaw() behind unwind()': (value) => unwound().matchRaw(native(value)).limit(1),
  'stage() behind unwind()': (value) =>
    unwound()
      .stage({ $match: native(value) })
      .limit(1),
  'match() behind addFields()': (value) =>
    User.aggregate()
      .addFields({ one: expr.literal(1) })
      .match({ email: value } as never),
  'match() behind an exclusion': (value) =>
    User.aggregate()
      .stage({ $project: { city: 0 } })
      .stage({ $match: native(value) }),
  'a union behind a group': (value) =>
    User.aggregate()
      .match({ name: 'nobody' })
      .group({ by: 'city' })
      .stage({ $unionWith: { coll: 'users', pipeline: [{ $match: native(value) }] } }),
  'a facet': async (value) =>
    (
      (
        await User.aggregate().facet({ x: (rows) => rows.match({ email: value } as never) })
      )[0] as unknown as { x: unknown[] }
    ).x,
  'a facet behind unwind()': async (value) =>
    (
      (
        await unwound().facet({ x: (rows) => rows.match({ email: value } as never).limit(1) })
      )[0] as unknown as { x: unknown[] }
    ).x,
  'a lookup of the model': async (value) =>
    (
      await User.aggregate()
        .match({ name: 'Eve' })
        .lookup({
          from: User,
          as: 'found',
          pipeline: (users) => users.match({ email: value } as never),
        })
    )[0]?.found as unknown[],
  'a lookup of the model behind a group': async (value) =>
    (
      await User.aggregate()
        .match({ name: 'Eve' })
        .group({ by: 'city' })
        .lookup({
          from: User,
          as: 'found',
          pipeline: (users) => users.match({ email: value } as never),
        })
    )[0]?.found as unknown[],
  'a native lookup behind a group': async (value) =>
    (
      (
        await User.aggregate()
          .match({ name: 'Eve' })
          .group({ by: 'city' })
          .stage({
            $lookup: { from: 'users', as: 'found', pipeline: [{ $match: native(value) }] },
          })
      )[0] as { found: unknown[] }
    ).found,
  'a lookup in a lookup': async (value) =>
    (
      (
        await User.aggregate()
          .match({ name: 'Eve' })
          .stage({
            $lookup: {
              from: 'users',
              as: 'found',
              pipeline: [
                { $match: { name: 'Eve' } },
                { $group: { _id: '$city' } },
                { $lookup: { from: 'users', as: 'x', pipeline: [{ $match: native(value) }] } },
                { $unwind: '$x' },
              ],
            },
          })
      )[0] as { found: unknown[] }
    ).found,
  graphLookup: async (value) =>
    (
      await User.aggregate()
        .match({ name: 'Eve' })
        .graphLookup({
          from: User,
          startWith: expr.literal('London'),
          connectFromField: 'name',
          connectToField: 'city',
          as: 'found',
          restrictSearchWithMatch: { email: value } as never,
        })
    )[0]?.found as unknown[],
  'graphLookup behind a group': async (value) =>
    (
      (
        await User.aggregate()
          .match({ name: 'Eve' })
          .group({ by: 'city' })
          .stage({
            $graphLookup: {
              from: 'users',
              startWith: 'London',
              connectFromField: 'name',
              connectToField: 'city',
              as: 'found',
              restrictSearchWithMatch: native(value),
            },
          })
      )[0] as { found: unknown[] }
    ).found,
  geoNear: (value) =>
    User.aggregate().geoNear({
      near: [0, 0],
      distanceField: 'away',
      query: { email: value } as never,
    } as never) as never,
}

/** Asks where the value could not be found: refused, and nothing is sent. */
const REFUSED: Record<string, (value: unknown) => PromiseLike<unknown>> = {
  'match() behind a group': (value) =>
    User.aggregate()
      .group({ by: 'city', all: expr.count() })
      .stage({ $match: { x: 1 } })
      .match((q) => q.where('email' as never, value as never)),
  'a group that keeps the documents': (value) =>
    User.aggregate()
      .stage({ $group: { _id: '$city', row: { $last: '$$ROOT' } } })
      .stage({ $match: { 'row.email': value } }),
  'documents in a list': (value) =>
    User.aggregate()
      .stage({ $group: { _id: '$city', rows: { $push: '$$ROOT' } } })
      .stage({ $match: { 'rows.email': value } }),
  'a projection without its index': (value) =>
    User.aggregate()
      .project({ email: true })
      .match({ email: value } as never),
  'a native projection without its index': (value) =>
    User.aggregate()
      .stage({ $project: { email: 1 } })
      .stage({ $match: native(value) }),
  'a removed index': (value) =>
    User.aggregate()
      .stage({ $unset: 'email__blind' })
      .stage({ $match: native(value) }),
  'documents put together': (value) =>
    User.aggregate()
      .stage({ $replaceWith: { $mergeObjects: ['$$ROOT', { x: 1 }] } })
      .stage({ $match: native(value) }),
  'behind a facet': (value) =>
    User.aggregate()
      .stage({ $facet: { x: [{ $limit: 1 }] } })
      .stage({ $match: { 'x.email': value } }),
  'behind a facet that was unwound': (value) =>
    User.aggregate()
      .stage({ $facet: { x: [{ $limit: 1 }] } })
      .stage({ $unwind: '$x' })
      .stage({ $replaceWith: '$x' })
      .stage({ $match: native(value) }),
  'what a lookup brought': (value) =>
    User.aggregate()
      .lookup({ from: User, localField: 'name', foreignField: 'name', as: 'same' })
      .match({ 'same.email': value } as never),
  'what a native lookup brought': (value) =>
    User.aggregate()
      .stage({ $lookup: { from: 'users', localField: 'name', foreignField: 'name', as: 'same' } })
      .stage({ $match: { 'same.email': value } }),
  'behind another collection': (value) =>
    User.aggregate()
      .stage({ $unionWith: 'visits' })
      .stage({ $match: native(value) }),
  'a window': (value) =>
    User.aggregate()
      .stage({ $setWindowFields: { sortBy: { name: 1 }, output: { n: { $count: {} } } } })
      .stage({ $match: native(value) }),
  'another model, lookup': (value) =>
    Visit.aggregate().lookup({
      from: User,
      as: 'x',
      pipeline: (users) => users.match({ email: value } as never),
    }),
  'another model, native lookup': (value) =>
    Visit.aggregate().stage({
      $lookup: { from: 'users', as: 'x', pipeline: [{ $match: native(value) }] },
    }),
  'another model, native union': (value) =>
    Visit.aggregate().stage({
      $unionWith: { coll: 'users', pipeline: [{ $match: native(value) }] },
    }),
  'another model, native facet': (value) =>
    Visit.aggregate().stage({
      $facet: {
        x: [
          { $lookup: { from: 'users', as: 'x', pipeline: [{ $match: { $or: [native(value)] } }] } },
        ],
      },
    }),
  'another model, graph': (value) =>
    Visit.aggregate().stage({
      $graphLookup: {
        from: 'users',
        startWith: '$userId',
        connectFromField: 'name',
        connectToField: 'city',
        as: 'x',
        restrictSearchWithMatch: native(value),
      },
    }),
  'another model, what a lookup brought': (value) =>
    Visit.aggregate()
      .lookup({ from: User, localField: 'userId', foreignField: 'id', as: 'users' })
      .match({ 'users.email': value } as never),
  'a column without an index': (value) => User.query().where('secret', value as never),
  'a column without an index, in a union': (value) =>
    User.query()
      .distinctOn('name')
      .union((q) => q.where('secret', value as never)),
  'inside of a document': (value) => User.query().where('address.street' as never, value as never),
  'inside of a document, behind unwind()': (value) =>
    unwound().match((q) => q.where('address.street' as never, value as never)),
  $expr: (value) => User.aggregate().match(expr.eq(expr.field('email'), value as never)),
  'an explanation': (value) =>
    User.aggregate()
      .stage({ $group: { _id: '$city', row: { $first: '$$ROOT' } } })
      .stage({ $match: { 'row.email': value } })
      .explain(),
  'a condition on groups': (value) =>
    User.query()
      .select('city')
      .groupBy('city')
      .min('email' as never, 'least' as never)
      .having('least' as never, value as never),
}

function expectAbsent(sent: Buffer, value: unknown): void {
  const found = formsOf(value).filter((form) => sent.includes(form))
  expect(found.map((form) => form.toString('latin1'))).toEqual([])
}

describe.each(Object.keys(VALUES))(
  'issue 15: a plain %s of an encrypted column is never sent',
  (kind) => {
    const value = VALUES[kind]

    beforeAll(async () => {
      await db.collection('users').deleteMany({})
      const sent = await proxy.record(async () => {
        const spot = { type: 'Point' as const, coordinates: [0, 0] as [number, number] }
        const common = { tags: ['a', 'b'], spot, city: 'London' }
        await User.create({ name: 'Eve', email: 'eve', mail: 'eve', ...common } as never)
        await User.createMany([
          {
            name: 'Ada',
            email: value,
            mail: value,
            secret: value,
            address: { street: value, city: 'L' },
            ...common,
          },
        ] as never)
      })
      expect(sent.length).toBeGreaterThan(0)
      expectAbsent(sent, value)
    })

    it.each(Object.keys(SEALED))('%s: sealed, and it finds', async (way) => {
      let rows: readonly unknown[] = []
      const sent = await proxy.record(async () => {
        rows = await (SEALED[way] as (value: unknown) => PromiseLike<readonly unknown[]>)(value)
      })
      expect(rows).toHaveLength(1)
      expect(sent.length).toBeGreaterThan(0)
      expectAbsent(sent, value)
    })

    it.each(Object.keys(REFUSED))('%s: refused, and nothing is sent', async (way) => {
      let error: unknown
      const sent = await proxy.record(async () => {
        try {
          await (REFUSED[way] as (value: unknown) => PromiseLike<unknown>)(value)
        } catch (caught) {
          error = caught
        }
      })
      expectAbsent(sent, value)
      expect(error).toBeInstanceOf(errors.E_ENCRYPTED_COLUMN_QUERY)
    })
  },
)
