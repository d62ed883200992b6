import assert from 'node:assert/strict'
import * as bson from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chunk } from '../../../js/codec/chunk.ts'
import { ValueSite } from '../../../js/codec/shapes.ts'
import { tries } from '../../helpers/property.ts'
import { encodeChunk } from './encode_chunk.ts'
import { type Doc, randomDocument, SAMPLES } from './samples.ts'

const COLUMNS = [{ name: 'v' }]

/** Reads each value, as a column and as a whole document, through one site; compares with npm. */
function check(site: ValueSite, whole: ValueSite, values: readonly unknown[]): void {
  const docs = values.map((v) => Buffer.from(bson.serialize({ v })))
  const chunk = new Chunk(encodeChunk(docs, COLUMNS))
  docs.forEach((doc, row) => {
    const expected = bson.deserialize(doc)
    const found = chunk.read(row, site)
    assert.deepStrictEqual(found, expected.v)
    if (typeof found === 'object' && found !== null) {
      expect(Object.keys(found)).toEqual(Object.keys(expected.v))
    }
    assert.deepStrictEqual(chunk.document(row, whole), expected)
    assert.deepStrictEqual(chunk.document(row), expected)
  })
}

const item = (index: number): Doc => ({
  sku: `SKU-${index}`,
  qty: index,
  price: index / 2,
  at: new Date(1e12 + index),
  ok: index % 2 === 0,
  id: new bson.ObjectId(),
  big: bson.Long.fromNumber(index),
  address: { city: index % 3 === 0 ? 'Kraków' : 'Oslo', zip: String(index) },
  tags: ['a', 'b', `${index}`],
  deep: [{ list: [[index], []] }],
})

describe('sites', () => {
  it('read values of one shape', () => {
    check(
      new ValueSite(),
      new ValueSite(),
      Array.from({ length: 40 }, (_, i) => item(i)),
    )
    check(
      new ValueSite(),
      new ValueSite(),
      Array.from({ length: 40 }, (_, i) => [item(i), item(i)]),
    )
  })

  it('read values whose types, fields and order change', () => {
    const mutations: ((doc: Doc) => unknown)[] = [
      (doc) => doc,
      (doc) => ({ ...doc, qty: 'text', price: null, ok: undefined }),
      (doc) => ({ ...doc, address: ['now', 'an', 'array'], tags: { now: 'a document' } }),
      (doc) => Object.fromEntries(Object.entries(doc).reverse()),
      ({ sku: _, ...doc }) => doc,
      ({ deep: _, ...doc }) => doc,
      (doc) => ({ ...doc, extra: 1 }),
      (doc) => ({ ...doc, sku: 'é', big: bson.Long.fromString('9007199254740993') }),
      (doc) => ({ ...doc, address: {} }),
      () => ({}),
      () => null,
      () => 'text',
      (doc) => Object.assign(JSON.parse('{"__proto__":1}'), doc),
      (doc) => ({ ...doc, $ref: 'things', $id: new bson.ObjectId() }),
      (doc) => ({ ...doc, id: new bson.Binary(Buffer.from('x')), at: /x/i }),
      (doc) => ({ '': 1, a: 1, ab: 2, abc: 3, é: 4, "'\\\n${x}`": 5, ...doc }),
    ]
    const site = new ValueSite()
    const whole = new ValueSite()
    for (let round = 0; round < 12; round++) {
      const values = mutations.flatMap((mutate, index) =>
        Array.from({ length: 8 }, (_, i) => mutate(item(i + index))),
      )
      check(site, whole, round % 2 === 0 ? values : values.reverse())
    }
    for (const mutate of mutations) {
      const fresh = new ValueSite()
      check(
        fresh,
        new ValueSite(),
        Array.from({ length: 12 }, (_, i) => mutate(item(i))),
      )
      check(
        fresh,
        new ValueSite(),
        Array.from({ length: 12 }, (_, i) => item(i)),
      )
      check(
        fresh,
        new ValueSite(),
        Array.from({ length: 12 }, (_, i) => mutate(item(i))),
      )
    }
  })

  it('read names that differ in one byte, of every length', () => {
    for (let length = 1; length < 14; length++) {
      for (let at = 0; at < length; at++) {
        const name = 'n'.repeat(length)
        const other = `${name.slice(0, at)}m${name.slice(at + 1)}`
        const values = Array.from({ length: 8 }, () => ({ [name]: 1 }) as Doc)
        check(new ValueSite(), new ValueSite(), [...values, { [other]: 1 }, { [`${name}n`]: 1 }])
      }
    }
  })

  it('read every type', () => {
    for (const doc of Object.values(SAMPLES)) {
      if ('flags' in doc) continue
      check(new ValueSite(), new ValueSite(), Array(8).fill(doc))
      check(new ValueSite(), new ValueSite(), Array(8).fill(Object.values(doc)))
    }
  })

  it('read random documents, one site for all', () => {
    const site = new ValueSite()
    const whole = new ValueSite()
    fc.assert(
      fc.property(randomDocument, randomDocument, (one, two) => {
        check(site, whole, [one, two, one])
        check(new ValueSite(), new ValueSite(), [one, one, one, one, one, one, one, two, two])
      }),
      tries(300),
    )
  })

  it('read more shapes than they keep', () => {
    const site = new ValueSite()
    const values = Array.from({ length: 400 }, (_, i) => ({ [`key${i % 50}`]: i, always: [i] }))
    check(site, new ValueSite(), values)
  })

  it('read arrays of more than ten and of more than a hundred', () => {
    const values = [9, 10, 11, 100, 101, 1001].map((length) =>
      Array.from({ length }, (_, i) => (i % 7 === 0 ? { i } : i)),
    )
    check(new ValueSite(), new ValueSite(), values)
  })

  it('read arrays whose names are not their indexes', () => {
    const list = Buffer.from([0, 0, 0, 0, 8, 0, 1, 10, 0x78, 0, 8, 0x61, 0x62, 0x63, 0, 1, 0])
    list.writeInt32LE(list.length)
    const doc = Buffer.concat([Buffer.alloc(4), Buffer.from('\x04v\0'), list, Buffer.alloc(1)])
    doc.writeInt32LE(doc.length)
    const chunk = new Chunk(encodeChunk([doc], COLUMNS))
    expect(chunk.read(0, new ValueSite())).toEqual([true, null, true])
  })
})
