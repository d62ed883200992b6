import { Buffer } from 'node:buffer'
import {
  BaseModel,
  Binary,
  column,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'lucent-odm'
import { BSON, BSONRegExp, BSONSymbol, Code, DBRef, Double } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Sample extends BaseModel {
  static override collection = 'samples'
  @column({ isPrimary: true }) declare id: string
  @column() declare value: unknown
  @column() declare nested: unknown
  @column() declare list: unknown
}

const samples = db.collection('samples')
const ID = '0123456789abcdef01234567'
const oid = () => new ObjectId(ID)

/** Canonical extended JSON: every BSON type shows. */
function canonical(value: unknown): string {
  return BSON.EJSON.stringify({ value }, { relaxed: false })
}

/** What the server holds, types included. */
async function stored(id: string): Promise<Record<string, unknown>> {
  const options = { promoteValues: false, promoteLongs: false, bsonRegExp: true }
  const document = await samples.findOne({ _id: new ObjectId(id) }, options)
  if (document === null) throw new Error('nothing is stored')
  return document
}

interface Row {
  readonly name: string
  /** As the npm driver writes it. */
  readonly stored: unknown
  /** As the model shall have it; by default the same. */
  readonly read?: unknown
  /** What is stored when a model writes the value it read; by default the same. */
  readonly written?: unknown
}

const table: readonly Row[] = [
  { name: 'string', stored: 'Ada' },
  { name: 'empty string', stored: '' },
  { name: 'string beyond ASCII', stored: 'Zoë — 日本語 🦀' },
  { name: 'string with NUL', stored: 'a\0b' },
  { name: 'string of 1 MB', stored: 'é'.repeat(500_000) },
  { name: 'int32', stored: 7 },
  { name: 'negative int32', stored: -2_147_483_648 },
  { name: 'double', stored: 1.5 },
  { name: 'double beyond int32', stored: new Double(2 ** 40), read: 2 ** 40 },
  { name: 'whole double', stored: new Double(3), read: 3, written: 3 },
  { name: 'negative zero', stored: new Double(-0), read: -0 },
  { name: 'NaN', stored: Number.NaN },
  { name: 'infinity', stored: Number.POSITIVE_INFINITY },
  { name: 'int64 within int32', stored: Long.fromNumber(5), read: 5, written: 5 },
  {
    name: 'int64 within 2^53',
    stored: Long.fromNumber(2 ** 53 - 1),
    read: 2 ** 53 - 1,
    written: new Double(2 ** 53 - 1),
  },
  { name: 'int64 beyond 2^53', stored: Long.fromString('9007199254740993') },
  { name: 'smallest int64', stored: Long.MIN_VALUE },
  { name: 'boolean', stored: false },
  { name: 'null', stored: null },
  { name: 'Date', stored: new Date('2024-02-29T12:34:56.789Z') },
  { name: 'Date before 1970', stored: new Date(-1) },
  { name: 'ObjectId', stored: oid() },
  { name: 'Decimal128', stored: Decimal128.fromString('0.1000000000000000000000000000000001') },
  { name: 'Decimal128 NaN', stored: Decimal128.fromString('NaN') },
  { name: 'Binary', stored: new Binary(Buffer.from([0, 255, 254, 1])) },
  { name: 'Binary of a user subtype', stored: new Binary(Buffer.from([1, 2]), 0x80) },
  { name: 'empty Binary', stored: new Binary(Buffer.alloc(0)) },
  { name: 'UUID', stored: new UUID('8f2c1a0e-4a5b-4c6d-9e8f-0a1b2c3d4e5f') },
  { name: 'Timestamp', stored: new Timestamp({ t: 4_000_000_000, i: 7 }) },
  { name: 'MinKey', stored: new MinKey() },
  { name: 'MaxKey', stored: new MaxKey() },
  { name: 'RegExp', stored: new BSONRegExp('^a.c$', 'im'), read: /^a.c$/im },
  { name: 'RegExp of PCRE alone', stored: new BSONRegExp('(?i)a', 'x') },
  { name: 'Code', stored: new Code('function () {}') },
  { name: 'Code with scope', stored: new Code('x', { x: 1 }) },
  { name: 'Symbol', stored: new BSONSymbol('s'), read: 's', written: 's' },
  { name: 'DBRef', stored: new DBRef('users', oid()) },
  { name: 'object', stored: { a: 1, b: { c: [1, { d: 'x' }] } } },
  { name: 'empty object', stored: {} },
  { name: 'array', stored: [1, 'two', null, [3], { four: 4 }] },
  { name: 'empty array', stored: [] },
  { name: 'names beyond ASCII', stored: { ключ: 1, 鍵: { '🗝': 2 } } },
  { name: 'empty name', stored: { '': 1 } },
  { name: 'names of numbers', stored: { 2: 'b', 1: 'a', x: 0 } },
  { name: 'names with dots and dollars', stored: { 'a.b': 1, $c: 2 } },
]

/** A few types compare by more than their enumerable properties, `-0` and regular expressions. */
function expectSame(actual: unknown, expected: unknown): void {
  if (typeof expected === 'number') expect(Object.is(actual, expected)).toBe(true)
  else if (expected instanceof RegExp) expect(actual).toEqual(expected)
  else {
    expect(canonical(actual)).toBe(canonical(expected))
    if (typeof expected === 'object' && expected !== null) {
      const brand = (value: unknown) => (value as { _bsontype?: string })._bsontype
      expect(brand(actual)).toBe(brand(expected))
    }
  }
}

describe.each(table)('$name', ({ stored: given, read = given, written = given }) => {
  it('reads what the driver wrote, at every place', async () => {
    const _id = new ObjectId()
    const nested = { in: { deeper: given } }
    await samples.insertOne({ _id, value: given, nested, list: [given, [given]], extra: given })
    const sample = await Sample.findOrFail(_id)
    expectSame(sample.value, read)
    expectSame((sample.nested as { in: { deeper: unknown } }).in.deeper, read)
    expectSame((sample.list as unknown[])[0], read)
    expectSame((sample.list as unknown[][])[1]?.[0], read)
    expectSame(sample.$extras.extra, read)
    expect(sample.$isDirty).toBe(false)
    await sample.save()
    expect(canonical(await stored(sample.id))).toBe(
      canonical({ _id, value: given, nested, list: [given, [given]], extra: given }),
    )
  })

  it('writes what it read, at every place', async () => {
    const nested = { in: { deeper: read } }
    const created = await Sample.create({ value: read, nested, list: [read, [read]] })
    const expected = (await stored(created.id)) as { _id: unknown }
    expect(canonical(expected)).toBe(
      canonical({
        _id: expected._id,
        value: written,
        nested: { in: { deeper: written } },
        list: [written, [written]],
      }),
    )
    const found = await Sample.findOrFail(created.id)
    expectSame(found.value, read)
    found.value = null
    found.nested = { again: read }
    await found.save()
    found.value = read
    await found.save()
    const again = await stored(created.id)
    expect(canonical(again.value)).toBe(canonical(written))
    expect(canonical(again.nested)).toBe(canonical({ again: written }))
  })
})

describe('ids', () => {
  class Linked extends BaseModel {
    static override collection = 'linked'
    @column({ isPrimary: true }) declare id: string
    @column.objectId() declare ownerId: string | null
    @column.objectId({ as: 'object' }) declare teamId: ObjectId | null
    @column.objectId() declare memberIds: string[]
    @column() declare plain: unknown
  }

  it('are text in id columns, objects where asked for, and ObjectIds in the store', async () => {
    const created = await Linked.create({
      ownerId: ID,
      teamId: oid(),
      memberIds: [ID, ID.toUpperCase()],
      plain: ID,
    })
    expect(created.id).toMatch(/^[0-9a-f]{24}$/)
    const document = await db.collection('linked').findOne({ _id: new ObjectId(created.id) })
    expect(document).toEqual({
      _id: new ObjectId(created.id),
      owner_id: oid(),
      team_id: oid(),
      member_ids: [oid(), oid()],
      plain: ID,
    })
    const found = await Linked.findOrFail(created.id)
    expect(found.id).toBe(created.id)
    expect(found.ownerId).toBe(ID)
    expect(found.teamId).toBeInstanceOf(ObjectId)
    expect(found.teamId?.toHexString()).toBe(ID)
    expect(found.plain).toBe(ID)
    expect(found.memberIds).toEqual([ID, ID])
    found.memberIds = [ID]
    await found.save()
    expect(found.$original.memberIds).toEqual([ID])
  })

  it('cast strings for id columns only', async () => {
    const created = await Linked.create({ plain: oid(), ownerId: null })
    const document = await db.collection('linked').findOne({ _id: new ObjectId(created.id) })
    expect(document?.plain?._bsontype).toBe('ObjectId')
    expect(document?.owner_id).toBeNull()
    const found = await Linked.findOrFail(created.id)
    expect(found.plain).toBeInstanceOf(ObjectId)
    expect(found.ownerId).toBeNull()
    expect(found.teamId).toBeUndefined()
  })

  it('read as they are when another program stored something else', async () => {
    const _id = new ObjectId()
    await db.collection('linked').insertOne({ _id, owner_id: 'u-1', team_id: 42, member_ids: {} })
    const found = await Linked.findOrFail(_id)
    expect(found.ownerId).toBe('u-1')
    expect(found.teamId).toBe(42)
    expect(found.memberIds).toEqual({})
    expect(found.$isDirty).toBe(false)
  })

  it('stay clean after they were read and set to the same', async () => {
    const created = await Linked.create({ ownerId: ID, teamId: oid(), memberIds: [ID] })
    const found = await Linked.findOrFail(created.id)
    found.ownerId = ID.toUpperCase()
    found.teamId = oid()
    expect(found.memberIds).toHaveLength(1)
    expect(found.$isDirty).toBe(false)
  })
})
