/**
 * Random operations by three tenants on models with rules: nothing that is another's, or deleted, is ever read or
 * changed. What is there is read by the npm driver before and after each of them.
 */
import {
  column,
  compose,
  context,
  type Database,
  type HasMany,
  hasMany,
  BaseModel as Model,
  SoftDeletes,
  TenantScoped,
} from 'lucent-odm'
import type { Db, Document } from 'mongodb'

export const TENANTS = ['a', 'b', 'c'] as const
type Tenant = (typeof TENANTS)[number]
type Filter = Record<string, unknown>

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Where tenants' documents are: in one collection, or in a database of each. */
export type Keeping = 'together' | 'apart'

const tenants = (keeping: Keeping, column: string) =>
  TenantScoped(keeping === 'together' ? column : { database: '{database}_{tenant}' })

export function fuzzedModels(database: Database, keeping: Keeping = 'together') {
  class Item extends compose(Model, tenants(keeping, 'orgId'), SoftDeletes) {
    static override collection = 'fuzz_items'
    @column({ isPrimary: true }) declare id: string
    @column() declare orgId: string
    @column() declare uid: string
    @column() declare group: number
  }
  class Thing extends compose(Model, SoftDeletes, tenants(keeping, 'tenantId')) {
    static override collection = 'fuzz_things'
    @column({ isPrimary: true }) declare id: string
    @column() declare tenantId: string
    @column() declare uid: string
    @column() declare group: number
    @column() declare n: number
    @column() declare list: number[]
    @hasMany(() => Item, { localKey: 'group', foreignKey: 'group' })
    declare items: HasMany<typeof Item>
  }
  for (const model of [Item, Thing]) model.useDatabase(database)
  return { Thing, Item }
}

/** The collections, and the fields that have the tenant where tenants are together. */
const COLLECTIONS = { fuzz_things: 'tenant_id', fuzz_items: 'org_id' } as const

/** Every text under `uid`, at any depth. */
function uidsIn(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const one of value) uidsIn(one, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      if (name === 'uid' && typeof one === 'string') found.push(one)
      else uidsIn(one, found)
    }
  }
  return found
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

export interface Fuzz {
  readonly database: Database
  readonly db: Db
  readonly seed: number
  readonly runs: number
  readonly keeping?: Keeping
}

/** A stored document, and whose it is: in databases apart, whatever it says itself. */
interface Stored {
  readonly owner: string
  readonly place: string
  readonly document: Document
}

