/** What audits say, to whom, and of what they keep silent. */
import {
  Auditable,
  AuditableWith,
  auditContext,
  auditsOf,
  BaseModel,
  column,
  compose,
  context,
  embedsOne,
  type HasMany,
  hashPassword,
  hasMany,
  type ManyToMany,
  manyToMany,
  prehashed,
  SoftDeletes,
  setAuditContext,
  TenantScoped,
} from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { CANARY, everythingIn, TEST_KEYS } from '../../helpers/encryption.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase({ encryption: TEST_KEYS, searched: true })
const { db, database } = server

class Post extends compose(BaseModel, SoftDeletes, Auditable) {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column({ columnName: 't' }) declare text: string | null
  @column() declare views: number
}

afterEach(async () => {
  for (const { name } of await db.listCollections({ name: /^(?!system)/ }).toArray())
    await db.collection(name).deleteMany({})
})

const ada = { userId: 'ada', requestId: 'r1' }

it('tells who did what to which columns, the newest first', async () => {
  const post = await auditContext.run(ada, () => Post.create({ title: 'a', text: null, views: 0 }))
  await auditContext.run({}, async () => {
    setAuditContext({ userId: 'bob' })
    await post.merge({ title: 'b', text: 'long' }).save()
  })
  await post.delete()
  await post.restore()
  await post.forceDelete()
  const rows = await Post.audits(post.id)
  expect(rows.map(({ operation }) => operation)).toEqual([
    'forceDeleted',
    'restored',
    'deleted',
    'updated',
    'created',
  ])
  const [, , , updated, created] = rows
  expect(updated).toMatchObject({ documentId: post.id, model: 'Post', userId: 'bob' })
  expect(updated?.requestId ?? null).toBeNull()
  expect(updated?.changes).toEqual({
    title: { before: 'a', after: 'b' },
    text: { before: null, after: 'long' },
  })
  expect(created).toMatchObject({ ...ada, changes: { title: { after: 'a' }, views: { after: 0 } } })
  expect(await post.audits().where('userId', 'bob').count()).toBe(1)
  expect(await Post.audits().where('operation', 'deleted').count()).toBe(1)
  expect(updated?.toJSON()).toMatchObject({ documentId: post.id, operation: 'updated' })
})

it('makes no row of what changes nothing', async () => {
  const post = await Post.create({ title: 'a', views: 1 })
  await Post.query().where('id', post.id).update({ title: 'a' })
  await Post.query().where('title', 'none').update({ title: 'b' })
  await post.save()
  expect(await Post.audits(post.id).count()).toBe(1)
})

it('is read in the transaction that wrote it', async () => {
  const trx = await database.transaction()
  const post = await Post.create({ title: 'a' }, { client: trx })
  expect(await Post.audits(post.id, { client: trx }).count()).toBe(1)
  expect(await post.audits().count()).toBe(1)
  expect(await Post.audits(post.id).count()).toBe(0)
  await trx.rollback()
  expect(await Post.audits(post.id).count()).toBe(0)
})

describe('a write that fails', () => {
  class Account extends compose(BaseModel, Auditable) {
    @column({ isPrimary: true }) declare id: string
    @column({ unique: true }) declare name: string
    @column() declare balance: number
  }

  it('leaves no row, whichever way it was', async () => {
    await Account.syncIndexes()
    await Account.createMany([{ name: 'a' }, { name: 'b' }])
    const before = await Account.audits().count()
    await expect(Account.create({ name: 'a' })).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
    await expect(Account.createMany([{ name: 'c' }, { name: 'a' }])).rejects.toBeDefined()
    await expect(Account.query().where('name', 'a').update({ name: 'b' })).rejects.toBeDefined()
    await expect(Account.query().where('name', 'a').upsert({ name: 'b' })).rejects.toBeDefined()
    await expect(
      Account.query().where('name', 'a').findOneAndUpdate({ name: 'b' }),
    ).rejects.toBeDefined()
    expect(await Account.audits().count()).toBe(before)
    expect(await Account.query().count()).toBe(2)
  })

  it('has rows of the statements that were carried out', async () => {
    await Account.syncIndexes()
    await Account.createMany([{ name: 'a' }, { name: 'b' }])
    const before = await Account.audits().count()
    const failure = await Account.bulkWrite(
      (bulk) => {
        bulk.insert({ name: 'c', balance: 1 })
        bulk.insert({ name: 'a', balance: 1 })
        bulk.updateOne({ name: 'b' }, { balance: 5 })
      },
      { ordered: false },
    ).catch((error) => error.code)
    expect(failure).toBe('E_BULK_WRITE')
    const rows = await Account.audits().limit(2)
    expect(rows.map(({ operation }) => operation).sort()).toEqual(['created', 'updated'])
    expect(await Account.audits().count()).toBe(before + 2)
  })
})

