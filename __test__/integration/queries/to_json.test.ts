import fc from 'fast-check'
import {
  BaseModel,
  CamelCaseNamingStrategy,
  column,
  type JsonPage,
  SnakeCaseNamingStrategy,
} from 'lucent-odm'
import { type DateTime, IANAZone, Settings } from 'luxon'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { PROPERTY_FACTOR, tries } from '../../helpers/property.ts'
import { documentOf, type RawValue, rawDate, rawValue } from '../../helpers/raw_documents.ts'
import { insertRaw } from '../../helpers/raw_wire.ts'
import { SAMPLES } from '../../unit/codec/samples.ts'

const { db, uri, name } = lucentDatabase()
const things = db.collection<{ _id: unknown }>('things')

function modelWith(strategy: CamelCaseNamingStrategy) {
  class Thing extends BaseModel {
    static override collection = 'things'
    static override namingStrategy = strategy
    static override selfAssignPrimaryKey = true
    @column({ isPrimary: true }) declare id: unknown
    @column() declare firstValue: unknown
    @column() declare second: unknown
    @column({ serializeAs: null }) declare hiddenValue: unknown
    @column({ columnName: 'stored', serializeAs: 'shown "as"' }) declare renamed: unknown
    @column({ serializeAs: '10' }) declare ten: unknown
    @column({ serializeAs: '9' }) declare nine: unknown
    @column({ serializeAs: '__proto__' }) declare prototype: unknown
    @column.date() declare day: DateTime
    @column.dateTime() declare atMoment: DateTime
    @column.objectId() declare parentId: string
    @column.objectId({ as: 'object' }) declare ownerId: unknown
  }
  return Thing
}

const Camel = modelWith(new CamelCaseNamingStrategy())
const Snake = modelWith(new SnakeCaseNamingStrategy())

const STORED = [
  'first_value',
  'second',
  'hidden_value',
  'stored',
  'ten',
  'nine',
  'prototype',
  'day',
  'at_moment',
  'parent_id',
  'owner_id',
  'no_column',
]

beforeEach(async () => {
  await things.deleteMany({})
})

afterEach(() => {
  Settings.defaultZone = 'system'
})

/** Runs `work` and answers how many times rows became text in JavaScript. */
async function stringified(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(JSON, 'stringify')
  try {
    await work()
    return spy.mock.calls.filter(([value]) => Array.isArray(value) && value.length > 0).length
  } finally {
    spy.mockRestore()
  }
}

interface Readable extends PromiseLike<unknown> {
  toJson(): Promise<string>
}

/** That a query's text is that of its rows, written by the core. */
async function expectSame(query: () => Readable, native = true): Promise<void> {
  const expected = JSON.stringify(await query())
  let text = ''
  const count = await stringified(async () => {
    text = await query().toJson()
  })
  expect(text).toBe(expected)
  if (native) expect(count).toBe(0)
}

const number = (value: number): RawValue => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return { type: 16, bytes }
}

const isDate = (field: string) => field === 'day' || field === 'at_moment'

function randomDocuments(hostile: boolean) {
  const range = hostile ? 'any' : 'valid'
  const value = rawValue(hostile)
  const field = fc
    .constantFrom(...STORED)
    .chain((field) =>
      fc.tuple(fc.constant(field), isDate(field) ? fc.oneof(rawDate(range), value) : value),
    )
  return fc
    .array(fc.array(field, { maxLength: 8 }), { minLength: 1, maxLength: 6 })
    .map((documents) =>
      documents.map((fields, index) => documentOf([['_id', number(index)], ...fields])),
    )
}

