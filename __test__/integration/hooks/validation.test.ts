import vine from '@vinejs/vine'
import {
  afterValidate,
  BaseModel,
  beforeCreate,
  beforeSave,
  beforeValidate,
  column,
  compose,
  type EmbedsMany,
  embedsMany,
  errors,
  type HasMany,
  hasMany,
  type LucentError,
  type ModelConstructor,
  type ModelValidator,
  type StandardValidator,
  type ValidationMeta,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import { DateTime as Luxon } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const { db, database } = lucentDatabase()

const failureOf = (work: Promise<unknown>): Promise<LucentError> =>
  work.then(
    () => expect.unreachable('it was written'),
    (error: LucentError) => error,
  )

class Product extends BaseModel {
  static override validator: ModelValidator = vine.compile(
    vine.object({ key: vine.string(), name: vine.string().trim().minLength(2) }),
  )
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare name: string
}

beforeEach(() => db.collection('products').deleteMany({}))

/** Statements of bulk writes and updates by queries are not validated. */
const isValidated = ({ through, name }: (typeof WRITE_PATHS)[number]) =>
  through === 'instance' && !name.startsWith('bulkWrite')

describe.each(WRITE_PATHS.filter(isValidated))('$kind, $name', (path) => {
  it('stores what the validator answers', async () => {
    const before = { name: 'old' }
    const { stored, instances } = await write(db, path, Product, { name: '  new ' }, { before })
    expect(stored.map(({ name }) => name)).toEqual(stored.map(() => 'new'))
    expect(stored.length).toBeGreaterThan(0)
    for (const instance of instances) {
      expect(instance.name).toBe('new')
      expect(instance.$isDirty).toBe(false)
    }
  })

  it('writes nothing that the validator does not take', async () => {
    const error = await failureOf(
      write(db, path, Product, { name: ' x ' }, { before: { name: 'old' } }),
    )
    const [failure = error] =
      (error as { failures?: { error: LucentError }[] }).failures?.map((one) => one.error) ?? []
    expect(failure).toBeInstanceOf(errors.E_VALIDATION_ERROR)
    expect(failure).toMatchObject({
      code: 'E_VALIDATION_ERROR',
      status: 422,
      model: 'Product',
      column: 'name',
      operation: path.kind === 'insert' ? 'create' : 'update',
      connection: 'main',
      messages: [
        {
          field: 'name',
          rule: 'minLength',
          message: 'The name field must have at least 2 characters',
        },
      ],
    })
    const stored = await db.collection('products').find().toArray()
    expect(stored.map(({ name }) => name)).toEqual(path.kind === 'insert' ? [] : ['old'])
  })

  it('writes it with { validate: false }', async () => {
    class Free extends Product {
      static override collection = 'products'
      override save(options = {}) {
        return super.save({ ...options, validate: false })
      }
      override saveQuietly(options = {}) {
        return super.saveQuietly({ ...options, validate: false })
      }
    }
    const { stored } = await write(db, path, Free, { name: 'x' }, { before: { name: 'y' } })
    expect(stored[0]).toMatchObject({ name: 'x' })
  })
})

describe.each(WRITE_PATHS.filter((path) => !isValidated(path)))('$kind, $name', (path) => {
  it('is not validated', async () => {
    const { stored } = await write(db, path, Product, { name: 'x' }, { before: { name: 'old' } })
    expect(stored[0]).toMatchObject({ name: 'x' })
  })
})

describe('with options', () => {
  it.each([
    ['create', (options: object) => Product.create({ key: 'a', name: 'x' }, options)],
    ['createMany', (options: object) => Product.createMany([{ key: 'a', name: 'x' }], options)],
    ['save', (options: object) => new Product().merge({ key: 'a', name: 'x' }).save(options)],
    [
      'firstOrCreate',
      (options: object) => Product.firstOrCreate({ key: 'a' }, { name: 'x' }, options),
    ],
    [
      'updateOrCreate',
      (options: object) => Product.updateOrCreate({ key: 'a' }, { name: 'x' }, options),
    ],
    [
      'bulkSave',
      (options: object) =>
        Product.bulkSave([new Product().merge({ key: 'a', name: 'x' })], options),
    ],
  ])('%s: `hooks: false` keeps the validator, `validate: false` leaves it out', async (_, run) => {
    await failureOf(run({ hooks: false }) as Promise<unknown>)
    await failureOf(run({ hooks: ['beforeSave'] }) as Promise<unknown>)
    expect(await Product.query().count()).toBe(0)
    await run({ validate: false })
    expect(await Product.query().count()).toBe(1)
  })

  it('hooks of validation run with it, in their place', async () => {
    const seen: string[] = []
    class Ordered extends BaseModel {
      static override validator: ModelValidator = ({ name }: { name: string }) => {
        seen.push('validator')
        return { name: name.toUpperCase() }
      }
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
      @beforeCreate() static begin(one: Ordered) {
        seen.push(`beforeCreate ${one.name}`)
      }
      @beforeSave() static second() {
        seen.push('beforeSave')
      }
      @beforeValidate() static prepare(one: Ordered) {
        seen.push('beforeValidate')
        one.name = one.name.trim()
      }
      @afterValidate() static done(one: Ordered) {
        seen.push(`afterValidate ${one.name}`)
      }
    }
    const off = Ordered.before('validate', () => {
      seen.push('added')
    })
    const one = await Ordered.create({ name: ' a ' })
    expect(seen.splice(0)).toEqual([
      'beforeValidate',
      'added',
      'validator',
      'afterValidate A',
      'beforeCreate A',
      'beforeSave',
    ])
    off()
    await one.merge({ name: 'b' }).save({ validate: false })
    expect(seen.splice(0)).toEqual(['beforeSave'])
    await one.merge({ name: 'c' }).save({ hooks: false })
    expect(seen.splice(0)).toEqual(['validator'])
    expect((await Ordered.findOrFail(one.id)).name).toBe('C')
  })

  it('a hook around it that answers false refuses', async () => {
    class Refused extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @afterValidate() static no() {
        return false
      }
    }
    expect(await failureOf(Refused.create({}))).toMatchObject({
      code: 'E_HOOK_ABORTED',
      hook: 'afterValidate Refused.no',
    })
  })
})

