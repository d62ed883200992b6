/** Arrays of bytes that claim to be longer than they are, and values of another realm. */
import { runInNewContext } from 'node:vm'
import { Binary, Decimal128 } from 'bson'
import { BaseModel, column, setEncryptionKeys } from 'lucent-odm'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { cloneValue } from '../../../js/orm/instance/clone.ts'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class File extends BaseModel {
  static override collection = 'files'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare content: unknown
  @column.encrypted() declare sealed: unknown
  @column.date() declare day: unknown
  @column.dateTime() declare at: unknown
}

class Longer extends Uint8Array {
  override get length(): number {
    return 5000
  }

  override get byteLength(): number {
    return 5000
  }

  override get byteOffset(): number {
    return 3
  }

  override get buffer(): ArrayBuffer {
    return new ArrayBuffer(9000)
  }
}

function claiming<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  for (const name of ['length', 'byteLength']) Object.defineProperty(bytes, name, { value: 5000 })
  Object.defineProperty(bytes, 'buffer', { value: new ArrayBuffer(9000) })
  return bytes
}

const BYTES = [1, 2, 3]
const ODD: [string, () => unknown][] = [
  ['an array with properties of its own', () => claiming(Uint8Array.from(BYTES))],
  ['a Buffer with properties of its own', () => claiming(Buffer.from(BYTES))],
  ['a subclass with getters', () => Longer.from(BYTES)],
  ['a Binary of such an array', () => new Binary(Uint8Array.from(BYTES))],
]

describe.each(ODD)('27: bytes that claim a length: %s', (_, make) => {
  it('are stored as long as they are, plain and encrypted', async () => {
    const value = make()
    if (value instanceof Binary) Object.assign(value, { buffer: claiming(value.buffer) })
    const { id } = await File.create({ content: { deep: [value] }, sealed: value })
    await File.query().where('id', id).update({ 'content.more': value })
    const found = await File.findOrFail(id)
    const { deep, more } = found.content as { deep: Binary[]; more: Binary }
    for (const bytes of [deep[0], more, found.sealed as Binary]) {
      expect([...(bytes as Binary).value()]).toEqual(BYTES)
    }
    expect(
      await File.query()
        .where('content.more', value as never)
        .count(),
    ).toBeGreaterThan(0)
  })
})

describe.each(WRITE_PATHS)('27: bytes that claim a length: $kind, $name', (path) => {
  it('stores nothing but the bytes', async () => {
    const content = claiming(Uint8Array.from(BYTES))
    const { stored } = await write(db, path, File, { content }, { before: { content: 1 } })
    expect(stored.length).toBeGreaterThan(0)
    for (const document of stored) {
      expect([...(document.content as Binary).value()]).toEqual(BYTES)
    }
  })
})

describe('27: bytes that claim a length', () => {
  it('are refused as the bytes of a decimal', async () => {
    const decimal = Decimal128.fromString('1')
    Object.defineProperty(decimal, 'bytes', {
      value: Object.defineProperty(new Uint8Array(3), 'length', { value: 16 }),
    })
    await expect(File.create({ content: decimal })).rejects.toMatchObject({
      code: 'E_INVALID_VALUE',
    })
  })

  it('are no key', () => {
    const short = Object.defineProperty(new Uint8Array(5), 'length', { value: 32 })
    expect(() => setEncryptionKeys({ keys: { a: short } })).toThrow('it has 5 bytes')
  })

  it('are copied and shown as long as they are', async () => {
    const copy = cloneValue(claiming(Buffer.from(BYTES))) as Buffer
    expect([...copy]).toEqual(BYTES)
    const file = new File().merge({ content: claiming(Buffer.from(BYTES)) })
    expect(file.toJSON().content).toBe(Buffer.from(BYTES).toString('base64'))
  })
})

/** As a test runner has it that runs files in a context of their own. */
const elsewhere = (source: string): unknown => runInNewContext(source)

describe('30: values of another realm', () => {
  it.each<[string, unknown, (value: unknown) => unknown, unknown]>([
    ['bytes', elsewhere('Uint8Array.of(1, 2, 3)'), (v) => [...(v as Binary).value()], BYTES],
    ['a date', elsewhere('new Date(7)'), (v) => v, new Date(7)],
    ['a RegExp', elsewhere('/a/i'), (v) => v, /a/i],
    ['a Map', elsewhere('new Map([["a", new Map([["b", 1]])]])'), (v) => v, { a: { b: 1 } }],
    ['an array', elsewhere('[1, [2]]'), (v) => v, [1, [2]]],
    ['an object', elsewhere('({ a: [{ b: null }] })'), (v) => v, { a: [{ b: null }] }],
  ])('%s is stored, found, and set by a query', async (_, value, read, expected) => {
    const { id } = await File.create({ content: value, sealed: value })
    const found = await File.findOrFail(id)
    expect(read(found.content)).toEqual(expected)
    expect(read(found.sealed)).toEqual(expected)
    const query = () => File.query().where('id', id)
    expect(
      await query()
        .where('content', value as never)
        .count(),
    ).toBe(1)
    expect(await query().update({ content: { again: value } })).toEqual([1])
    const again = (await File.findOrFail(id)).content as { again: unknown }
    expect(read(again.again)).toEqual(expected)
    found.merge({ content: value })
    expect(found.$isDirty).toBe(false)
  })

  it('a native filter may be, and hold a Map', async () => {
    await File.create({ key: 'native', content: { a: 1 } })
    const filter = elsewhere('({ key: { $in: ["native"] }, content: new Map([["a", 1]]) })')
    expect(
      await File.query()
        .whereRaw(filter as never)
        .count(),
    ).toBe(1)
  })

  it('an ArrayBuffer is refused, as one of this realm is', async () => {
    await expect(File.create({ content: elsewhere('new ArrayBuffer(3)') })).rejects.toMatchObject({
      code: 'E_INVALID_VALUE',
    })
  })

  it('dates are dates of date columns, when set, compared and cloned', async () => {
    const at = elsewhere('new Date(86400000 * 3 + 5)') as Date
    expect(at).not.toBeInstanceOf(Date)
    const file = await File.create({ at, day: at })
    expect((file.at as DateTime).toMillis()).toBe(86400000 * 3 + 5)
    expect((file.day as DateTime).toISODate()).toBe('1970-01-04')
    const stored = await db.collection('files').findOne({ at: new Date(86400000 * 3 + 5) })
    expect(stored?.day).toEqual(new Date(86400000 * 3))
    expect(
      await File.query()
        .where('at', at as never)
        .count(),
    ).toBe(1)
    expect(
      await File.query()
        .whereBetween('day', [at, at] as never)
        .count(),
    ).toBe(1)
    expect(
      await File.query()
        .where('at', at as never)
        .update({ at } as never),
    ).toEqual([1])
    const copy = cloneValue({ at }) as { at: Date }
    expect(copy.at).toEqual(new Date(86400000 * 3 + 5))
    expect(copy.at).not.toBe(at)
    await expect(File.create({ at: elsewhere('new Date(NaN)') })).rejects.toMatchObject({
      code: 'E_INVALID_DATE_COLUMN_VALUE',
    })
    expect(DateTime.isDateTime((await File.findOrFail(file.id)).at)).toBe(true)
  })
})
