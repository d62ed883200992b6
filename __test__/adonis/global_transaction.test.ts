import { BaseModel, column, errors, type LucentError } from 'lucent-odm'
import { MongoTestUtils, truncateAll } from 'lucent-odm/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db, database } = lucentDatabase()

class Member extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
}

const utils = new MongoTestUtils(database)
const failure = new Error('no sign up')
const stored = () => db.collection('members').countDocuments()

let rollback: () => Promise<void>
beforeEach(async () => {
  await truncateAll(database.connection())
  await Member.create({ email: 'before@example.com' })
  rollback = await utils.wrapInGlobalTransaction()
  await Member.create({ email: 'fixture@example.com' })
})
afterEach(async () => {
  await rollback()
  expect(await stored()).toBe(1)
  expect(await Member.query().count()).toBe(1)
})

/** Ways in which a part writes. */
const WRITES: readonly (readonly [name: string, write: () => Promise<unknown>])[] = [
  ['create', () => Member.create({ email: 'a' })],
  ['createMany', () => Member.createMany([{ email: 'a' }, { email: 'b' }])],
  ['firstOrCreate', () => Member.firstOrCreate({ email: 'a' })],
  ['updateOrCreate', () => Member.updateOrCreate({ email: 'fixture@example.com' }, { email: 'a' })],
  ['save', async () => (await Member.firstOrFail()).merge({ email: 'a' }).save()],
  ['delete', async () => (await Member.firstOrFail()).delete()],
  ['update by query', () => Member.query().where('email', '!=', '').update({ email: 'a' })],
  ['delete by query', () => Member.query().where('email', '!=', '').delete()],
  ['findOneAndDelete', () => Member.query().where('email', '!=', '').findOneAndDelete()],
  ['bulkWrite', () => Member.bulkWrite([{ insert: { email: 'a' } }] as never)],
  ['coalesced', () => Member.create({ email: 'a' }, { coalesce: true })],
]

/** What a test may ask afterwards. */
const QUESTIONS: readonly (readonly [name: string, ask: () => unknown])[] = [
  ['assertMissing of a model', () => utils.assert.assertMissing(Member, { email: 'a' })],
  ['assertMissing of a collection', () => utils.assert.assertMissing('members', { email: 'a' })],
  ['assertHas', () => utils.assert.assertHas(Member, { email: 'fixture@example.com' })],
  ['assertCount', () => utils.assert.assertCount('members', 2)],
  ['a query', () => Member.all()],
  ['a find', () => Member.findBy('email', 'a')],
  ['a count', () => Member.query().count()],
  ['a cursor', () => Member.query().cursor().next()],
  ['toJson()', () => Member.query().toJson()],
  ['an aggregation', () => Member.aggregate().match({ email: 'a' })],
  ['another write', () => Member.create({ email: 'c' })],
  ['another part', () => database.transaction((client) => Member.all({ client }))],
]

describe('A6: a part of a global transaction that wrote and threw cannot be asked about', () => {
  it.each(WRITES)('%s', async (_name, write) => {
    const part = database.transaction(async () => {
      await write()
      throw failure
    })
    await expect(part).rejects.toBe(failure)
    for (const [name, ask] of QUESTIONS) {
      const error: LucentError = await (async () => ask())().then(
        () => Promise.reject(new Error(`${name} was answered`)),
        (caught) => caught,
      )
      expect(error, name).toBeInstanceOf(errors.E_TRANSACTION_DOOMED)
      expect(error.message).toContain('empty the collections instead')
      expect(error.cause).toBe(failure)
    }
  })

  it('in a part of a part', async () => {
    const part = database.transaction(async (outer) => {
      await outer
        .transaction(async (client) => {
          await Member.create({ email: 'a' }, { client })
          throw failure
        })
        .catch(() => undefined)
    })
    await part
    await expect(utils.assert.assertMissing(Member, { email: 'a' })).rejects.toThrow(
      errors.E_TRANSACTION_DOOMED,
    )
  })

  it('through the model, whose parts are no different', async () => {
    const part = Member.transaction(async (client) => {
      await Member.create({ email: 'a' }, { client })
      throw failure
    })
    await expect(part).rejects.toBe(failure)
    await expect(Member.all()).rejects.toThrow(errors.E_TRANSACTION_DOOMED)
  })
})

