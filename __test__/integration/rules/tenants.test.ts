/** Tenants and users of a context: what is for whom, and what never mixes. */
import {
  BaseModel,
  type BelongsTo,
  Blameable,
  belongsTo,
  column,
  compose,
  condition,
  context,
  errors,
  fromContext,
  type HasMany,
  hasMany,
  type ModelConstructor,
  type Rule,
  SoftDeletes,
  stamp,
  TenantScoped,
} from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, database } = lucentDatabase()

class Org extends compose(BaseModel, TenantScoped('orgId'), Blameable) {
  static override collection = 'orgs'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.objectId() declare orgId: string
  @hasMany(() => Invoice, { localKey: 'name', foreignKey: 'org' })
  declare invoices: HasMany<typeof Invoice>
}

class Invoice extends compose(BaseModel, SoftDeletes, TenantScoped()) {
  @column({ isPrimary: true }) declare id: string
  @column() declare tenantId: string
  @column() declare org: string
  @column() declare total: number
  @belongsTo(() => Org, { localKey: 'name', foreignKey: 'org' }) declare owner: BelongsTo<
    typeof Org
  >
}

for (const model of [Org, Invoice]) model.useDatabase(database)

const A = '64b0000000000000000000aa'
const B = '64b0000000000000000000bb'
const as = <Result>(tenant: string, work: () => Promise<Result>) => context.run({ tenant }, work)

beforeEach(async () => {
  for (const name of ['orgs', 'invoices']) await db.collection(name).deleteMany({})
  for (const tenant of [A, B]) {
    await as(tenant, async () => {
      await Org.create({ name: 'acme' })
      await Invoice.createMany([
        { org: 'acme', total: tenant === A ? 1 : 100 },
        { org: 'acme', total: tenant === A ? 2 : 200 },
      ])
    })
  }
})

const totals = (rows: readonly { total: number }[]) =>
  rows.map(({ total }) => total).sort((a, b) => a - b)

