import { BaseModel, column, ObjectId, SnakeCaseNamingStrategy } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Animal extends BaseModel {
  static override collection = 'zoo'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column({ serializeAs: 'years' }) declare age: number
  get label() {
    return `animal ${this.name}`
  }
}

class Dog extends Animal {
  @column() declare breed: string
  @column({ columnName: 'dog_age' }) declare age: number
  override get label() {
    return `dog ${this.name}`
  }
}

class Cat extends Animal {
  static override namingStrategy = new SnakeCaseNamingStrategy()
  @column() declare nineLives: boolean
}

const columns = (instance: BaseModel) =>
  Object.keys(
    instance.fill({} as never).merge(Object.fromEntries(NAMES) as never, true).$attributes,
  )
const NAMES = ['id', 'name', 'age', 'breed', 'nineLives'].map((name) => [name, null])

describe('columns', () => {
  it('are inherited, and leak neither up nor sideways', () => {
    expect(columns(new Animal())).toEqual(['id', 'name', 'age'])
    expect(columns(new Dog())).toEqual(['id', 'name', 'age', 'breed'])
    expect(columns(new Cat())).toEqual(['id', 'name', 'age', 'nineLives'])
  })

  it('may be declared again by the child alone', async () => {
    const dog = await Dog.create({ name: 'Rex', age: 3, breed: 'pug' })
    const animal = await Animal.create({ name: 'Leo', age: 9 })
    const [dogs, zoo] = [db.collection('dogs'), db.collection('zoo')]
    expect(await dogs.findOne()).toEqual({
      _id: new ObjectId(dog.id),
      name: 'Rex',
      dog_age: 3,
      breed: 'pug',
    })
    expect(await zoo.findOne()).toEqual({ _id: new ObjectId(animal.id), name: 'Leo', age: 9 })
    expect((await Dog.findOrFail(dog.id)).toJSON()).toEqual({
      id: dog.id,
      name: 'Rex',
      age: 3,
      breed: 'pug',
    })
    expect((await Animal.findOrFail(animal.id)).toJSON()).toEqual({
      id: animal.id,
      name: 'Leo',
      years: 9,
    })
    expect([dog.label, animal.label]).toEqual(['dog Rex', 'animal Leo'])
  })

  it('unknown to the parent are refused there', async () => {
    await expect(Animal.create({ breed: 'x' } as never)).rejects.toMatchObject({
      code: 'E_UNKNOWN_COLUMN',
      model: 'Animal',
    })
    expect(() => Animal.query().where('nineLives' as never, true as never)).toThrow(
      expect.objectContaining({ code: 'E_UNKNOWN_COLUMN' }),
    )
  })

  it('of a fetched parent do not show in an instance of the child, nor the other way', async () => {
    const _id = new ObjectId()
    await db
      .collection('zoo')
      .insertOne({ _id, name: 'Tom', breed: 'x', dog_age: 1, nine_lives: 1 })
    const animal = await Animal.findOrFail(_id)
    expect(animal.$attributes).toEqual({ id: String(_id), name: 'Tom' })
    expect(animal.$extras).toEqual({ breed: 'x', dog_age: 1, nine_lives: 1 })
    expect('breed' in animal).toBe(false)
  })
})

describe('what is not a column', () => {
  it('the collection is not inherited; the naming strategy, connection and database are', async () => {
    class Kitten extends Cat {}
    const kitten = await Kitten.create({ name: 'k', nineLives: true })
    expect(await db.collection('kittens').findOne()).toMatchObject({ nine_lives: true })
    expect(kitten.toJSON()).toMatchObject({ nine_lives: true })
    class Table extends BaseModel {
      static override table = 'lucid_name'
      @column() declare x: number
    }
    await Table.create({ x: 1 })
    expect(await db.collection('lucid_name').countDocuments()).toBe(1)
  })

  it('columns that the parent gets after the child was declared are not the child’s', async () => {
    class Parent extends BaseModel {
      @column() declare one: number
    }
    class Child extends Parent {
      @column() declare two: number
    }
    column()(Parent.prototype, 'three')
    expect(columnNames(Child)).toEqual(['one', 'two'])
    expect(columnNames(Parent)).toEqual(['one', 'three'])
  })
})

function columnNames(model: new () => BaseModel): string[] {
  const instance = new model()
  for (const name of ['one', 'two', 'three']) instance.$setAttribute(name, 1)
  return Object.keys(instance.$attributes)
}

describe('mixins', () => {
  it('bring columns and methods', async () => {
    type Constructor<T> = new (...args: never[]) => T
    function WithSlug<T extends Constructor<BaseModel>>(superclass: T) {
      class Slugged extends (superclass as unknown as typeof BaseModel) {
        @column() declare slug: string
        slugify(text: string) {
          this.slug = text.toLowerCase()
        }
      }
      return Slugged
    }
    class Post extends WithSlug(BaseModel) {
      @column({ isPrimary: true }) declare id: string
      @column() declare title: string
    }
    class Page extends WithSlug(BaseModel) {
      @column() declare body: string
    }
    const post = new Post()
    post.title = 'Hello'
    post.slugify('Hello')
    await post.save()
    expect((await Post.findOrFail(post.id)).slug).toBe('hello')
    await expect(Page.create({ title: 'x' } as never)).rejects.toMatchObject({
      code: 'E_UNKNOWN_COLUMN',
    })
  })
})

describe('hot reload', () => {
  it('a class defined again under its name is a model of its own', async () => {
    const define = (extra: string) => {
      class Reloaded extends BaseModel {
        @column({ isPrimary: true }) declare id: string
        @column() declare name: string
      }
      column()(Reloaded.prototype, extra)
      return Reloaded
    }
    const [First, Second] = [define('one'), define('two')]
    const one = await First.create({ name: 'a', one: 1 } as never)
    const two = await Second.create({ name: 'b', two: 2 } as never)
    expect((await Second.findOrFail(one.id)).$extras).toEqual({ one: 1 })
    expect((await First.findOrFail(two.id)).$extras).toEqual({ two: 2 })
    expect(await First.find(two.id)).toBeInstanceOf(First)
    expect(await Second.query().count()).toBe(2)
    for (let round = 0; round < 200; round++) {
      const Again = define(`column${round}`)
      expect((await Again.findOrFail(one.id)).name).toBe('a')
    }
  })
})
