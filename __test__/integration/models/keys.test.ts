import { Adapter, BaseModel, Binary, column, errors, ObjectId, UUID } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase({ maxPoolSize: 50 })
const { database, db } = server

const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const times = <Result>(count: number, work: (place: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, place) => work(place)))
const range = (count: number, from = 1) => Array.from({ length: count }, (_, place) => place + from)

afterEach(async () => {
  for (const { collectionName } of await db.collections()) {
    if (!collectionName.startsWith('system.')) await db.collection(collectionName).deleteMany({})
  }
})

describe('uuid', () => {
  class File extends BaseModel {
    static override collection = 'files'
    @column({ isPrimary: true, generate: 'uuid' }) declare id: string
    @column() declare name: string
    @column.uuid() declare ownerId: string | null
    @column.uuid() declare readerIds: string[]
  }
  class Short extends BaseModel {
    static override collection = 'files'
    @column.uuid({ isPrimary: true }) declare id: string
  }
  const files = db.collection<{ _id: unknown }>('files')
  const OWNER = '01234567-89ab-4def-8123-456789abcdef'

  it('is text for the application and binary in the store', async () => {
    const file = await File.create({ name: 'a', ownerId: OWNER, readerIds: [OWNER] })
    expect(file.id).toMatch(TEXT)
    const stored = await files.findOne()
    expect(stored).toEqual({
      _id: new UUID(file.id),
      name: 'a',
      owner_id: new UUID(OWNER),
      reader_ids: [new UUID(OWNER)],
    })
    expect(stored).toMatchObject({ _id: { sub_type: Binary.SUBTYPE_UUID } })
    const read = await File.findOrFail(file.id)
    expect(read.toJSON()).toEqual({ id: file.id, name: 'a', ownerId: OWNER, readerIds: [OWNER] })
    expect(read.$isDirty).toBe(false)
    expect(read.$original).toEqual({ id: file.id, name: 'a', ownerId: OWNER, readerIds: [OWNER] })
  })

  it('is found by text in either case, by its class, coalesced or not', async () => {
    const made = await File.createMany([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
    const [a, b] = made as [File, File, File]
    for (const coalesce of [true, false]) {
      const found = await Promise.all([
        File.find(a.id, { coalesce }),
        File.find(a.id.toUpperCase(), { coalesce }),
        File.find(new UUID(b.id), { coalesce }),
        File.find(OWNER, { coalesce }),
      ])
      expect(found.map((file) => file?.name)).toEqual(['a', 'a', 'b', undefined])
    }
    expect((await File.findMany([a.id, b.id])).map(({ name }) => name).sort()).toEqual(['a', 'b'])
    expect(await File.query().whereIn('id', [a.id, b.id]).count()).toBe(2)
    expect(await File.query().whereNot('id', a.id).count()).toBe(2)
    expect((await Short.findOrFail(a.id)).id).toBe(a.id)
  })

  it('is what updates and deletes go by', async () => {
    const file = await File.create({ name: 'a', ownerId: OWNER })
    await file.merge({ name: 'b', ownerId: null }).save({ coalesce: true })
    const read = await File.findOrFail(file.id)
    expect(read).toMatchObject({ name: 'b', ownerId: null })
    read.ownerId = OWNER
    expect(read.$dirty).toEqual({ ownerId: OWNER })
    await read.save()
    expect(await File.query().where('ownerId', OWNER.toUpperCase()).count()).toBe(1)
    expect(await File.query().where('id', file.id).update({ ownerId: file.id })).toEqual([1])
    expect(await files.findOne()).toMatchObject({ owner_id: new UUID(file.id) })
    await read.delete()
    expect(await files.countDocuments()).toBe(0)
  })

  it('the same text in another case is no change', async () => {
    const file = await File.create({ ownerId: OWNER })
    const read = await File.findOrFail(file.id)
    read.ownerId = OWNER.toUpperCase()
    expect(read.$isDirty).toBe(false)
  })

  it('refuses what is none, and never tells it', async () => {
    const bad = 'not-a-uuid'
    const calls: (() => Promise<unknown>)[] = [
      () => File.create({ ownerId: bad }),
      () => File.create({ id: bad }),
      () => File.create({ readerIds: [OWNER, bad] }),
      () => File.create({ ownerId: 5 as never }),
      () => File.find(bad),
      () => File.find(5),
      () => File.findMany([bad]),
      async () => File.query().where('ownerId', bad),
    ]
    for (const call of calls) {
      const error = await Promise.resolve()
        .then(call)
        .catch((error: unknown) => error)
      expect(error, call.toString()).toBeInstanceOf(errors.E_INVALID_VALUE)
      expect(String(error)).not.toContain(bad)
    }
    expect(await files.countDocuments()).toBe(0)
  })

  it('keys that the application gives are kept', async () => {
    const file = await File.create({ id: OWNER, name: 'a' })
    expect(file.id).toBe(OWNER)
    await expect(File.create({ id: OWNER })).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
  })

  it('find-or-create knows them', async () => {
    const one = await File.firstOrCreate({ id: OWNER }, { name: 'a' })
    const two = await File.updateOrCreate({ id: OWNER.toUpperCase() }, { name: 'b' })
    expect(two.id).toBe(one.id)
    const rows = await File.updateOrCreateMany('id', [{ id: OWNER, name: 'c' }, { id: file() }])
    expect(rows.map(({ name }) => name)).toEqual(['c', undefined])
    expect(await files.countDocuments()).toBe(2)
    function file() {
      return '11234567-89ab-4def-8123-456789abcdef'
    }
  })
})

describe('sequence', () => {
  class Invoice extends BaseModel {
    static override collection = 'invoices'
    @column({ isPrimary: true, generate: 'sequence' }) declare number: number
    @column() declare amount: number
  }
  class Order extends BaseModel {
    static override collection = 'orders'
    @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  }
  const invoices = db.collection<{ _id: unknown }>('invoices')
  const counters = db.collection<{ _id: string; value: unknown }>('counters')

  it('counts from 1, for each collection', async () => {
    expect((await Invoice.create({ amount: 1 })).number).toBe(1)
    expect((await Invoice.create({ amount: 2 })).number).toBe(2)
    expect((await Order.create({})).id).toBe(1)
    expect(await invoices.find().toArray()).toEqual([
      { _id: 1, amount: 1 },
      { _id: 2, amount: 2 },
    ])
    expect(await counters.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'invoices', value: 2 },
      { _id: 'orders', value: 1 },
    ])
  })

  it('100 at the same moment, the first ones among them, have different keys', async () => {
    const made = await times(100, (amount) => Invoice.create({ amount }))
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual(range(100))
    expect(await invoices.countDocuments()).toBe(100)
  })

  it('createMany takes a block, by one command', async () => {
    await Invoice.create({})
    const rows = range(5000).map((amount) => ({ amount }))
    let made: Invoice[] = []
    const commands = await commandsOf(server, 'counters', async () => {
      made = await Invoice.createMany(rows)
    })
    expect(commands).toEqual(['findAndModify'])
    expect(made.map(({ number }) => number)).toEqual(range(5000, 2))
    expect((await Invoice.create({})).number).toBe(5002)
    const some = await times(10, () => Invoice.createMany([{}, {}, {}]))
    const numbers = some.flat().map(({ number }) => number)
    expect(new Set(numbers).size).toBe(30)
    for (const [one, two, three] of some) {
      expect([two?.number, three?.number]).toEqual([
        (one?.number as number) + 1,
        (one?.number as number) + 2,
      ])
    }
  })

  it('is not part of a transaction: nothing conflicts, and gaps stay', async () => {
    const trx = await database.transaction()
    const inside = await Invoice.create({}, { client: trx })
    const outside = await Invoice.create({})
    const again = await Invoice.create({}, { client: trx })
    expect([inside.number, outside.number, again.number]).toEqual([1, 2, 3])
    await trx.rollback()
    expect((await Invoice.create({})).number).toBe(4)
    expect((await invoices.find().toArray()).map(({ _id }) => _id)).toEqual([2, 4])
    expect(inside.number).toBeUndefined()
  })

  it('goes on across transactions that conflict', async () => {
    const made = await times(20, () =>
      database.transaction(async (trx) => (await Invoice.create({}, { client: trx })).number),
    )
    expect(new Set(made).size).toBe(20)
  })

  it('leaves keys that the application gives alone', async () => {
    const made = await Invoice.createMany([{}, { number: 77 }, {}])
    expect(made.map(({ number }) => number)).toEqual([1, 77, 2])
    await invoices.insertOne({ _id: 3 })
    await expect(Invoice.create({})).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
    expect((await Invoice.create({})).number).toBe(4)
  })

  it('finds by number, and by its digits from a path', async () => {
    await Invoice.createMany([{ amount: 1 }, { amount: 2 }])
    for (const coalesce of [true, false]) {
      const found = await Promise.all([
        Invoice.find(2, { coalesce }),
        Invoice.find('2', { coalesce }),
        Invoice.find('02', { coalesce }),
        Invoice.find('x', { coalesce }),
        Invoice.find('', { coalesce }),
      ])
      expect(found.map((invoice) => invoice?.amount)).toEqual([
        2,
        2,
        undefined,
        undefined,
        undefined,
      ])
    }
    expect(await Invoice.findMany([1, '2'])).toHaveLength(2)
    expect(
      await Invoice.query()
        .where('number', '1' as never)
        .count(),
    ).toBe(1)
  })

  it('beyond 32 bits', async () => {
    const { Long } = await import('mongodb')
    await counters.insertOne({ _id: 'invoices', value: Long.fromNumber(2 ** 40) })
    expect((await Invoice.create({})).number).toBe(2 ** 40 + 1)
    expect((await Invoice.findOrFail(2 ** 40 + 1)).number).toBe(2 ** 40 + 1)
  })

  it('says when the counter is none', async () => {
    await counters.insertOne({ _id: 'invoices', value: 1.5 })
    await expect(Invoice.create({})).rejects.toMatchObject({
      code: 'E_INVALID_VALUE',
      model: 'Invoice',
      column: 'number',
    })
    await counters.updateOne({ _id: 'invoices' }, { $set: { value: 'x' } })
    await expect(Invoice.create({})).rejects.toMatchObject({ model: 'Invoice' })
    expect(await invoices.countDocuments()).toBe(0)
  })

  it('takes signal and timeout', async () => {
    const signal = AbortSignal.abort()
    await expect(Invoice.create({}, { signal })).rejects.toBeInstanceOf(errors.E_ABORTED)
    const trx = await database.transaction()
    const inside = Invoice.create({}, { client: trx, signal })
    await expect(inside).rejects.toBeInstanceOf(errors.E_ABORTED)
    await trx.rollback()
    expect((await Invoice.create({}, { timeout: 5000 })).number).toBe(1)
  })

  it('find-or-create, adapters and coalesced writes have them too', async () => {
    const one = await Invoice.firstOrCreate({ amount: 1 })
    const two = await Invoice.updateOrCreate({ amount: 2 }, {})
    const [three] = await Invoice.fetchOrCreateMany('amount', [{ amount: 3 }])
    const more = await times(5, (amount) => Invoice.create({ amount }, { coalesce: true }))
    Invoice.useAdapter(new Adapter())
    const last = await Invoice.create({})
    Invoice.useAdapter(BaseModel.$adapter)
    const numbers = [one, two, three, ...more, last].map((invoice) => invoice?.number as number)
    expect(numbers.sort((a, b) => a - b)).toEqual(range(9))
  })
})

