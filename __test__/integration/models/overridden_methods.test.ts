/** Models that put a `save` or a `delete` of their own in the place of the package's. */
import {
  BaseModel,
  BulkWriteError,
  beforeSave,
  type CallLimits,
  column,
  errors,
  type WriteOptions,
} from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const server = lucentDatabase()
const { db, database } = server

const calls: string[] = []
beforeEach(async () => {
  calls.length = 0
  for (const name of ['rows', 'products']) await db.collection(name).deleteMany({})
})

class Plain extends BaseModel {
  static override collection = 'rows'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare name: string
  @column() declare savedBy: string
}

class Overridden extends Plain {
  static override collection = 'rows'

  override async save(options?: WriteOptions) {
    calls.push('save')
    this.savedBy = 'save'
    return super.save(options)
  }

  override async saveQuietly(options?: WriteOptions) {
    calls.push('saveQuietly')
    this.savedBy = 'saveQuietly'
    return super.saveQuietly(options)
  }

  override delete(limits?: CallLimits) {
    calls.push('delete')
    return super.delete(limits)
  }

  override deleteQuietly(limits?: CallLimits) {
    calls.push('deleteQuietly')
    return super.deleteQuietly(limits)
  }
}

/** Ways that write documents rather than instances: nothing of an instance takes part. */
const BY_STATEMENT = new Set(['bulkWrite: insert of an instance'])
const QUIET = /uietly|without hooks/

describe('11: an overridden save() is called by every way of writing instances', () => {
  const paths = WRITE_PATHS.filter(
    ({ name, through }) => through === 'instance' && !BY_STATEMENT.has(name),
  )

  it.each(paths)('$name', async (path) => {
    const method = QUIET.test(path.name) ? 'saveQuietly' : 'save'
    const before = path.kind === 'update' ? { before: { name: 'old' } } : {}
    const { stored, instances } = await write(db, path, Overridden, { name: 'new' }, before)
    expect(stored.map(({ name, saved_by }) => [name, saved_by])).toEqual(
      stored.map(() => ['new', method]),
    )
    expect(instances.every((one) => one.$isPersisted && !one.$isDirty)).toBe(true)
    const made = path.kind === 'update' ? ['save'] : []
    expect(calls).toEqual([...made, ...stored.map(() => method)])
  })

  it.each(paths)('$name, in a transaction', async (path) => {
    const method = QUIET.test(path.name) ? 'saveQuietly' : 'save'
    await database.transaction(async (trx) => {
      await write(db, path, Overridden, { name: 'new' }, { client: trx })
    })
    const rows = await db.collection('rows').find().toArray()
    expect(rows.map(({ name, saved_by }) => [name, saved_by])).toEqual(
      rows.map(() => ['new', method]),
    )
  })

  it('statements and queries write documents, not instances', async () => {
    for (const path of WRITE_PATHS.filter(({ through }) => through === 'query')) {
      calls.length = 0
      await write(db, path, Overridden, { name: 'new' })
      expect(calls).toEqual(path.kind === 'update' ? ['save'] : [])
    }
  })

  it('the method gets what was said of how to write, and otherwise nothing', async () => {
    const given: unknown[] = []
    class Listening extends Plain {
      static override collection = 'rows'
      override async save(...args: [options?: WriteOptions]) {
        given.push(args)
        return super.save(...args)
      }
    }
    await Listening.create({ key: 'a' })
    await Listening.create({ key: 'b' }, { timeout: 5000, coalesce: true })
    await Listening.createMany([{ key: 'c' }])
    await Listening.createMany([{ key: 'd' }], { timeout: 5000 })
    expect(given).toEqual([[], [{ timeout: 5000, coalesce: true }], [], [{ timeout: 5000 }]])
  })
})

describe('11: an overridden delete() is called by bulkDelete', () => {
  it.each([
    [true, 'delete'],
    [false, 'deleteQuietly'],
  ])('hooks: %s', async (hooks, method) => {
    const rows = await Overridden.createMany([{ key: 'a' }, { key: 'b' }])
    calls.length = 0
    expect(await Overridden.bulkDelete(rows, { hooks })).toMatchObject({ deleted: 2, failures: [] })
    expect(calls).toEqual([method, method])
    expect(rows.every(({ $isDeleted }) => $isDeleted)).toBe(true)
    expect(await Plain.query().count()).toBe(0)
  })
})

