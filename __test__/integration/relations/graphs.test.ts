/** Random graphs: what a preload gives is what loading one by one gives. */
import fc from 'fast-check'
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  type HasMany,
  type HasManyThrough,
  type HasOne,
  hasMany,
  hasManyThrough,
  hasOne,
  type ManyToMany,
  type ModelAdapterOptions,
  type MorphMany,
  type MorphOne,
  type MorphTo,
  manyToMany,
  morphMany,
  morphOne,
  morphTo,
} from 'lucent-odm'
import { Binary, Decimal128, Double, Int32, Long, ObjectId, UUID } from 'mongodb'
import { expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'

const { database, db } = lucentDatabase()

/** Where the keys of polymorphic relations are. */
const MORPH = { typeKey: 'kind', foreignKey: 'ownerKey', localKey: 'key' }

class Owner extends BaseModel {
  static override table = 'owners'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: unknown
  @column() declare keys: unknown[]
  @hasOne(() => Item, { localKey: 'key', foreignKey: 'ownerKey', onQuery: ordered })
  declare one: HasOne<typeof Item> | null
  @hasMany(() => Item, { localKey: 'key', foreignKey: 'ownerKey', onQuery: ordered })
  declare many: HasMany<typeof Item>
  @manyToMany(() => Item, {
    localKey: 'key',
    relatedKey: 'key',
    pivotTable: 'links',
    pivotForeignKey: 'owner',
    pivotRelatedForeignKey: 'item',
    onQuery: ordered,
  })
  declare linked: ManyToMany<typeof Item>
  @manyToMany(() => Item, { foreignKeys: 'keys', relatedKey: 'key', onQuery: ordered })
  declare listed: ManyToMany<typeof Item>
  @manyToMany(() => Item, { localKey: 'key', relatedForeignKeys: 'ownerKeys', onQuery: ordered })
  declare listing: ManyToMany<typeof Item>
  @hasManyThrough([() => Item, () => Link], {
    localKey: 'key',
    foreignKey: 'owner',
    throughLocalKey: 'item',
    throughForeignKey: 'key',
    onQuery: ordered,
  })
  declare through: HasManyThrough<typeof Item>
  @morphMany(() => Item, { ...MORPH, name: 'target', onQuery: ordered })
  declare morphed: MorphMany<typeof Item>
  @morphOne(() => Item, { ...MORPH, name: 'target', onQuery: ordered })
  declare morph: MorphOne<typeof Item> | null
}

class Item extends BaseModel {
  static override table = 'items'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: unknown
  @column() declare ownerKey: unknown
  @column() declare ownerKeys: unknown[]
  @belongsTo(() => Owner, { localKey: 'key', foreignKey: 'ownerKey', onQuery: ordered })
  declare owner: BelongsTo<typeof Owner> | null
  @column() declare kind: string | null
  @morphTo({ ...MORPH, onQuery: ordered })
  declare target: MorphTo<typeof Owner | typeof Link> | null
  static override morphMap = { owner: () => Owner, link: () => Link }
}

class Link extends BaseModel {
  static override table = 'links'
  @column({ isPrimary: true }) declare id: string
  @column() declare owner: unknown
  @column() declare item: unknown
  @column() declare key: unknown
}

function ordered(query: { orderBy(column: 'id'): unknown }) {
  query.orderBy('id')
}

const ID = new ObjectId('00000000000000000000000a')
const key = fc.constantFrom<unknown>(
  undefined,
  null,
  new Int32(1),
  new Double(1),
  Long.fromNumber(1),
  Decimal128.fromString('1.0'),
  new Double(1.5),
  Decimal128.fromString('1.50'),
  Long.fromString('9007199254740993'),
  new Double(Number.NaN),
  'a',
  '1',
  ID,
  String(ID),
  new UUID('00000000-0000-4000-8000-000000000001'),
  new Binary(Buffer.from([1, 2])),
  new Date(5),
  true,
)
const some = fc.array(
  key.filter((one) => one !== undefined),
  { maxLength: 3 },
)
const kind = fc.constantFrom(undefined, null, 'owner', 'link')
const graph = fc.record({
  owners: fc.array(fc.record({ key, keys: some }), { minLength: 1, maxLength: 6 }),
  items: fc.array(fc.record({ key, owner_key: key, owner_keys: some, kind }), { maxLength: 8 }),
  links: fc.array(fc.record({ owner: key, item: key, key }), { maxLength: 8 }),
})

/** What was not given is not stored. */
const stored = (document: object) =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined))

const MANY = ['many', 'linked', 'listed', 'listing', 'through', 'morphed'] as const
const ids = (rows: unknown) =>
  ([rows].flat() as ({ id: string } | null)[]).map((row) => row?.id ?? null)

async function compare(options: ModelAdapterOptions): Promise<void> {
  const query = Owner.query(options).orderBy('id').preload('one').preload('morph')
  for (const name of MANY) query.preload(name as 'many')
  for (const owner of await query) {
    const one = await owner.related('one').query().first()
    expect(owner.one?.id ?? null).toBe(one?.id ?? null)
    const morph = await owner.related('morph').query().first()
    expect(owner.morph?.id ?? null).toBe(morph?.id ?? null)
    for (const name of MANY) {
      const rows = await owner.related(name as 'many').query()
      expect(ids(owner[name]), name).toEqual(ids(rows))
    }
    const again = await Owner.findOrFail(owner.id, options)
    for (const name of ['one', 'morph', ...MANY] as const) {
      await again.load(name as 'many')
      expect(ids(again[name]), `load ${name}`).toEqual(ids(owner[name]))
    }
  }
  const items = Item.query(options).preload('owner', (owner) => owner.preload('many'))
  for (const item of await items.preload('target')) {
    const target = await item.related('target').query().first()
    expect([item.target?.id ?? null, item.target?.constructor]).toEqual([
      target?.id ?? null,
      target?.constructor,
    ])
    const owner = await item.related('owner').query().first()
    expect(item.owner?.id ?? null).toBe(owner?.id ?? null)
    if (item.owner !== null) {
      expect(ids(item.owner.many)).toEqual(ids(await item.owner.related('many').query()))
    }
  }
}

it.each(['outside of a transaction', 'in a transaction'])(
  '%s',
  async (where) => {
    await fc.assert(
      fc.asyncProperty(graph, async ({ owners, items, links }) => {
        for (const [name, rows] of Object.entries({ owners, items, links })) {
          await db.collection(name).deleteMany({})
          if (rows.length > 0) await db.collection(name).insertMany(rows.map(stored))
        }
        if (where === 'in a transaction') {
          await database.transaction((client) => compare({ client }))
        } else await compare({})
      }),
      tries(25),
    )
  },
  120_000,
)
