import { BaseModel, column } from 'lucent-odm'

class Vehicle extends BaseModel {
  static override discriminator: { key: string; value?: string } = { key: 'kind' }
  @column() declare kind: string
}

class Car extends Vehicle {
  static override discriminator = { key: 'kind', value: 'car' }
  @column() declare doors: number
}

const doors: Promise<number[]> = Car.all().then((cars) => cars.map((car) => car.doors))
const kinds: Promise<string[]> = Vehicle.all().then((all) => all.map(({ kind }) => kind))
// @ts-expect-error a column of another class
Vehicle.query().where('doors', 3)

// @ts-expect-error without a key
class Wrong extends BaseModel {
  static override discriminator = { value: 'car' }
}

export { doors, kinds, Wrong }
