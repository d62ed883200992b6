import { BaseModel, column, ObjectId } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { waysToAnInstance } from '../../helpers/instances.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

const calls: string[] = []

class Both extends BaseModel {
  static override collection = 'both'
  @column({ isPrimary: true }) declare id: string
  @column()
  get name(): string {
    calls.push('get')
    return `<${this.$getAttribute('name')}>`
  }
  set name(value: string) {
    calls.push('set')
    this.$setAttribute('name', value.trim())
  }
}

class GetterOnly extends BaseModel {
  static override collection = 'getters'
  @column({ isPrimary: true }) declare id: string
  @column()
  get name(): string {
    return `<${this.$getAttribute('name')}>`
  }
}

class SetterOnly extends BaseModel {
  static override collection = 'setters'
  @column({ isPrimary: true }) declare id: string
  @column()
  set name(value: string) {
    this.$setAttribute('name', value.trim())
  }
}

/** What a model reads and stores of `' Ada '`. */
const MODELS: [how: string, model: typeof BaseModel, read: string, stored: string][] = [
  ['a getter and a setter', Both, '<Ada>', 'Ada'],
  ['a getter', GetterOnly, '< Ada >', ' Ada '],
  ['a setter', SetterOnly, 'Ada', 'Ada'],
  ['a getter and a setter of the parent', class extends Both {}, '<Ada>', 'Ada'],
  ['a getter of the parent', class extends GetterOnly {}, '< Ada >', ' Ada '],
  ['a setter of the parent', class extends SetterOnly {}, 'Ada', 'Ada'],
]

type Named = BaseModel & { id: string; name: string }

describe.each(MODELS)('a column with %s', (_how, model, read, stored) => {
  describe.each(waysToAnInstance)('on an instance that was %s', (_, make) => {
    it('is read and serialised through the getter', async () => {
      const instance = (await make(model, { name: ' Ada ' })) as Named
      const { id } = instance
      expect(instance.name).toBe(read)
      expect(instance.$getAttribute('name')).toBe(stored)
      expect(instance.toJSON()).toEqual({ id, name: read })
      expect(instance.toAttributes()).toEqual({ id, name: read })
      expect(instance.toObject()).toEqual({ id, name: stored, $extras: {} })
      expect(instance.$attributes).toEqual({ id, name: stored })
      expect(instance.$original).toEqual({ id, name: stored })
      expect(instance.$isDirty).toBe(false)
    })

    it('is set and saved through the setter', async () => {
      const instance = (await make(model, { name: 'x' })) as Named
      instance.name = ' Ada '
      expect(instance.$dirty).toEqual({ name: stored })
      await instance.save()
      const raw = await db
        .collection(model.collection as string)
        .findOne({ _id: new ObjectId(instance.id) })
      expect(raw).toMatchObject({ name: stored })
      expect(instance.name).toBe(read)
    })

    it('is set by merge and fill through the setter', async () => {
      const instance = (await make(model, { name: 'x' })) as Named
      expect(instance.merge({ name: ' Ada ' } as never).$getAttribute('name')).toBe(stored)
      expect(instance.fill({ name: ' Ada ' } as never).$getAttribute('name')).toBe(stored)
    })
  })
})

describe('setters', () => {
  it('are not called for what was read', async () => {
    const { insertedId } = await db.collection('both').insertOne({ name: ' raw ' })
    calls.length = 0
    const fetched = await Both.findOrFail(insertedId)
    await fetched.refresh()
    await Both.query().where('id', insertedId)
    expect(calls).toEqual([])
    expect(fetched.name).toBe('< raw >')
    expect(fetched.$isDirty).toBe(false)
  })
})

describe('a getter in a child of a plain column', () => {
  class Parent extends BaseModel {
    static override collection = 'plain_parents'
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
  }
  class Child extends Parent {
    static override collection = 'plain_parents'
    @column() declare other: string
    // @ts-expect-error the compiler wants properties to stay properties
    override get name(): string {
      return `child ${this.$getAttribute('name')}`
    }
  }
  it('is the child’s alone, and leaves setting to the column', async () => {
    const parent = await Parent.create({ name: 'p' })
    const child = await Child.create({ name: 'c', other: 'o' } as never)
    expect([parent.name, child.name]).toEqual(['p', 'child c'])
    const found = await Child.findOrFail(child.id)
    found.merge({ name: 'd' } as never)
    await found.save()
    expect(found.toJSON()).toEqual({ id: child.id, name: 'child d', other: 'o' })
    expect((await Parent.findOrFail(child.id)).toJSON()).toEqual({ id: child.id, name: 'd' })
  })
})

describe('super in a getter and a setter of a child', () => {
  class Parent extends BaseModel {
    static override collection = 'super_rows'
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column() declare list: string[]
  }
  class Child extends Parent {
    static override collection = 'super_rows'
    @column() declare other: string
    // @ts-expect-error the compiler wants properties to stay properties
    override get name(): string {
      // @ts-expect-error fields have no super, as above
      return `child ${super.name}`
    }
    override set name(value: string) {
      // @ts-expect-error fields have no super, as above
      super.name = value.trim()
    }
    // @ts-expect-error the compiler wants properties to stay properties
    override get list(): string[] {
      // @ts-expect-error fields have no super, as above
      return super.list
    }
  }
  it('reaches the instance’s own row and no other column', async () => {
    Parent.boot()
    const rows = ['a', 'b', 'c'].map((name) => ({ name, list: [name], other: `other ${name}` }))
    await Child.createMany(rows)
    const children = await Child.query().orderBy('other')
    expect(children.map((one) => one.name)).toEqual(['child a', 'child b', 'child c'])
    expect(children.map((one) => one.list)).toEqual([['a'], ['b'], ['c']])
    const [, , child] = await Child.query().orderBy('other')
    if (child) child.name = ' changed '
    expect(child?.$dirty).toEqual({ name: 'changed' })
    expect(child?.other).toBe('other c')
    await child?.save()
    expect(await db.collection('super_rows').findOne({ name: 'changed' })).toMatchObject({
      list: ['c'],
      other: 'other c',
    })
  })
})