describe('any document', () => {
  const timeout = 120_000 * PROPERTY_FACTOR
  const queries = (Model: typeof Camel): (() => Readable)[] => [
    () => Model.query(),
    () => Model.query().pojo(),
    () => Model.query().orderBy('id', 'desc').select('firstValue', 'day').limit(3),
    () => Model.query().select('second.a', 'renamed').pojo(),
  ]

  it.each([
    ['camelCase', Camel],
    ['snake_case', Snake],
  ])('is written as JSON.stringify does, %s', { timeout }, async (_, Model) => {
    Settings.defaultZone = 'utc'
    await fc.assert(
      fc.asyncProperty(randomDocuments(false), async (documents) => {
        await things.deleteMany({})
        await insertRaw(uri, name, 'things', documents)
        for (const query of queries(Model)) await expectSame(query)
        const expected = JSON.stringify(await Model.query().orderBy('id').paginate(2, 2))
        expect(await Model.query().orderBy('id').toJson({ page: 2, perPage: 2 })).toBe(expected)
      }),
      tries(60),
    )
  })

  it('is so where JavaScript has to help', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(randomDocuments(true), async (documents) => {
        await things.deleteMany({})
        await insertRaw(uri, name, 'things', documents)
        for (const query of queries(Camel)) await expectSame(query, false)
      }),
      tries(60),
    )
  })

  it('is so for a reference with a field that would be a prototype', async () => {
    const second = JSON.parse('{ "$ref": "things", "$id": 1, "__proto__": { "a": 1 } }')
    await things.insertOne({ _id: 1, second } as never)
    await expectSame(() => Camel.query(), false)
    await expectSame(() => Camel.query().pojo(), false)
  })

  it('is so for samples of every type', async () => {
    await things.insertMany(
      Object.entries(SAMPLES)
        .filter(([kind]) => kind !== 'regexes')
        .map(([kind, value]) => ({ _id: kind, first_value: value, second: [value] })),
    )
    await expectSame(() => Camel.query())
    await expectSame(() => Camel.query().pojo())
  })
})

describe('text', () => {
  it.each([
    ['ASCII', (n: number) => `row ${n}`],
    ['of ISO 8859-1', (n: number) => `Zoë ${n}`],
    ['of other characters', (n: number) => `日本 😀 ${n}`],
    ['of each kind in turn', (n: number) => ['a', 'é', '日'][Math.floor(n / 1000)]],
  ])('of many rows, %s', async (_, text) => {
    await things.insertMany(
      Array.from({ length: 2500 }, (_, n) => ({ _id: n, first_value: text(n), second: [n, {}] })),
    )
    await expectSame(() => Camel.query().orderBy('id'))
    await expectSame(() => Camel.query().orderBy('id').pojo())
  })

  it('keeps the order of rows where JavaScript writes some of them', async () => {
    await things.insertMany(
      Array.from({ length: 3500 }, (_, n) => ({ _id: n, second: n === 1500 ? /é/ : n })),
    )
    await expectSame(() => Camel.query().orderBy('id'), false)
    await expectSame(() => Camel.query().orderBy('id').pojo(), false)
  })

  it.each([
    ['none', () => Camel.query()],
    ['none, plain', () => Camel.query().pojo()],
    ['none by limit', () => Camel.query().limit(0)],
  ])('of rows: %s', async (_, query) => {
    expect(await query().toJson()).toBe('[]')
  })

  it('of one large row', async () => {
    await things.insertOne({
      _id: 1,
      second: 'x'.repeat(3_000_000),
      ten: '"'.repeat(300_000),
    } as never)
    await expectSame(() => Camel.query())
  })

  it('of rows nested as deeply as MongoDB allows', async () => {
    let inner: unknown = {}
    for (let level = 0; level < 98; level++) inner = level % 2 === 0 ? [inner] : { 1: inner, 0: 1 }
    await things.insertOne({ _id: 1, first_value: inner } as never)
    await expectSame(() => Camel.query())
    await expectSame(() => Camel.query().pojo())
  })

  it('of rows with thousands of names', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`name${n}`, n]))
    const indices = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [5000 - n, n]))
    await things.insertOne({ _id: 1, first_value: many, second: indices } as never)
    await expectSame(() => Camel.query())
  })
})