class Address extends BaseModel {
  @column() declare city: string
  @column.encrypted() declare street: string
}

class Person extends compose(BaseModel, Auditable) {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.encrypted({ blind: true }) declare email: string
  @column.hashed() declare password: string
  @column({ serializeAs: null }) declare note: string
  @embedsOne(() => Address) declare address: Address | null
}

describe('values that are nobody’s to see', () => {
  const HIDDEN = 'hidden#52c1'
  const secrets = () => ({
    email: `${CANARY}@example.com`,
    password: `${HIDDEN} password`,
    note: `${HIDDEN} note`,
  })

  it('are named, and never stored or sent', async () => {
    const person = await Person.create({
      name: 'Ada',
      ...secrets(),
      address: { city: 'B', street: CANARY } as Address,
    })
    await person.merge({ note: `${HIDDEN} more`, email: `${CANARY}2@example.com` }).save()
    await Person.query()
      .where('name', 'Ada')
      .update({ email: `${CANARY}3@example.com` })
    await Person.query().where('name', 'Ada').delete()
    const [deleted, byQuery, saved, created] = await Person.audits(person.id)
    const redacted = { redacted: true }
    expect(created?.changes).toMatchObject({
      name: { after: 'Ada' },
      email: redacted,
      password: redacted,
      note: redacted,
      address: redacted,
    })
    expect(saved?.changes).toEqual({ email: redacted, note: redacted })
    expect(byQuery?.changes).toEqual({ email: redacted })
    expect(deleted?.changes).toMatchObject({ name: { before: 'Ada' }, email: redacted })
    const stored = await db.collection('people_audits').find().toArray()
    expect(everythingIn(stored)).not.toContain(CANARY)
    expect(everythingIn(stored)).not.toContain('scrypt')
    expect(JSON.stringify(stored)).not.toContain('__blind')
    const raw = await db.collection('people_audits').find({}, { raw: true }).toArray()
    for (const bytes of raw as unknown as Buffer[]) {
      for (const one of [CANARY, HIDDEN]) expect(bytes.includes(one)).toBe(false)
    }
  })

  it('are no change where the same value is sealed anew', async () => {
    const person = await Person.create({ name: 'Ada', ...secrets() })
    const { email } = secrets()
    await Person.query().where('name', 'Ada').update({ email })
    expect(await Person.audits(person.id).count()).toBe(1)
  })
})

describe('tenants', () => {
  class Invoice extends compose(BaseModel, Auditable, TenantScoped('orgId')) {
    @column({ isPrimary: true }) declare id: string
    @column.objectId() declare orgId: string
    @column() declare total: number
  }
  const [a, b] = ['64b0000000000000000000aa', '64b0000000000000000000bb']

  it('see their own audits alone, and nobody sees any without a tenant', async () => {
    const mine = await context.run({ tenant: a }, () => Invoice.create({ total: 1 }))
    await context.run({ tenant: b }, () => Invoice.create({ total: 2 }))
    await context.run({ tenant: b }, async () => {
      expect(await Invoice.audits(mine.id).count()).toBe(0)
      const rows = await Invoice.audits()
      expect(rows.map(({ changes }) => changes.total)).toEqual([{ after: 2 }])
    })
    await expect(Invoice.audits().exec()).rejects.toMatchObject({ code: 'E_TENANT_REQUIRED' })
    const all = await context.withoutTenant('test', () => Invoice.audits().count())
    expect(all).toBe(2)
  })
})