describe('11: many at once, by a method of the class', () => {
  class Strict extends Plain {
    static override collection = 'rows'
    override async save(options?: WriteOptions) {
      if (this.name === 'wrong') throw new Error('validation failed')
      return super.save(options)
    }
  }
  const VALUES = [
    { key: 'a', name: 'right' },
    { key: 'b', name: 'wrong' },
    { key: 'c', name: 'right' },
  ]
  const stored = async () => (await Plain.query().orderBy('key').pluck('key')) as string[]

  it('createMany stores all or none', async () => {
    await expect(Strict.createMany(VALUES)).rejects.toThrow('validation failed')
    expect(await stored()).toEqual([])
    await expect(Strict.createMany(VALUES, { atomic: false })).rejects.toThrow('validation failed')
    expect(await stored()).toEqual(['a'])
  })

  it('createMany says which document it was', async () => {
    const { id } = await Strict.create({ key: 'x' })
    await expect(Strict.createMany([{ key: 'y' }, { id, key: 'z' }])).rejects.toMatchObject({
      code: 'E_DUPLICATE_KEY',
      position: 1,
    })
    expect(await stored()).toEqual(['x'])
  })

  it('createMany puts instances back and saves them again where its transaction is repeated', async () => {
    let failures = 1
    class Repeated extends Plain {
      static override collection = 'rows'
      override async save(options?: WriteOptions) {
        calls.push(`${this.key} ${this.$isPersisted}`)
        await super.save(options)
        if (this.key === 'b' && failures-- > 0) {
          throw Object.assign(new errors.E_WRITE_CONFLICT('again'), {
            errorLabels: ['TransientTransactionError'],
            hasErrorLabel: (label: string) => label === 'TransientTransactionError',
          })
        }
        return this
      }
    }
    const rows = await Repeated.createMany([{ key: 'a' }, { key: 'b' }])
    expect(calls).toEqual(['a false', 'b false', 'a false', 'b false'])
    expect(await stored()).toEqual(['a', 'b'])
    expect(rows.every(({ $isPersisted, $trx }) => $isPersisted && $trx === undefined)).toBe(true)
    await rows[0]?.merge({ name: 'later' }).save()
  })

  it('fetchOrCreateMany and updateOrCreateMany store all or none', async () => {
    await expect(Strict.fetchOrCreateMany('key', VALUES)).rejects.toThrow('validation failed')
    await expect(Strict.updateOrCreateMany('key', VALUES)).rejects.toThrow('validation failed')
    expect(await stored()).toEqual([])
  })

  it('bulkSave counts, and says what failed', async () => {
    const found = await Plain.create({ key: 'f', name: 'x' })
    const row = await Strict.findOrFail(found.id)
    const same = await Strict.findOrFail((await Plain.create({ key: 's', name: 'y' })).id)
    row.name = 'changed'
    const rows = [row, ...VALUES.map((values) => new Strict().merge(values)), same]
    const failure = await Strict.bulkSave(rows, { ordered: false }).catch((error) => error)
    expect(failure).toBeInstanceOf(BulkWriteError)
    expect(failure.result).toMatchObject({ inserted: 2, matched: 1, modified: 1, deleted: 0 })
    expect(failure.failures).toEqual([{ position: 2, error: new Error('validation failed') }])
    expect(await stored()).toEqual(['a', 'c', 'f', 's'])
  })

  it('bulkSave stops at the first failure, or undoes everything', async () => {
    const rows = () => VALUES.map((values) => new Strict().merge(values))
    const result = await Strict.bulkSave(rows(), { throwOnFailure: false })
    expect(result).toMatchObject({ inserted: 1, failures: [{ position: 1 }] })
    const undone = rows()
    await expect(Strict.bulkSave(undone, { atomic: true })).rejects.toThrow(errors.E_BULK_WRITE)
    expect(undone.map(({ $isPersisted }) => $isPersisted)).toEqual([false, false, false])
    expect(await stored()).toEqual(['a'])
  })

  it('bulkSave goes where it is told to, and leaves instances where they belong', async () => {
    const other = database.add('other', { url: server.uri, database: server.name })
    const row = await Strict.create({ key: 'a', name: 'x' })
    await Strict.bulkSave([row.merge({ name: 'y' })], { client: other })
    expect(row.$options.connection).not.toBe('other')
    expect((await Plain.findOrFail(row.id)).name).toBe('y')
    await other.close()
  })
})

