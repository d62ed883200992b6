/** A database for each tenant: what is shared, what is apart, and what is refused. */
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  compose,
  context,
  type HasMany,
  hasMany,
  inDatabase,
  index,
  type ManyToMany,
  manyToMany,
  SoftDeletes,
  TenantScoped,
} from 'lucent-odm'
import { ObjectId } from 'mongodb'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db, client, name, database } = server
const TENANTS = ['a', 'b'] as const
type Tenant = (typeof TENANTS)[number]
const of = (tenant: string) => client.db(`${name}_${tenant}`)
const as = <Result>(tenant: Tenant, work: () => Result) => context.run({ tenant }, work)

/** One list of people for everybody. */
class Person extends compose(BaseModel, SoftDeletes) {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @hasMany(() => Bill) declare bills: HasMany<typeof Bill>
}

const Apart = TenantScoped({ database: '{database}_{tenant}' })

class Bill extends compose(BaseModel, SoftDeletes, Apart) {
  static override collection = 'bills'
  static override indexes = [index<Bill>({ keys: { number: 1 }, unique: true })]
  @column({ isPrimary: true }) declare id: string
  @column() declare number: number
  @column() declare lineCount: number
  @column.objectId() declare personId: string
  @belongsTo(() => Person) declare person: BelongsTo<typeof Person>
  @hasMany(() => Line) declare lines: HasMany<typeof Line>
  @manyToMany(() => Tag) declare tags: ManyToMany<typeof Tag>
}

class Line extends compose(BaseModel, Apart) {
  static override collection = 'lines'
  @column({ isPrimary: true }) declare id: string
  @column() declare amount: number
  @column.objectId() declare billId: string
  @belongsTo(() => Bill, { counterCache: 'lineCount' }) declare bill: BelongsTo<typeof Bill>
}

class Tag extends compose(BaseModel, Apart) {
  static override collection = 'tags'
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
}

class Numbered extends compose(BaseModel, Apart) {
  static override collection = 'numbered'
  @column({ isPrimary: true, generate: 'sequence' }) declare id: number
}

for (const model of [Person, Bill, Line, Tag, Numbered]) model.useDatabase(database)

const collections = ['people', 'bills', 'lines', 'tags', 'bill_tag', 'numbered', 'counters']
beforeEach(async () => {
  for (const one of [db, ...TENANTS.map(of)]) {
    for (const collection of collections) await one.collection(collection).deleteMany({})
  }
})
afterAll(async () => {
  for (const tenant of TENANTS) await of(tenant).dropDatabase()
})

const numbers = (rows: readonly { number: number }[]) => rows.map(({ number }) => number).sort()

