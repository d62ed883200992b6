import {
  BaseModel,
  CamelCaseNamingStrategy,
  column,
  computed,
  SnakeCaseNamingStrategy,
} from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { waysToAnInstance } from '../../helpers/instances.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

const failing = (code: string) => expect.objectContaining({ code })

const prepare = (value: unknown) => value
const consume = (value: unknown) => value
const serialize = (value: unknown) => value

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column({ prepare, consume, serialize, meta: { any: 'thing' } }) declare firstName: string
  @column({ columnName: 'pw', serializeAs: null }) declare password: string
  @column({ serializeAs: 'years' }) declare age: number
  @column.dateTime({ autoCreate: true }) declare createdAt: unknown
  @column() get nick(): string {
    return 'n'
  }
  @column() set alias(value: string) {
    this.$setAttribute('alias', value)
  }
  @computed({ meta: 1 }) get fullName() {
    return 'f'
  }
  @computed({ serializeAs: null }) get secret() {
    return 's'
  }
}

describe('columns', () => {
  const COLUMNS = {
    id: { isPrimary: true, columnName: '_id', serializeAs: 'id' },
    firstName: { columnName: 'first_name', prepare, consume, serialize, meta: { any: 'thing' } },
    password: { columnName: 'pw', serializeAs: null },
    age: { columnName: 'age', serializeAs: 'years' },
    createdAt: {
      columnName: 'created_at',
      meta: { type: 'datetime', autoCreate: true, autoUpdate: false },
    },
    nick: { hasGetter: true, hasSetter: false },
    alias: { hasGetter: false, hasSetter: true },
  }

  it.each(['before', 'after'])('are told %s the model is used', (when) => {
    if (when === 'after') User.boot()
    expect([...User.$columnsDefinitions.keys()]).toEqual(Object.keys(COLUMNS))
    for (const [name, options] of Object.entries(COLUMNS)) {
      const expected = {
        isPrimary: false,
        serializeAs: name,
        hasGetter: false,
        hasSetter: false,
        ...options,
      }
      expect(User.$getColumn(name)).toMatchObject(expected)
      expect(User.$columnsDefinitions.get(name)).toEqual(User.$getColumn(name))
      expect(User.$hasColumn(name)).toBe(true)
    }
  })

  it.each(['first_name', 'fullName', 'nope', 'constructor', 'save', '__proto__'])(
    '%s is none',
    (name) => {
      expect(User.$hasColumn(name)).toBe(false)
      expect(User.$getColumn(name)).toBeUndefined()
    },
  )

  it('cannot be changed from outside', () => {
    User.$columnsDefinitions.delete('firstName')
    expect(User.$hasColumn('firstName')).toBe(true)
    const options = User.$getColumn('password') as { serializeAs: string | null }
    expect(() => {
      options.serializeAs = 'password'
    }).toThrow(TypeError)
    User.$computedDefinitions.clear()
    expect(User.$hasComputed('fullName')).toBe(true)
  })

  it('are in $columns of an instance, by property name', () => {
    expect(new User().$columns).toEqual(Object.keys(COLUMNS))
  })
})

describe('$keys', () => {
  const NAMES = [
    ['id', '_id', 'id'],
    ['firstName', 'first_name', 'firstName'],
    ['age', 'age', 'years'],
    ['password', 'pw', null],
  ] as const

  it.each(NAMES)('%s, %s, %s', (attribute, stored, serialized) => {
    const { $keys } = User
    expect($keys.attributesToColumns.get(attribute)).toBe(stored)
    expect($keys.columnsToAttributes.get(stored)).toBe(attribute)
    if (serialized === null) {
      expect($keys.attributesToSerialized.get(attribute)).toBeUndefined()
      expect($keys.columnsToSerialized.get(stored)).toBeUndefined()
      return
    }
    expect($keys.attributesToSerialized.get(attribute)).toBe(serialized)
    expect($keys.columnsToSerialized.get(stored)).toBe(serialized)
    expect($keys.serializedToAttributes.get(serialized)).toBe(attribute)
    expect($keys.serializedToColumns.get(serialized)).toBe(stored)
  })

  it('resolve, default and list', () => {
    const { attributesToColumns, serializedToColumns } = User.$keys
    expect(attributesToColumns.resolve('firstName')).toBe('first_name')
    expect(attributesToColumns.resolve('nope')).toBe('nope')
    expect(attributesToColumns.get('nope', 'otherwise')).toBe('otherwise')
    expect(attributesToColumns.get('constructor')).toBeUndefined()
    expect(attributesToColumns.all()).toMatchObject({ id: '_id', password: 'pw', nick: 'nick' })
    expect(serializedToColumns.all()).not.toHaveProperty('password')
    expect(Object.keys(serializedToColumns.all())).not.toContain('')
  })

  it('follow columns that are added until the model is used', () => {
    class Growing extends BaseModel {
      @column() declare one: string
    }
    expect(Growing.$keys.attributesToColumns.get('twoMore')).toBeUndefined()
    expect(Growing.$addColumn('twoMore', { serializeAs: 'two' })).toMatchObject({
      columnName: 'two_more',
      serializeAs: 'two',
    })
    expect(Growing.$keys.attributesToColumns.get('twoMore')).toBe('two_more')
    new Growing()
    expect(Growing.$keys).toBe(Growing.$keys)
    expect(() => Growing.$addColumn('three')).toThrow(failing('E_MODEL_DEFINITION'))
  })

  it('a column added by $addColumn is stored and read', async () => {
    class Added extends BaseModel {
      declare extra: string
    }
    Added.$addColumn('extra', { columnName: 'x' })
    const { $primaryKeyValue } = await Added.create({ extra: 'e' } as never)
    expect((await Added.findOrFail($primaryKeyValue)).extra).toBe('e')
  })
})

