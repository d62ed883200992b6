/** Documents that between them hold every BSON type, and a generator of random ones. */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson'
import fc from 'fast-check'

export type Doc = Record<string, unknown>

export const SAMPLES: Record<string, Doc> = {
  empty: {},
  integers: { a: 0, b: 1, c: -1, max: 2147483647, min: -2147483648 },
  doubles: {
    a: 1.5,
    over: 2147483648,
    under: -2147483649,
    negativeZero: -0,
    big: 2 ** 53,
    e: 1e300,
  },
  special: { nan: Number.NaN, plus: Number.POSITIVE_INFINITY, minus: Number.NEGATIVE_INFINITY },
  bigints: { a: 1n, b: -1n, max: 2n ** 63n - 1n, min: -(2n ** 63n) },
  strings: { empty: '', a: 'a', long: 'x'.repeat(300), accent: 'Zoë', emoji: '😀👍', nul: 'a\0b' },
  names: { '': 1, a: 1, ab: 2, abc: 3, abcd: 4, 'é.$': 5, [`long${'x'.repeat(90)}`]: 6, 7: 7 },
  booleans: { yes: true, no: false, nothing: null },
  dates: { epoch: new Date(0), now: new Date(1752000000123), before: new Date(-123456789) },
  extremes: { first: new Date(-8.64e15), last: new Date(8.64e15) },
  ids: { a: new ObjectId('0123456789abcdef01234567'), b: new ObjectId('ffffffffffffffffffffffff') },
  bytes: {
    empty: Buffer.alloc(0),
    some: Buffer.from([1, 2, 3]),
    array: new Uint8Array(40).fill(7),
  },
  binaries: {
    user: new Binary(Buffer.from('abc'), 128),
    old: new Binary(Buffer.from('old'), 2),
    uuid: new UUID('f47ac10b-58cc-4372-a567-0e02b2c3d479'),
    md5: new Binary(Buffer.alloc(16, 3), 5),
  },
  numbers: { int: new Int32(7), double: new Double(7), long: Long.fromString('9007199254740993') },
  decimals: { a: Decimal128.fromString('1.10'), nan: Decimal128.fromString('NaN') },
  stamps: { a: new Timestamp({ t: 4000000000, i: 4294967295 }), b: new Timestamp({ t: 0, i: 1 }) },
  keys: { min: new MinKey(), max: new MaxKey() },
  regexes: { plain: /a.c/, flags: /x/gim, bson: new BSONRegExp('(?<x>a)', 'xi') },
  codes: {
    plain: new Code('return 1'),
    scoped: new Code('return x', { x: 1, y: 'é' }),
    // The scope of code is no reference, what is in it may be one.
    referring: new Code('', { $id: 1, $ref: 'a.b', in: { $ref: 'c', $id: 2 } }),
  },
  symbol: { s: new BSONSymbol('sym') },
  references: {
    plain: new DBRef('things', new ObjectId('0123456789abcdef01234567')),
    full: new DBRef('things', new ObjectId('0123456789abcdef01234567'), 'db', { extra: 1 }),
  },
  nested: { a: { b: { c: [1, 'two', { three: [] }, [[]], null] } }, list: Array(120).fill(1) },
  mixed: { items: [{ sku: 'a', qty: 1, price: 1.5 }, { sku: 'b', qty: 2, price: 2 }, 3, 'x'] },
}

const name = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('a', 'b', '_id', 'constructor', 'toString', 'length', '0', '17'),
)
const safeName = name.filter((text) => !text.includes('\0') && !text.startsWith('$'))

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Binary(bytes, 0)),
  // Exactly 2^53 is no safe integer here, and one to npm bson.
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .filter((value) => value !== 2n ** 53n && value !== -(2n ** 53n))
    .map((value) => Long.fromBigInt(value)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Decimal128(bytes)),
)

/** Random documents of values that every BSON library agrees on. */
export const randomDocument: fc.Arbitrary<Doc> = fc.letrec<{ doc: Doc; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 13 }),
    tie('doc'),
  ),
  doc: fc
    .array(fc.tuple(safeName, tie('value')), { maxLength: 8 })
    .map((entries) => Object.fromEntries(entries)),
})).doc
