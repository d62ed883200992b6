/** 35: what errors say to somebody who reads them for the first time, and to clients. */
import { BaseModel, beforeDelete, beforeSave, column, Database, errors } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { afterAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase({ cursorSecret: 'the secret of these tests' })

const UUID = '01234567-89ab-4def-8123-456789abcdef'
const TEXT = 'a text that somebody gave'

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare fullName: string
  @column.objectId() declare teamId: string
  @column.dateTime() declare seenAt: DateTime
}

class Locked extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @beforeDelete() static keep() {
    return false
  }
  @beforeSave() static check(locked: Locked) {
    return locked.name !== 'refused'
  }
}

async function failure(work: () => unknown): Promise<Record<string, unknown> & Error> {
  try {
    await work()
  } catch (error) {
    return error as Record<string, unknown> & Error
  }
  throw new Error('nothing was thrown')
}

describe('35: a page that cannot be is a 400 that names the method', () => {
  const BAD = [
    'abc',
    '0',
    '-1',
    0,
    -1,
    1.5,
    Number.NaN,
    '',
    ' 1',
    '1e3',
    null,
    {},
    [1],
    '9'.repeat(15),
  ]
  const METHODS: [string, string, (value: never) => unknown][] = [
    ['paginate', 'the page', (value) => User.query().paginate(value, 1000)],
    ['paginate', 'the page size', (value) => User.query().paginate(2 ** 40, value)],
    ['forPage', 'the page', (value) => User.query().forPage(value, 1000)],
    ['forPage', 'the page size', (value) => User.query().forPage(2 ** 40, value)],
    ['toJson', 'the page', (value) => User.query().toJson({ page: value, perPage: 1000 })],
    ['toJson', 'the page size', (value) => User.query().toJson({ page: 2 ** 40, perPage: value })],
    ['paginateCursor', 'the limit', (value) => User.query().paginateCursor({ limit: value })],
  ]
  it.each(METHODS)('%s: %s', async (method, what, run) => {
    for (const value of BAD) {
      const error = await failure(() => run(value as never))
      expect(error).toMatchObject({
        code: 'E_INVALID_QUERY',
        status: 400,
        model: 'User',
        operation: method,
      })
      expect(error.message).toContain(`${method}()`)
      if (value !== '9'.repeat(15)) expect(error.message).toContain(`${what} of`)
    }
  })

  it('digits of a request are taken', async () => {
    const page = await User.query().paginate('2' as never, '5' as never)
    expect([page.currentPage, page.perPage]).toEqual([2, 5])
    expect((await User.query().paginateCursor({ limit: '5' as never })).length).toBe(0)
    expect(
      User.query()
        .forPage('3' as never, '5' as never)
        .toMongo(),
    ).toMatchObject({
      skip: 10,
      limit: 5,
    })
  })

  it('a limit of a query is the application’s own', () => {
    expect(() => User.query().limit('x' as never)).toThrow(
      expect.objectContaining({ code: 'E_INVALID_QUERY', status: 500 }),
    )
  })
})

describe('35: a name that is not known is a 422 where it is assigned, and a 500 in a condition', () => {
  const body = { isAdmin: TEXT } as never
  const query = () => User.query().where('fullName', 'x')
  it.each<[string, () => unknown]>([
    ['create', () => User.create(body)],
    ['createQuietly', () => User.createQuietly(body)],
    ['createMany', () => User.createMany([body])],
    ['merge', () => new User().merge(body)],
    ['fill', () => new User().fill(body)],
    ['firstOrNew', () => User.firstOrNew({ fullName: 'nobody' }, body)],
    ['firstOrCreate', () => User.firstOrCreate({ fullName: 'nobody' }, body)],
    ['updateOrCreate', () => User.updateOrCreate({ fullName: 'nobody' }, body)],
    ['update', () => query().update(body)],
    ['updateMany', () => query().updateMany(body)],
    ['updateOne', () => query().updateOne(body)],
    ['findOneAndUpdate', () => query().findOneAndUpdate(body)],
    ['upsert', () => query().upsert(body)],
    ['increment', () => query().increment('isAdmin' as never)],
    ['bulkWrite insert', () => User.bulkWrite((bulk) => bulk.insert(body))],
    ['bulkWrite update', () => User.bulkWrite((bulk) => bulk.updateOne({ fullName: 'x' }, body))],
    [
      'upsertMany',
      () => User.upsertMany([{ fullName: 'x', ...(body as object) }], { by: ['fullName'] }),
    ],
  ])('%s', async (_, run) => {
    const error = await failure(run)
    expect(error).toMatchObject({ code: 'E_UNKNOWN_COLUMN', status: 422, column: 'isAdmin' })
    expect(error.message).toContain('User')
    expect(error.message).not.toContain(TEXT)
  })

  it.each<[string, () => unknown]>([
    ['where', () => User.query().where('isAdmin' as never, 1 as never)],
    ['findBy', () => User.findBy(body)],
    ['orderBy', () => User.query().orderBy('isAdmin' as never)],
    ['select', () => User.query().select('isAdmin' as never)],
  ])('%s', async (_, run) => {
    expect(await failure(run)).toMatchObject({ code: 'E_UNKNOWN_COLUMN', status: 500 })
  })
})