describe('computed properties', () => {
  it('are told', () => {
    expect([...User.$computedDefinitions]).toEqual([
      ['fullName', { serializeAs: 'fullName', meta: 1 }],
      ['secret', { serializeAs: null, meta: undefined }],
    ])
    expect(User.$getComputed('fullName')).toEqual({ serializeAs: 'fullName', meta: 1 })
    expect([User.$hasComputed('fullName'), User.$hasComputed('firstName')]).toEqual([true, false])
    expect(User.$getComputed('constructor')).toBeUndefined()
  })

  it('can be added at any time', () => {
    class Late extends BaseModel {
      get late() {
        return 'l'
      }
    }
    const late = new Late()
    expect(late.toJSON()).toEqual({})
    Late.$addComputed('late', { serializeAs: 'later' })
    expect(late.toJSON()).toEqual({ later: 'l' })
  })

  it.each([
    ['a static property', () => computed()(BaseModel as never, 'name')],
    ['a method', () => computed()(BaseModel.prototype, 'save')],
    ['a name with a dollar', () => User.$addComputed('$name')],
    ['__proto__', () => User.$addComputed('__proto__')],
    ['constructor', () => User.$addComputed('constructor')],
  ])('refuse %s', (_, act) => {
    expect(act).toThrow(failing('E_MODEL_DEFINITION'))
  })

  it('are inherited, and leak neither up nor sideways', () => {
    class Shape extends BaseModel {
      @computed() get area() {
        return 1
      }
    }
    class Square extends Shape {
      @computed({ serializeAs: 'edgeLength' }) get edge() {
        return 2
      }
      @computed({ serializeAs: 'surface' }) override get area() {
        return 4
      }
    }
    class Circle extends Shape {
      override get area() {
        return 3
      }
    }
    Circle.boot()
    Shape.$addComputed('later')
    expect(new Shape().toJSON()).toEqual({ area: 1 })
    expect(new Square().toJSON()).toEqual({ surface: 4, edgeLength: 2 })
    expect(new Circle().toJSON()).toEqual({ area: 3 })
    expect([...Circle.$computedDefinitions.keys()]).toEqual(['area'])
    expect([...Shape.$computedDefinitions.keys()]).toEqual(['area', 'later'])
  })
})

describe.each([
  ['camelCase', new CamelCaseNamingStrategy(), 'firstName', 'fullName', 'lastPosts'],
  ['snake_case', new SnakeCaseNamingStrategy(), 'first_name', 'full_name', 'last_posts'],
])('names in JSON in %s', (_, namingStrategy, firstName, fullName, lastPosts) => {
  class Person extends BaseModel {
    static override namingStrategy = namingStrategy
    @column({ isPrimary: true }) declare id: string
    @column() declare firstName: string
    @column({ serializeAs: 'keptAsIs' }) declare otherName: string
    @computed() get fullName() {
      return `${this.firstName} L`
    }
    @computed({ serializeAs: 'alsoKept' }) get otherComputed() {
      return 1
    }
  }

  it.each(waysToAnInstance)('of an instance that was %s', async (_way, make) => {
    const person = (await make(Person, { firstName: 'A', otherName: 'O' })) as Person
    person.$preloaded.lastPosts = []
    expect(person.toJSON()).toEqual({
      id: person.id,
      [firstName]: 'A',
      keptAsIs: 'O',
      [lastPosts]: [],
      [fullName]: 'A L',
      alsoKept: 1,
    })
    const fields = [firstName, fullName]
    expect(Object.keys(person.serialize({ fields }))).toEqual([firstName, lastPosts, fullName])
    expect(Object.keys(person.toObject())).toContain('fullName')
    expect(Object.keys(person.toAttributes())).toEqual(['id', 'firstName', 'otherName'])
  })

  it('are told', () => {
    expect(Person.$keys.attributesToSerialized.get('firstName')).toBe(firstName)
    expect(Person.$getComputed('fullName')?.serializeAs).toBe(fullName)
  })
})

