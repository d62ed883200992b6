/** Documents whose fields hold any type of BSON, stored as bytes so that deprecated types get in. */
import fc from 'fast-check'
import {
  Binary,
  BSON,
  BSONRegExp,
  BSONSymbol,
  Code,
  type Collection,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb'
import { insertRaw, rawDocument, rawElement } from '../../helpers/raw_wire.ts'
import type { TestDatabase } from '../../helpers/server.ts'

/** No field at all. */
export const MISSING = Symbol('missing')
/** One or more values of every type that has a definite place in an order, equal ones too. */
const VALUES: readonly unknown[] = [
  ...[MISSING, MISSING, null, null, new MinKey(), new MaxKey()],
  ...[0, -0, 1, new Double(1), Long.fromNumber(1), Decimal128.fromString('1.0'), 2, -7.5],
  ...[Number.NaN, Decimal128.fromString('NaN'), Number.POSITIVE_INFINITY],
  ...[
    Number.NEGATIVE_INFINITY,
    Decimal128.fromString('-Infinity'),
    Long.fromString('9007199254740993'),
  ],
  ...[2 ** 53, Decimal128.fromString('9007199254740992.5'), new Int32(2 ** 31 - 1)],
  ...['', 'a', 'A', 'b', 'ä', 'a\u0000b', '10', '9', '\u{1f600}', new BSONSymbol('a')],
  ...[{}, { a: 1 }, { a: new Double(1) }, { a: 'x' }, { b: 1, a: 1 }, { a: [1, { b: null }] }],
  // JavaScript would put the second field first.
  new Map<string, unknown>([
    ['b', 1],
    ['2', 1],
  ]),
  { $gt: 1 },
  { a: new BSONRegExp('x', 'i') },
  ...[new Binary(Buffer.from('a')), new Binary(Buffer.from('a'), 4), new Binary(Buffer.from('zz'))],
  ...[new ObjectId('0'.repeat(24)), new ObjectId('f'.repeat(24)), false, true],
  ...[new Date(0), new Date(-1), new Date('2024-02-29T12:00:00Z'), new Timestamp({ t: 1, i: 2 })],
  ...[new Timestamp({ t: 2 ** 32 - 1, i: 0 }), new BSONRegExp('a', 'i'), new BSONRegExp('a', 'x')],
  ...[new BSONRegExp('b'), new Code('f()'), new Code('g()'), new Code('f()', { a: 1 })],
]

/** Ids that a collation cannot take for equal. */
function exactId(serial: number): unknown {
  switch (serial % 7) {
    case 0:
      return serial
    case 1:
      return new ObjectId(serial.toString(16).padStart(24, '0'))
    case 2:
      return new Date(serial)
    case 3:
      return Decimal128.fromString(`${serial}.5`)
    case 4:
      return new Binary(Buffer.from(String(serial)))
    case 5:
      return new Timestamp({ t: 1, i: serial })
    default:
      return serial === 6 ? null : Long.fromNumber(-serial)
  }
}

function anyId(serial: number): unknown {
  if (serial % 3 === 0) return `id ${serial}`
  return serial % 11 === 1 ? { n: serial } : exactId(serial)
}

function element(name: string, value: unknown): Buffer {
  if (value === MISSING) return Buffer.alloc(0)
  const bytes = BSON.serialize(new Map([[name, value]]) as never)
  return Buffer.from(bytes.subarray(4, -1))
}

/** What a document holds. `inner` is at `c.x`, unless `c` itself is something else. */
export interface Mixed {
  readonly a: unknown
  readonly b: unknown
  readonly inner: unknown
  readonly flat: boolean
}

export const mixed: fc.Arbitrary<Mixed> = fc.record({
  a: fc.constantFrom(...VALUES),
  // Few values, so that many documents are equal by it.
  b: fc.constantFrom<unknown>(MISSING, null, 1, new Double(1), 'x', 'X', Number.NaN, new Date(0)),
  inner: fc.constantFrom(...VALUES),
  flat: fc.boolean(),
})

/** What a collection can hold. */
export interface Limits {
  /** Ids that a collation may take for equal. */
  readonly textIds: boolean
  /** The deprecated type, which the server compares with a collation but sorts without. */
  readonly symbols: boolean
}

/** A document with the serial number `k`, as bytes. */
function bytesOf(serial: number, { a, b, inner, flat }: Mixed, limits: Limits): Buffer {
  const own = (value: unknown) =>
    !limits.symbols && value instanceof BSONSymbol ? value.value : value
  const c = flat
    ? element('c', inner === MISSING || inner instanceof Object ? 7 : inner)
    : rawElement(3, 'c', rawDocument(element('x', own(inner))))
  return rawDocument(
    element('_id', limits.textIds ? anyId(serial) : exactId(serial)),
    element('k', serial),
    element('a', own(a)),
    c,
    element('b', b),
  )
}

/** Adds documents to a collection, their serial numbers counted from `first`; 0 empties it before. */
export async function store(
  { uri, name }: TestDatabase,
  collection: Collection,
  documents: readonly Mixed[],
  limits: Limits,
  first = 0,
): Promise<void> {
  if (first === 0) await collection.deleteMany({})
  if (documents.length === 0) return
  const bytes = documents.map((document, at) => bytesOf(first + at, document, limits))
  await insertRaw(uri, name, collection.collectionName, bytes)
}