describe('kinds of validators', () => {
  it('a function gets the properties as they are, and the instance', async () => {
    const metas: ValidationMeta[] = []
    class Event extends BaseModel {
      static override validator: ModelValidator = async (
        data: { at: DateTime; extra?: string },
        meta: ValidationMeta,
      ) => {
        metas.push(meta)
        expect(Luxon.isDateTime(data.at)).toBe(true)
        await Promise.resolve()
        if (data.at.year < 2000)
          throw { messages: [{ field: 'at', message: 'too old', rule: 'own' }] }
      }
      @column({ isPrimary: true }) declare id: string
      @column.dateTime() declare at: DateTime
    }
    const event = await Event.create({ at: Luxon.utc(2020) })
    expect(metas[0]).toMatchObject({ operation: 'create', model: Event, connection: 'main' })
    expect(metas[0]?.instance).toBe(event)
    await database.transaction(async (trx) => {
      await Event.create({ at: Luxon.utc(2020) }, { client: trx })
      expect(metas[1]?.trx).toBe(trx)
    })
    const error = await failureOf(event.merge({ at: Luxon.utc(1990) }).save())
    expect(error).toMatchObject({ code: 'E_VALIDATION_ERROR', column: 'at' })
    expect(event.at.year).toBe(1990)
    expect(error.message).toBe(
      'Event: the validator does not take "at"; `messages` says why. Nothing was written',
    )
  })

  it('what a function throws beside reaches the caller', async () => {
    class Odd extends BaseModel {
      static override validator: ModelValidator = () => {
        throw new RangeError('odd')
      }
      @column({ isPrimary: true }) declare id: string
    }
    expect(await failureOf(Odd.create({}))).toEqual(new RangeError('odd'))
  })

  it('a schema with Standard Schema gets plain values and dates', async () => {
    const given: unknown[] = []
    const schema: StandardValidator = {
      '~standard': {
        vendor: 'own',
        async validate(value: unknown) {
          given.push(value)
          const { list = [], name } = value as { list?: { n: number }[]; name: string }
          const place = list.findIndex(({ n }) => n < 0)
          return place === -1
            ? { value: { name: name.toUpperCase(), unknown: 1 } }
            : { issues: [{ message: 'below zero', path: ['list', { key: place }, 'n'] }] }
        },
      },
    }
    class Item extends BaseModel {
      @column() declare n: number
    }
    class Plain extends BaseModel {
      static override validator: ModelValidator = schema
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
      @column.dateTime() declare at: DateTime
      @embedsMany(() => Item) declare list: EmbedsMany<typeof Item>
    }
    const at = new Date(1e12)
    const plain = await Plain.create({ name: 'a', at, list: [{ n: 1 }] })
    expect(given).toEqual([{ name: 'a', at, list: [{ n: 1 }] }])
    expect(plain.name).toBe('A')
    expect(plain.list[0]).toBeInstanceOf(Item)
    Object.assign(plain.list[0] as Item, { n: -1 })
    expect(await failureOf(plain.save())).toMatchObject({
      column: 'list',
      messages: [{ message: 'below zero', field: 'list.0.n', rule: 'own' }],
    })
    expect((await Plain.findOrFail(plain.id)).list[0]?.n).toBe(1)
  })

  it('VineJS gets dates as texts, transient attributes, and the instance as meta', async () => {
    const named = vine.createRule((value, _, field) => {
      field.mutate(`${value} of ${field.meta.instance.constructor.name}`, field)
    })
    const confirmed = vine.withMetaData<{ instance: BaseModel }>().compile(
      vine.object({
        password: vine.string().confirmed(),
        born: vine.date(),
        at: vine.date({ formats: ['iso8601'] }),
        name: vine.string().use(named()),
      }),
    )
    class Member extends BaseModel {
      static override validator: ModelValidator = confirmed
      @column({ isPrimary: true }) declare id: string
      @column() declare password: string
      @column.transient() declare password_confirmation: string
      @column() declare name: string
      @column.date() declare born: DateTime
      @column.dateTime() declare at: DateTime
    }
    const values = {
      password: 'secret',
      name: 'Ada',
      born: Luxon.fromISO('1815-12-10', { zone: 'utc' }),
      at: Luxon.fromISO('2020-02-03T04:05:06.789Z'),
    }
    const error = await failureOf(Member.create({ ...values, password_confirmation: 'x' } as never))
    expect(error.messages).toMatchObject([{ field: 'password_confirmation', rule: 'confirmed' }])
    const member = await Member.create({ ...values, password_confirmation: 'secret' } as never)
    expect(member.name).toBe('Ada of Member')
    const found = await Member.findOrFail(member.id)
    expect(found.born.toISODate()).toBe('1815-12-10')
    expect(found.at.toMillis()).toBe(values.at.toMillis())
  })

  it.each([5, 'text', {}, [], true])('%j is refused', (validator) => {
    class Wrong extends BaseModel {
      @column({ isPrimary: true }) declare id: string
    }
    expect(() => {
      Wrong.validator = validator as never
    }).toThrow(expect.objectContaining({ code: 'E_MODEL_DEFINITION', model: 'Wrong' }))
    class Declared extends BaseModel {
      static override validator = validator as never
      @column({ isPrimary: true }) declare id: string
    }
    expect(() => new Declared()).toThrow(/must be a validator of VineJS/)
  })
})