describe('a tenant', () => {
  it('has its documents in its database, and no column for it', async () => {
    for (const tenant of TENANTS) await as(tenant, () => Bill.create({ number: 1 }))
    for (const tenant of TENANTS) {
      const stored = await of(tenant).collection('bills').find().toArray()
      expect(stored).toMatchObject([{ number: 1 }])
      expect(stored[0]).not.toHaveProperty('tenant_id')
    }
    expect(await db.collection('bills').countDocuments()).toBe(0)
  })

  it('shares no find of one tick with another', async () => {
    const id = '64b0000000000000000000aa'
    const rows = TENANTS.map((tenant) => ({
      _id: new ObjectId(id),
      number: tenant === 'a' ? 1 : 2,
    }))
    for (const [place, tenant] of TENANTS.entries()) {
      await of(tenant)
        .collection('bills')
        .insertOne(rows[place] as never)
    }
    const finds = TENANTS.flatMap((tenant) => [1, 2, 3].map(() => as(tenant, () => Bill.find(id))))
    const found = await Promise.all(finds)
    expect(found.map((one) => one?.number)).toEqual([1, 1, 1, 2, 2, 2])
    const commands = await profile({ ...server, db: of('a') }, 'bills', () =>
      as('a', () => Promise.all([Bill.find(id), Bill.find(id)])),
    )
    expect(commands).toHaveLength(1)
  })

  it('has related rows, joins, counts and links in its database', async () => {
    for (const tenant of TENANTS) {
      await as(tenant, async () => {
        const bill = await Bill.create({ number: tenant === 'a' ? 1 : 2 })
        await bill.related('lines').createMany([{ amount: 1 }, { amount: 2 }])
        await bill.related('tags').create({ text: tenant })
      })
    }
    await as('a', async () => {
      const [bill, ...more] = await Bill.query()
        .preload('lines')
        .preload('tags')
        .withCount('tags')
        .whereHas('lines', (lines) => lines.where('amount', 2))
      expect(more).toEqual([])
      expect(bill?.lineCount).toBe(2)
      expect(bill?.lines.map(({ amount }) => amount).sort()).toEqual([1, 2])
      expect(bill?.tags.map(({ text }) => text)).toEqual(['a'])
      expect(bill?.$extras.tags_count).toBe(1)
      const [joined] = await Bill.aggregate()
        .lookup({ from: Line, localField: 'id', foreignField: 'billId', as: 'rows' })
        .exec()
      expect(joined?.rows).toHaveLength(2)
      expect(await Bill.query().unionAll((other) => other.where('number', 2))).toHaveLength(1)
    })
    expect(await of('b').collection('bill_tag').countDocuments()).toBe(1)
    expect(await db.collection('bill_tag').countDocuments()).toBe(0)
  })

  it('has relations with what is shared', async () => {
    const person = await Person.create({ name: 'Ada' })
    for (const tenant of TENANTS) {
      await as(tenant, () => Bill.create({ number: tenant === 'a' ? 1 : 2, personId: person.id }))
    }
    await as('b', async () => {
      const [found] = await Person.query().preload('bills').withCount('bills')
      expect(numbers(found?.bills ?? [])).toEqual([2])
      expect(found?.$extras.bills_count).toBe(1)
      const [bill] = await Bill.query().preload('person')
      expect(bill?.person.name).toBe('Ada')
      expect(await Person.query().whereHas('bills', (bills) => bills.where('number', 1))).toEqual(
        [],
      )
    })
    await expect(Person.query().preload('bills')).rejects.toMatchObject({
      code: 'E_TENANT_REQUIRED',
    })
  })

  it('counts its keys by itself', async () => {
    for (const tenant of TENANTS) {
      const made = await as(tenant, () => Numbered.createMany([{}, {}]))
      expect(made.map(({ id }) => id)).toEqual([1, 2])
    }
  })

  it('keeps what it deletes', async () => {
    for (const tenant of TENANTS) await as(tenant, () => Bill.create({ number: 1 }))
    await as('a', async () => {
      await (await Bill.firstOrFail()).delete()
      expect(await Bill.query().count()).toBe(0)
      expect(await Bill.withTrashed().count()).toBe(1)
    })
    expect(await as('b', () => Bill.query().count())).toBe(1)
  })

  it('is followed by cursors and by instances for as long as the context lasts', async () => {
    for (const tenant of TENANTS) {
      await as(tenant, () => Bill.createMany([1, 2, 3].map((number) => ({ number }))))
    }
    const seen = await as('a', async () => {
      const rows: number[] = []
      for await (const bill of Bill.query().orderBy('number').cursor({ batchSize: 1 })) {
        await as('b', () => Bill.query().where('number', bill.number).delete())
        rows.push(bill.number)
        await bill.merge({ number: bill.number + 10 }).save()
      }
      return rows
    })
    expect(seen).toEqual([1, 2, 3])
    expect(numbers(await as('a', () => Bill.all()))).toEqual([11, 12, 13])
    expect(await as('b', () => Bill.query().count())).toBe(0)
  })

  it('is not the only one in a transaction', async () => {
    const transfer = (fails: boolean) =>
      database.transaction(async (trx) => {
        for (const tenant of TENANTS) {
          await as(tenant, () => Bill.create({ number: 5 }, { client: trx }))
        }
        await Person.create({ name: 'Ada' }, { client: trx })
        if (fails) throw new Error('no')
      })
    await expect(transfer(true)).rejects.toThrow('no')
    const counts = () =>
      Promise.all(TENANTS.map((tenant) => as(tenant, () => Bill.query().count())))
    expect(await counts()).toEqual([0, 0])
    await transfer(false)
    expect(await counts()).toEqual([1, 1])
    expect(await Person.query().count()).toBe(1)
  })
})