describe('a function', () => {
  it('makes the keys, at once or later, of the instance', async () => {
    class Page extends BaseModel {
      static override collection = 'pages'
      @column({
        isPrimary: true,
        generate: (page) => (page as Page).title.toLowerCase().replaceAll(' ', '-'),
      })
      declare slug: string
      @column() declare title: string
    }
    class Later extends BaseModel {
      static override collection = 'pages'
      @column({ isPrimary: true, generate: async () => ({ year: 2026, day: later++ }) })
      declare key: { year: number; day: number }
    }
    let later = 1
    const page = await Page.create({ title: 'Hello World' })
    expect(page.slug).toBe('hello-world')
    expect((await Page.findOrFail('hello-world')).title).toBe('Hello World')
    await expect(Page.create({ title: 'hello world' })).rejects.toBeInstanceOf(
      errors.E_DUPLICATE_KEY,
    )
    const made = await Later.createMany([{}, {}])
    expect(made.map(({ key }) => key)).toEqual([
      { year: 2026, day: 1 },
      { year: 2026, day: 2 },
    ])
    expect((await Later.query().where('key', { year: 2026, day: 2 })).length).toBe(1)
    const hex = 'a'.repeat(24)
    class Text extends BaseModel {
      static override collection = 'pages'
      @column({ isPrimary: true, generate: () => hex }) declare id: string
    }
    await Text.create({})
    expect(await db.collection<{ _id: string }>('pages').findOne({ _id: hex })).not.toBeNull()
    expect((await Text.findOrFail(hex)).id).toBe(hex)
  })

  it('that answers nothing, or throws, stores nothing', async () => {
    const stop = new Error('stop')
    class Nothing extends BaseModel {
      static override collection = 'pages'
      @column({ isPrimary: true, generate: () => undefined }) declare id: string
    }
    class Failing extends BaseModel {
      static override collection = 'pages'
      @column({ isPrimary: true, generate: () => Promise.reject(stop) }) declare id: string
    }
    await expect(Nothing.create({})).rejects.toMatchObject({
      code: 'E_UNDEFINED_VALUE',
      column: 'id',
      model: 'Nothing',
    })
    await expect(Failing.create({})).rejects.toBe(stop)
    expect(await db.collection('pages').countDocuments()).toBe(0)
  })
})