describe('11: classes without methods of their own', () => {
  class Hooked extends Plain {
    static override collection = 'rows'
    static seen: string[] = []
    @beforeSave() static note(row: Hooked) {
      Hooked.seen.push(row.key)
    }
  }

  it.each([Plain, Hooked])('%o: createMany still sends one command', async (model) => {
    const commands = await commandsOf(server, 'rows', () =>
      model.createMany([{ key: 'a' }, { key: 'b' }, { key: 'c' }]),
    )
    expect(commands).toEqual(['insert'])
  })

  it('a class whose own does one write for each instance', async () => {
    const commands = await commandsOf(server, 'rows', () =>
      Overridden.createMany([{ key: 'a' }, { key: 'b' }, { key: 'c' }]),
    )
    expect(commands).toEqual(['insert', 'insert', 'insert'])
  })
})

/** Seed 004: validation, audit, soft delete, cache and events, each in a `save` of its own. */
describe('11: models as in seed 004', () => {
  const events: string[] = []
  const cache = new Map<string, BaseModel>()

  abstract class TimestampedModel extends BaseModel {
    abstract customValidation(): Promise<boolean>
    override async save(options?: WriteOptions): Promise<this> {
      if (!(await this.customValidation())) throw new Error('Custom validation failed')
      return super.save(options)
    }
  }

  type Audited = WriteOptions & { userId?: number }

  abstract class AuditableModel extends TimestampedModel {
    @column() declare createdBy: number | undefined
    @column() declare updatedBy: number | undefined
    override async save(options?: Audited): Promise<this> {
      const { userId = 7, ...rest } = options ?? {}
      if (this.$isNew) this.createdBy = userId
      this.updatedBy = userId
      return super.save(rest)
    }
  }

  abstract class SoftDeleteModel extends AuditableModel {
    @column() declare isDeleted: boolean
    override async delete(): Promise<void> {
      this.isDeleted = true
      await this.save()
    }
    hardDelete(): Promise<void> {
      return super.delete()
    }
  }

  class Product extends SoftDeleteModel {
    static override collection = 'products'
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column() declare price: number
    async customValidation() {
      return this.price > 0 && this.name.length > 0
    }
    override async save(options?: Audited): Promise<this> {
      const created = this.$isNew
      events.push('before_save')
      await super.save(options)
      cache.set(this.id, this)
      events.push(created ? 'after_create' : 'after_update')
      return this
    }
  }

  beforeEach(() => {
    events.length = 0
    cache.clear()
  })

  const GOOD = { name: 'pen', price: 2 }
  const MAKERS: readonly [string, (values: typeof GOOD) => Promise<Product>][] = [
    ['create', (values) => Product.create(values)],
    ['createMany', async (values) => (await Product.createMany([values]))[0] as Product],
    ['firstOrCreate', ({ name, price }) => Product.firstOrCreate({ name }, { price })],
    ['updateOrCreate', ({ name, price }) => Product.updateOrCreate({ name }, { price })],
    [
      'fetchOrCreateMany',
      async (values) => (await Product.fetchOrCreateMany('name', [values]))[0] as Product,
    ],
    [
      'updateOrCreateMany',
      async (values) => (await Product.updateOrCreateMany('name', [values]))[0] as Product,
    ],
    [
      'bulkSave',
      async (values) => {
        const product = new Product().merge(values)
        await Product.bulkSave([product])
        return product
      },
    ],
  ]

  it.each(MAKERS)('%s validates, audits, caches and tells', async (_, make) => {
    const product = await make(GOOD)
    expect(product).toMatchObject({ createdBy: 7, updatedBy: 7 })
    expect(cache.get(product.id)).toBe(product)
    expect(events).toEqual(['before_save', 'after_create'])
    expect(await db.collection('products').findOne()).toMatchObject({ created_by: 7, price: 2 })
  })

  it.each(MAKERS)('%s stores nothing that is not valid', async (_, make) => {
    await expect(make({ name: 'pen', price: -1 })).rejects.toThrow('Custom validation failed')
    expect(await db.collection('products').countDocuments()).toBe(0)
  })

  it('bulkDelete deletes softly, hardDelete really', async () => {
    const product = await Product.create(GOOD)
    await product.save({ userId: 9 })
    expect(product.updatedBy).toBe(9)
    const result = await Product.bulkDelete([product])
    expect(result).toMatchObject({ deleted: 0, matched: 1, modified: 1 })
    expect(await db.collection('products').findOne()).toMatchObject({ is_deleted: true })
    await product.hardDelete()
    expect(await db.collection('products').countDocuments()).toBe(0)
  })
})
