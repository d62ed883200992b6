import { BaseModel, beforeSave, column, errors, type HookContext } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { freshCollection } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

const ran: string[] = []
beforeEach(() => {
  ran.length = 0
})

/** A decorator as those for Lucid are written: it boots the model before it adds to it. */
function slug(from: string) {
  return (target: object, property: string) => {
    const Model = target.constructor as typeof BaseModel
    Model.boot()
    Model.$addColumn(property, {})
    Model.before('create', (model) => {
      const row = model as unknown as Record<string, unknown>
      ran.push(`slug of ${from}`)
      row[property] ??= String(row[from]).toLowerCase()
    })
  }
}

/** What a class under test does in its own `boot`. */
type Style = 'guarded' | 'not guarded' | 'without super' | 'guarded by hand'

/** A parent with a `boot` of its own, and classes that extend it. */
function family(style: Style) {
  const booted: string[] = []
  class Parent extends BaseModel {
    static override collection = freshCollection()
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    declare mark: string | undefined

    static override boot() {
      if (style === 'guarded' && this.booted) return
      if (style === 'guarded by hand' && booted.includes(this.name)) return
      if (style !== 'without super') super.boot()
      booted.push(this.name)
      this.$addColumn('mark', {})
      this.before('save', (model, { model: { name } }: HookContext) => {
        ran.push(`Parent hook of ${name}`)
        ;(model as Parent).mark = 'marked'
      })
    }
  }
  class Child extends Parent {
    static override collection = freshCollection()
    @column() declare more: string
    @beforeSave() static own() {
      ran.push('Child hook')
    }
  }
  class Grandchild extends Child {
    static override collection = freshCollection()
    static override boot() {
      if (this.booted) return
      super.boot()
      booted.push('Grandchild itself')
      this.before('save', () => {
        ran.push('Grandchild hook')
      })
    }
  }
  class Plain extends Grandchild {
    static override collection = freshCollection()
  }
  return { booted, Parent, Child, Grandchild, Plain }
}

const STYLES: readonly Style[] = ['guarded', 'not guarded', 'without super', 'guarded by hand']

describe.each(STYLES)('12: an overridden boot(), %s', (style) => {
  it('runs once for each class, the parent first', async () => {
    const { booted, Parent, Child, Grandchild, Plain } = family(style)
    for (const model of [Plain, Grandchild, Child, Parent, Child, Plain]) {
      await model.create({ name: 'x' })
      await model.query().where('mark', 'marked').first()
    }
    expect(booted).toEqual([
      'Parent',
      'Child',
      'Grandchild',
      'Grandchild itself',
      'Plain',
      'Grandchild itself',
    ])
  })

  it('declares columns', async () => {
    const { Parent, Plain } = family(style)
    expect([...Parent.$columnsDefinitions.keys()]).toEqual(['id', 'mark', 'name'])
    expect([...Plain.$columnsDefinitions.keys()]).toEqual(['id', 'mark', 'name', 'more'])
    const { id } = await Plain.create({ name: 'x' })
    expect((await Plain.findOrFail(id)).mark).toBe('marked')
  })

  it('adds hooks, which run once in every class', async () => {
    const { Parent, Child, Grandchild, Plain } = family(style)
    for (const [model, expected] of [
      [Parent, ['Parent hook of Parent']],
      [Child, ['Parent hook of Child', 'Child hook']],
      [Grandchild, ['Parent hook of Grandchild', 'Child hook', 'Grandchild hook']],
      [Plain, ['Parent hook of Plain', 'Child hook', 'Grandchild hook']],
    ] as const) {
      ran.length = 0
      await model.create({ name: 'x' })
      expect(ran).toEqual(expected)
    }
  })

  it('runs once however often it is called', async () => {
    const { booted, Child } = family(style)
    for (let times = 0; times < 3; times++) Child.boot()
    expect(Child.booted).toBe(true)
    Child.boot()
    await Child.create({ name: 'x' })
    expect(booted).toEqual(['Parent', 'Child'])
    expect(ran).toEqual(['Parent hook of Child', 'Child hook'])
  })
})