it('a child with another naming strategy names what it inherits by its own', () => {
  class Camel extends BaseModel {
    @column() declare firstName: string
    @computed() get fullName() {
      return 'f'
    }
  }
  class Snake extends Camel {
    static override namingStrategy = new SnakeCaseNamingStrategy()
  }
  expect(new Snake().merge({ firstName: 'x' }).toJSON()).toEqual({
    first_name: 'x',
    full_name: 'f',
  })
  expect(new Camel().merge({ firstName: 'x' }).toJSON()).toEqual({ firstName: 'x', fullName: 'f' })
})

describe('a class that lists its columns', () => {
  const define = () => {
    class Listed extends BaseModel {
      static $columns = ['id', 'title'] as const
      override $columns = Listed.$columns
      @column({ isPrimary: true }) declare id: string
      @column() declare title: string
      @column() declare body: string
    }
    return Listed
  }
  it.each(waysToAnInstance)('answers these from toAttributes: %s', async (_, make) => {
    const Listed = define()
    const listed = await make(Listed, { title: 't', body: 'b' })
    const { id } = listed as InstanceType<typeof Listed>
    expect(listed.toAttributes()).toStrictEqual({ id, title: 't' })
    expect(listed.toJSON()).toStrictEqual({ id, title: 't', body: 'b' })
    expect((await Listed.findOrFail(id)).toAttributes()).toStrictEqual({ id, title: 't' })
  })
})

describe('$defineProperty', () => {
  type WithList = typeof BaseModel & { list: { names: string[] } }

  it('inherits a copy, starts anew, or asks', () => {
    class Parent extends BaseModel {}
    class Copy extends Parent {}
    class Anew extends Parent {}
    class Asked extends Parent {}
    const initial = { names: ['a'] }
    Parent.$defineProperty('list', initial, 'inherit')
    expect((Parent as WithList).list).toBe(initial)
    Copy.$defineProperty('list', { names: [] as string[] }, 'inherit')
    ;(Copy as WithList).list.names.push('copy')
    Anew.$defineProperty('list', { names: ['new'] }, 'define')
    Asked.$defineProperty('list', initial, (parent) => ({ names: [...parent.names, 'asked'] }))
    const lists = [Parent, Copy, Anew, Asked].map((model) => (model as WithList).list.names)
    expect(lists).toEqual([['a'], ['a', 'copy'], ['new'], ['a', 'asked']])
    Parent.$defineProperty('list', { names: ['again'] }, 'define')
    expect((Parent as WithList).list).toBe(initial)
    expect(Object.hasOwn(BaseModel, 'list')).toBe(false)
  })

  it('copies maps and sets, and shares what is of another class', () => {
    class Parent extends BaseModel {}
    class Child extends Parent {}
    const shared = new Date()
    const map = new Map([['key', new Set([[1]])]])
    Parent.$defineProperty('stuff', { map, shared, nothing: null }, 'define')
    Child.$defineProperty('stuff', undefined, 'inherit')
    const { stuff } = Child as unknown as { stuff: { map: typeof map; shared: Date } }
    expect(stuff).toEqual({ map, shared, nothing: null })
    expect(stuff.map.get('key')).not.toBe(map.get('key'))
    expect(stuff.shared).toBe(shared)
  })

  it('refuses another strategy', () => {
    expect(() => User.$defineProperty('x', 1, 'merge' as never)).toThrow(
      failing('E_MODEL_DEFINITION'),
    )
  })
})

describe('state of an instance', () => {
  it.each(waysToAnInstance)('%s', async (how, make) => {
    const user = (await make(User, { firstName: 'A' })) as User
    expect(user.$isLocal).toBe(how !== 'fetched')
    expect(user.$primaryKeyValue).toBe(user.id)
    expect(user.$sideloaded).toEqual({})
    user.$sideloaded = { viewer: 1 }
    expect(user.enableForceUpdate()).toBe(user)
    await user.refresh()
    expect(user.$sideloaded).toEqual({ viewer: 1 })
    expect(user.$preloaded).toEqual({})
    expect(user.toJSON()).not.toHaveProperty('viewer')
  })
})
