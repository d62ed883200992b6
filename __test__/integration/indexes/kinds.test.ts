import {
  BaseModel,
  column,
  type EmbedsOne,
  embedsOne,
  type IndexDeclaration,
  index,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import type { CreateIndexesOptions, IndexSpecification } from 'mongodb'
import { beforeEach, expect, test } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Address extends BaseModel {
  @column({ columnName: 'town' }) declare city: string
}

class Thing extends BaseModel {
  @column({ columnName: 'full_name' }) declare name: string
  @column() declare title: string
  @column() declare body: string
  @column() declare status: string
  @column() declare count: number
  @column() declare place: unknown
  @column() declare anything: Record<string, unknown>
  @column.dateTime() declare at: DateTime
  @column.objectId() declare ownerId: string
  @column.encrypted({ blind: { unique: true } }) declare email: string
  @embedsOne(() => Address) declare address: EmbedsOne<typeof Address> | null
}

const OWNER = '0123456789abcdef01234567'

interface Kind {
  readonly name: string
  readonly declared: IndexDeclaration<Thing>
  /** What the driver is told to make the same. */
  readonly keys: IndexSpecification
  readonly options?: CreateIndexesOptions
  /** The same index after a change, and what differs by it. */
  readonly changed: IndexDeclaration<Thing>
  readonly differs: readonly string[]
  readonly inPlace?: boolean
}

const KINDS: readonly Kind[] = [
  {
    name: 'one property',
    declared: index<Thing>({ keys: { name: 1 } }),
    keys: { full_name: 1 },
    changed: index<Thing>({ keys: { name: 1 }, hidden: true }),
    differs: ['hidden'],
    inPlace: true,
  },
  {
    name: 'compound, with a name',
    declared: index<Thing>({ keys: { status: 'asc', count: 'desc' }, name: 'by status' }),
    keys: { status: 1, count: -1 },
    options: { name: 'by status' },
    changed: index<Thing>({ keys: { count: -1, status: 1 }, name: 'by status' }),
    differs: ['keys'],
  },
  {
    name: 'unique',
    declared: index<Thing>({ keys: { name: 1 }, unique: true }),
    keys: { full_name: 1 },
    options: { unique: true },
    changed: index<Thing>({ keys: { name: 1 } }),
    differs: ['unique'],
  },
  {
    name: 'sparse',
    declared: index<Thing>({ keys: { count: 1 }, sparse: true }),
    keys: { count: 1 },
    options: { sparse: true },
    changed: index<Thing>({ keys: { count: 1 }, sparse: true, unique: true }),
    differs: ['unique'],
  },
  {
    name: 'hidden',
    declared: index<Thing>({ keys: { count: 1 }, hidden: true }),
    keys: { count: 1 },
    options: { hidden: true },
    changed: index<Thing>({ keys: { count: 1 } }),
    differs: ['hidden'],
    inPlace: true,
  },
  {
    name: 'partial',
    declared: index<Thing>({
      keys: { name: 1 },
      unique: true,
      where: { status: 'placed', count: { $gt: 3, $exists: true }, ownerId: OWNER },
    }),
    keys: { full_name: 1 },
    options: {
      unique: true,
      partialFilterExpression: {
        status: 'placed',
        count: { $gt: 3, $exists: true },
        owner_id: 'id',
      },
    },
    changed: index<Thing>({ keys: { name: 1 }, unique: true, where: { status: 'paid' } }),
    differs: ['where'],
  },
  {
    name: 'TTL',
    declared: index<Thing>({ keys: { at: 1 }, expireAfter: '30 days' }),
    keys: { at: 1 },
    options: { expireAfterSeconds: 2_592_000 },
    changed: index<Thing>({ keys: { at: 1 }, expireAfter: 60 }),
    differs: ['expireAfter'],
    inPlace: true,
  },
  {
    name: 'collation',
    declared: index<Thing>({ keys: { name: 1 }, collation: { locale: 'en', strength: 2 } }),
    keys: { full_name: 1 },
    options: { collation: { locale: 'en', strength: 2 } },
    changed: index<Thing>({ keys: { name: 1 }, collation: { locale: 'de', strength: 2 } }),
    differs: ['collation'],
  },
  {
    name: 'a collation with a default of its own',
    declared: index<Thing>({ keys: { name: 1 }, collation: { locale: 'fr_CA' } }),
    keys: { full_name: 1 },
    options: { collation: { locale: 'fr_CA' } },
    changed: index<Thing>({ keys: { name: 1 }, collation: { locale: 'fr_CA', backwards: false } }),
    differs: ['collation'],
  },
  {
    name: 'all fields',
    declared: index<Thing>({ keys: { '$**': 1 }, wildcardProjection: { name: 1, anything: 1 } }),
    keys: { '$**': 1 },
    options: { wildcardProjection: { full_name: 1, anything: 1 } },
    changed: index<Thing>({ keys: { '$**': 1 }, wildcardProjection: { name: 1 } }),
    differs: ['wildcardProjection'],
  },
  {
    name: 'all fields inside of a property',
    declared: index<Thing>({ keys: { 'anything.$**': 1 } }),
    keys: { 'anything.$**': 1 },
    changed: index<Thing>({ keys: { 'anything.$**': 1 }, hidden: true }),
    differs: ['hidden'],
    inPlace: true,
  },
  {
    name: 'text',
    declared: index<Thing>({
      keys: { status: 1, title: 'text', body: 'text', count: -1 },
      weights: { title: 5 },
      defaultLanguage: 'german',
    }),
    keys: { status: 1, title: 'text', body: 'text', count: -1 },
    options: { weights: { title: 5 }, default_language: 'german' },
    changed: index<Thing>({
      keys: { status: 1, title: 'text', body: 'text', count: -1 },
      weights: { title: 6 },
      defaultLanguage: 'german',
    }),
    differs: ['weights'],
  },
  {
    name: 'text of all fields',
    declared: index<Thing>({ keys: { '$**': 'text' } }),
    keys: { '$**': 'text' },
    changed: index<Thing>({ keys: { '$**': 'text' }, languageOverride: 'tongue' }),
    differs: ['languageOverride'],
  },
  {
    name: '2dsphere',
    declared: index<Thing>({ keys: { place: '2dsphere', status: 1 }, sphereVersion: 3 }),
    keys: { place: '2dsphere', status: 1 },
    changed: index<Thing>({ keys: { place: '2dsphere', status: 1 }, sphereVersion: 2 }),
    differs: ['sphereVersion'],
  },
  {
    name: '2d',
    declared: index<Thing>({ keys: { place: '2d' }, min: -10, max: 10, bits: 20 }),
    keys: { place: '2d' },
    options: { min: -10, max: 10, bits: 20 },
    changed: index<Thing>({ keys: { place: '2d' }, min: -10, max: 10 }),
    differs: ['bits'],
  },
  {
    name: 'hashed',
    declared: index<Thing>({ keys: { name: 'hashed' } }),
    keys: { full_name: 'hashed' },
    changed: index<Thing>({ keys: { name: 'hashed' }, hidden: true }),
    differs: ['hidden'],
    inPlace: true,
  },
  {
    name: 'inside of an embedded document',
    declared: index<Thing>({ keys: { 'address.city': 1 } }),
    keys: { 'address.town': 1 },
    changed: index<Thing>({ keys: { 'address.city': 1 }, unique: true }),
    differs: ['unique'],
  },
  {
    name: 'an encrypted property by its blind index',
    declared: index<Thing>({ keys: { email: 1, status: 1 }, unique: true }),
    keys: { email__blind: 1, status: 1 },
    options: { unique: true },
    changed: index<Thing>({ keys: { email: 1, status: 1 } }),
    differs: ['unique'],
  },
]

let count = 0
function thing(indexes: readonly IndexDeclaration<Thing>[], collection?: string): typeof Thing {
  const name = collection ?? `things_${++count}`
  return class extends Thing {
    static override collection = name
    static override indexes = indexes
  }
}

const listed = (collection: string) => db.collection(collection).listIndexes().toArray()

beforeEach(async () => {
  for (const { name } of await db.listCollections().toArray()) await db.dropCollection(name)
})

test.each(KINDS)('$name: made as the driver makes it, compared, changed', async (kind) => {
  const { ObjectId } = await import('mongodb')
  const { partialFilterExpression: filter, ...rest } = kind.options ?? {}
  const where = filter && {
    partialFilterExpression: Object.fromEntries(
      Object.entries(filter).map(([name, value]) => [
        name,
        value === 'id' ? new ObjectId(OWNER) : value,
      ]),
    ),
  }
  await db.collection('witness').createIndex(kind.keys, { ...rest, ...where })
  const model = thing([kind.declared])
  const { collection = '' } = model

  const before = await model.diffIndexes()
  expect(before).toMatchObject({ exists: false, stale: [], different: [], inSync: false })
  expect(before.missing.map(({ name }) => name)).toEqual(before.declared)
  const made = await model.syncIndexes()
  expect(made.done).toEqual([{ does: 'createIndexes', names: before.declared }])
  expect(made.inSync).toBe(true)
  expect(await listed(collection)).toEqual(await listed('witness'))
  // A second one does nothing, and neither does one that may do anything.
  expect(await model.syncIndexes()).toMatchObject({ done: [], steps: [], inSync: true })
  expect(await model.syncIndexes({ rebuild: true, dropStale: true })).toMatchObject({
    done: [],
    inSync: true,
  })

  const other = thing([kind.changed], collection)
  const diff = await other.diffIndexes()
  expect(diff).toMatchObject({ missing: [], stale: [], inSync: false })
  expect(diff.different).toMatchObject([
    { name: made.declared[0], options: kind.differs, inPlace: kind.inPlace ?? false },
  ])
  const careful = await other.syncIndexes()
  expect(careful.inSync).toBe(kind.inPlace ?? false)
  const dry = await other.syncIndexes({ rebuild: true, dryRun: true })
  expect(dry.done).toEqual([])
  expect(dry.steps.map(({ does }) => does)).toEqual(kind.inPlace ? [] : ['rebuildIndex'])
  const rebuilt = await other.syncIndexes({ rebuild: true })
  expect(rebuilt.inSync).toBe(true)
  expect(await other.diffIndexes()).toMatchObject({ different: [], inSync: true })

  const back = await model.syncIndexes({ rebuild: true })
  expect(back.inSync).toBe(true)
  const sorted = (rows: { name: string }[]) => rows.toSorted((a, b) => a.name.localeCompare(b.name))
  expect(sorted(await listed(collection))).toEqual(sorted(await listed('witness')))
})

test('all kinds together are one command', async () => {
  const alike = new Set(['hidden', 'unique', 'sparse'])
  const together = KINDS.filter(({ name }) => !alike.has(name) && !name.startsWith('text of'))
  const model = thing(
    together.map(({ declared }, place) => ({ ...declared, name: `index ${place}` })),
  )
  const { done, inSync } = await model.syncIndexes()
  expect(inSync).toBe(true)
  expect(done.map(({ does }) => does)).toEqual(['createIndexes'])
  expect(await model.syncIndexes({ rebuild: true, dropStale: true })).toMatchObject({ done: [] })
})