describe('super in a child of a class without a primary key', () => {
  class Named extends BaseModel {
    @column() declare name: string
  }
  class Coded extends Named {
    static override collection = 'coded_rows'
    @column({ isPrimary: true }) declare code: string
    declare id: number
    // @ts-expect-error the compiler wants properties to stay properties
    override get name(): string {
      // @ts-expect-error fields have no super, as above
      return `coded ${super.name}`
    }
    static override selfAssignPrimaryKey = true
  }
  it('reads the child’s own place, and leaves a property that is no column alone', async () => {
    Named.boot()
    const coded = await Coded.create({ code: 'a', name: 'n' } as never)
    coded.id = 7
    expect([coded.id, coded.code, coded.name]).toEqual([7, 'a', 'coded n'])
    const found = await Coded.findOrFail('a')
    expect([found.id, found.name]).toEqual([undefined, 'coded n'])
    Named.$addColumn('nick')
    expect(new Named().merge({ name: 'm', nick: 'k' } as never).$attributes).toMatchObject({
      name: 'm',
      nick: 'k',
    })
  })
})

describe('$getAttributeFromCache', () => {
  let made = 0
  class Settings {
    readonly raw: unknown
    constructor(raw: unknown) {
      made++
      this.raw = raw
    }
  }
  class Owner extends BaseModel {
    static override collection = 'owners'
    @column({ isPrimary: true }) declare id: string
    @column()
    get theme(): Settings {
      return this.$getAttributeFromCache('theme', (raw) => new Settings(raw))
    }
    set theme(value: unknown) {
      this.$setAttribute('theme', value)
    }
    @column() declare other: string
  }

  it.each(waysToAnInstance)('makes a value once for each attribute value: %s', async (_, make) => {
    const owner = (await make(Owner, { theme: 'dark', other: 'x' })) as Owner
    made = 0
    const { theme } = owner
    expect(theme.raw).toBe('dark')
    expect(owner.theme).toBe(theme)
    owner.other = 'y'
    expect(owner.toJSON()).toMatchObject({ theme: { raw: 'dark' } })
    expect(made).toBe(1)
    owner.theme = 'light'
    expect(owner.theme.raw).toBe('light')
    expect(owner.theme).toBe(owner.theme)
    expect(made).toBe(2)
    owner.theme = Number.NaN
    expect(owner.theme).toBe(owner.theme)
    expect(made).toBe(3)
    await owner.refresh()
    expect(owner.theme.raw).toBe('dark')
  })

  it('keeps values of instances and of attributes apart', async () => {
    const [one, two] = await Owner.createMany([{ other: 'a' }, { other: 'a' }])
    expect(one?.theme).not.toBe(two?.theme)
    const cached = (name: string) => one?.$getAttributeFromCache(name, (raw) => [name, raw])
    expect(cached('other')).toEqual(['other', 'a'])
    expect(cached('none')).toEqual(['none', undefined])
    expect(cached('none')).toBe(cached('none'))
  })
})

describe('consume and a missing field', () => {
  class Tagged extends BaseModel {
    static override collection = 'tagged'
    @column({ isPrimary: true }) declare id: string
    @column({ consume: (value) => value ?? [] }) declare tags: string[]
    @column.dateTime() declare seenAt: unknown
  }
  it('is in JSON once it was changed, not because it was read', async () => {
    const { insertedId } = await db.collection('tagged').insertOne({})
    const tagged = await Tagged.findOrFail(insertedId)
    const json = { id: String(insertedId) }
    expect(tagged.toJSON()).toEqual(json)
    expect(tagged.tags).toBeUndefined()
    expect(tagged.seenAt).toBeUndefined()
    expect(tagged.toJSON()).toEqual(json)
    expect(Object.keys(tagged.$attributes)).toEqual(['id'])
    expect(tagged.toAttributes()).toEqual(json)
    tagged.tags = ['a']
    expect(tagged.toJSON()).toEqual({ ...json, tags: ['a'] })
    await tagged.save()
    expect(tagged.toJSON()).toEqual({ ...json, tags: ['a'] })
    tagged.tags = []
    tagged.seenAt = null
    await tagged.save()
    expect(tagged.toJSON()).toEqual({ ...json, tags: [], seenAt: null })
  })

  it('that cannot be stored shows when it was read', async () => {
    class Odd extends BaseModel {
      static override collection = 'tagged'
      @column({ isPrimary: true }) declare id: string
      @column({ consume: () => new Set([1]) }) declare tags: Set<number>
    }
    const { insertedId } = await db.collection('tagged').insertOne({ tags: [1] })
    const odd = await Odd.findOrFail(insertedId)
    expect(odd.tags).toEqual(new Set([1]))
    expect(odd.toJSON()).toEqual({ id: String(insertedId), tags: [1] })
  })

  it('is not asked for a missing field', async () => {
    class Strict extends BaseModel {
      static override collection = 'tagged'
      @column({ isPrimary: true }) declare id: string
      @column({ consume: (value) => JSON.parse(value as string) }) declare tags: unknown
    }
    const { insertedId } = await db.collection('tagged').insertOne({})
    const strict = await Strict.findOrFail(insertedId)
    expect(strict.toJSON()).toEqual({ id: String(insertedId) })
    expect(strict.tags).toBeUndefined()
  })
})