describe('options', () => {
  class Page extends compose(
    BaseModel,
    AuditableWith({ collection: 'trail', except: ['views'], context: ['userId', 'ipAddress'] }),
  ) {
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string
    @column() declare views: number
  }

  it('say where rows are, what they leave out, and what of the context they have', async () => {
    await context.run({ userId: 'ada', requestId: 'r1', ipAddress: '::1' }, async () => {
      const page = await Page.create({ title: 'a', views: 1 })
      await page.merge({ views: 2 }).save()
      await page.merge({ views: 3, title: 'b' }).save()
    })
    const rows = await db.collection('trail').find().sort({ _id: 1 }).toArray()
    expect(rows.map(({ changes }) => changes)).toEqual([
      { title: { after: 'a' } },
      { title: { before: 'a', after: 'b' } },
    ])
    expect(rows[0]).toMatchObject({ user_id: 'ada', ip_address: '::1' })
    expect(rows[0]).not.toHaveProperty('request_id')
    expect((await Page.audits().first())?.$extras).toEqual({})
  })

  it('are refused where they name what is not there', async () => {
    class Wrong extends compose(BaseModel, AuditableWith({ except: ['nothing'] })) {
      @column({ isPrimary: true }) declare id: string
    }
    await expect(Wrong.create({})).rejects.toMatchObject({ code: 'E_MODEL_DEFINITION' })
    class Keyed extends compose(BaseModel, AuditableWith({ except: ['id'] })) {
      @column({ isPrimary: true }) declare id: string
    }
    await expect(Keyed.create({})).rejects.toMatchObject({ code: 'E_MODEL_DEFINITION' })
    expect(() => auditsOf(Page, 'x' as never, { history: 'none' })).toThrowError(
      /no history "none"/,
    )
  })

  it('lift it for a query, or for a piece of work', async () => {
    const page = await Page.create({ title: 'a', views: 1 })
    await Page.query().where('id', page.id).withoutRule('audits').update({ title: 'b' })
    await context.without('audits', 'an import', () => page.merge({ title: 'c' }).save())
    expect(await Page.audits(page.id).count()).toBe(1)
  })
})

describe('relations', () => {
  class Tag extends compose(BaseModel, Auditable) {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
  }
  class Line extends compose(BaseModel, Auditable) {
    @column({ isPrimary: true }) declare id: string
    @column() declare text: string
    @column.objectId() declare orderId: string
  }
  class Order extends compose(BaseModel, Auditable) {
    @column({ isPrimary: true }) declare id: string
    @hasMany(() => Line, { onDelete: 'cascade' }) declare lines: HasMany<typeof Line>
    @manyToMany(() => Tag) declare tags: ManyToMany<typeof Tag>
  }

  it('are audited by the models that are written: cascades, related creates, saves', async () => {
    const order = await Order.create({})
    const [line] = await order.related('lines').createMany([{ text: 'a' }, { text: 'b' }])
    await order.related('tags').create({ name: 'new' })
    await order.related('lines').query().update({ text: 'c' })
    expect(await Line.audits(line?.id).pluck('operation')).toEqual(['updated', 'created'])
    expect(await Tag.audits().count()).toBe(1)
    await order.delete()
    expect(await Line.audits().where('operation', 'deleted').count()).toBe(2)
    expect(await Order.audits(order.id).pluck('operation')).toEqual(['deleted', 'created'])
  })
})

it('a class that extends another of the collection is audited by both', async () => {
  class Paper extends BaseModel {
    static override collection = 'papers'
    static override discriminator: { key: string; value?: string } = { key: 'kind' }
    @column({ isPrimary: true }) declare id: string
    @column() declare kind: string
    @column() declare title: string
  }
  class Letter extends compose(Paper, Auditable) {
    static override discriminator = { key: 'kind', value: 'letter' }
  }
  class Bill extends compose(Paper, Auditable) {
    static override discriminator = { key: 'kind', value: 'bill' }
  }
  class Note extends Paper {
    static override discriminator = { key: 'kind', value: 'note' }
  }
  const [letter, bill] = [await Letter.create({ title: 'a' }), await Bill.create({ title: 'a' })]
  await Note.create({ title: 'a' })
  await Paper.query().where('title', 'a').update({ title: 'b' })
  expect(await db.collection('papers_audits').countDocuments()).toBe(4)
  expect(await Letter.audits().pluck('documentId')).toEqual([letter.id, letter.id])
  expect(await Letter.audits(bill.id as never).count()).toBe(0)
  expect(await Bill.audits(bill.id).count()).toBe(2)
})

it('costs a model without histories no command', async () => {
  class Plain extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string
  }
  await Plain.create({ title: 'a' })
  const commands = await commandsOf(server, 'plains', async () => {
    const one = await Plain.create({ title: 'b' })
    await one.merge({ title: 'c' }).save()
    await Plain.query().where('title', 'c').update({ title: 'd' })
  })
  expect(commands).toEqual(['insert', 'update', 'update'])
})

it('holds hashes that were made before as well', async () => {
  const person = await Person.create({
    name: 'Bob',
    password: prehashed(await hashPassword('x')) as never,
  })
  expect(await Person.audits(person.id).pluck('changes')).toMatchObject([
    { password: { redacted: true } },
  ])
})