describe('12: boot() called by somebody else first', () => {
  class Tagged extends BaseModel {
    static override collection = freshCollection()
    static boots = 0
    @column({ isPrimary: true }) declare id: string
    @slug('title') declare slug: string
    @column() declare title: string
    @slug('slug') declare short: string

    static override boot() {
      if (this.booted) return
      super.boot()
      this.boots++
      this.before('create', () => {
        ran.push('own boot')
      })
    }
  }

  class Extended extends Tagged {
    static override collection = freshCollection()
    @slug('title') declare third: string
  }

  it('a decorator that boots, then adds a column and a hook', async () => {
    const { id } = await Tagged.create({ title: 'ABC' })
    expect(ran).toEqual(['own boot', 'slug of title', 'slug of slug'])
    expect(await Tagged.findOrFail(id)).toMatchObject({ slug: 'abc', short: 'abc' })
    expect(Tagged.boots).toBe(1)
  })

  it('on a class that extends such a class', async () => {
    const { id } = await Extended.create({ title: 'ABC' })
    expect(ran).toEqual(['own boot', 'slug of title', 'slug of slug', 'slug of title'])
    expect(await Extended.findOrFail(id)).toMatchObject({ short: 'abc', third: 'abc' })
  })

  it('a mixin', async () => {
    type Base = Omit<typeof BaseModel, 'prototype'> & {
      // biome-ignore lint/suspicious/noExplicitAny: TypeScript wants exactly this of a mixin's base
      new (...args: any[]): BaseModel
    }
    function withOwner<T extends Base>(superclass: T) {
      class WithOwner extends superclass {
        @column() declare owner: string
        static override boot() {
          if (this.booted) return
          super.boot()
          const self = this as unknown as typeof BaseModel
          self.before('create', (model) => {
            ran.push('owner')
            ;(model as unknown as WithOwner).owner ??= 'nobody'
          })
          self.before('fetch', (query) => {
            ran.push('fetch')
            query.whereRaw({ owner: 'nobody' })
          })
        }
      }
      return WithOwner
    }
    class Note extends withOwner(BaseModel) {
      static override collection = freshCollection()
      @column() declare text: string
    }
    await Note.createMany([{ text: 'a' }, { text: 'b', owner: 'me' }])
    expect(ran).toEqual(['owner', 'owner'])
    expect((await Note.all()).map(({ text }) => text)).toEqual(['a'])
    expect(ran.slice(2)).toEqual(['fetch'])
  })

  it('columns stay fixed once the model was used', () => {
    class Late extends BaseModel {
      @column() declare name: string
    }
    Late.boot()
    Late.$addColumn('first', {})
    new Late()
    Late.boot()
    expect(() => Late.$addColumn('second', {})).toThrow(errors.E_MODEL_DEFINITION)
  })

  it('a class tells its collection once it has booted, as another name says by then', () => {
    class Named extends BaseModel {
      static override boot() {
        super.boot()
        this.table = 'other'
      }
    }
    class Unnamed extends BaseModel {}
    expect(Unnamed.booted).toBe(false)
    Unnamed.boot()
    expect([Unnamed.booted, Unnamed.table]).toEqual([true, 'unnameds'])
    new Named()
    expect([Named.table, Named.collection]).toEqual(['other', 'other'])
  })
})

describe('12: boot() that fails', () => {
  it('is met by every use of the class', async () => {
    class Broken extends BaseModel {
      static override collection = freshCollection()
      static override boot() {
        super.boot()
        throw new Error('not today')
      }
    }
    for (let times = 0; times < 3; times++) {
      expect(() => new Broken()).toThrow('not today')
      expect(() => Broken.query()).toThrow('not today')
    }
  })

  it('is refused where it is async', () => {
    class Later extends BaseModel {
      static override async boot() {
        super.boot()
        await Promise.reject(new Error('nobody awaits it'))
      }
    }
    expect(() => new Later()).toThrow(errors.E_MODEL_DEFINITION)
  })
})