describe('pages', () => {
  beforeEach(async () => {
    await things.insertMany(Array.from({ length: 5 }, (_, n) => ({ _id: n, second: n }) as never))
  })

  it.each<[string, JsonPage]>([
    ['the first', { page: 1, perPage: 2 }],
    ['the last', { page: 3, perPage: 2 }],
    ['one beyond the end', { page: 9, perPage: 2 }],
    ['one of the usual size', { page: 1 }],
  ])('%s', async (_, page) => {
    for (const Model of [Camel, Snake]) {
      const expected = JSON.stringify(
        await Model.query().orderBy('id').paginate(page.page, page.perPage),
      )
      let text = ''
      const count = await stringified(async () => {
        text = await Model.query().orderBy('id').toJson(page)
      })
      expect(text).toBe(expected)
      expect(count).toBe(0)
      expect(await Model.query().orderBy('id').pojo().toJson(page)).toBe(
        JSON.stringify(await Model.query().orderBy('id').pojo().paginate(page.page, page.perPage)),
      )
    }
  })

  it('of nothing', async () => {
    const query = () => Camel.query().where('second', 99)
    expect(await query().toJson({ page: 1 })).toBe(JSON.stringify(await query().paginate(1)))
  })

  it.each([[{ page: 0 }], [{ page: 1.5 }], [{ page: 1, perPage: 0 }], [{} as { page: number }]])(
    'refuses %j',
    async (page) => {
      await expect(Camel.query().toJson(page)).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
    },
  )
})

describe('dates', () => {
  const DAY = 86_400_000
  const ZONES = [
    'utc',
    'system',
    'UTC+5:30',
    'UTC-0:45',
    'Etc/GMT+5',
    'Europe/Berlin',
    'America/New_York',
    'Africa/Casablanca',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Pacific/Apia',
  ]
  const moments = (from: number, to: number, count: number) =>
    Array.from({ length: count }, (_, n) => new Date(from + Math.floor(((to - from) / count) * n)))

  it.each(ZONES)('in %s', async (zone) => {
    Settings.defaultZone = zone
    const dates = moments(Date.UTC(1980), Date.UTC(2040), 1500)
    await things.insertMany(dates.map((at, _id) => ({ _id, at_moment: at, day: at, second: [at] })))
    expect(Camel.query().explainJson()).toEqual({ native: true })
    await expectSame(() => Camel.query())
  })

  /** The milliseconds before and at each change of the zone's offset, found day by day. */
  function changes(zone: string): Date[] {
    const iana = IANAZone.create(zone)
    const at = (moment: number) => iana.offset(moment)
    const found: Date[] = []
    for (let day = Date.UTC(1980); day < Date.UTC(2039, 11, 31); day += DAY) {
      if (at(day) === at(day + DAY)) continue
      let [before, after] = [day, day + DAY]
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (at(middle) === at(day)) before = middle
        else after = middle
      }
      found.push(new Date(before), new Date(after))
    }
    return found
  }

  it.each(ZONES.filter((zone) => zone.includes('/') && !zone.startsWith('Etc')))(
    'around the changes of %s',
    async (zone) => {
      Settings.defaultZone = zone
      const dates = changes(zone)
      expect(dates).not.toEqual([])
      await things.insertMany(dates.map((at, _id) => ({ _id, at_moment: at })))
      await expectSame(() => Camel.query())
    },
  )

  it.each(ZONES)('far away in %s', async (zone) => {
    Settings.defaultZone = zone
    const dates = [
      ...moments(-8.64e15, 8.64e15, 50),
      ...moments(Date.UTC(1900), Date.UTC(1980), 50),
      ...moments(Date.UTC(2040), Date.UTC(2100), 50),
      new Date(8.64e15),
      new Date(-62167219200001),
    ]
    await things.insertMany(dates.map((at, _id) => ({ _id, at_moment: at, day: at, second: [at] })))
    await expectSame(() => Camel.query(), zone === 'utc')
  })

  it('that are none', async () => {
    const values = ['2024-01-01', null, 5, [new Date(0)], { at: new Date(0) }]
    await things.insertMany(values.map((at, _id) => ({ _id, at_moment: at, day: at })) as never)
    await expectSame(() => Camel.query())
  })
})
