import * as bson from 'bson'
import { describe, expect, it } from 'vitest'
import { Chunk } from '../../../js/codec/chunk.ts'
import { ValueSite } from '../../../js/codec/shapes.ts'
import { BsonWriter } from '../../../js/codec/writer.ts'
import { errors } from '../../../js/errors/index.ts'
import { encodeChunk } from './encode_chunk.ts'
import type { Doc } from './samples.ts'

const COLUMNS = [{ name: '_id', id: true }, { name: 'name' }, { name: 'owner' }, { name: 'v' }]
const NAMES = new Set(COLUMNS.map(({ name }) => name))
const bytesOf = (doc: Doc) => Buffer.from(bson.serialize(doc))
const chunkOf = (...docs: Doc[]) => new Chunk(encodeChunk(docs.map(bytesOf), COLUMNS))

const id = new bson.ObjectId()
const owner = new bson.ObjectId()
const docs = [
  { _id: id, name: 'Ada', owner, v: { a: [1] } },
  { extra: 1, name: 'Zoë', more: { x: 'é' }, _id: 7 },
  { v: null },
]
const read = (chunk: Chunk) =>
  Array.from({ length: chunk.rows * 4 }, (_, cell) => chunk.read(cell, new ValueSite()))
const VALUES = [id.toHexString(), 'Ada', owner, { a: [1] }, 7, 'Zoë']

describe('Chunk', () => {
  it('reads cells', () => {
    const chunk = chunkOf(...docs)
    expect([chunk.rows, chunk.columns]).toEqual([3, 4])
    expect(read(chunk)).toEqual([...VALUES, ...Array(5).fill(undefined), null])
  })

  it('reads a chunk at any offset of any buffer', () => {
    const encoded = encodeChunk(docs.map(bytesOf), COLUMNS)
    for (const offset of [0, 1, 2, 3, 4, 8, 13]) {
      const buffer = Buffer.concat([Buffer.alloc(offset, 9), encoded, Buffer.alloc(5, 9)])
      const chunk = new Chunk(buffer, offset)
      expect(read(chunk).slice(0, 6)).toEqual(VALUES)
      expect(chunk.byteLength).toBe(encoded.length)
      expect(read(new Chunk(buffer.subarray(offset), 0)).slice(0, 6)).toEqual(VALUES)
    }
  })

  it('refuses parts that do not fit', () => {
    const encoded = encodeChunk(docs.map(bytesOf), COLUMNS)
    for (let length = 0; length < encoded.length; length++) {
      expect(() => new Chunk(Buffer.from(encoded.subarray(0, length)))).toThrow(
        errors.E_INVALID_DOCUMENT,
      )
    }
  })

  it('decodes whole documents and gives their bytes', () => {
    const chunk = chunkOf(...docs)
    docs.forEach((doc, row) => {
      expect(chunk.document(row)).toEqual(doc)
      expect(chunk.document(row, new ValueSite())).toEqual(doc)
      expect(chunk.documentBytes(row)).toEqual(bytesOf(doc))
    })
  })

  it('decodes the fields that are no columns', () => {
    const chunk = chunkOf(...docs, JSON.parse('{"name":"x","__proto__":{"y":1}}'))
    expect(chunk.extras(0, NAMES)).toBeNull()
    expect(chunk.extras(1, NAMES)).toEqual({ extra: 1, more: { x: 'é' } })
    expect(chunk.extras(2, NAMES)).toBeNull()
    expect(Object.keys(chunk.extras(3, NAMES) as object)).toEqual(['__proto__'])
    expect(chunkOf({}).extras(0, NAMES)).toBeNull()
  })

  it('reads one large document without keeping its text', () => {
    const doc = { name: 'x'.repeat(600_000), v: { deep: ['é', 'y'.repeat(20)] } }
    const chunk = chunkOf(doc)
    expect(chunk.read(1, new ValueSite())).toBe(doc.name)
    expect(chunk.read(3, new ValueSite())).toEqual(doc.v)
    expect(chunk.string(chunk.cells[1] as number)).toBe(doc.name)
    expect(chunk.document(0, new ValueSite())).toEqual(doc)
    expect(chunk.text).toBeNull()
  })
})

describe('stored values', () => {
  const writer = new BsonWriter()

  function equals(stored: unknown, value: unknown): boolean {
    const chunk = chunkOf({ v: stored })
    writer.reset()
    const type = writer.value(value)
    return chunk.equalsValue(3, type, writer.buffer, 0, writer.position)
  }

  it('are given as bytes', () => {
    const chunk = chunkOf(...docs)
    const raws = [0, 1, 2, 3, 4, 5, 11].map((cell) => chunk.rawValue(cell))
    expect(raws.map((raw) => raw?.type)).toEqual([7, 2, 7, 3, 16, 2, 10])
    const first = raws[0]
    expect(first?.bytes.subarray(first.start, first.end).toString('hex')).toBe(id.toHexString())
    const nested = raws[3]
    expect(nested?.bytes.subarray(nested.start, nested.end)).toEqual(bytesOf({ a: [1] }))
    expect(chunk.rawValue(6)).toBeNull()
  })

  it.each<[string, unknown, unknown]>([
    ['documents', { a: [1, 'x'], d: new Date(5) }, { a: [1, 'x'], d: new Date(5) }],
    ['ids', id, id],
    ['null', null, null],
    ['long text', 'é'.repeat(500), 'é'.repeat(500)],
    ['a double that reads as an integer', new bson.Double(3), 3],
    ['an int64 that reads as a number', bson.Long.fromNumber(5), 5],
    [
      'both, inside',
      { a: [new bson.Double(3), bson.Long.fromNumber(2 ** 40)] },
      { a: [3, 2 ** 40] },
    ],
    ['a regular expression', { r: new bson.BSONRegExp('a/b', 'i') }, { r: /a\/b/i }],
    ['a symbol', new bson.BSONSymbol('s'), 's'],
    ['MinKey', new bson.MinKey(), new bson.MinKey()],
  ])('equal what reads the same: %s', (_, stored, value) => {
    expect(equals(stored, value)).toBe(true)
  })

  it.each<[string, unknown, unknown]>([
    ['number', 3, 4],
    ['type', 3, '3'],
    ['document', { a: 1 }, { a: 2 }],
    ['order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['length', [1, 2], [1, 2, 3]],
    ['nothing', 3, undefined],
    ['null', 3, null],
    ['double', new bson.Double(3.5), 3],
    ['int64 made on purpose', 3, bson.Long.fromNumber(3)],
    ['a date that none can hold', { d: new bson.Long(0, 0x7fffffff) }, {}],
  ])('differ: %s', (_, stored, value) => {
    expect(equals(stored, value)).toBe(false)
  })

  it('compare with ids that read as text, and with missing fields', () => {
    const chunk = chunkOf(...docs)
    writer.reset()
    writer.value(id)
    expect(chunk.equalsValue(0, 7, writer.buffer, 0, 12)).toBe(true)
    expect(chunk.equalsValue(0, 7, owner.id, 0, 12)).toBe(false)
    expect(chunk.equalsValue(6, 0, writer.buffer, 0, 0)).toBe(true)
    expect(chunk.equalsValue(6, 10, writer.buffer, 0, 0)).toBe(false)
  })
})