describe('the class', () => {
  it('holds its parents validators too, those first, and mixins', async () => {
    const seen: string[] = []
    const note = (name: string) => () => {
      seen.push(name)
    }
    const Mixed = <T extends ModelConstructor>(superclass: T) =>
      class extends superclass {
        static override validator: ModelValidator = note('mixin')
      }
    class Base extends compose(BaseModel, Mixed) {
      static override validator: ModelValidator = note('base')
    }
    class Leaf extends Base {
      static override validator: ModelValidator = note('leaf')
      @column({ isPrimary: true }) declare id: string
    }
    class Other extends Base {
      @column({ isPrimary: true }) declare id: string
    }
    await Leaf.create({})
    expect(seen.splice(0)).toEqual(['mixin', 'base', 'leaf'])
    await Other.create({})
    expect(seen.splice(0)).toEqual(['mixin', 'base'])
    expect(Other.validator).toBe(Base.validator)
  })

  it('takes one after its first use, and lets go of it', async () => {
    class Late extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
    }
    class Below extends Late {
      static override collection = 'lates'
    }
    await Late.create({ name: 'a' })
    await Below.create({ name: 'a' })
    expect(Late.validator).toBeUndefined()
    const validator = () => {
      throw { messages: [{ field: 'name', message: 'no', rule: 'own' }] }
    }
    Late.validator = validator
    expect(Below.validator).toBe(validator)
    await failureOf(Late.create({ name: 'b' }))
    await failureOf(Below.create({ name: 'b' }))
    Late.validator = undefined
    await Late.create({ name: 'b' })
    expect(await Late.query().count()).toBe(3)
  })

  it('one that is set again in boot() runs once', async () => {
    let runs = 0
    const validator = () => {
      runs++
    }
    class Booted extends BaseModel {
      static override boot() {
        if (this.booted) return
        super.boot()
        this.validator = validator
      }
      @column({ isPrimary: true }) declare id: string
    }
    class Child extends Booted {}
    await Child.create({})
    expect(runs).toBe(1)
  })

  it('says which of several is not valid, and stores none', async () => {
    const rows = ['good', 'x', 'y'].map((name) => ({ key: 'k', name }))
    expect(await failureOf(Product.createMany(rows))).toMatchObject({ position: 1 })
    expect(await Product.query().count()).toBe(0)
  })

  it('puts back what hooks before it changed', async () => {
    const off = Product.before('validate', (product) => {
      product.name = 'x'
    })
    const product = new Product().merge({ key: 'k', name: 'good' })
    await failureOf(product.save()).finally(off)
    expect(product.name).toBe('good')
    await product.save()
  })

  it('does not judge what was not read, nor hashes', async () => {
    class Account extends BaseModel {
      static override validator: ModelValidator = vine.compile(
        vine.object({
          name: vine.string(),
          email: vine.string().email(),
          password: vine.string().maxLength(10),
        }),
      )
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
      @column() declare email: string
      @column.hashed() declare password: string
    }
    await Account.create({ name: 'Ada', email: 'a@example.com', password: 'short' })
    const part = await Account.query().select('name').firstOrFail()
    await part.merge({ name: 'Ben' }).save()
    expect(await failureOf(part.merge({ email: 'no' }).save())).toMatchObject({ column: 'email' })
    const whole = await Account.firstOrFail()
    await whole.merge({ name: 'Cy' }).save()
    expect(await failureOf(whole.merge({ password: 'x'.repeat(11) }).save())).toMatchObject({
      column: 'password',
    })
    expect((await Account.firstOrFail()).name).toBe('Cy')
  })

  it('holds for related rows and embedded documents', async () => {
    const positive: ModelValidator = vine.compile(vine.object({ n: vine.number().positive() }))
    class Part extends BaseModel {
      static override validator = positive
      @column() declare n: number
    }
    class Line extends BaseModel {
      static override validator = positive
      @column({ isPrimary: true }) declare id: string
      @column.objectId() declare invoiceId: string
      @column() declare n: number
    }
    class Invoice extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @embedsMany(() => Part) declare parts: EmbedsMany<typeof Part>
      @hasMany(() => Line) declare lines: HasMany<typeof Line>
    }
    const invoice = await Invoice.create({ parts: [{ n: 1 }] })
    const lines = invoice.related('lines')
    const wrong = { code: 'E_VALIDATION_ERROR', model: 'Line' }
    const line = new Line().merge({ n: -1 })
    expect(await failureOf(lines.create({ n: 0 }))).toMatchObject(wrong)
    expect(await failureOf(lines.createMany([{ n: 1 }, { n: 0 }]))).toMatchObject(wrong)
    expect(await failureOf(lines.save(line))).toMatchObject(wrong)
    expect(await failureOf(lines.saveMany([line]))).toMatchObject(wrong)
    expect(await failureOf(lines.firstOrCreate({ n: -2 }))).toMatchObject(wrong)
    expect(await failureOf(lines.updateOrCreate({ n: -2 }, {}))).toMatchObject(wrong)
    expect(await Line.query().count()).toBe(0)
    Object.assign(invoice.parts[0] as Part, { n: -1 })
    expect(await failureOf(invoice.save())).toMatchObject({ ...wrong, model: 'Part' })
    expect(await failureOf(Invoice.create({ parts: [{ n: -1 }] }))).toMatchObject({
      ...wrong,
      model: 'Part',
    })
    expect((await Invoice.firstOrFail()).parts[0]?.n).toBe(1)
  })
})
