import { BaseModel, column, type EmbedsOne, embedsOne, onInit } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

const made: string[] = []

class Wheel extends BaseModel {
  @column() declare size: number
  @onInit() static begin(wheel: Wheel) {
    made.push(`wheel ${wheel.size}`)
  }
}

class Vehicle extends BaseModel {
  static override discriminator = { key: 'kind', value: 'vehicle' }
  @column({ isPrimary: true }) declare id: string
  @column() declare kind: string
  @column() declare name: string
  @embedsOne(() => Wheel) declare wheel: EmbedsOne<typeof Wheel> | null
  declare shown: string

  @onInit() static begin(vehicle: Vehicle) {
    vehicle.shown = `${vehicle.constructor.name} ${vehicle.name}`
    made.push(`${vehicle.shown} ${vehicle.$isPersisted ? 'read' : 'new'}`)
  }
}

class Car extends Vehicle {
  static override discriminator = { key: 'kind', value: 'car' }
  @onInit() static open() {
    made.push('opened')
  }
}

let first = ''

beforeEach(async () => {
  await db.collection('vehicles').deleteMany({})
  first = (await Vehicle.create({ name: 'a' })).id
  await Car.create({ name: 'b' })
  made.length = 0
})

const READ_A = 'Vehicle a read'
const READ_B = ['Car b read', 'opened']

describe('onInit', () => {
  it.each([
    ['all', () => Vehicle.query().orderBy('name'), [READ_A, ...READ_B]],
    ['first', () => Car.firstOrFail(), READ_B],
    ['findBy', () => Vehicle.findByOrFail('name', 'a'), [READ_A]],
    ['find', async () => Vehicle.find(first), [READ_A]],
    ['paginate', () => Car.query().paginate(1, 5), READ_B],
    ['without hooks', () => Car.query().withoutHooks(), READ_B],
    ['create', () => Car.create({ name: 'c' }), ['Car c new', 'opened']],
    ['createMany', () => Car.createMany([{ name: 'c' }]), ['Car c new', 'opened']],
    ['firstOrNew', () => Car.firstOrNew({ name: 'c' }), ['Car c new', 'opened']],
    ['an instance by new', async () => new Car(), []],
    ['rows that are no instances', () => Car.query().pojo().exec(), []],
    [
      'bulkWrite: replaceOne',
      () => Car.bulkWrite((bulk) => bulk.replaceOne({ name: 'b' }, { name: 'b' })),
      [],
    ],
  ] as const)('%s', async (_, run, expected) => {
    await run()
    expect(made).toEqual(expected)
  })

  it('runs for what is embedded, when it is looked at', async () => {
    const vehicle = await Vehicle.create({ name: 'c', wheel: { size: 4 } })
    expect(made.splice(0)).toEqual(['wheel 4', 'Vehicle c new'])
    const found = await Vehicle.findOrFail(vehicle.id)
    expect(made.splice(0)).toEqual(['Vehicle c read'])
    expect(found.wheel?.size).toBe(4)
    expect(made.splice(0)).toEqual(['wheel 4'])
    expect(found.shown).toBe('Vehicle c')
    expect(found.$isDirty).toBe(false)
  })

  it('what it throws reaches the caller', async () => {
    class Broken extends BaseModel {
      static override collection = 'vehicles'
      @column({ isPrimary: true }) declare id: string
      @onInit() static fail() {
        throw new RangeError('broken')
      }
    }
    await expect(Broken.all()).rejects.toThrow(new RangeError('broken'))
    await expect(Broken.create({})).rejects.toThrow(new RangeError('broken'))
  })

  it('must not be async', async () => {
    class Slow extends BaseModel {
      static override collection = 'vehicles'
      @column({ isPrimary: true }) declare id: string
      @onInit() static async wait() {}
    }
    await expect(Slow.all()).rejects.toMatchObject({
      code: 'E_MODEL_DEFINITION',
      message: 'Slow: the onInit hook Slow.wait must not be async',
    })
  })
})
