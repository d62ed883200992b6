/** Several classes in one collection. */
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  type EmbedsMany,
  embedsMany,
  errors,
  type HasMany,
  hasMany,
} from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { CANARY, everythingIn, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase({ encryption: TEST_KEYS })
const { db } = server
const vehicles = db.collection('vehicles')
const owners = db.collection('owners')

afterEach(async () => {
  await vehicles.deleteMany({})
  await owners.deleteMany({})
})

interface Told {
  key: string
  value?: string
}

class Owner extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @hasMany(() => Vehicle) declare vehicles: HasMany<typeof Vehicle>
  @hasMany(() => Car) declare cars: HasMany<typeof Car>
}

class Vehicle extends BaseModel {
  static override discriminator: Told = { key: 'kind' }
  @column({ isPrimary: true }) declare id: string
  @column() declare kind: string
  @column() declare name: string
  @column.objectId() declare ownerId: string | null
  @belongsTo(() => Owner) declare owner: BelongsTo<typeof Owner> | null
}

class Car extends Vehicle {
  static override discriminator: Told = { key: 'kind', value: 'car' }
  @column() declare doors: number
  @column.encrypted() declare code: string | null

  get told() {
    return `${this.name} with ${this.doors} doors`
  }
}

class Taxi extends Car {
  static override discriminator = { key: 'kind', value: 'taxi' }
  @column() declare licence: string
}

class Boat extends Vehicle {
  static override discriminator = { key: 'kind', value: 'boat' }
  @column() declare mast: boolean
}

async function some(): Promise<void> {
  await Car.create({ name: 'Fiat', doors: 3, code: `${CANARY} 1` })
  await Taxi.createMany([{ name: 'Yellow', doors: 5, licence: 'x', code: `${CANARY} 2` }])
  await Boat.bulkSave([new Boat().merge({ name: 'Argo', mast: true })])
  await vehicles.insertMany([{ name: 'Old' }, { name: 'New', kind: 'rocket', stages: 3 }])
}

const names = (found: readonly Vehicle[]) => found.map(({ name }) => name).sort()

describe('1. reading', () => {
  it('the first class reads all, as instances of the right class', async () => {
    await some()
    const all = await Vehicle.query().orderBy('name')
    expect(all.map((one) => [one.name, one.constructor.name, one.kind])).toEqual([
      ['Argo', 'Boat', 'boat'],
      ['Fiat', 'Car', 'car'],
      ['New', 'Vehicle', 'rocket'],
      ['Old', 'Vehicle', undefined],
      ['Yellow', 'Taxi', 'taxi'],
    ])
    const [argo, fiat, rocket, , yellow] = all as [Boat, Car, Vehicle, Vehicle, Taxi]
    expect(argo.mast).toBe(true)
    expect(fiat.told).toBe('Fiat with 3 doors')
    expect(fiat.code).toBe(`${CANARY} 1`)
    expect(rocket.$extras).toEqual({ stages: 3 })
    expect([yellow.licence, yellow.code]).toEqual(['x', `${CANARY} 2`])
    expect(everythingIn(await vehicles.find().toArray())).not.toContain(CANARY)
    expect(all.some((one) => one.$isDirty)).toBe(false)
  })

  it('others read their own, and that of classes that extend them', async () => {
    await some()
    expect(names(await Car.all())).toEqual(['Fiat', 'Yellow'])
    expect((await Car.query().where('name', 'Yellow').firstOrFail()).constructor).toBe(Taxi)
    expect(names(await Taxi.all())).toEqual(['Yellow'])
    expect(await Car.query().where('doors', '>', 1).count('* as n').pojo()).toMatchObject([
      { n: 2 },
    ])
    const { id } = await Vehicle.query().where('name', 'Argo').firstOrFail()
    expect(await Car.find(id)).toBeNull()
    expect(await Vehicle.find(id)).toBeInstanceOf(Boat)
    expect(await Car.query().pojo()).toHaveLength(2)
    expect((await Car.aggregate().exec()).length).toBe(2)
    expect((await Vehicle.query().paginate(1, 2)).total).toBe(5)
    const seen: string[] = []
    for await (const one of Vehicle.query().cursor()) seen.push(one.constructor.name)
    expect(seen.sort()).toEqual(['Boat', 'Car', 'Taxi', 'Vehicle', 'Vehicle'])
  })

  it('JSON is that of each class, by whatever way', async () => {
    await some()
    const rows = await Vehicle.query().orderBy('name')
    expect(Vehicle.query().explainJson()).toMatchObject({ native: false })
    expect(await Vehicle.query().orderBy('name').toJson()).toBe(JSON.stringify(rows))
    expect(JSON.parse(await Taxi.query().toJson())).toMatchObject([{ doors: 5, licence: 'x' }])
  })

  it('relations to them, and from them', async () => {
    const owner = await Owner.create({ name: 'Ada' })
    await owner.related('cars').create({ name: 'Fiat', doors: 3 })
    await Boat.create({ name: 'Argo', ownerId: owner.id })
    const read = await Owner.query().preload('vehicles').preload('cars').firstOrFail()
    expect(read.vehicles.map((one) => one.constructor.name).sort()).toEqual(['Boat', 'Car'])
    expect(names(read.cars)).toEqual(['Fiat'])
    expect(await Owner.query().whereHas('cars', (cars) => cars.where('name', 'Argo'))).toEqual([])
    const withOwner = await Vehicle.query().preload('owner')
    expect(withOwner.map((one) => one.owner?.name)).toEqual(['Ada', 'Ada'])
    await read.vehicles[0]?.load('owner')
    expect(read.vehicles[0]?.owner?.name).toBe('Ada')
  })

  it('pipelines of others reach the documents of all', async () => {
    await some()
    await Owner.create({ name: 'Ada' })
    const [row] = await Owner.aggregate()
      .raw([{ $lookup: { from: 'vehicles', pipeline: [], as: 'all' } }])
      .exec()
    expect((row as unknown as { all: unknown[] }).all).toHaveLength(5)
  })
})

