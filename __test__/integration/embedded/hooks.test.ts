/** Hooks of models whose documents are inside of others. */
import {
  afterCreate,
  afterDelete,
  afterSave,
  afterUpdate,
  BaseModel,
  beforeCreate,
  beforeDelete,
  beforeSave,
  beforeUpdate,
  column,
  type EmbedsMany,
  type EmbedsOne,
  embedsMany,
  embedsOne,
  errors,
} from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()
const carts = db.collection('carts')
const seen: string[] = []

beforeEach(() => {
  seen.length = 0
})
afterEach(() => carts.deleteMany({}))

class Noted extends BaseModel {
  @column() declare name: string

  @beforeSave() static beforeSaveOf = (one: Noted) => note('beforeSave', one)
  @beforeCreate() static beforeCreateOf = (one: Noted) => note('beforeCreate', one)
  @beforeUpdate() static beforeUpdateOf = (one: Noted) => note('beforeUpdate', one)
  @beforeDelete() static beforeDeleteOf = (one: Noted) => note('beforeDelete', one)
  @afterSave() static afterSaveOf = (one: Noted) => note('afterSave', one)
  @afterCreate() static afterCreateOf = (one: Noted) => note('afterCreate', one)
  @afterUpdate() static afterUpdateOf = (one: Noted) => note('afterUpdate', one)
  @afterDelete() static afterDeleteOf = (one: Noted) => note('afterDelete', one)
}

async function note(event: string, one: Noted): Promise<void> {
  await Promise.resolve()
  seen.push(`${event} ${one.name}`)
  if (one.name === 'refused' && event === 'beforeSave') throw new Error('not this one')
  if (event === 'beforeSave' && one.name === 'low') one.name = 'LOW'
}

class Part extends Noted {}

class Line extends Noted {
  @embedsMany(() => Part) declare parts: EmbedsMany<typeof Part>
}

class Cart extends Noted {
  static override collection = 'carts'
  @embedsOne(() => Part) declare cover: EmbedsOne<typeof Part> | null
  @embedsMany(() => Line) declare lines: EmbedsMany<typeof Line>
}

/** Without hooks of its own. */
class Basket extends BaseModel {
  static override collection = 'carts'
  @embedsMany(() => Part) declare parts: EmbedsMany<typeof Part>
}

const created = (...names: string[]) =>
  names.flatMap((name) => [`beforeCreate ${name}`, `beforeSave ${name}`])
const createdAfter = (...names: string[]) =>
  names.flatMap((name) => [`afterCreate ${name}`, `afterSave ${name}`])

async function aCart(): Promise<Cart> {
  const cart = await Cart.create({
    name: 'cart',
    cover: { name: 'cover' },
    lines: [{ name: 'one', parts: [{ name: 'p' } as Part] }, { name: 'two' }],
  })
  const read = await Cart.findOrFail(cart.$primaryKeyValue as string)
  seen.length = 0
  return read
}

describe('1. with the outer document', () => {
  it('run once, within its own, the innermost first', async () => {
    await Cart.create({
      name: 'cart',
      cover: { name: 'cover' },
      lines: [{ name: 'one', parts: [{ name: 'p' } as Part] }, { name: 'two' }],
    })
    const inner = ['cover', 'p', 'one', 'two']
    expect(seen).toEqual([
      ...created('cart'),
      ...created(...inner),
      ...createdAfter(...inner),
      ...createdAfter('cart'),
    ])
  })

  it('of what changed, and what was added', async () => {
    const cart = await aCart()
    ;(cart.lines[1] as Line).name = '2'
    cart.lines.push({ name: 'three' } as Line)
    await cart.save()
    expect(seen).toEqual([
      'beforeUpdate cart',
      'beforeSave cart',
      'beforeUpdate 2',
      'beforeSave 2',
      ...created('three'),
      'afterUpdate 2',
      'afterSave 2',
      ...createdAfter('three'),
      'afterUpdate cart',
      'afterSave cart',
    ])
    seen.length = 0
    await cart.save()
    expect(seen).toEqual(['beforeUpdate cart', 'beforeSave cart'])
  })

  it('of what was taken out, or replaced', async () => {
    const cart = await aCart()
    cart.lines.shift()
    cart.cover = null
    await cart.save()
    expect(seen.filter((one) => !one.endsWith(' cart'))).toEqual([
      'beforeDelete cover',
      'beforeDelete one',
      'afterDelete cover',
      'afterDelete one',
    ])
    seen.length = 0
    cart.merge({ lines: [] })
    await cart.save()
    expect(seen).toContain('beforeDelete two')
  })

  it('none run with the end of the outer one, with quiet saves, and with none that are embedded', async () => {
    const cart = await aCart()
    ;(cart.lines[1] as Line).name = '2'
    await cart.saveQuietly()
    expect(seen).toEqual([])
    await cart.delete()
    expect(seen).toEqual(['beforeDelete cart', 'afterDelete cart'])
  })
})

describe('2. what they do', () => {
  it.each([
    ['create', (values: object) => Basket.create(values)],
    ['createMany', (values: object) => Basket.createMany([values])],
    ['bulkSave', (values: object) => Basket.bulkSave([new Basket().merge(values)])],
    ['firstOrCreate', (values: object) => Basket.firstOrCreate({}, values)],
  ])(
    'what they change is stored, the outer model needs no hooks of its own: %s',
    async (_, make) => {
      await make({ parts: [{ name: 'low' }] })
      expect((await carts.findOne())?.parts).toEqual([{ name: 'LOW' }])
      expect(seen.filter((one) => one.startsWith('beforeSave'))).toEqual(['beforeSave low'])
      expect(seen).toContain('afterSave LOW')
    },
  )

  it('what they change of documents that were read is stored', async () => {
    const { id } = (await Basket.create({ parts: [{ name: 'a' }] })) as unknown as { id: string }
    const basket = await Basket.findOrFail(id)
    ;(basket.parts[0] as Part).name = 'low'
    await basket.save()
    expect((await carts.findOne())?.parts).toEqual([{ name: 'LOW' }])
  })

  it('one that throws, or answers false, stops the save and leaves everything as it was', async () => {
    const cart = await aCart()
    ;(cart.lines[0] as Line).name = 'low'
    cart.lines.push({ name: 'refused' } as Line)
    await expect(cart.save()).rejects.toThrow('not this one')
    expect(cart.lines[0]?.name).toBe('low')
    expect((await Cart.findOrFail(cart.$primaryKeyValue as string)).lines).toHaveLength(2)
    expect(seen).not.toContain('afterSave low')
    class Guarded extends BaseModel {
      @column() declare name: string
      @beforeCreate() static guard = () => false
    }
    class Holder extends BaseModel {
      static override collection = 'carts'
      @embedsOne(() => Guarded) declare one: EmbedsOne<typeof Guarded>
    }
    await expect(Holder.create({ one: { name: 'x' } })).rejects.toThrow(errors.E_HOOK_ABORTED)
  })
})