describe('a tenant', () => {
  it('is stored as the column says', async () => {
    const [org] = await db.collection('orgs').find({ name: 'acme' }).sort({ _id: 1 }).toArray()
    expect(org?.org_id.toHexString()).toBe(A)
    const invoice = await as(A, () => Invoice.firstOrFail())
    expect(invoice.tenantId).toBe(A)
  })

  it('reaches relations, joins and unions by the field of each model', async () => {
    await as(A, async () => {
      const [org] = await Org.query().preload('invoices').withCount('invoices')
      expect(totals(org?.invoices ?? [])).toEqual([1, 2])
      expect(org?.$extras.invoices_count).toBe(2)
      const invoices = await Invoice.query().preload('owner')
      expect(invoices.map(({ owner }) => owner.orgId)).toEqual([A, A])
      const joined = await Org.aggregate()
        .lookup({ from: Invoice, localField: 'name', foreignField: 'org', as: 'rows' })
        .exec()
      expect(joined).toHaveLength(1)
      expect(totals((joined[0] as unknown as { rows: { total: number }[] }).rows)).toEqual([1, 2])
      const both = await Org.aggregate().unionWith('invoices').exec()
      expect(both).toHaveLength(3)
      const union = Invoice.query()
        .where('total', 1)
        .unionAll((query) => query.where('total', 200))
      expect(totals(await union)).toEqual([1])
      expect(Invoice.query().toMongo()).toMatchObject({
        filter: { $and: [{ deleted_at: null }, { tenant_id: A }] },
      })
    })
  })

  it('is needed, or left out by name and for a reason', async () => {
    const needed = { code: 'E_TENANT_REQUIRED', message: expect.stringContaining('context.run') }
    await expect(Invoice.query()).rejects.toMatchObject(needed)
    await expect(Invoice.create({ org: 'acme', total: 3 })).rejects.toMatchObject(needed)
    await expect(context.run({ tenant: null }, () => Invoice.all())).rejects.toMatchObject(needed)
    await expect(context.run({ tenant: { $ne: 1 } }, () => Invoice.all())).rejects.toMatchObject(
      needed,
    )
    expect(await Invoice.withoutTenant('a test').count()).toBe(4)
    expect(await Invoice.query().withoutTenant('a test').where('total', '>', 99)).toHaveLength(2)
    expect(await Invoice.aggregate().withoutTenant('a test').count('n').first()).toEqual({ n: 4 })
    expect(() => Invoice.query().withoutTenant('')).toThrow(errors.E_INVALID_QUERY)
    expect(() => context.withoutTenant('', () => 1)).toThrow(errors.E_INVALID_QUERY)
    await context.withoutTenant('a test', async () => {
      expect(await Org.query().preload('invoices')).toHaveLength(2)
      const made = await Invoice.create({ org: 'acme', total: 5, tenantId: 'c' })
      expect(made.tenantId).toBe('c')
    })
    // What is left out is the query's own rule.
    await expect(Org.query().withoutTenant('a test').preload('invoices')).rejects.toMatchObject(
      needed,
    )
  })

  it('gives nothing away', async () => {
    const invoice = await as(A, () => Invoice.firstOrFail())
    const violated = { code: 'E_RULE_VIOLATED', message: expect.not.stringContaining(B) }
    await as(A, async () => {
      await expect(invoice.merge({ tenantId: B }).save()).rejects.toMatchObject(violated)
      await expect(Invoice.create({ org: 'x', total: 1, tenantId: B })).rejects.toMatchObject(
        violated,
      )
      const update = Invoice.query().where('total', 1).update({ tenantId: B })
      await expect(update).rejects.toMatchObject(violated)
      await Invoice.query()
        .where('total', 1)
        .updateWith([{ $set: { tenant_id: B } }])
      expect(await Invoice.query().count()).toBe(2)
      const out = Invoice.aggregate().merge({ into: 'orgs' })
      await expect(out.exec()).rejects.toMatchObject({ code: 'E_RULE_VIOLATED' })
    })
    const other = await as(B, () => Invoice.firstOrFail())
    await as(A, async () => {
      await expect(other.merge({ total: 7 }).save()).rejects.toThrow(errors.E_STALE_MODEL)
      await other.delete()
    })
    expect(await as(B, () => Invoice.query().count())).toBe(2)
  })

  it('never shares a command with another in the same tick', async () => {
    const ids = await Promise.all([A, B].map((one) => as(one, () => Invoice.query().pluck('id'))))
    const all = ids.flat()
    const found = await Promise.all(
      [A, B].map((one) => as(one, () => Promise.all(all.map((id) => Invoice.find(id))))),
    )
    expect(found.map((rows) => totals(rows.filter((row) => row !== null)))).toEqual([
      [1, 2],
      [100, 200],
    ])
    const orgs = await Promise.all([A, B].map((one) => as(one, () => Org.all())))
    await Promise.all(
      [A, B].map((one, place) =>
        as(one, () => Promise.all((orgs[place] ?? []).map((org) => org.load('invoices')))),
      ),
    )
    expect(orgs.flat().map(({ invoices }) => totals(invoices))).toEqual([
      [1, 2],
      [100, 200],
    ])
    await Promise.all(
      [A, B].map((one) =>
        as(one, () =>
          Promise.all(
            [1, 2, 3].map((total) =>
              new Invoice().merge({ org: 'x', total }).save({ coalesce: true }),
            ),
          ),
        ),
      ),
    )
    expect(await as(A, () => Invoice.query().where('org', 'x').count())).toBe(3)
    expect(await as(B, () => Invoice.query().where('org', 'x').count())).toBe(3)
  })

  it('finds by its own conditions in upserts', async () => {
    await as(A, async () => {
      await Invoice.query().where('tenantId', A).where('org', 'new').upsert({ total: 9 })
      await Invoice.updateOrCreate({ tenantId: A, org: 'newer' }, { total: 10 })
      expect(await Invoice.query().whereIn('org', ['new', 'newer']).count()).toBe(2)
    })
    expect(await as(B, () => Invoice.query().where('org', 'new').count())).toBe(0)
  })
})

