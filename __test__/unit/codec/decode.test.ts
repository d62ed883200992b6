import assert from 'node:assert/strict'
import * as bson from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDocument, decodeValue, measureValue } from '../../../js/codec/decode.ts'
import { errors } from '../../../js/errors/index.ts'
import { tries } from '../../helpers/property.ts'
import { type Doc, randomDocument, SAMPLES } from './samples.ts'

const bytesOf = (doc: Doc) => Buffer.from(bson.serialize(doc))

/** A document of one element `a`. */
function element(type: number, ...value: number[]): Buffer {
  const doc = Buffer.from([0, 0, 0, 0, type, 0x61, 0, ...value, 0])
  doc.writeInt32LE(doc.length)
  return doc
}

/** A document whose elements' bytes are given. */
function raw(...parts: Uint8Array[]): Buffer {
  const doc = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.alloc(1)])
  doc.writeInt32LE(doc.length)
  return doc
}

const elementsOf = (doc: Doc) => bytesOf(doc).subarray(4, -1)

describe('decodeDocument', () => {
  it.each(Object.entries(SAMPLES))('reads %s as npm bson does', (_, doc) => {
    const bytes = bytesOf(doc)
    const padded = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')])
    const expected = bson.deserialize(bytes)
    for (const options of [undefined, { end: 6 + bytes.length }]) {
      const found = decodeDocument(padded, 6, options) as Doc
      if ('flags' in doc) {
        // Flags that JavaScript lacks are kept, where npm bson drops them.
        expected.bson = doc.bson
      }
      expect(found).toStrictEqual(expected)
      expect(Object.keys(found)).toEqual(Object.keys(expected))
    }
  })

  it('reads random documents as npm bson does', () => {
    fc.assert(
      fc.property(randomDocument, (doc) => {
        const bytes = bytesOf(doc)
        // Vitest's own comparison asks a field called `constructor` for the class.
        assert.deepStrictEqual(decodeDocument(bytes), bson.deserialize(bytes))
      }),
      tries(1500),
    )
  })

  it('keeps int64 that a number cannot hold', () => {
    const exact = [2n ** 53n - 1n, -(2n ** 53n) + 1n, 0n, -1n, 4294967296n]
    const beyond = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)]
    const numbers = decodeDocument(bytesOf({ exact })) as { exact: number[] }
    expect(numbers.exact.map(BigInt)).toEqual(exact)
    const longs = decodeDocument(bytesOf({ beyond })) as { beyond: bson.Long[] }
    expect(longs.beyond.map((long) => long.toBigInt())).toEqual(beyond)
  })

  it('reads documents larger than the text that strings are cut from', () => {
    const doc = {
      list: Array.from({ length: 9000 }, (_, index) => `text ${index} ${'é'[index % 2]}`),
    }
    expect(decodeDocument(bytesOf(doc))).toEqual(doc)
  })

  it('reads deprecated types', () => {
    const text = [2, 0, 0, 0, 0x78, 0]
    const id = Array.from({ length: 12 }, (_, index) => index)
    const pointer = element(12, ...text, ...id)
    expect(decodeDocument(pointer)).toStrictEqual(bson.deserialize(pointer))
    expect(decodeDocument(element(6))).toStrictEqual({ a: undefined })
    expect(decodeDocument(element(14, ...text))).toEqual({ a: 'x' })
  })

  it('makes names own properties, whatever they are', () => {
    const source = JSON.parse(
      '{"__proto__":{"x":1},"constructor":1,"toString":2,"a":{"__proto__":3}}',
    )
    const found = decodeDocument(bytesOf(source)) as Doc
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
    expect(Object.keys(found)).toEqual(['__proto__', 'constructor', 'toString', 'a'])
    expect(Object.getOwnPropertyDescriptor(found, '__proto__')?.value).toEqual({ x: 1 })
    expect(Object.getOwnPropertyDescriptor(found.a, '__proto__')?.value).toBe(3)
    expect(found.x).toBeUndefined()
  })

  it('lets the last of several fields count', () => {
    const doc = raw(elementsOf({ a: 1 }), elementsOf({ b: 2 }), elementsOf({ a: 'last' }))
    expect(decodeDocument(doc)).toEqual({ a: 'last', b: 2 })
  })

  it('reads references as npm bson does', () => {
    const oid = new bson.ObjectId('0123456789abcdef01234567')
    for (const value of [
      { $ref: 'a', $id: oid },
      { $ref: 'a', $id: 5, $db: 'd', other: [1] },
      { $id: oid, $ref: 'a.b' },
      { $ref: 'a', $id: oid, $odd: 1 },
      { $ref: 1, $id: oid },
      { $ref: 'a', $id: null },
      { $ref: 'a', $id: oid, $db: 7 },
      { $gt: 1 },
    ]) {
      const bytes = bytesOf({ value, list: [value] })
      expect(decodeDocument(bytes)).toStrictEqual(bson.deserialize(bytes))
    }
  })

  it('keeps regular expressions that JavaScript does not know', () => {
    const bytes = element(11, ...Buffer.from('(?i)a\0ims\0'))
    expect(decodeDocument(bytes)).toEqual({ a: new bson.BSONRegExp('(?i)a', 'ims') })
  })

  it('keeps nothing of the buffer alive or shared', () => {
    const bytes = bytesOf({ b: new bson.Binary(Buffer.from([1, 2, 3])), i: new bson.ObjectId() })
    const found = decodeDocument(bytes) as { b: bson.Binary; i: bson.ObjectId }
    const id = found.i.toHexString()
    bytes.fill(0)
    expect([...found.b.buffer]).toEqual([1, 2, 3])
    expect(found.i.toHexString()).toBe(id)
  })
})

