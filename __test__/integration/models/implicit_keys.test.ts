import { BaseModel, column } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, database } = lucentDatabase()

afterEach(async () => {
  for (const name of ['rows', 'counters']) await db.collection(name).deleteMany({})
})

describe('30: a column id is the key where no column says so', () => {
  class Plain extends BaseModel {
    static override collection = 'rows'
    @column() declare name: string
    @column() declare id: string
  }
  class Uuids extends BaseModel {
    static override collection = 'rows'
    @column.uuid() declare id: string
    @column() declare name: string
  }
  class Shown extends BaseModel {
    static override collection = 'rows'
    @column({ serializeAs: 'key', meta: 'mine' }) declare id: string
    @column() declare name: string
  }
  class Inherited extends Plain {
    static override collection = 'rows'
    @column() declare more: string
  }

  it.each([
    ['plain', Plain, /^[0-9a-f]{24}$/],
    ['uuid', Uuids, /^[0-9a-f-]{36}$/],
    ['with options', Shown, /^[0-9a-f]{24}$/],
    ['inherited', Inherited, /^[0-9a-f]{24}$/],
  ] as const)('%s', async (_, model, form) => {
    expect(model.primaryKey).toBe('id')
    expect(model.$getColumn('id')).toMatchObject({ isPrimary: true, columnName: '_id' })
    expect(model.$hasColumn('_id')).toBe(false)
    const row = await model.create({ name: 'a' })
    expect(row.id).toMatch(form)
    expect(Object.keys((await db.collection('rows').findOne()) ?? {})).toEqual(['_id', 'name'])
    expect(await model.findOrFail(row.id)).toMatchObject({ id: row.id, name: 'a' })
    await row.merge({ name: 'b' }).save()
    expect(await model.query().where('id', row.id).pluck('name')).toEqual(['b'])
  })

  it('keeps the options of the column', async () => {
    const { id } = await Shown.create({ name: 'a' })
    expect(Shown.$getColumn('id')).toMatchObject({ serializeAs: 'key', meta: 'mine' })
    expect((await Shown.findOrFail(id)).toJSON()).toEqual({ key: id, name: 'a' })
  })

  it('not where another column is, or where it is stored under a name of its own', async () => {
    class Other extends BaseModel {
      static override collection = 'rows'
      @column({ isPrimary: true }) declare key: string
      @column() declare id: number
    }
    class Named extends BaseModel {
      static override collection = 'rows'
      @column({ columnName: 'id' }) declare id: number
    }
    class Dated extends BaseModel {
      static override collection = 'rows'
      @column.date() declare id: unknown
    }
    expect([Other, Named, Dated].map(({ primaryKey }) => primaryKey)).toEqual(['key', '_id', '_id'])
    await Other.create({ id: 7 })
    await Named.create({ id: 8 })
    expect(
      await db
        .collection('rows')
        .find()
        .map(({ id }) => id)
        .toArray(),
    ).toEqual([7, 8])
  })
})

describe('30: truncate() restarts a sequence', () => {
  class Numbered extends BaseModel {
    static override collection = 'rows'
    @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  }
  class Other extends BaseModel {
    static override collection = 'others'
    @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  }
  const next = async (model: typeof Numbered) => (await model.create({})).id

  it('of the model alone', async () => {
    await Numbered.createMany([{}, {}, {}])
    await Other.create({})
    await Numbered.truncate()
    expect(await Numbered.query().count()).toBe(0)
    expect([await next(Numbered), await next(Numbered), await next(Other)]).toEqual([1, 2, 2])
    await Numbered.truncate(true)
    expect(await next(Numbered)).toBe(1)
  })

  it('but not in a transaction, of which counters are no part', async () => {
    await Numbered.createMany([{}, {}, {}])
    const trx = await database.transaction()
    await Numbered.truncate(false, { client: trx })
    await trx.rollback()
    expect(await Numbered.query().count()).toBe(3)
    expect(await next(Numbered)).toBe(4)
    await database.transaction((client) => Numbered.truncate(false, { client }))
    expect(await next(Numbered)).toBe(5)
  })
})
