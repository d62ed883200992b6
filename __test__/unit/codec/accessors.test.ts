import * as bson from 'bson'
import { describe, expect, it } from 'vitest'
import {
  type Accessors,
  CHUNK,
  compileAccessors,
  HOLE,
  initialRow,
  ROW,
  type Row,
  VALUES,
} from '../../../js/codec/accessors.ts'
import { Chunk } from '../../../js/codec/chunk.ts'
import { encodeChunk } from './encode_chunk.ts'
import type { Doc } from './samples.ts'

const NAMES = ['_id', 'name', 'age', 'score', 'ok', 'at', 'address', 'tags', 'ref', 'any']
const COLUMNS = NAMES.map((name) => ({ name, id: name === '_id' }))

function modelOf(accessors: Accessors) {
  const prototype = {}
  NAMES.forEach((name, column) => {
    Object.defineProperty(prototype, name, accessors.columns[column] as PropertyDescriptor)
  })
  return prototype
}

function rows(prototype: object, ...docs: Doc[]): (Row & Doc)[] {
  const chunk = new Chunk(
    encodeChunk(
      docs.map((doc) => bson.serialize(doc)),
      COLUMNS,
    ),
  )
  return docs.map((_, row) =>
    Object.assign(Object.create(prototype), { [CHUNK]: chunk, [ROW]: row, [VALUES]: null }),
  )
}

const full = {
  _id: new bson.ObjectId(),
  name: 'Ada',
  age: 36,
  score: 1.5,
  ok: true,
  at: new Date(5),
  address: { city: 'Łódź' },
  tags: ['a', 'b'],
  ref: new bson.ObjectId(),
  any: null,
}

describe('accessors', () => {
  const accessors = compileAccessors(NAMES.map(() => ({})))
  const prototype = modelOf(accessors)

  it('read every kind of value', () => {
    const others = {
      name: 'Zoë',
      age: bson.Long.fromNumber(2 ** 40),
      score: 2,
      ok: false,
      _id: 'text',
      any: bson.Decimal128.fromString('1.5'),
    }
    for (let round = 0; round < 3; round++) {
      const [one, two, none] = rows(prototype, full, others, {})
      for (const name of NAMES) {
        const expected = (full as Doc)[name]
        expect(one?.[name]).toEqual(name === '_id' ? full._id.toHexString() : expected)
        const other = name === 'age' ? 2 ** 40 : (others as Doc)[name]
        expect(two?.[name]).toEqual(other)
        expect(none?.[name]).toBeUndefined()
      }
    }
  })

  it('keep what is mutable, and only that', () => {
    const [row] = rows(prototype, full) as [Row & Doc]
    for (const name of ['_id', 'name', 'age', 'score', 'ok', 'any']) void row[name]
    expect(row[VALUES]).toBeNull()
    const { tags } = row
    expect(row.tags).toBe(tags)
    expect(row.at).toBe(row.at)
    expect(row.ref).toBe(row.ref)
    ;(tags as string[]).push('c')
    expect(row.tags).toEqual(['a', 'b', 'c'])
    expect(row[VALUES]?.filter((value) => value !== HOLE)).toHaveLength(3)
  })

  it('give what was set, also undefined', () => {
    const [row, other] = rows(prototype, full, full) as [Row & Doc, Row & Doc]
    row.name = 'Eva'
    row.age = undefined
    row.address = null
    expect([row.name, row.age, row.address, row.score]).toEqual(['Eva', undefined, null, 1.5])
    expect(other.name).toBe('Ada')
    const fresh: Row & Doc = Object.assign(Object.create(prototype), initialRow())
    expect(fresh.name).toBeUndefined()
    fresh.name = 'new'
    expect(fresh.name).toBe('new')
    expect(fresh.age).toBe(HOLE === fresh[VALUES]?.[2] ? undefined : null)
  })

  it('consume raw values once, and no missing ones', () => {
    const seen: unknown[] = []
    const consuming = compileAccessors(
      NAMES.map((name) =>
        name === 'name' || name === 'age'
          ? {
              consume(raw: unknown, instance: object) {
                seen.push(raw, instance)
                return `<${raw}>`
              },
            }
          : {},
      ),
    )
    const [row] = rows(modelOf(consuming), { ...full, age: undefined }) as [Row & Doc]
    expect([row.name, row.name, row.age, row.age]).toEqual(['<Ada>', '<Ada>', undefined, undefined])
    expect(seen).toEqual(['Ada', row])
    row.name = 'set'
    expect(row.name).toBe('set')
  })

  it('can be used by column', () => {
    const [row] = rows(prototype, full) as [Row & Doc]
    expect(accessors.readColumn(row, 1)).toBe('Ada')
    accessors.writeColumn(row, 1, 'Eva')
    expect(accessors.readColumn(row, 1)).toBe('Eva')
    expect(accessors.readColumn(row, 7)).toBe(row.tags)
  })

  it('say undefined where there is no instance', () => {
    expect((prototype as Doc).name).toBeUndefined()
  })
})