describe('hostile bytes', () => {
  const everything = bytesOf(
    Object.fromEntries(Object.entries(SAMPLES).filter(([name]) => name !== 'nested')),
  )

  function readOrRefuse(bytes: Uint8Array, start = 0): void {
    try {
      decodeDocument(bytes, start)
    } catch (error) {
      if (!(error instanceof errors.E_INVALID_DOCUMENT)) throw error
    }
  }

  it('refuses every truncation', () => {
    for (let length = 0; length < everything.length; length++) {
      const cut = Buffer.from(everything.subarray(0, length))
      expect(() => decodeDocument(cut)).toThrow(errors.E_INVALID_DOCUMENT)
      if (length < 5) continue
      cut.writeInt32LE(length)
      readOrRefuse(cut)
      cut[length - 1] = 0
      readOrRefuse(cut)
    }
  })

  it('reads or refuses whatever a byte is changed to', () => {
    for (let at = 0; at < everything.length; at++) {
      for (const value of [0, 1, 2, 3, 4, 5, 0x0f, 0x7f, 0x80, 0xff]) {
        const bytes = Buffer.from(everything)
        bytes[at] = value
        readOrRefuse(bytes)
      }
    }
  })

  it('reads or refuses lengths that lie', () => {
    for (let at = 0; at + 4 <= everything.length; at++) {
      for (const value of [0, -1, 1, 4, 2147483647, -2147483648, everything.length]) {
        const bytes = Buffer.from(everything)
        bytes.writeInt32LE(value, at)
        readOrRefuse(bytes)
      }
    }
  })

  it('reads or refuses random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(20), (noise, start) => {
        readOrRefuse(noise, start)
        const doc = raw(noise)
        readOrRefuse(doc)
        readOrRefuse(element(3, ...doc))
        readOrRefuse(element(15, ...noise))
      }),
      tries(5000),
    )
  })

  it('does not overflow the stack', () => {
    const levels = 1_000_000
    const bytes = Buffer.alloc(7 * levels + 5)
    for (let level = 0; level < levels; level++) {
      const at = 7 * level
      bytes.writeInt32LE(bytes.length - 8 * level, at)
      bytes.set([3, 0x61, 0], at + 4)
    }
    bytes.writeInt32LE(5, 7 * levels)
    expect(() => decodeDocument(bytes)).toThrow(errors.E_INVALID_DOCUMENT)
    for (const type of [3, 4, 15]) {
      let nested = raw()
      for (let level = 0; level < 300; level++) {
        nested =
          type === 15
            ? element(15, ...lengthOf(nested.length + 9), 1, 0, 0, 0, 0, ...nested)
            : element(type, ...nested)
      }
      expect(() => decodeDocument(nested)).toThrow(/nested deeper/)
    }
  })

  it.each([
    ['start beyond the end', 100],
    ['negative start', -1],
    ['no number', Number.NaN],
  ])('refuses a %s', (_, start) => {
    expect(() => decodeDocument(bytesOf({ a: 1 }), start)).toThrow(errors.E_INVALID_DOCUMENT)
  })
})

describe('decodeValue', () => {
  const bytes = bytesOf({ a: 'Zoë', b: 'plain' })

  it('reads by tag, with and without text', () => {
    for (const text of [null, bytes.toString('latin1')]) {
      expect(decodeValue(0, bytes, 0, text)).toBeUndefined()
      expect(decodeValue(0x82, bytes, 7, text)).toBe('Zoë')
      expect(decodeValue(2, bytes, 19, text)).toBe('plain')
      expect(decodeValue(0x83, bytes, 0, text)).toEqual({ a: 'Zoë', b: 'plain' })
      const id = Buffer.from('0123456789abcdef01234567')
      expect(decodeValue(7, id, 0, text && id.toString('latin1'))).toBe('0123456789abcdef01234567')
      expect(decodeValue(0x87, id, 0, text)).toEqual(new bson.ObjectId(id.subarray(0, 12)))
    }
  })

  it('refuses what does not fit', () => {
    for (const tag of [1, 2, 3, 7, 0x82, 0x84, 0x87, 9, 18, 19, 99]) {
      expect(() => decodeValue(tag, bytes, bytes.length - 1, null)).toThrow(
        errors.E_INVALID_DOCUMENT,
      )
    }
  })
})

describe('measureValue', () => {
  it('measures every type', () => {
    for (const doc of Object.values(SAMPLES)) {
      for (const [name, value] of Object.entries(doc)) {
        const bytes = bytesOf({ [name]: value })
        const at = 6 + Buffer.byteLength(name)
        const length = measureValue(bytes[4] as number, bytes, at)
        expect(length).toBe(bytes.length - 1 - at)
      }
    }
  })
})

function lengthOf(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}