/** Throws at the first operation that reads, or changes, what it must not. */
export async function fuzzRules(fuzz: Fuzz): Promise<void> {
  const { database, db, seed, runs, keeping = 'together' } = fuzz
  const { Thing, Item } = fuzzedModels(database, keeping)
  const random = randomOf(seed)
  const below = (most: number) => Math.floor(random() * most)
  const pick = <One>(list: readonly One[]): One => list[below(list.length)] as One
  const ofTenant = (tenant: string) => db.client.db(`${db.databaseName}_${tenant}`)
  const places: readonly [owner: string, of: Db][] =
    keeping === 'together'
      ? [['', db]]
      : [['nobody', db], ...TENANTS.map((tenant): [string, Db] => [tenant, ofTenant(tenant)])]
  let made = 0
  const uid = () => `${seed}-${made++}`

  async function fill(): Promise<void> {
    const documents = (field: string, owner: string): Document[] =>
      (owner === '' ? TENANTS : [owner]).flatMap((tenant) =>
        Array.from({ length: 8 }, (_, place) => ({
          [field]: tenant,
          uid: uid(),
          group: place % 3,
          n: place,
          list: [place],
          deleted_at: place % 4 === 3 ? new Date(0) : null,
        })),
      )
    for (const [owner, of] of places) {
      for (const [name, field] of Object.entries(COLLECTIONS)) {
        await of.collection(name).deleteMany({})
        await of.collection(name).insertMany(documents(field, owner))
      }
    }
  }

  /** All that is stored in these collections. */
  async function stored(...names: string[]): Promise<Stored[]> {
    const all: Stored[] = []
    for (const [owner, of] of places) {
      for (const name of names) {
        for (const document of await of.collection(name).find().toArray()) {
          const place = `${owner} ${name} ${document._id}`
          all.push({ owner: owner || (document.tenant_id ?? document.org_id), place, document })
        }
      }
    }
    return all
  }

  const filter = (depth = 0): Filter => {
    const simple: Filter[] = [
      { group: below(3) },
      { n: { $gte: below(8) } },
      { tenant_id: pick(TENANTS) },
      { tenant_id: { $ne: pick(TENANTS) } },
      { deleted_at: { $ne: null } },
      { deleted_at: null },
      { $expr: { $ne: ['$tenant_id', pick(TENANTS)] } },
      { uid: { $exists: true } },
    ]
    if (depth > 1 || random() < 0.5) return pick(simple)
    const both = [filter(depth + 1), filter(depth + 1)]
    return { [pick(['$or', '$and', '$nor'])]: both }
  }

  type Rows = () => Promise<unknown>
  const query = () => Thing.query().whereRaw(filter() as never)
  const reads = (): [string, Rows][] => {
    const given = filter()
    const ask = () => Thing.query().whereRaw(given as never)
    return [
      ['exec', () => ask().exec()],
      ['or', () => ask().orWhere('n', '>=', 0).exec()],
      ['first', () => ask().first()],
      ['pojo', () => ask().pojo().exec()],
      ['toJson', async () => JSON.parse(await ask().preload('items').toJson())],
      ['paginate', async () => (await ask().paginate(1, 5)).all()],
      ['cursor page', async () => (await ask().orderBy('n').paginateCursor({ limit: 4 })).all()],
      ['preload', () => ask().preload('items').exec()],
      [
        'whereHas',
        () =>
          ask()
            .whereHas('items', (rows) => rows.where('group', 1))
            .exec(),
      ],
      [
        'union',
        () =>
          ask()
            .unionAll((other) => other.whereRaw(filter() as never))
            .exec(),
      ],
      ['distinct', async () => (await ask().valuesOf('uid')).map((one) => ({ uid: one }))],
      [
        'aggregate',
        () =>
          Thing.aggregate()
            .matchRaw(given as never)
            .exec(),
      ],
      [
        'lookup',
        () =>
          Thing.aggregate()
            .matchRaw(given as never)
            .lookup({ from: Item, localField: 'group', foreignField: 'group', as: 'rows' })
            .exec(),
      ],
      ['union with', () => Thing.aggregate().unionWith('fuzz_items').exec()],
      [
        'group',
        () =>
          Thing.aggregate()
            .group({ by: 'group', all: { $push: '$$ROOT' } as never })
            .exec(),
      ],
      [
        'cursor',
        async () => {
          const rows: unknown[] = []
          for await (const row of ask().batches({ batchSize: 2 })) rows.push(row)
          return rows
        },
      ],
      ['in a transaction', () => Thing.transaction((client) => Thing.query({ client }).exec())],
    ]
  }

  const values = () =>
    pick<Filter>([{ n: below(9) }, { group: below(3) }, { tenantId: pick(TENANTS) }])
  const writes = (): [string, Rows][] => [
    ['create', () => Thing.create({ uid: uid(), group: below(3), n: 0, list: [] })],
    [
      'create for another',
      () => Thing.create({ uid: uid(), group: 0, n: 0, list: [], tenantId: pick(TENANTS) }),
    ],
    [
      'create many',
      () =>
        Thing.createMany([
          { uid: uid(), group: 1 },
          { uid: uid(), group: 2 },
        ] as never),
    ],
    ['update', () => query().update(values() as never)],
    ['increment', () => query().increment('n')],
    [
      'update with',
      () => query().updateWith([{ $set: { n: 1, tenant_id: pick(TENANTS), deleted_at: null } }]),
    ],
    [
      'replace',
      () => query().updateWith([{ $replaceWith: { $mergeObjects: ['$$ROOT', { n: 3 }] } }]),
    ],
    ['find one and update', () => query().findOneAndUpdate(values() as never)],
    ['find one and replace', () => query().findOneAndReplace({ uid: uid(), group: 1 } as never)],
    ['upsert', () => Thing.query().where('uid', uid()).upsert({ n: 5 })],
    [
      'update or create',
      () => Thing.updateOrCreate({ group: below(3), n: below(8) }, { list: [7] }),
    ],
    ['first or create', () => Thing.firstOrCreate({ uid: uid() }, { group: 2 })],
    ['delete', () => query().where('n', below(8)).delete()],
    ['delete one', () => query().deleteOne()],
    ['find one and delete', () => query().orderBy('n').findOneAndDelete()],
    [
      'bulk',
      () =>
        Thing.bulkWrite((bulk) =>
          bulk
            .insert({ uid: uid(), group: 0 })
            .updateMany({ group: below(3) }, { n: below(4) })
            .upsert({ uid: uid() }, { n: 1 })
            .deleteOne({ n: below(8) })
            .replaceOne({ group: below(3) }, { uid: uid(), group: 1 } as never),
        ),
    ],
    [
      'save and delete what was read',
      async () => {
        const [one, other] = await Thing.query().limit(2)
        await one?.merge({ n: 4 }).save()
        await other?.delete()
      },
    ],
    ['upsert many', () => Thing.upsertMany([{ uid: uid(), n: 1 }], { by: ['uid'] })],
    ['merge', () => Item.aggregate().merge({ into: 'fuzz_things' }).exec()],
  ]

  /** What a tenant must not see or change, by id, and the marks of what it may see. */
  async function state(tenant: Tenant) {
    const hidden = new Map<string, { readonly owner: string; readonly text: string }>()
    const shown = new Set<string>()
    for (const { owner, place, document } of await stored(...Object.keys(COLLECTIONS))) {
      const mine = owner === tenant && (document.deleted_at ?? null) === null
      if (mine) shown.add(document.uid ?? String(document._id))
      else hidden.set(place, { owner, text: JSON.stringify(document) })
    }
    return { hidden, shown }
  }

  async function once(run: number): Promise<void> {
    const tenant = pick(TENANTS)
    const before = await state(tenant)
    const isRead = random() < 0.5
    const [name, work] = isRead ? pick(reads()) : pick(writes())
    const leak = (what: string): never => {
      throw new Error(`${name} (seed ${seed}, operation ${run}) by ${tenant} ${what}`)
    }
    let answer: unknown
    try {
      answer = plain(await context.run({ tenant }, async () => await work()))
    } catch (error) {
      // Refused is as good as held.
      if (typeof (error as { code?: unknown }).code !== 'string') throw error
    }
    const after = isRead ? before : await state(tenant)
    for (const one of uidsIn(answer)) {
      if (!before.shown.has(one) && (isRead || !after.shown.has(one))) leak('read what is hidden')
    }
    if (isRead) return
    for (const [place, { text }] of before.hidden) {
      if (after.hidden.get(place)?.text !== text) leak('changed what is hidden')
    }
    for (const [place, { owner, text }] of after.hidden) {
      if (before.hidden.has(place)) continue
      const one = JSON.parse(text)
      if (owner !== tenant) leak('wrote for another tenant')
      // A bulk write may delete what it made.
      if (!before.shown.has(one.uid ?? one._id) && name !== 'bulk') leak('made what is hidden')
    }
    // A delete that took what it should have kept.
    for (const one of before.shown) {
      const isKept =
        after.shown.has(one) ||
        [...after.hidden.values()].some(({ text }) => text.includes(`"${one}"`))
      if (!isKept && !name.includes('replace') && name !== 'bulk') leak('deleted for good')
    }
  }

  async function inOneTick(): Promise<void> {
    const all = await stored('fuzz_things')
    const found = await Promise.all(
      TENANTS.map((tenant) =>
        context.run({ tenant }, () =>
          Promise.all(all.map(({ document }) => Thing.find(String(document._id)))),
        ),
      ),
    )
    for (const [place, rows] of found.entries()) {
      const seen = rows.filter((row): row is InstanceType<typeof Thing> => row !== null)
      const tenant = TENANTS[place]
      const may = all
        .filter(({ owner, document }) => owner === tenant && (document.deleted_at ?? null) === null)
        .map(({ document }) => document as { uid: string })
      const marks = (list: readonly { uid: string }[]) =>
        list
          .map((one) => one.uid)
          .sort()
          .join()
      if (marks(seen) !== marks(may)) throw new Error(`finds of one tick by ${tenant} differ`)
    }
  }

  for (let run = 0; run < runs; run++) {
    if (run % 40 === 0) {
      await fill()
      await inOneTick()
    }
    await once(run)
  }
}