describe('objectId', () => {
  it('is the default, and may be said', async () => {
    class Said extends BaseModel {
      static override collection = 'said'
      @column({ isPrimary: true, generate: 'objectId' }) declare id: string
    }
    const said = await Said.create({})
    expect(said.id).toMatch(/^[0-9a-f]{24}$/)
    expect(await db.collection('said').findOne()).toEqual({ _id: new ObjectId(said.id) })
  })
})

describe('inheritance', () => {
  it('a subclass has the strategy of its parent, until it declares another', async () => {
    class Parent extends BaseModel {
      @column({ isPrimary: true, generate: 'sequence' }) declare id: number | string
    }
    class Child extends Parent {
      static override collection = 'children'
    }
    class Other extends Parent {
      static override collection = 'others'
      @column({ isPrimary: true, generate: 'uuid' }) declare id: string
    }
    expect((await Child.create({})).id).toBe(1)
    expect((await Other.create({})).id).toMatch(TEXT)
  })
})

describe('declarations that make no sense', () => {
  const E = errors.E_MODEL_DEFINITION
  it.each<[string, () => unknown]>([
    [
      'generate of a column that is no key',
      () => {
        class A extends BaseModel {
          @column({ generate: 'uuid' }) declare x: string
        }
        return A
      },
    ],
    [
      'an unknown strategy',
      () => {
        class B extends BaseModel {
          @column({ isPrimary: true, generate: 'random' as never }) declare id: string
        }
        return B
      },
    ],
    [
      'a strategy for keys that the application assigns',
      () => {
        class C extends BaseModel {
          static override selfAssignPrimaryKey = true
          @column({ isPrimary: true, generate: 'uuid' }) declare id: string
        }
        return C
      },
    ],
  ])('%s', (_, declare) => {
    expect(declare).toThrow(E)
  })
})
