import type { Binary } from 'bson'
import { BaseModel, column, errors, type ModelQueryBuilder } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { ENTRY, ENVELOPE, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.encrypted({ blind: true }) declare email: string | null
  @column.encrypted({ bind: 'column', blind: { normalize: (value: string) => value.trim() } })
  declare phone: string | null
}

beforeEach(async () => {
  await db.collection('users').deleteMany({})
  await User.create({ name: 'Ada', email: 'Ada@example.com' })
})

const COLLATION = { locale: 'en', strength: 2 } as const
type Query = ModelQueryBuilder<User>
const ask = (query: Query = User.query()) =>
  query.collation(COLLATION).where('email', 'ada@example.com')

const WAYS: Record<string, () => Promise<unknown>> = {
  exec: () => ask().exec(),
  first: () => ask().first(),
  count: () => ask().count(),
  exists: () => ask().exists(),
  toJson: () => ask().toJson(),
  page: () => ask().paginate(1),
  cursor: async () => {
    for await (const _ of ask().cursor());
  },
  'a pipeline': () => ask().distinctOn('name').exec(),
  whereIn: () => User.query().collation(COLLATION).whereIn('email', ['ada@example.com']).exec(),
  whereNot: () => User.query().collation(COLLATION).whereNot('email', 'ada@example.com').exec(),
  update: () => ask().update({ name: 'x' }),
  'update of the column': () => ask().update({ email: 'x' }),
  delete: () => ask().delete(),
  findOneAndUpdate: () => ask().findOneAndUpdate({ name: 'x' }),
  upsert: () => ask().upsert({ name: 'x' }),
  aggregate: () => User.aggregate().collation(COLLATION).match({ email: 'ada@example.com' }).exec(),
}

describe('issue 19: a collation on an encrypted equality', () => {
  it.each(Object.keys(WAYS))('%s is refused', async (way) => {
    const run = async () => (WAYS[way] as () => Promise<unknown>)()
    await expect(run()).rejects.toMatchObject({ code: 'E_ENCRYPTED_COLUMN_QUERY', column: 'email' })
    await expect(run()).rejects.toThrow(/collation.*normalize/)
    expect(await db.collection('users').countDocuments({ name: 'Ada' })).toBe(1)
  })

  it('is fine beside other columns, and with null', async () => {
    expect(await User.query().collation(COLLATION).where('name', 'ADA').count()).toBe(1)
    expect(await User.query().collation(COLLATION).whereNull('email').count()).toBe(0)
    expect(await User.query().collation(COLLATION).whereExists('email').count()).toBe(1)
  })
})

describe('issue 19: an upsert by a native filter', () => {
  const FILTERS: Record<string, Record<string, unknown>> = {
    'an $or of one': { $or: [{ email: 'new@example.com' }] },
    'an $or of one, in $and': { $and: [{ $or: [{ email: { $eq: 'new@example.com' } }] }] },
    'an $or of one $in': { $or: [{ email: { $in: ['new@example.com'] } }] },
    'an $or in an $or': { $or: [{ $or: [{ email: 'new@example.com' }] }] },
    'an $or of several': { $or: [{ email: 'new@example.com' }, { email: 'other@example.com' }] },
    'an $or beside': { name: 'new', $or: [{ email: 'new@example.com' }] },
    plain: { email: 'new@example.com' },
  }

  it.each(Object.keys(FILTERS))('%s stores the hash with its value, or neither', async (name) => {
    await User.query()
      .whereRaw(FILTERS[name] as never)
      .upsert({ name: 'new' })
    const stored = await db.collection('users').findOne({ name: 'new' })
    const { email, email__blind: entry } = stored as unknown as Record<string, Binary | undefined>
    expect(entry === undefined).toBe(email === undefined)
    if (name === 'an $or of several') return expect(email).toBeUndefined()
    expect([email?.sub_type, entry?.sub_type]).toEqual([ENVELOPE, ENTRY])
    expect(await User.findBy('email', 'new@example.com')).toMatchObject({
      name: 'new',
      email: 'new@example.com',
    })
  })

  it('also with the normaliser of the application', async () => {
    const run = () =>
      User.query()
        .whereRaw({ $or: [{ phone: ' 1 ' }] } as never)
        .upsert({ name: 'new' })
    try {
      await run()
    } catch (error) {
      expect(error).toBeInstanceOf(errors.E_ENCRYPTED_COLUMN_QUERY)
      expect(await db.collection('users').countDocuments({ name: 'new' })).toBe(0)
      return
    }
    const stored = await db.collection('users').findOne({ name: 'new' })
    expect(stored).toHaveProperty('phone')
    expect((await User.findBy('phone', '1'))?.phone).toBe(' 1 ')
  })
})
