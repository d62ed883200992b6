import type { BaseModel } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { compileSource } from '../../helpers/compile.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

const SOURCE = `
import { BaseModel, column } from 'lucent-odm'

let made = 0

export class Declared extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare tags: string[]
}

export class Plain extends BaseModel {
  @column({ isPrimary: true }) id!: string
  @column() name!: string
  @column() status: string = 'new'
  @column() tags: string[] = ['first']
  /** No column. */
  counter = ++made
  list: number[] = []
  #secret = 'kept'
  get secret() { return this.#secret }
  doubled = () => this.name + this.name
}

export class Child extends Plain {
  @column() extra: string = 'x'
  more = 'child'
}

export class Overriding extends Declared {
  override name: string = 'overridden'
}
`

/** What the compiled source exports. */
interface Fixtures {
  Declared: typeof BaseModel
  Plain: typeof BaseModel
  Child: typeof BaseModel
  Overriding: typeof BaseModel
}

/** An instance whose class was compiled elsewhere. */
type Loose = BaseModel & Record<string, unknown>

describe.each([true, false])('with useDefineForClassFields: %s', (useDefineForClassFields) => {
  const options = { useDefineForClassFields, strictPropertyInitialization: false }
  const loading = compileSource(SOURCE, options).then(
    async (url) => (await import(url.href)) as Fixtures,
  )
  const make = async (name: keyof Fixtures) => {
    const model = (await loading)[name] as unknown as (new () => Loose) & typeof BaseModel
    ;(model as { collection?: string }).collection = `${name}_${useDefineForClassFields}`
    return model
  }
  const stored = async (model: typeof BaseModel) => {
    const collection = db.collection(model.collection as string)
    const { _id, ...fields } = (await collection.findOne({}, { sort: { _id: -1 } })) ?? { _id: 0 }
    return fields
  }

  it('declared fields', async () => {
    const Declared = await make('Declared')
    const made = (await Declared.create({ name: 'Ada', tags: ['a'] } as never)) as Loose
    expect(await stored(Declared)).toEqual({ name: 'Ada', tags: ['a'] })
    const found = (await Declared.findOrFail(made.id)) as Loose
    expect([found.id, found.name, found.tags]).toEqual([made.id, 'Ada', ['a']])
  })

  it('plain fields of a new instance: initial values are stored unless set', async () => {
    const Plain = await make('Plain')
    const fresh = new Plain()
    expect([fresh.status, fresh.tags]).toEqual(['new', ['first']])
    fresh.name = 'Ada'
    ;(fresh.tags as string[]).push('second')
    expect(fresh.$attributes).toMatchObject({
      name: 'Ada',
      status: 'new',
      tags: ['first', 'second'],
    })
    await fresh.save()
    expect(await stored(Plain)).toEqual({ name: 'Ada', status: 'new', tags: ['first', 'second'] })
    expect(fresh.id).toMatch(/^[0-9a-f]{24}$/)
    expect((fresh.doubled as () => string)()).toBe('AdaAda')
    ;(fresh.tags as string[]).push('third')
    fresh.status = 'changed'
    expect(Object.keys(fresh.$dirty)).toEqual(['status', 'tags'])
    await fresh.save()
    expect(await stored(Plain)).toMatchObject({
      status: 'changed',
      tags: ['first', 'second', 'third'],
    })
  })

  it('plain fields given to create', async () => {
    const Plain = await make('Plain')
    await Plain.create({ name: 'Eve', status: 'given' } as never)
    expect(await stored(Plain)).toEqual({ name: 'Eve', status: 'given', tags: ['first'] })
    await Plain.createMany([{ name: 'a' }, { name: 'b', tags: [] }] as never)
    expect(await stored(Plain)).toEqual({ name: 'b', status: 'new', tags: [] })
  })

  it('plain fields of a fetched instance: what is stored counts, null and missing too', async () => {
    const Plain = await make('Plain')
    const collection = db.collection(Plain.collection as string)
    const { insertedId } = await collection.insertOne({ name: 'raw', status: null })
    const found = (await Plain.findOrFail(insertedId)) as Loose
    expect([found.name, found.status, found.tags]).toEqual(['raw', null, undefined])
    expect(found.$attributes).toEqual({ id: String(insertedId), name: 'raw', status: null })
    expect(found.$isDirty).toBe(false)
    expect(found.list).toEqual([])
    expect(found.counter).toBeGreaterThan(0)
    expect(found.secret).toBe('kept')
    expect((found.doubled as () => string)()).toBe('rawraw')
    found.status = 'set'
    await found.save()
    expect(await collection.findOne({ _id: insertedId })).toEqual({
      _id: insertedId,
      name: 'raw',
      status: 'set',
    })
    await found.refresh()
    expect([found.status, found.tags]).toEqual(['set', undefined])
  })

  it('fields of fetched instances that are no columns are their own', async () => {
    const Plain = await make('Plain')
    const found = (await Plain.query().limit(2)) as Loose[]
    expect(found).toHaveLength(2)
    const [one, two] = found as [Loose, Loose]
    ;(one.list as number[]).push(1)
    expect(two.list).toEqual([])
    expect(one.counter).not.toBe(two.counter)
  })

  it('fields of a parent and a child', async () => {
    const Child = await make('Child')
    const child = new Child()
    child.name = 'c'
    await child.save()
    expect(await stored(Child)).toEqual({ name: 'c', status: 'new', tags: ['first'], extra: 'x' })
    const found = (await Child.findOrFail(child.id)) as Loose
    expect([found.extra, found.more, found.status]).toEqual(['x', 'child', 'new'])
    expect(found.$isDirty).toBe(false)
  })

  it('a field that overrides a declared column', async () => {
    const Overriding = await make('Overriding')
    const made = (await Overriding.create({} as never)) as Loose
    expect(await stored(Overriding)).toEqual({ name: 'overridden' })
    const collection = db.collection(Overriding.collection as string)
    const { insertedId } = await collection.insertOne({ name: 'raw' })
    expect(((await Overriding.findOrFail(insertedId)) as Loose).name).toBe('raw')
    expect(((await Overriding.findOrFail(made.id)) as Loose).name).toBe('overridden')
  })

  it('are enumerated as attributes, and show in JSON', async () => {
    const Plain = await make('Plain')
    const fresh = new Plain()
    fresh.name = 'x'
    expect(fresh.toJSON()).toEqual({ name: 'x', status: 'new', tags: ['first'] })
    expect(fresh.toObject()).toEqual({ name: 'x', status: 'new', tags: ['first'], $extras: {} })
    expect(fresh.isDirty('status')).toBe(true)
  })
})
