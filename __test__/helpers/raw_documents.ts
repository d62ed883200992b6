/** Random documents as bytes: every BSON type, names that occur twice, names that mean something. */
import fc from 'fast-check'
import { rawDocument, rawElement, rawString } from './raw_wire.ts'

/** A value's BSON type and bytes. */
export interface RawValue {
  type: number
  bytes: Buffer
}

const NAMES = [
  '',
  'a',
  'b',
  '0',
  '1',
  '7',
  '10',
  '01',
  '-1',
  '4294967294',
  '4294967295',
  '__proto__',
  'constructor',
  'toJSON',
  'length',
  '$x',
  'é',
  '"\\\n\u2028',
]

const REFERENCE = ['$ref', '$id', '$db', '3', 'x']

function bytesOf(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size)
  write(bytes)
  return bytes
}

const text = (value: string) => rawString(Buffer.from(value.toWellFormed()))
const int32 = (value: number) => bytesOf(4, (bytes) => bytes.writeInt32LE(value))
const int64 = (value: bigint) => bytesOf(8, (bytes) => bytes.writeBigInt64LE(value))
const cString = (value: string) => Buffer.from(`${value}\0`)

function binary(subtype: number, data: Uint8Array): Buffer {
  const inner = subtype === 2 ? Buffer.concat([int32(data.length), data]) : Buffer.from(data)
  return Buffer.concat([int32(inner.length), Buffer.from([subtype]), inner])
}

function scoped(code: string, scope: Buffer): Buffer {
  const body = Buffer.concat([text(code), scope])
  return Buffer.concat([int32(body.length + 4), body])
}

const any64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const aroundSafe = fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n })
const words = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
)
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })

function of(type: number, values: fc.Arbitrary<Buffer>): fc.Arbitrary<RawValue> {
  return values.map((bytes) => ({ type, bytes }))
}

const NOTHING = Buffer.alloc(0)

/** A stored date, in milliseconds: those that a `Date` holds, or any. */
export function rawDate(range: 'valid' | 'any'): fc.Arbitrary<RawValue> {
  const valid = fc.bigInt({ min: -8_640_000_000_000_000n, max: 8_640_000_000_000_000n })
  return of(9, (range === 'valid' ? valid : fc.oneof(valid, any64)).map(int64))
}

function scalars(dates: 'valid' | 'any'): fc.Arbitrary<RawValue> {
  return fc.oneof(
    of(
      1,
      fc.double().map((value) => bytesOf(8, (bytes) => bytes.writeDoubleLE(value))),
    ),
    of(
      1,
      fc.float().map((value) => bytesOf(8, (bytes) => bytes.writeDoubleLE(value))),
    ),
    of(1, bytes(8).map(Buffer.from)),
    of(2, words.map(text)),
    of(2, words.map(text)),
    of(
      5,
      fc
        .tuple(fc.constantFrom(0, 2, 3, 4, 5, 9, 128), fc.uint8Array({ maxLength: 20 }))
        .map(([subtype, data]) => binary(subtype, data)),
    ),
    of(
      5,
      bytes(16).map((data) => binary(4, data)),
    ),
    of(6, fc.constant(NOTHING)),
    of(7, bytes(12).map(Buffer.from)),
    of(
      8,
      fc.boolean().map((value) => Buffer.from([value ? 1 : 0])),
    ),
    rawDate(dates),
    of(10, fc.constant(NOTHING)),
    of(
      12,
      fc
        .tuple(fc.constantFrom('', 'c', 'd.c', 'd.c.x'), bytes(12))
        .map(([name, id]) => Buffer.concat([text(name), id])),
    ),
    of(13, words.map(text)),
    of(14, words.map(text)),
    of(16, fc.integer().map(int32)),
    of(17, bytes(8).map(Buffer.from)),
    of(
      18,
      fc
        .oneof(
          any64,
          aroundSafe,
          aroundSafe.map((value) => -value),
        )
        .map(int64),
    ),
    of(19, bytes(16).map(Buffer.from)),
    of(19, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(smallDecimal)),
    of(127, fc.constant(NOTHING)),
    of(255, fc.constant(NOTHING)),
  )
}

/** A decimal of few digits and an exponent near zero, which has most forms. */
function smallDecimal(seed: bigint): Buffer {
  return bytesOf(16, (bytes) => {
    bytes.writeBigUInt64LE(seed >> 20n)
    bytes.writeBigUInt64LE(BigInt(6160 + Number(seed % 24n)) << 49n, 8)
  })
}

const regex = of(
  11,
  fc
    .tuple(
      fc.constantFrom('', 'a', '(', '(?<x>a)', '[/]', '(?i)a', 'a/b', '\n'),
      fc.constantFrom('', 'i', 'm', 's', 'ims', 'x', 'lu', 'is'),
    )
    .map(([pattern, options]) => Buffer.concat([cString(pattern), cString(options)])),
)

/** A random value; `hostile` ones include those that only JavaScript can write. */
export function rawValue(hostile: boolean): fc.Arbitrary<RawValue> {
  const plain = scalars(hostile ? 'any' : 'valid')
  const scalar = hostile ? fc.oneof({ weight: 8, arbitrary: plain }, regex) : plain
  const names = fc.oneof(
    fc.constantFrom(...NAMES),
    fc.string({ maxLength: 6 }).filter((name) => !name.includes('\0') && !name.startsWith('$')),
  )
  const references = hostile ? [...REFERENCE, '__proto__'] : REFERENCE
  return fc.letrec<{ value: RawValue; document: Buffer }>((tie) => ({
    document: fc.oneof(
      fc.array(fc.tuple(names, tie('value')), { maxLength: 6 }).map(documentOf),
      fc
        .array(fc.tuple(fc.constantFrom(...references), tie('value')), { maxLength: 6 })
        .map(documentOf),
    ),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      of(3, tie('document')),
      of(4, fc.array(tie('value'), { maxLength: 5 }).map(arrayOf)),
      of(
        15,
        fc.tuple(words, tie('document')).map(([code, scope]) => scoped(code, scope)),
      ),
    ),
  })).value
}

/** A document of these fields, in order. */
export function documentOf(fields: readonly (readonly [string, RawValue])[]): Buffer {
  return rawDocument(...fields.map(([name, { type, bytes }]) => rawElement(type, name, bytes)))
}

function arrayOf(values: readonly RawValue[]): Buffer {
  return documentOf(values.map((value, index) => [String(index), value] as const))
}