describe('A6: forms that work inside of a global transaction', () => {
  it('a part that throws before it has written', async () => {
    const part = database.transaction(async (client) => {
      await Member.query({ client }).count()
      await Member.findByOrFail('email', 'nobody', { client })
    })
    await expect(part).rejects.toThrow(errors.E_ROW_NOT_FOUND)
    await utils.assert.assertMissing(Member, { email: 'nobody' })
    await utils.assert.assertCount(Member, 2)
  })

  it('parts that return', async () => {
    await database.transaction((client) => Member.create({ email: 'a' }, { client }))
    await database.transaction(() => Member.create({ email: 'b' }))
    await utils.assert.assertCount(Member, 4)
  })

  it('a write outside of parts that fails in JavaScript', async () => {
    await expect(Member.create({ email: 'a', id: 'no id' })).rejects.toThrow()
    await utils.assert.assertCount(Member, 2)
  })
})

describe('A6: a part cannot end the global transaction', () => {
  it.each(['commit', 'rollback'] as const)('by %s', async (end) => {
    const part = database.transaction(async (trx) => {
      await Member.create({ email: 'a' })
      await trx[end]()
    })
    await expect(part).rejects.toMatchObject({
      code: 'E_UNSUPPORTED',
      message: expect.stringContaining('savepoints'),
    })
    await expect(Member.all()).rejects.toThrow(errors.E_TRANSACTION_DOOMED)
  })

  it('one that hangs does not keep it from being ended', async () => {
    let started: () => void = () => {}
    const begun = new Promise<void>((resolve) => {
      started = resolve
    })
    let release: () => void = () => {}
    const part = database.transaction(async () => {
      await Member.create({ email: 'a' })
      started()
      await new Promise<void>((resolve) => {
        release = resolve
      })
    })
    await begun
    await rollback()
    release()
    await part
  })
})

describe('A6: assertions about nothing are refused', () => {
  const { assert } = utils

  it.each<[string, () => Promise<void>, string]>([
    [
      'assertMissing',
      () => assert.assertMissing('members', { email: undefined }),
      'UNDEFINED_VALUE',
    ],
    ['assertHas', () => assert.assertHas('members', { email: undefined }), 'UNDEFINED_VALUE'],
    [
      'assertHas with a count',
      () => assert.assertHas('members', { email: undefined }, 1),
      'UNDEFINED_VALUE',
    ],
    [
      'inside of a value',
      () => assert.assertMissing('members', { a: { b: [{ c: undefined }] } }),
      'UNDEFINED_VALUE',
    ],
    ['a model', () => assert.assertMissing(Member, { email: undefined }), 'UNDEFINED_VALUE'],
    [
      'assertHas of a model',
      () => assert.assertHas(Member, { email: undefined }),
      'UNDEFINED_VALUE',
    ],
    ['no values', () => assert.assertMissing('members', undefined as never), 'INVALID_VALUE'],
    ['a text', () => assert.assertMissing('members', 'a' as never), 'INVALID_VALUE'],
    ['a list', () => assert.assertHas('members', [] as never), 'INVALID_VALUE'],
    ['an instance', () => assert.assertHas(Member, new Member()), 'INVALID_VALUE'],
  ])('%s', async (_name, act, code) => {
    await expect(act()).rejects.toMatchObject({ code: `E_${code}` })
  })

  it('an instance that was read without its key', async () => {
    const [member] = await Member.query().select('email').limit(1)
    if (member !== undefined)
      Object.defineProperty(member, '$primaryKeyValue', { value: undefined })
    await expect(assert.assertModelMissing(member as Member)).rejects.toMatchObject({
      code: 'E_INVALID_VALUE',
    })
    await assert.assertModelMissing(new Member())
  })
})