describe('35: a UUID where an ObjectId is needed says how columns of UUIDs are declared', () => {
  it.each<[string, () => unknown]>([
    ['find', () => User.find(UUID)],
    ['findOrFail', () => User.findOrFail(UUID)],
    ['findMany', () => User.findMany([UUID])],
    ['where', () => User.query().where('id', UUID)],
    ['whereIn', () => User.query().whereIn('teamId', [UUID])],
    ['findBy', () => User.findBy('teamId', UUID)],
    ['create', () => User.create({ teamId: UUID })],
    ['create with a key', () => User.create({ id: UUID })],
    ['update', () => User.query().all().update({ teamId: UUID })],
  ])('%s', async (_, run) => {
    const error = await failure(run)
    expect(error).toMatchObject({ code: 'E_INVALID_OBJECT_ID', status: 422 })
    expect(error.message).toContain("generate: 'uuid'")
    expect(error.message).not.toContain(UUID)
  })

  it('other text gets no such hint', async () => {
    const error = await failure(() => User.find('x'))
    expect(error.message).toBe(
      'User.find(): "id" needs an ObjectId or its 24 hexadecimal digits, got another string',
    )
  })
})

describe('35: finders name the method that was called and the property', () => {
  it.each<[string, () => unknown]>([
    ['find', () => User.find('x')],
    ['findMany', () => User.findMany(['x'])],
    ['find', () => User.find(undefined)],
    ['findBy', () => User.findBy('fullName', undefined as never)],
  ])('%s', async (method, run) => {
    const error = await failure(run)
    expect(error.message).toContain(`User.${method}()`)
    expect(error.message).toMatch(/"(id|fullName)"/)
    expect(error).toMatchObject({ operation: method })
  })
})

describe('35: a connection that fails is named, with its host', () => {
  const away = new Database({
    connection: 'reports',
    connections: { reports: { url: 'mongodb://127.0.0.1:9/app', serverSelectionTimeoutMS: 200 } },
  })
  afterAll(() => away.closeAll())

  class Report extends BaseModel {
    static override $database = away
    @column({ isPrimary: true }) declare id: string
  }

  it.each<[string, () => unknown]>([
    ['find', () => Report.find('a'.repeat(24))],
    ['query', () => Report.all()],
    ['count', () => Report.query().count()],
    ['create', () => Report.create({})],
    ['createMany', () => Report.createMany([{}])],
    ['bulkWrite', () => Report.bulkWrite([{ insert: {} }])],
  ])('%s', async (_, run) => {
    const error = await failure(run)
    expect(error).toBeInstanceOf(errors.E_CONNECTION_FAILED)
    expect(error).toMatchObject({ status: 503, connection: 'reports' })
    expect(error.message).toContain('connection "reports"')
    expect(error.message).toContain('127.0.0.1:9')
  })
})

describe('35: what a hook refused says which', () => {
  it('delete and save', async () => {
    const locked = await Locked.create({ name: 'x' })
    const deletion = await failure(() => locked.delete())
    expect(deletion).toMatchObject({ code: 'E_HOOK_ABORTED', operation: 'delete' })
    expect(deletion.message).toContain(
      'beforeDelete hook Locked.keep returned false, so the delete',
    )
    const save = await failure(() => locked.merge({ name: 'refused' }).save())
    expect(save).toMatchObject({ code: 'E_HOOK_ABORTED', operation: 'update' })
  })
})

describe('32: a condition of if() is handed on', () => {
  it('as it was, or as the function answered', () => {
    const seen: unknown[] = []
    const query = User.query()
      .if('ada', (inner, name) => {
        seen.push(name)
        inner.where('fullName', name)
      })
      .if(
        () => 5,
        (_, five) => seen.push(five),
      )
      .unless(
        'x',
        () => seen.push('never'),
        (_, text) => seen.push(text),
      )
      .if(0, () => seen.push('never'))
    expect(seen).toEqual(['ada', 5, 'x'])
    expect(query.toMongo().filter).toEqual({ full_name: 'ada' })
  })
})
