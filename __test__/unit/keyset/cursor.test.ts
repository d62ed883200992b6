import {
  Binary,
  BSON,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { describe, expect, it } from 'vitest'
import type { RawValue } from '../../../js/codec/chunk.ts'
import { decodeInOrder, IN_ARRAY, pathOf, storedAt } from '../../../js/codec/stored_values.ts'
import { openCursor, sealCursor } from '../../../js/query/keyset/index.ts'

const SECRET = 'a secret for the tests'
const query = Buffer.from('01234567')

function stored(value: unknown): RawValue {
  const found = storedAt(Buffer.from(BSON.serialize({ value })), pathOf('value'))
  if (found === null || found === IN_ARRAY) throw new Error('no single value')
  return found
}

const VALUES: [string, unknown][] = [
  ['a string', 'ünïcode \u{1f600} \u0000'],
  ['an empty string', ''],
  ['an int32', 7],
  ['a double', new Double(1.5)],
  ['NaN', Number.NaN],
  ['an int64', Long.fromString('9223372036854775807')],
  ['a decimal', Decimal128.fromString('0.10')],
  ['an ObjectId', new ObjectId()],
  ['a date', new Date(1)],
  ['a boolean', false],
  ['null', null],
  ['binary data', new Binary(Buffer.from([1, 2, 3]), 5)],
  ['a timestamp', new Timestamp({ t: 1, i: 2 })],
  ['the smallest', new MinKey()],
  ['the greatest', new MaxKey()],
  ['a regular expression', new BSONRegExp('a', 'ix')],
  ['code', new Code('f()')],
  ['code with a scope', new Code('f()', { a: 1 })],
]

describe('a cursor', () => {
  it.each(VALUES)('keeps %s as it is stored', (_, value) => {
    const given = stored(value)
    const text = sealCursor(SECRET, { query, side: 'after', values: [given, stored(null)] })
    expect(text).toMatch(/^[\w-]+$/)
    const opened = openCursor(SECRET, text)
    expect(opened).toMatchObject({ side: 'after', query })
    expect(opened?.values).toHaveLength(2)
    const [kept] = opened?.values ?? []
    expect(kept?.type).toBe(given.type)
    const bytes = ({ bytes, start, end }: RawValue) => bytes.subarray(start, end).toString('hex')
    expect(kept && bytes(kept)).toBe(bytes(given))
  })

  it('keeps the order of the fields of a document, whatever they are called', () => {
    const document = new Map<string, unknown>([
      ['b', 1],
      ['2', new Map([['x', [1, { y: null }]]])],
      ['__proto__', 3],
    ])
    const text = sealCursor(SECRET, { query, side: 'before', values: [stored(document)] })
    const [value] = openCursor(SECRET, text)?.values ?? []
    expect(value && decodeInOrder(value)).toEqual(
      new Map<string, unknown>([
        ['b', 1],
        ['2', new Map([['x', [1, new Map([['y', null]])]]])],
        ['__proto__', 3],
      ]),
    )
  })

  const text = sealCursor(SECRET, { query, side: 'after', values: [stored('x'), stored(1)] })

  it('with any bit changed is none', () => {
    const bytes = Buffer.from(text, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes)
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(openCursor(SECRET, damaged.toString('base64url'))).toBeUndefined()
    }
  })

  it('of any other length is none', () => {
    const bytes = Buffer.from(text, 'base64url')
    for (let length = 0; length < bytes.length; length++) {
      expect(openCursor(SECRET, bytes.toString('base64url', 0, length))).toBeUndefined()
      expect(openCursor(SECRET, bytes.toString('base64url', length + 1))).toBeUndefined()
    }
    expect(openCursor(SECRET, `${text}AAAA`)).toBeUndefined()
  })

  it.each([
    ['nothing', ''],
    ['padding', `${text}=`],
    ['a line break', `${text}\n`],
    ['a space within', `${text.slice(0, 9)} ${text.slice(9)}`],
    ['base64 of another alphabet', Buffer.from(text, 'base64url').toString('base64')],
    ['JSON', '{"after":1}'],
    ['an ObjectId', new ObjectId().toHexString()],
    ['text that is long', 'A'.repeat(1_000_000)],
  ])('that is %s is none', (_, given) => {
    expect(openCursor(SECRET, given)).toBeUndefined()
  })

  it('is good for its own secret alone', () => {
    expect(openCursor('another secret of tests', text)).toBeUndefined()
    expect(openCursor(undefined, text)).toBeUndefined()
    const unsecret = sealCursor(undefined, { query, side: 'after', values: [stored(1)] })
    expect(openCursor(undefined, unsecret)?.values).toHaveLength(1)
    expect(openCursor('', unsecret)).toBeUndefined()
  })
})

describe('a stored value by path', () => {
  const document = Buffer.from(
    BSON.serialize({
      a: 1,
      aa: { b: { c: 'deep' }, list: [{ d: 1 }] },
      list: [1],
      'x.y': 2,
      none: null,
    }),
  )
  const at = (path: string) => {
    const found = storedAt(document, pathOf(path))
    return typeof found === 'symbol' || found === null ? found : decodeInOrder(found)
  }

  it.each([
    ['a', 1],
    ['aa.b.c', 'deep'],
    ['none', null],
    ['aa.b', new Map([['c', 'deep']])],
  ])('%s', (path, value) => {
    expect(at(path)).toEqual(value)
  })

  it.each(['b', 'a.b', 'aa.x', 'none.x', 'x.y', 'aa.b.c.d'])('%s is missing', (path) => {
    expect(at(path)).toBeNull()
  })

  it.each(['list', 'list.0', 'aa.list', 'aa.list.0.d', 'aa.list.d'])(
    '%s is in an array',
    (path) => {
      expect(at(path)).toBe(IN_ARRAY)
    },
  )
})