describe('what is refused', () => {
  const unsupported = expect.objectContaining({ code: 'E_UNSUPPORTED' })

  it('is a join, or a union, with what is in another database', async () => {
    expect(() =>
      Person.aggregate().lookup({
        from: Bill,
        localField: 'id',
        foreignField: 'personId',
        as: 'x',
      }),
    ).toThrow(unsupported)
    expect(() => Bill.query().union(Person.query() as never)).toThrow(unsupported)
    const byName: (() => Promise<unknown>)[] = [
      () => Person.aggregate().unionWith('bills').exec(),
      () => Bill.aggregate().unionWith('people').exec(),
      () => Person.aggregate().merge({ into: 'bills' }).exec(),
      () =>
        Bill.aggregate()
          .raw([{ $out: { db: `${name}_b`, coll: 'lines' } }])
          .exec(),
      () => Person.aggregate().unionWith('bills').explain(),
    ]
    for (const work of byName) {
      await expect(as('a', work)).rejects.toEqual(unsupported)
    }
  })

  it('is a count in another database', () => {
    class Visit extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.objectId() declare billId: string
      @belongsTo(() => Bill, { counterCache: 'lineCount' }) declare bill: BelongsTo<typeof Bill>
    }
    Visit.useDatabase(database)
    const made = as('a', () => Visit.create({}))
    return expect(made).rejects.toThrow('counterCache: Bill is in another database')
  })

  it('is a template that names no database for each value', async () => {
    for (const template of ['tenants', '{database}', '{a}_{b}', 'a.{tenant}']) {
      class Wrong extends compose(BaseModel, TenantScoped({ database: template })) {
        @column({ isPrimary: true }) declare id: string
      }
      Wrong.useDatabase(database)
      await expect(as('a', async () => Wrong.all())).rejects.toMatchObject({
        code: 'E_MODEL_DEFINITION',
      })
    }
  })
})

describe('without the rule', () => {
  it('a database is named, and means that one', async () => {
    for (const tenant of TENANTS) {
      await as(tenant, () => Bill.create({ number: tenant === 'a' ? 1 : 2 }))
    }
    const named = (tenant: Tenant) =>
      Bill.query({ connection: `main/${name}_${tenant}` }).withoutTenant('support')
    expect(numbers(await named('b'))).toEqual([2])
    expect(numbers(await as('a', () => named('b').exec()))).toEqual([2])
    // While the rule holds, it says where in what was named.
    await as('a', () => Bill.create({ number: 3 }, { connection: `main/${name}_b` }))
    expect(numbers(await as('b', () => Bill.all()))).toEqual([2])
    expect(await client.db(`${name}_b_a`).collection('bills').countDocuments()).toBe(1)
    await client.db(`${name}_b_a`).dropDatabase()
    const nowhere = as('a', () => Bill.withoutTenant('a report').count())
    await expect(nowhere).rejects.toMatchObject({
      code: 'E_TENANT_REQUIRED',
      message: expect.stringContaining("{ connection: '<connection>/<database>' }"),
    })
  })
})

describe('other values', () => {
  it('say which database as well', async () => {
    class Shop extends BaseModel {
      static override collection = 'tags'
      static override rules = [inDatabase('{database}_{region}')]
      @column({ isPrimary: true }) declare id: string
    }
    Shop.useDatabase(database)
    await context.run({ region: 'a' }, () => Shop.create({}))
    expect(await of('a').collection('tags').countDocuments()).toBe(1)
    await expect(Shop.create({})).rejects.toMatchObject({ code: 'E_CONTEXT_REQUIRED' })
  })
})

describe('indexes', () => {
  it("are made in the tenant's database", async () => {
    const there = async (tenant: Tenant) =>
      (await of(tenant).collection('bills').indexes()).map((one) => one.name)
    const report = await as('a', () => Bill.syncIndexes())
    expect(report.done.map(({ does }) => does)).toContain('createIndexes')
    expect(await there('a')).toHaveLength(2)
    expect(await there('b')).toHaveLength(1)
    expect((await as('a', () => database.syncIndexes([Bill])))[0]?.inSync).toBe(true)
    expect((await as('b', () => Bill.diffIndexes())).missing).toHaveLength(1)
    await expect(Bill.syncIndexes()).rejects.toMatchObject({ code: 'E_TENANT_REQUIRED' })
    await as('a', () => Bill.create({ number: 1 }))
    const twice = as('a', () => Bill.create({ number: 1 }))
    await expect(twice).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
  })
})
