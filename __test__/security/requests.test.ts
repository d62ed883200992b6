import { BaseModel, column, Database, type LucentError, ObjectId } from 'lucent-odm'
import { afterAll, describe, expect, it } from 'vitest'
import { runNode } from '../helpers/child.ts'
import { lucentDatabase } from '../helpers/lucent.ts'
import { attack, makeUser } from './fixtures/attacks.mjs'

const { db, uri, name } = lucentDatabase()

it('no request body becomes an operator, a path or code', async () => {
  const { wrong, attempts } = await attack(makeUser())
  expect(wrong).toEqual([])
  expect(attempts).toBeGreaterThan(1000)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})

describe.each(['before', 'after'])(
  'with Object.prototype polluted %s the package was loaded',
  (when) => {
    it('neither, and nothing inherited is stored or read', async () => {
      const script = new URL('fixtures/polluted.mjs', import.meta.url)
      const run = await runNode(script, [uri, `${name}_${when}`, when], { timeout: 60_000 })
      expect(run.stderr).toBe('')
      expect(run.code).toBe(0)
      const result = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}')
      expect(result.wrong).toEqual([])
      expect(result.attempts).toBeGreaterThan(1000)
      expect(result.keys).toEqual(['_id', 'age', 'email', 'password', 'profile', 'role', 'team_id'])
      expect(result.email).toBe('ada@x.y')
      expect(Object.keys(result.json).toSorted()).toEqual([
        'age',
        'email',
        'id',
        'profile',
        'role',
        'teamId',
      ])
      await db.client.db(`${name}_${when}`).dropDatabase()
    })
  },
)

class Account extends BaseModel {
  static override collection = 'accounts'
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare blob: unknown
}

describe('what a request body may hold is stored as it is', () => {
  it.each([
    ['operators', { $gt: '', $where: 'true', nested: [{ $set: 1 }] }],
    ['__proto__', JSON.parse('{ "__proto__": { "admin": true }, "x": 1 }')],
    ['constructor', JSON.parse('{ "constructor": { "prototype": { "admin": true } } }')],
    ['a forged array', JSON.parse('{ "length": 1000000000, "__proto__": [] }')],
  ])('%s', async (_, blob) => {
    const made = await Account.create({ blob })
    const text = JSON.stringify(blob)
    for (const account of [await Account.findOrFail(made.id), await made.refresh()]) {
      expect(JSON.stringify(account.blob)).toBe(text)
      expect(Object.getPrototypeOf(account.blob)).toBe(Object.prototype)
      expect((account.blob as { admin?: unknown }).admin).toBeUndefined()
    }
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
    await Account.query()
      .where('id', made.id)
      .update({ blob: { again: blob } })
    expect(JSON.stringify((await Account.findOrFail(made.id)).blob)).toBe(`{"again":${text}}`)
  })

  it.each([
    ['an ObjectId', { _bsontype: 'ObjectId', id: '0123456789ab' }],
    ['a Binary with a number for bytes', { _bsontype: 'Binary', buffer: 4096, position: 4096 }],
    ['a Code', { _bsontype: 'Code', code: 'while (true) {}' }],
    ['an unknown type', { _bsontype: 'a' }],
  ])('but a plain object that claims to be %s is never taken for one', async (_, blob) => {
    const outcome = await Account.create({ blob }).catch((error: LucentError) => error)
    if (outcome instanceof Account) {
      const stored = await db.collection('accounts').findOne({ _id: new ObjectId(outcome.id) })
      expect(stored?.blob).toEqual(blob)
    } else expect(outcome.code).toBe('E_INVALID_VALUE')
  })

  it('a number exposes no memory', async () => {
    const { id } = await Account.create({ blob: 100 })
    expect((await db.collection('accounts').findOne({ _id: new ObjectId(id) }))?.blob).toBe(100)
  })
})

describe('mass assignment', () => {
  it('cannot reach what is no column', async () => {
    const account = await Account.create({ email: 'a' })
    const before = Object.getOwnPropertySymbols(account).length
    for (const body of [
      '{ "$isPersisted": false }',
      '{ "$extras": {} }',
      '{ "save": 1 }',
      '{ "delete": null }',
      '{ "$attributes": {} }',
      '{ "toJSON": "x" }',
    ]) {
      expect(() => account.merge(JSON.parse(body))).toThrow(
        expect.objectContaining({ code: 'E_UNKNOWN_COLUMN' }),
      )
    }
    account.merge(JSON.parse('{ "save": 1, "__proto__": { "x": 1 } }'), true)
    expect(typeof account.save).toBe('function')
    expect((account as unknown as { x?: number }).x).toBeUndefined()
    expect(Object.getOwnPropertySymbols(account)).toHaveLength(before)
    await account.save()
  })
})

describe('code on the server', () => {
  const open = new Database({
    connection: 'open',
    connections: { open: { url: uri, database: name, allowServerJavaScript: true } },
  })
  afterAll(() => open.closeAll())

  it('is refused by the core, whoever built the filter', async () => {
    const error = await Account.query()
      .whereRaw({ $expr: { $gt: ['$email', 'a'] } })
      .catch((caught) => caught)
    expect(error).toEqual(expect.any(Array))
    expect(() => Account.query().whereRaw({ $where: 'sleep(1)' })).toThrow(
      expect.objectContaining({ code: 'E_UNSAFE_OPERATOR', model: 'Account' }),
    )
  })

  it('does not run where the connection does not allow it, even as a literal', async () => {
    await Account.create({ email: 'b', blob: { $where: 'true' } })
    const outcome = await Account.query()
      .where('blob', { $where: 'true' })
      .catch((caught) => caught)
    expect(outcome).toMatchObject({ code: 'E_UNSAFE_OPERATOR' })
  })
})

it('errors of the server never hold values', async () => {
  await db.collection('accounts').createIndex({ email: 1 }, { unique: true, sparse: true })
  const email = 'secret4711@example.com'
  await Account.create({ email })
  for (const act of [
    () => Account.create({ email }),
    () => Account.query().whereRaw({ email: { $regex: `(${email}` } }),
    () => Account.query().whereRaw({ email: { $secret4711: email } }),
    () => Account.query().whereRaw({ $nope: email }),
    () =>
      Account.query()
        .where('email', email)
        .increment('email' as never),
    () => Account.query().hint('secret'),
  ]) {
    const error = (await Promise.resolve(act()).catch((caught) => caught)) as LucentError
    expect(error.code).toMatch(/^E_/)
    const { message, stack } = error
    const shown = JSON.stringify({ ...error, message, stack: stack?.split('\n')[0] })
    expect(shown).not.toContain(email)
  }
})