describe('the context', () => {
  it('holds across what is awaited, hooks and queries that are only answered', async () => {
    const seen: unknown[] = []
    class Hooked extends compose(BaseModel, TenantScoped()) {
      static override collection = 'invoices'
      @column({ isPrimary: true }) declare id: string
      @column() declare tenantId: string
      @column() declare total: number
    }
    Hooked.useDatabase(database)
    Hooked.before('fetch', () => {
      seen.push(context.current.tenant)
    })
    Hooked.after('fetch', async () => {
      seen.push(await Invoice.query().count())
    })
    expect(await context.run({ tenant: A }, () => Hooked.query())).toHaveLength(2)
    expect(seen).toEqual([A, 2])
    const rows: number[] = []
    await as(B, async () => {
      for await (const { total } of Hooked.query().cursor()) rows.push(total)
    })
    expect(rows.sort()).toEqual([100, 200])
    expect(
      await as(A, () => Hooked.transaction((trx) => Hooked.query({ client: trx }).count())),
    ).toBe(2)
  })

  it('adds to the one around it, and is set within', async () => {
    expect(context.current).toEqual({})
    expect(() => context.set({ tenant: A })).toThrow(errors.E_CONFIGURATION)
    await context.run({ tenant: A, requestId: 'r' }, async () => {
      context.set({ userId: 'u' })
      expect(context.current).toEqual({ tenant: A, requestId: 'r', userId: 'u' })
      await context.run({ tenant: B }, async () => {
        expect(context.current).toEqual({ tenant: B, requestId: 'r', userId: 'u' })
        expect(totals(await Invoice.all())).toEqual([100, 200])
      })
      expect(totals(await Invoice.all())).toEqual([1, 2])
      context.set({ tenant: B })
      expect(totals(await Invoice.all())).toEqual([100, 200])
    })
    let tenant = A
    await context.run(
      () => ({ tenant }),
      async () => {
        expect(totals(await Invoice.all())).toEqual([1, 2])
        tenant = B
        expect(totals(await Invoice.all())).toEqual([100, 200])
      },
    )
    context.from(() => ({ tenant: A }))
    try {
      expect(totals(await Invoice.all())).toEqual([1, 2])
      expect(totals(await as(B, () => Invoice.all()))).toEqual([100, 200])
    } finally {
      context.from(undefined)
    }
  })

  it('says who did it; what was used comes back', async () => {
    const org = await context.run({ tenant: A, userId: 'ada' }, () => Org.firstOrFail())
    await context.run({ tenant: A, userId: 'ada' }, () => org.merge({ name: 'new' }).save())
    expect(org).toMatchObject({ updatedBy: 'ada', createdBy: undefined })
    const made = await context.run({ tenant: A, userId: 'bob' }, () => Org.create({ name: 'x' }))
    expect(made).toMatchObject({ createdBy: 'bob', updatedBy: 'bob', orgId: A })
    await as(A, () => made.merge({ name: 'y' }).save())
    expect(made.updatedBy).toBe('bob')
  })
})

describe("an application's own rules", () => {
  function Regional<T extends ModelConstructor>(superclass: T) {
    class Region extends superclass {
      static override rules: readonly Rule[] = [
        condition('region', { region: { $in: fromContext('regions') } }),
        stamp('region', { insert: ({ regions }) => (regions as string[])[0] }),
      ]
    }
    return Region
  }

  class Shop extends Regional(BaseModel) {
    static override collection = 'shops'
    static override rules: readonly Rule[] = [
      condition(
        'open',
        { closed: null, $or: [{ stock: { $gt: 0 } }, { stock: null }] },
        { closed: true },
      ),
    ]
    @column({ isPrimary: true }) declare id: string
    @column({ columnName: 'r' }) declare region: string
    @column() declare closed: boolean | null
    @column() declare stock: number | null
  }
  Shop.useDatabase(database)

  it('hold with those of mixins, and are lifted by name', async () => {
    await db.collection('shops').deleteMany({})
    const regions = ['eu', 'us']
    await context.run({ regions }, async () => {
      await Shop.createMany([{ stock: 1 }, { stock: 0 }, { closed: true }, { region: 'asia' }])
      expect(await db.collection('shops').countDocuments({ r: 'eu' })).toBe(3)
      expect(await Shop.query().count()).toBe(1)
      expect(await Shop.query().onlyRule('open').count()).toBe(1)
      expect(await Shop.query().withoutRule('open').count()).toBe(3)
      expect(await Shop.query().withoutRule('region').count()).toBe(2)
      expect(() => Shop.query().onlyRule('region')).toThrow(errors.E_INVALID_QUERY)
      expect(() => Shop.query().withoutRule('other')).toThrow(errors.E_INVALID_QUERY)
    })
    await expect(Shop.query().count()).rejects.toMatchObject({ code: 'E_CONTEXT_REQUIRED' })
    expect(await context.without('region', 'a test', () => Shop.query().count())).toBe(2)
  })
})
