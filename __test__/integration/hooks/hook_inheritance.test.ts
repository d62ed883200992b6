import {
  afterCreate,
  BaseModel,
  beforeCreate,
  beforeSave,
  column,
  type HookContext,
} from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { freshCollection } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

const ran: string[] = []

beforeEach(() => {
  ran.length = 0
})

class Animal extends BaseModel {
  static override collection = freshCollection()
  static sound = 'none'

  @column({ isPrimary: true }) declare id: string
  @column() declare name: string

  @beforeCreate() static creating(animal: Animal, { model }: HookContext) {
    ran.push(`Animal.creating this=${this.name} on=${model.name} ${animal.name}`)
  }

  @beforeSave() static saving() {
    ran.push(`Animal.saving ${this.sound}`)
  }
}

class Dog extends Animal {
  static override collection = freshCollection()
  static override sound = 'woof'

  @beforeCreate() static creatingDog() {
    ran.push(`Dog.creatingDog this=${this.name}`)
  }

  /** Without a decorator: the parent's version is the hook. */
  static override saving() {
    ran.push('Dog.saving')
  }
}

class Cat extends Animal {
  static override collection = freshCollection()

  /** Decorated again: both run. */
  @beforeSave() static override saving() {
    ran.push('Cat.saving')
  }

  @afterCreate() static created() {
    ran.push('Cat.created')
  }
}

class Puppy extends Dog {
  static override collection = freshCollection()

  @beforeCreate() static creatingPuppy() {
    ran.push(`Puppy.creatingPuppy this=${this.name}`)
  }
}

class Stray extends Animal {
  static override collection = freshCollection()
}

const EXPECTED: [typeof Animal, string[]][] = [
  [Animal, ['Animal.creating this=Animal on=Animal x', 'Animal.saving none']],
  [Dog, ['Animal.creating this=Animal on=Dog x', 'Dog.creatingDog this=Dog', 'Animal.saving none']],
  [
    Cat,
    ['Animal.creating this=Animal on=Cat x', 'Animal.saving none', 'Cat.saving', 'Cat.created'],
  ],
  [
    Puppy,
    [
      'Animal.creating this=Animal on=Puppy x',
      'Dog.creatingDog this=Dog',
      'Puppy.creatingPuppy this=Puppy',
      'Animal.saving none',
    ],
  ],
  [Stray, ['Animal.creating this=Animal on=Stray x', 'Animal.saving none']],
]

it.each(EXPECTED)('%o runs its ancestors’ hooks, then its own', async (Model, expected) => {
  await Model.create({ name: 'x' })
  expect(ran).toEqual(expected)
})

it('saves instances of the class on which the operation was called', async () => {
  const puppy = await Puppy.create({ name: 'only a puppy' })
  expect(puppy).toBeInstanceOf(Puppy)
  expect(await Puppy.findBy('name', 'only a puppy')).toMatchObject({ id: puppy.id })
  expect(await Dog.findBy('name', 'only a puppy')).toBeNull()
})

it('keeps run-time hooks of a child from its parent and its siblings', async () => {
  class Parent extends Animal {
    static override collection = freshCollection()
  }
  class Left extends Parent {
    static override collection = freshCollection()
  }
  class Right extends Parent {
    static override collection = freshCollection()
  }
  Left.before('create', () => {
    ran.push('left')
  })
  await Parent.create({ name: 'x' })
  await Right.create({ name: 'x' })
  expect(ran).not.toContain('left')
  await Left.create({ name: 'x' })
  expect(ran).toContain('left')
})

describe('13: a hook that a parent gets after its children were used', () => {
  class Parent extends Animal {
    static override collection = freshCollection()
  }
  class Used extends Parent {
    static override collection = freshCollection()
    @beforeCreate() static own() {
      ran.push('own')
    }
  }
  class Unused extends Parent {
    static override collection = freshCollection()
  }

  it('reaches them, before their own hooks', async () => {
    await Used.create({ name: 'x' })
    expect(ran).not.toContain('late')
    Parent.before('create', () => {
      ran.push('late')
    })
    ran.length = 0
    await Used.create({ name: 'x' })
    expect(ran.filter((entry) => entry === 'late' || entry === 'own')).toEqual(['late', 'own'])
    for (const model of [Unused, Parent]) {
      ran.length = 0
      await model.create({ name: 'x' })
      expect(ran.filter((entry) => entry === 'late')).toHaveLength(1)
    }
  })

  it('reaches what had no hooks of the kind, finds of one tick included', async () => {
    const { id } = await Used.create({ name: 'y' })
    await Promise.all([Used.find(id), Used.find(id)])
    const queries: unknown[] = []
    Parent.before('find', (query) => {
      queries.push(query)
    })
    await Promise.all([Used.find(id), Used.find(id)])
    expect(queries).toHaveLength(2)
  })

  it('reaches every model from BaseModel', async () => {
    class Every extends BaseModel {
      @column() declare name: string
    }
    const instance = await Every.create({ name: 'x' })
    const saved: unknown[] = []
    BaseModel.after('save', (model) => {
      saved.push(model)
    })
    await instance.merge({ name: 'y' }).save()
    const other = await Used.create({ name: 'z' })
    expect(saved).toEqual([instance, other])
  })
})

type MixinBase = Omit<typeof BaseModel, 'prototype'> & {
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript wants exactly this of a mixin's base
  new (...args: any[]): BaseModel
}

function withSlug<T extends MixinBase>(superclass: T) {
  class WithSlug extends superclass {
    @column() declare slug: string

    @beforeSave() static makeSlug(model: WithSlug) {
      ran.push('makeSlug')
      model.slug = 'slug'
    }
  }
  return WithSlug
}

function withOwner<T extends MixinBase>(superclass: T) {
  class WithOwner extends superclass {
    @column() declare owner: string

    @beforeSave() static setOwner(model: WithOwner) {
      ran.push('setOwner')
      model.owner = 'ada'
    }
  }
  return WithOwner
}

it('takes over the hooks of mixins, in the order in which they are applied', async () => {
  class Page extends withOwner(withSlug(BaseModel)) {
    static override collection = freshCollection()
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string

    @beforeSave() static finish(page: Page) {
      ran.push(`finish ${page.slug} ${page.owner}`)
    }
  }
  class Plain extends withSlug(BaseModel) {
    static override collection = freshCollection()
  }

  const page = await Page.create({ title: 'Home' })
  expect(ran).toEqual(['makeSlug', 'setOwner', 'finish slug ada'])
  expect(await Page.find(page.id)).toMatchObject({ title: 'Home', slug: 'slug', owner: 'ada' })

  ran.length = 0
  await Plain.create({})
  expect(ran).toEqual(['makeSlug'])
})

it('names a hook of a class without a name', async () => {
  const unnamed = () =>
    class extends BaseModel {
      static override collection = freshCollection()
    }
  const Unnamed = unnamed()
  Unnamed.before('save', function refuse() {
    return false
  })
  class Named extends Unnamed {
    static override collection = freshCollection()
  }
  await expect(Named.create({})).rejects.toMatchObject({
    code: 'E_HOOK_ABORTED',
    model: 'Named',
    hook: 'beforeSave anonymous class.refuse',
  })
})
