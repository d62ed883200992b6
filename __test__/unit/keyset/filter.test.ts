import { BSON, BSONSymbol, MaxKey, MinKey, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import type { RawValue } from '../../../js/codec/chunk.ts'
import { Keyset } from '../../../js/query/keyset/index.ts'
import { toOrdinary } from '../../../js/query/record.ts'
import type { CompiledQuery } from '../../../js/query/types.ts'
import { rawDocument, rawElement, rawString } from '../../helpers/raw_wire.ts'
import { target } from '../query/helpers.ts'

function keyset(sort: CompiledQuery['sort'], more: Partial<CompiledQuery> = {}): Keyset {
  return new Keyset(target, { filter: {}, ...(sort === undefined ? {} : { sort }), ...more })
}

const bytes = (document: object) =>
  Buffer.isBuffer(document) ? document : Buffer.from(BSON.serialize(document))
const values = (keys: Keyset, document: object): RawValue[] => keys.valuesOf(bytes(document))

const id = new ObjectId()
const POINTER = Buffer.concat([rawString(Buffer.from('users')), Buffer.alloc(12)])
describe('the order', () => {
  it.each<[string, CompiledQuery['sort'], Record<string, number>]>([
    ['none', undefined, { _id: 1 }],
    ['of one field', { age: 1 }, { age: 1, _id: 1 }],
    ['descending', { age: -1 }, { age: -1, _id: -1 }],
    ['mixed', { age: 1, status: -1 }, { age: 1, status: -1, _id: -1 }],
    ['that ends with the id', { age: 1, _id: -1 }, { age: 1, _id: -1 }],
    ['that goes on after the id', { age: 1, _id: 1, status: -1 }, { age: 1, _id: 1 }],
  ])('%s is made total', (_, sort, total) => {
    expect(Object.entries(keyset(sort).sort(1))).toEqual(Object.entries(total))
    const turned = Object.entries(total).map(([name, direction]) => [name, -direction])
    expect(Object.entries(keyset(sort).sort(-1))).toEqual(turned)
  })

  it('of something computed is refused', () => {
    const sort = { score: { $meta: 'textScore' } } as never
    expect(() => keyset(sort)).toThrow(expect.objectContaining({ code: 'E_INVALID_QUERY' }))
  })

  it('and the model make the digest, with the collation', () => {
    const digests = [
      keyset({ age: 1 }).digest('users'),
      keyset({ age: -1 }).digest('users'),
      keyset({ status: 1 }).digest('users'),
      keyset({ age: 1, status: 1 }).digest('users'),
      keyset({ age: 1 }).digest('people'),
      keyset({ age: 1 }, { collation: { locale: 'en' } }).digest('users'),
      keyset({ age: 1 }, { collation: { locale: 'en', strength: 2 } }).digest('users'),
    ]
    expect(new Set(digests.map(String)).size).toBe(digests.length)
    expect(keyset({ age: 1, _id: 1 }).digest('users')).toEqual(digests[0])
    expect(
      keyset({ age: 1 }, { collation: { strength: 2, locale: 'en' } }).digest('users'),
    ).toEqual(digests[6])
  })
})

describe('the filter', () => {
  const filter = (keys: Keyset, document: object, direction: 1 | -1, inclusive = false) => {
    const side = inclusive === (direction === 1) ? 'before' : 'after'
    return toOrdinary(keys.filter({ side, values: values(keys, document) }, direction))
  }
  const branches = (found: Record<string, unknown>) => found.$or as Record<string, unknown>[]
  const NUMBERS = [1, 16, 18, 19]
  /** The types of a branch in order, and what else it says of the field. */
  const split = (branch: unknown, name: string) => {
    const { $type, ...rest } = (branch as Record<string, { $type: number[] }>)[name] ?? {
      $type: [],
    }
    return [[...$type].sort((a, b) => a - b), rest]
  }

  it('is a flat $or of ranges beside the bound of the first field', () => {
    const { age, ...found } = filter(keyset({ age: 1 }), { age: 7, _id: id }, 1)
    const above = [2, 3, 5, 7, 8, 9, 11, 12, 13, 14, 15, 17, 127]
    const types = [...NUMBERS, ...above].sort((a, b) => a - b)
    expect(split({ age }, 'age')).toEqual([types, { $not: { $lt: 7 } }])
    const [first, second, ...others] = branches(found)
    expect(others).toEqual([])
    expect(split(first, 'age')).toEqual([types, { $not: { $lte: 7 }, $ne: Number.NaN }])
    expect(second).toMatchObject({ age: { $eq: 7 } })
    expect(split(second, '_id')).toEqual([
      [7, 8, 9, 11, 12, 13, 15, 17, 127],
      { $not: { $lte: id } },
    ])
  })

  it('has null and missing where they come after', () => {
    const { age, ...found } = filter(keyset({ age: -1 }), { age: 7, _id: id }, 1)
    expect(age).toEqual({ $not: { $gt: 7 } })
    const [first, none, third, ...others] = branches(found)
    expect(others).toEqual([])
    expect(split(first, 'age')).toEqual([[-1, 1, 6, 16, 18, 19], { $not: { $gte: 7 } }])
    expect(none).toEqual({ age: { $in: [null, []] } })
    expect(third).toMatchObject({ age: { $eq: 7 } })
  })

  it.each([1, -1] as const)('takes null and missing for one: %i', (direction) => {
    for (const document of [{ _id: id }, { age: null, _id: id }]) {
      const found = filter(keyset({ age: 1 }), document, direction)
      expect(Object.keys(found)).toEqual(['$or'])
      expect(branches(found).at(-1)).toMatchObject({ age: { $eq: null } })
    }
  })

  it('knows that NaN is the smallest number', () => {
    const range = (age: number, direction: 1 | -1) =>
      split(branches(filter(keyset({ age: 1 }), { age, _id: id }, direction))[0], 'age')
    expect(range(Number.NaN, 1)[1]).toEqual({ $not: { $lte: Number.NaN }, $ne: Number.NaN })
    expect(range(Number.NaN, -1)).toEqual([[-1, 6], {}])
    expect(range(5, -1)[1]).toEqual({ $not: { $gte: 5 } })
  })

  it('has nothing above what is greatest', () => {
    const least = filter(keyset({ _id: 1 }), { _id: new MinKey() }, 1)
    expect(split(least, '_id')[1]).toEqual({})
    expect(filter(keyset({ _id: 1 }), { _id: new MaxKey() }, 1)).toEqual({ _id: { $in: [] } })
  })

  it('of the id alone is one range', () => {
    const found = filter(keyset(undefined), { _id: id }, 1)
    expect(Object.keys(found)).toEqual(['_id'])
  })

  it('holds at the place itself only when that is included', () => {
    const at = { age: { $eq: 7 }, _id: { $eq: id } }
    for (const direction of [1, -1] as const) {
      const document = { age: 7, _id: id }
      expect(branches(filter(keyset({ age: 1 }), document, direction))).not.toContainEqual(at)
      expect(branches(filter(keyset({ age: 1 }), document, direction, true))).toContainEqual(at)
    }
  })

  it('compares values that look like operators as values', () => {
    const found = filter(keyset({ age: 1 }), { age: { $gt: 1 }, _id: id }, 1)
    const value = new Map([['$gt', 1]])
    expect(split(branches(found)[0], 'age')[1]).toEqual({ $not: { $lte: value } })
    expect(branches(found)[1]).toMatchObject({ age: { $eq: value } })
  })
})

describe('the projection', () => {
  it.each<[string, Record<string, 0 | 1> | undefined, object | undefined]>([
    ['none', undefined, undefined],
    ['of other fields', { _id: 1, status: 1 }, { _id: 1, status: 1, 'addr.city': 1, age: 1 }],
    ['of the fields', { _id: 1, addr: 1, age: 1 }, { _id: 1, addr: 1, age: 1 }],
    ['of parts of a field', { _id: 1, 'age.x': 1 }, { _id: 1, 'addr.city': 1, age: 1 }],
    [
      'of other parts',
      { _id: 1, 'addr.zip': 1 },
      { _id: 1, 'addr.zip': 1, 'addr.city': 1, age: 1 },
    ],
    ['that leaves others out', { status: 0 }, { status: 0 }],
  ])('%s', (_, given, expected) => {
    const found = keyset({ 'addr.city': 1, age: 1 }).projection(given)
    expect(found && { ...found }).toEqual(expected)
  })

  it.each<[string, Record<string, 0 | 1>]>([
    ['a field', { age: 0 }],
    ['what a field is in', { addr: 0 }],
    ['a part of a field', { 'age.x': 0 }],
    ['something else under the name', { age: '$status' as never }],
  ])('that leaves out %s of the order is refused', (_, given) => {
    expect(() => keyset({ 'addr.city': 1, age: 1 }).projection(given)).toThrow(
      expect.objectContaining({ code: 'E_INVALID_QUERY' }),
    )
  })
})

describe('a document without a definite place', () => {
  const en = { locale: 'en', strength: 2 } as const
  it.each<[string, Keyset, object]>([
    ['an array', keyset({ tags: 1 }), { tags: ['a'], _id: 1 }],
    ['an empty array', keyset({ tags: 1 }), { tags: [], _id: 1 }],
    ['BSON undefined', keyset({ age: 1 }), rawDocument(rawElement(6, 'age', Buffer.alloc(0)))],
    ['a DBPointer', keyset({ age: 1 }), rawDocument(rawElement(12, 'age', POINTER))],
    [
      'a symbol under a collation',
      keyset({ age: 1 }, { collation: en }),
      { age: new BSONSymbol('x') },
    ],
    ['something in an array', keyset({ 'addr.city': 1 }), { addr: [{ city: 'x' }], _id: 1 }],
    ['text as id under a collation', keyset({ age: 1 }, { collation: en }), { _id: 'x' }],
    ['a document as id', keyset({ age: 1 }, { collation: en }), { _id: { a: 'x' } }],
  ])('is refused: %s', (_, keys, document) => {
    expect(() => values(keys, document)).toThrow(
      expect.objectContaining({ code: 'E_INVALID_QUERY', model: 'User' }),
    )
  })

  it.each<[string, Keyset, object]>([
    ['text as id without a collation', keyset({}), { _id: 'x' }],
    ['under the simple one', keyset({}, { collation: { locale: 'simple' } }), { _id: 'x' }],
    ['under one that tells all apart', keyset({}, { collation: { locale: 'en' } }), { _id: 'x' }],
    ['an ObjectId under a collation', keyset({}, { collation: en }), { _id: id }],
  ])('but not %s', (_, keys, document) => {
    expect(values(keys, document)).toHaveLength(1)
  })
})
