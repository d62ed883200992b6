import * as bson from 'bson'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { BsonWriter, compileName, WriteSite } from '../../../js/codec/writer.ts'
import { LucentError } from '../../../js/errors/index.ts'
import { tries } from '../../helpers/property.ts'
import { type Doc, randomDocument, SAMPLES } from './samples.ts'

const writer = new BsonWriter()

function written(doc: object): Buffer {
  writer.reset()
  writer.document(doc)
  return writer.toBuffer()
}

function failure(run: () => unknown): LucentError {
  try {
    run()
  } catch (error) {
    if (error instanceof LucentError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const npm = (doc: Doc) => Buffer.from(bson.serialize(doc, { ignoreUndefined: true }))

describe('documents', () => {
  it.each(Object.entries(SAMPLES))('writes %s byte for byte as npm bson does', (_, doc) => {
    expect(written(doc).toString('hex')).toBe(npm(doc).toString('hex'))
  })

  it('writes random documents byte for byte as npm bson does', () => {
    fc.assert(
      fc.property(randomDocument, (doc) => {
        expect(written(doc).equals(npm(doc))).toBe(true)
      }),
      tries(1500),
    )
  })

  it('writes several documents back to back', () => {
    writer.reset()
    writer.document({ a: 1 })
    writer.document({ b: 2 })
    expect(writer.toBuffer()).toEqual(Buffer.concat([npm({ a: 1 }), npm({ b: 2 })]))
  })

  it('grows, and gives memory back', () => {
    const big = new BsonWriter()
    big.document({ text: 'é'.repeat(12_000_000) })
    expect(bson.deserialize(big.toBuffer()).text).toHaveLength(12_000_000)
    big.reset()
    expect(big.buffer.length).toBe(64 * 1024)
    for (let size = 0; size < 70_000; size += 997) {
      const doc = { a: 'x'.repeat(size), b: [1, 2, 3] }
      expect(written(doc).equals(npm(doc))).toBe(true)
    }
  })

  it('refuses what is beyond any message, also when it is small in memory', () => {
    let node: Doc = { leaf: 'x'.repeat(1000) }
    for (let level = 0; level < 60; level++) node = { left: node, right: node }
    expect(failure(() => written(node)).code).toBe('E_DOCUMENT_TOO_LARGE')
    expect(failure(() => written({ list: new Array(2 ** 31) })).code).toBe('E_DOCUMENT_TOO_LARGE')
    writer.reset()
  })

  it.each([
    ['an array', []],
    ['a date', new Date()],
    ['an id', new bson.ObjectId()],
    ['null', null],
    ['bytes', Buffer.alloc(5)],
  ])('refuses %s as a document', (_, value) => {
    expect(failure(() => written(value as object)).code).toBe('E_INVALID_VALUE')
  })
})

describe('values', () => {
  it('leaves undefined out of objects and makes it null in arrays', () => {
    const doc = { a: undefined, b: [undefined, { c: undefined }], d: { e: undefined } }
    expect(bson.deserialize(written(doc))).toEqual({ b: [null, {}], d: {} })
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    expect(bson.deserialize(written({ a: [1, , 3] }))).toEqual({ a: [1, null, 3] })
  })

  it('writes a Map as a document, in its order', () => {
    const doc = {
      m: new Map<string, unknown>([
        ['z', 1],
        ['a', new Map()],
        ['u', undefined],
      ]),
    }
    expect(written(doc)).toEqual(npm(doc))
    expect(written(new Map([['a', 1]]))).toEqual(npm({ a: 1 }))
    expect(failure(() => written({ m: new Map([[1, 2]]) })).message).toContain('"m" holds a Map')
  })

  it('honours toBSON, of classes and own', () => {
    class Money {
      readonly #cents = 5
      toBSON() {
        return { cents: this.#cents, none: undefined }
      }
    }
    class Id {
      toBSON() {
        return new bson.ObjectId('0123456789abcdef01234567')
      }
    }
    class Nothing {
      toBSON() {
        return undefined
      }
    }
    const own = { before: 1, toBSON: () => ({ own: true }) }
    const self = {
      a: 1,
      toBSON() {
        return this
      },
    }
    expect(bson.deserialize(written({ m: new Money(), o: own, s: self }))).toEqual({
      m: { cents: 5 },
      o: { own: true },
      s: { a: 1 },
    })
    expect(written({ i: new Id(), n: new Nothing() })).toEqual(npm({ i: new Id() }))
    expect(written(own)).toEqual(npm({ own: true }))
  })

  it('does not call toJSON', () => {
    class Dated {
      a = 1
      toJSON() {
        return 'no'
      }
    }
    expect(written({ d: new Dated() })).toEqual(npm({ d: { a: 1 } }))
  })

  it('writes a Luxon DateTime as a date, at any depth', () => {
    const moment = DateTime.fromMillis(1752000000123)
    expect(written({ a: moment, b: [moment] })).toEqual(
      npm({ a: moment.toJSDate(), b: [moment.toJSDate()] }),
    )
    const forged = JSON.parse('{"isLuxonDateTime":true,"toMillis":1}')
    expect(written({ forged })).toEqual(npm({ forged }))
    expect(failure(() => written({ at: DateTime.invalid('no') })).code).toBe('E_INVALID_VALUE')
  })

  it('replaces lone surrogates', () => {
    for (const text of ['a\ud800', '\udc00b', `${'x'.repeat(40)}\ud800${'y'.repeat(40)}`]) {
      expect(bson.deserialize(written({ [text]: text }))).toEqual({
        [text.toWellFormed()]: text.toWellFormed(),
      })
    }
  })

  it('writes subclasses and values of other realms', async () => {
    const { runInNewContext } = await import('node:vm')
    class Day extends Date {}
    class List extends Array {}
    const foreign = runInNewContext('({ d: new Date(5), m: new Map([["a", 1]]), l: [1], r: /x/i })')
    expect(written({ day: new Day(5), list: List.of(1, 2) })).toEqual(
      npm({ day: new Date(5), list: [1, 2] }),
    )
    expect(written(foreign)).toEqual(npm({ d: new Date(5), m: { a: 1 }, l: [1], r: /x/i }))
  })

  it('knows the classes of another copy of bson', async () => {
    const { createRequire } = await import('node:module')
    const other: typeof bson = createRequire(import.meta.url)('bson')
    expect(other.ObjectId).not.toBe(bson.ObjectId)
    const id = new other.ObjectId('0123456789abcdef01234567')
    const doc = { id, long: other.Long.fromNumber(5), code: new other.Code('x', { a: 1 }) }
    expect(written(doc)).toEqual(npm(doc))
    writer.reset()
    writer.objectIdElement('id', id)
    expect(writer.position).toBe(1 + 3 + 12)
  })

  it.each<[string, unknown, string]>([
    ['a function', () => 1, '"a.b.1" holds a value of type function'],
    ['a symbol', Symbol('secret'), '"a.b.1" holds a value of type symbol'],
    ['a Set', new Set(['secret']), '"a.b.1" holds a value of type Set'],
    ['a typed array', new Float64Array(2), '"a.b.1" holds a value of type Float64Array'],
    ['an ArrayBuffer', new ArrayBuffer(2), '"a.b.1" holds a value of type ArrayBuffer'],
    ['a promise', Promise.resolve(1), '"a.b.1" holds a value of type Promise'],
    ['an invalid date', new Date(Number.NaN), '"a.b.1" holds an invalid Date'],
    ['a large bigint', 2n ** 63n, '"a.b.1" holds a bigint beyond 64 bits'],
    ['a forged date', Object.create(Date.prototype), '"a.b.1" holds an invalid Object'],
    ['a NUL in a regex', new RegExp(['a', 'b'].join('\0')), '"a.b.1" holds a value of type RegExp'],
    ['a key with NUL', { 'secret\0': 1 }, '"a.b.1" holds an object with a key'],
  ])('refuses %s, naming where and what', (_, value, message) => {
    writer.reset()
    const error = failure(() => writer.element('a', { b: [0, value] }, 'property'))
    expect(error.code).toBe('E_INVALID_VALUE')
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('secret')
    expect(error.column).toBe('property')
  })

  it('never copies memory that a value does not own', () => {
    const binary = new bson.Binary(Buffer.from('abc'))
    binary.position = 5000
    expect(failure(() => written({ binary })).code).toBe('E_INVALID_VALUE')
    const decimal = bson.Decimal128.fromString('1')
    Object.assign(decimal, { bytes: new Uint8Array(3) })
    expect(failure(() => written({ decimal })).code).toBe('E_INVALID_VALUE')
  })

  it('refuses names with NUL', () => {
    writer.reset()
    expect(failure(() => compileName('a\0b')).code).toBe('E_INVALID_VALUE')
    expect(failure(() => writer.element('a\0b', 1)).code).toBe('E_INVALID_VALUE')
  })
})

describe('depth', () => {
  const nest = (levels: number) => {
    let doc: Doc = {}
    for (let level = 1; level < levels; level++) doc = { a: doc }
    return doc
  }

  it('writes 100 levels and no more', () => {
    expect(written(nest(100))).toEqual(npm(nest(100)))
    const error = failure(() => written(nest(101)))
    expect(error.code).toBe('E_DOCUMENT_TOO_DEEP')
    expect(error.message).toContain('a.a.a')
  })

  it('survives a million levels and cycles', () => {
    expect(failure(() => written(nest(1_000_000))).code).toBe('E_DOCUMENT_TOO_DEEP')
    const cycle: Doc = { x: 1 }
    cycle.self = { again: [cycle, cycle] }
    expect(failure(() => written(cycle)).code).toBe('E_DOCUMENT_TOO_DEEP')
    const map = new Map<string, unknown>()
    map.set('self', map)
    expect(failure(() => written({ map })).code).toBe('E_DOCUMENT_TOO_DEEP')
    const list: unknown[] = []
    list.push(list)
    expect(failure(() => written({ list })).code).toBe('E_DOCUMENT_TOO_DEEP')
    class Endless {
      toBSON() {
        return { next: new Endless() }
      }
    }
    expect(failure(() => written(new Endless())).code).toBe('E_DOCUMENT_TOO_DEEP')
  })
})

describe('input from outside', () => {
  afterEach(() => {
    for (const key of ['_bsontype', 'toBSON', 'polluted', 'isLuxonDateTime', 'collection']) {
      delete (Object.prototype as Doc)[key]
    }
  })

  it('takes a forged _bsontype for data', () => {
    const doc = JSON.parse('{"a":{"_bsontype":"ObjectID","id":"x"},"b":{"_bsontype":"Code"}}')
    expect(bson.deserialize(written(doc))).toEqual(doc)
    expect(bson.deserialize(written({ _bsontype: 'ObjectId' }))).toEqual({ _bsontype: 'ObjectId' })
  })

  it('writes an own __proto__ as data', () => {
    const doc = JSON.parse('{"__proto__":{"a":1},"length":1000000000,"constructor":{"b":2}}')
    const back = bson.deserialize(written(doc))
    expect(Object.keys(back)).toEqual(['__proto__', 'length', 'constructor'])
    const odd = { length: 1e9, __proto__: [] }
    expect(bson.deserialize(written({ odd }))).toEqual({ odd: { length: 1e9 } })
  })

  it('is not fooled by a polluted Object.prototype', () => {
    Object.assign(Object.prototype, {
      _bsontype: 'ObjectId',
      toBSON: () => ({ hijacked: true }),
      polluted: 1,
      isLuxonDateTime: true,
    })
    class Point {
      x = 1
    }
    const doc = { a: 1, b: { c: [{}] }, p: new Point(), n: Object.create(null) }
    const bytes = written(doc)
    for (const key of ['_bsontype', 'toBSON', 'polluted', 'isLuxonDateTime']) {
      delete (Object.prototype as Doc)[key]
    }
    expect(bson.deserialize(bytes)).toEqual({ a: 1, b: { c: [{}] }, p: { x: 1 }, n: {} })
  })
})

describe('elements', () => {
  it('writes documents piece by piece', () => {
    writer.reset()
    const start = writer.beginDocument()
    expect(writer.busy).toBe(true)
    writer.element(compileName('compiled.name'), 'x')
    writer.element('skipped', undefined)
    const list = writer.beginArrayElement('list')
    for (let index = 0; index < 103; index++) writer.item(index, index === 7 ? undefined : index)
    const inner = writer.beginDocumentItem(103)
    writer.element('é', 1.5)
    writer.endDocument(inner)
    writer.endDocument(list)
    const nested = writer.beginDocumentElement(compileName('n'))
    writer.endDocument(nested)
    const raw = npm({ v: [1, 'a'] })
    writer.rawElement('raw', 4, raw, 7, raw.length - 1)
    writer.endDocument(start)
    expect(writer.busy).toBe(false)
    const items: unknown[] = Array.from({ length: 103 }, (_, index) => (index === 7 ? null : index))
    expect(writer.toBuffer()).toEqual(
      npm({ 'compiled.name': 'x', list: [...items, { é: 1.5 }], n: {}, raw: [1, 'a'] }),
    )
  })

  it('writes what it has learnt to write, and what changes', () => {
    const make: ((i: number) => unknown)[] = [
      (i) => ({
        sku: `SKU-${i}`,
        qty: i,
        price: i / 2,
        tags: [{ a: i }, { a: 'é' }],
        deep: { x: i },
      }),
      (i) => ({ sku: i, qty: 'text', price: null, tags: { not: [i] }, deep: undefined }),
      (i) => ({ qty: i, sku: 'other order' }),
      (i) => ({ sku: 'x', qty: true, price: new Date(i), tags: [], deep: new bson.ObjectId() }),
      (i) => ({ sku: 'x', qty: 1, price: 1, tags: [1], deep: { x: 1, y: i } }),
      () => ({}),
      (i) => [{ i }, { i, j: [{ k: i }] }, i],
      (i) => JSON.parse(`{"__proto__":${i},"'\\n\${x}":1,"constructor":{}}`),
      (i) => ({ [`key${i % 40}`]: i }),
      (i) => ({ a: 1, toBSON: () => ({ own: i }) }),
      (i) => Object.defineProperty({ a: i }, 'hidden', { value: 1, enumerable: false }),
      (i) => Object.create({ inherited: 1 }, { own: { value: i, enumerable: true } }),
    ]
    const name = compileName('v')
    const site = new WriteSite()
    for (let round = 0; round < 200; round++) {
      const value = make[round < 100 ? (round / 8) | 0 : round % make.length]?.(round)
      writer.reset()
      const start = writer.beginDocument()
      writer.element(name, value)
      writer.endDocument(start)
      expect(writer.toBuffer()).toEqual(npm({ v: value }))
      writer.reset()
      writer.document({ v: value }, undefined, site)
      expect(writer.toBuffer()).toEqual(npm({ v: value }))
    }
    const cycle: Doc = { sku: 'a', qty: 1 }
    cycle.sub = cycle
    for (let round = 0; round < 20; round++) {
      writer.reset()
      expect(failure(() => writer.element(name, cycle)).code).toBe('E_DOCUMENT_TOO_DEEP')
      writer.reset()
      const bad = { sku: 'a', qty: 1, sub: { list: [0, { f: round < 6 ? 1 : () => 1 }] } }
      if (round < 6) writer.element(name, bad)
      else expect(failure(() => writer.element(name, bad)).message).toContain('"v.sub.list.1.f"')
    }
    writer.reset()
  })

  it.each(Object.entries(SAMPLES))('writes %s again and again', (_, doc) => {
    const name = compileName('v')
    const site = new WriteSite()
    for (let round = 0; round < 8; round++) {
      writer.reset()
      writer.document(doc, undefined, site)
      expect(writer.toBuffer()).toEqual(npm(doc))
      writer.reset()
      const start = writer.beginDocument()
      writer.element(name, [doc, doc])
      writer.endDocument(start)
      expect(writer.toBuffer()).toEqual(npm({ v: [doc, doc] }))
    }
  })

  it('is not fooled by a polluted Object.prototype once it has learnt', () => {
    const name = compileName('v')
    const write = () => {
      writer.reset()
      writer.element(name, { a: 1, b: [{ c: 2 }] })
      return writer.toBuffer().toString('hex')
    }
    const clean = Array.from({ length: 10 }, write)[9]
    Object.assign(Object.prototype, { polluted: 1 })
    const dirty = write()
    delete (Object.prototype as Doc).polluted
    expect(dirty).toBe(clean)
  })

  it('compiles names of every length', () => {
    for (let length = 0; length < 40; length++) {
      const name = 'n'.repeat(length)
      writer.reset()
      const start = writer.beginDocument()
      writer.element(compileName(name), length)
      writer.element(name, 'again')
      writer.endDocument(start)
      expect(writer.toBuffer().subarray(4, 6 + length)).toEqual(
        Buffer.from(`\x10${name}\0`, 'latin1'),
      )
    }
  })

  it('writes a value alone and tells its type', () => {
    writer.reset()
    expect(writer.value(undefined)).toBe(0)
    expect(writer.position).toBe(0)
    expect(writer.value([1])).toBe(4)
    expect(writer.toBuffer()).toEqual(npm({ a: [1] }).subarray(7, -1))
  })

  it('refuses too many open documents', () => {
    writer.reset()
    writer.beginDocument()
    const open = () => {
      for (;;) writer.beginDocumentElement('a')
    }
    expect(failure(open).code).toBe('E_DOCUMENT_TOO_DEEP')
    writer.reset()
  })
})

describe('object ids', () => {
  const hex = '0123456789abcdefABCDEF01'
  const id = new bson.ObjectId(hex)

  it('casts text, keeps ids and null, and does arrays of them', () => {
    writer.reset()
    const start = writer.beginDocument()
    writer.objectIdElement('a', hex)
    writer.objectIdElement(compileName('b'), id)
    writer.objectIdElement('c', [hex, id, null])
    writer.objectIdElement('d', null)
    writer.objectIdElement('e', undefined)
    writer.endDocument(start)
    expect(writer.toBuffer()).toEqual(npm({ a: id, b: id, c: [id, id, null], d: null }))
  })

  it.each([
    ['23 digits', hex.slice(1)],
    ['25 digits', `${hex}0`],
    ['no digits', 'z'.repeat(24)],
    ['wide digits', `${hex.slice(1)}٠`],
    ['a number', 5],
    ['a document', { $gt: '' }],
    ['a forged id', { _bsontype: 'ObjectId', id: Buffer.alloc(12) }],
    ['bytes', Buffer.alloc(12)],
    ['an array in an array', [[hex]]],
  ])('refuses %s', (_, value) => {
    writer.reset()
    const error = failure(() => writer.objectIdElement('owner', value, 'ownerId'))
    expect(error.code).toBe('E_INVALID_OBJECT_ID')
    expect(error.column).toBe('ownerId')
    expect(error.message).toContain('"ownerId" needs an ObjectId')
  })
})