describe('2. writing', () => {
  it('saves what each class has', async () => {
    await some()
    const all = await Vehicle.query().orderBy('name')
    const fiat = all[1] as Car
    fiat.doors = 5
    fiat.code = `${CANARY} 3`
    await fiat.save()
    expect(await vehicles.findOne({ name: 'Fiat' })).toMatchObject({ kind: 'car', doors: 5 })
    expect(everythingIn(await vehicles.find().toArray())).not.toContain(CANARY)
    await fiat.refresh()
    expect(fiat.code).toBe(`${CANARY} 3`)
    await all[0]?.delete()
    expect(await Boat.all()).toEqual([])
  })

  it('changes and deletes by queries stay within the class', async () => {
    await some()
    await Car.query().all().update({ name: 'changed' })
    expect(await vehicles.countDocuments({ name: 'changed' })).toBe(2)
    await Taxi.query().all().delete()
    expect(await vehicles.countDocuments({})).toBe(4)
    await Boat.truncate().catch(() => undefined)
    expect(await vehicles.countDocuments({ name: 'Old' })).toBe(1)
  })

  it('upserts make documents of the class', async () => {
    await Car.query().where('name', 'a').upsert({ doors: 1 })
    await Taxi.query().where('name', 'b').upsert({ doors: 1 })
    await Car.updateOrCreate({ name: 'c' }, { doors: 2 })
    const made = await vehicles.find().sort({ name: 1 }).toArray()
    expect(made.map(({ kind }) => kind)).toEqual(['car', 'taxi', 'car'])
  })

  it('what takes the place of a document is of the class', async () => {
    await some()
    await Car.query().where('name', 'Fiat').findOneAndReplace({ name: 'Lancia' })
    await Boat.bulkWrite((bulk) => bulk.replaceOne({ name: 'Argo' }, { name: 'Ra' }))
    expect(await vehicles.findOne({ name: 'Lancia' })).toMatchObject({ kind: 'car' })
    expect(await vehicles.findOne({ name: 'Ra' })).toMatchObject({ kind: 'boat' })
  })

  it('the value cannot be another one, and cannot change', async () => {
    await some()
    await expect(Car.create({ kind: 'boat' })).rejects.toThrow(errors.E_INVALID_VALUE)
    const car = await Car.query().where('kind', 'car').firstOrFail()
    car.kind = 'boat'
    await expect(car.save()).rejects.toThrow(errors.E_INVALID_VALUE)
    const update = async () => Vehicle.query().all().update({ kind: 'boat' })
    await expect(update()).rejects.toThrow(errors.E_INVALID_QUERY)
  })

  it('what cannot tell classes apart is refused', () => {
    class Nothing extends BaseModel {
      static override discriminator = { key: 'kind', value: 'x' }
    }
    expect(() => Nothing.query().toMongo()).toThrow(errors.E_MODEL_DEFINITION)
    class Made extends BaseModel {
      static override discriminator = { key: 'kind', value: 'x' }
      @column({ prepare: String }) declare kind: string
    }
    expect(() => Made.query().toMongo()).toThrow(errors.E_MODEL_DEFINITION)
  })
})

class Part extends BaseModel {
  static override discriminator: Told = { key: 'kind' }
  @column() declare kind: string
  @column() declare text: string
}

class Picture extends Part {
  static override discriminator = { key: 'kind', value: 'picture' }
  @column() declare url: string
  @column.encrypted() declare hidden: string
}

class Article extends BaseModel {
  static override collection = 'vehicles'
  @column({ isPrimary: true }) declare id: string
  @embedsMany(() => Part) declare parts: EmbedsMany<typeof Part>
}

describe('3. embedded', () => {
  it('items are of the class that their value says', async () => {
    const picture = new Picture().merge({ url: '/a.png', hidden: `${CANARY} a` })
    const { id } = await Article.create({
      parts: [{ text: 'Hello' }, picture, { kind: 'picture', url: '/b.png' } as Picture],
    })
    expect(everythingIn(await vehicles.find().toArray())).not.toContain(CANARY)
    const article = await Article.findOrFail(id)
    expect(article.parts.map((one) => one.constructor.name)).toEqual(['Part', 'Picture', 'Picture'])
    const [, first, second] = article.parts as unknown as [Part, Picture, Picture]
    expect([first.url, first.hidden, first.kind, second.url]).toEqual([
      '/a.png',
      `${CANARY} a`,
      'picture',
      '/b.png',
    ])
    second.url = '/c.png'
    const updates = await updatesOf(server, 'vehicles', () => article.save())
    expect(updates).toEqual([{ $set: { 'parts.2.url': '/c.png' } }])
    expect(JSON.parse(await Article.query().toJson())).toMatchObject([
      { parts: [{ text: 'Hello' }, { url: '/a.png' }, { url: '/c.png' }] },
    ])
    second.kind = 'other'
    await expect(article.save()).rejects.toThrow(errors.E_INVALID_VALUE)
  })
})
