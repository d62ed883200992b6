import { BSON, MaxKey, MinKey, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import type { RawValue } from '../../../js/codec/chunk.ts'
import { toOrdinary } from '../../../js/query/compile/record.ts'
import { Keyset } from '../../../js/query/keyset/index.ts'
import type { CompiledQuery } from '../../../js/query/types.ts'
import { target } from '../query/helpers.ts'

function keyset(sort: CompiledQuery['sort'], more: Partial<CompiledQuery> = {}): Keyset {
  return new Keyset(target, { filter: {}, ...(sort === undefined ? {} : { sort }), ...more })
}

const bytes = (document: object) => Buffer.from(BSON.serialize(document))
const values = (keys: Keyset, document: object): RawValue[] => keys.valuesOf(bytes(document))

const id = new ObjectId()
const AFTER_ID = [9, 8, 17, 11, 12, 13, 15, 127].sort((a, b) => a - b)

function typesOf(branch: unknown, name: string): number[] {
  const { $type } = (branch as Record<string, { $type: number[] }>)[name] ?? { $type: [] }
  return [...$type].sort((a, b) => a - b)
}

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

  it('is one flat $or of ranges', () => {
    const found = branches(filter(keyset({ age: 1 }), { age: 7, _id: id }, 1))
    expect(found).toHaveLength(4)
    expect(found[0]).toEqual({ age: { $gt: 7 } })
    expect(typesOf(found[1], 'age')).toEqual([2, 3, 5, 7, 8, 9, 11, 12, 13, 14, 15, 17, 127])
    expect(found[2]).toEqual({ age: { $eq: 7 }, _id: { $gt: id } })
    expect(typesOf(found[3], '_id').filter((type) => type !== 8)).toEqual(
      AFTER_ID.filter((type) => type !== 8),
    )
  })

  it('has nothing above what is greatest', () => {
    expect(branches(filter(keyset({ _id: 1 }), { _id: new MinKey() }, 1)).length).toBe(2)
    expect(filter(keyset({ _id: 1 }), { _id: new MaxKey() }, 1)).toEqual({ _id: { $in: [] } })
  })

  it('holds at the place itself only when that is included', () => {
    const at = { age: { $eq: 7 }, _id: { $eq: id } }
    for (const direction of [1, -1] as const) {
      const document = { age: 7, _id: id }
      expect(branches(filter(keyset({ age: 1 }), document, direction))).not.toContainEqual(at)
      expect(branches(filter(keyset({ age: 1 }), document, direction, true))).toContainEqual(at)
    }
  })

  it('takes null and missing for one', () => {
    const none = { $eq: null, $not: { $type: [6] } }
    for (const document of [{ _id: id }, { age: null, _id: id }]) {
      const found = branches(filter(keyset({ age: 1 }), document, 1))
      expect(found).toContainEqual({ age: none, _id: { $gt: id } })
      expect(found.filter((branch) => 'age' in branch && !('_id' in branch))).toHaveLength(1)
    }
    expect(branches(filter(keyset({ age: -1 }), { age: 7, _id: id }, 1))).toContainEqual({
      age: none,
    })
  })

  it('compares values that look like operators as values', () => {
    const found = branches(filter(keyset({ age: 1 }), { age: { $gt: 1 }, _id: id }, 1))
    expect(found[0]).toEqual({ age: { $gt: new Map([['$gt', 1]]) } })
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
