import {
  BaseModel,
  CamelCaseNamingStrategy,
  column,
  type NamingStrategy,
  ObjectId,
  SnakeCaseNamingStrategy,
  VerbatimNamingStrategy,
} from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

async function stored(collection: string, id: string): Promise<Record<string, unknown>> {
  const document = await db.collection(collection).findOne({ _id: new ObjectId(id) })
  const { _id, ...fields } = document ?? { _id: undefined }
  return fields
}

describe('options', () => {
  const calls: unknown[][] = []

  class Account extends BaseModel {
    static override collection = 'accounts'
    @column({ isPrimary: true, serializeAs: 'key' }) declare id: string
    @column({ columnName: 'e_mail' }) declare email: string
    @column({ serializeAs: null }) declare password: string
    @column({ serializeAs: 'displayName' }) declare name: string
    @column({
      serialize: (value: number, attribute, model) => [value, attribute, !model.$isPersisted],
    })
    declare score: number
    @column({
      prepare: (value: string[], attribute, model) => {
        calls.push(['prepare', attribute, model.constructor.name])
        return value.join(',')
      },
      consume: (value, attribute, model) => {
        calls.push(['consume', attribute, model.constructor.name])
        return String(value).split(',')
      },
    })
    declare roles: string[]
    @column({ meta: { note: 'free' } }) declare plain: string
  }

  it('columnName names the stored field', async () => {
    const account = await Account.create({ email: 'a@b.c' })
    expect(await stored('accounts', account.id)).toEqual({ e_mail: 'a@b.c' })
    expect((await Account.findByOrFail('email', 'a@b.c')).id).toBe(account.id)
    expect((await Account.findByOrFail({ email: 'a@b.c' })).email).toBe('a@b.c')
  })

  it('serializeAs and serialize shape the JSON alone', async () => {
    const { id } = await Account.create({ password: 'hash', name: 'Ada', score: 3 })
    const account = await Account.findOrFail(id)
    expect(account.toJSON()).toEqual({
      key: id,
      displayName: 'Ada',
      score: [3, 'score', false],
    })
    expect(account.password).toBe('hash')
    expect(account.serialize({ fields: ['displayName'] })).toEqual({ displayName: 'Ada' })
    expect(account.serialize({ fields: { omit: ['roles', 'key'] } })).toEqual({
      displayName: 'Ada',
      score: [3, 'score', false],
    })
    expect(account.serializeAttributes(['score'], true)).toEqual({ score: 3 })
    expect(account.toObject()).toMatchObject({ id, password: 'hash', name: 'Ada', $extras: {} })
  })

  it('prepare and consume stand between the property and the store', async () => {
    const { id } = await Account.create({ roles: ['admin', 'editor'] })
    expect(await stored('accounts', id)).toEqual({ roles: 'admin,editor' })
    const account = await Account.findOrFail(id)
    calls.length = 0
    expect(account.roles).toEqual(['admin', 'editor'])
    expect(account.roles).toBe(account.roles)
    expect(calls).toEqual([['consume', 'roles', 'Account']])
    expect(account.$isDirty).toBe(false)
    account.roles.push('author')
    expect(account.$dirty).toEqual({ roles: ['admin', 'editor', 'author'] })
    await account.save()
    expect(await stored('accounts', id)).toEqual({ roles: 'admin,editor,author' })
    expect(account.$original.roles).toEqual(['admin', 'editor', 'author'])
  })

  it('prepare applies to query updates and to query values', async () => {
    const { id } = await Account.create({ roles: ['a'] })
    await Account.query()
      .where('id', id)
      .update({ roles: ['x', 'y'] })
    expect(await stored('accounts', id)).toEqual({ roles: 'x,y' })
    expect(await Account.query().where('roles', ['x', 'y']).count()).toBe(1)
  })
})

describe('prepare that answers something else each time', () => {
  let prepared = 0

  class Secret extends BaseModel {
    static override collection = 'secrets'
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column({
      prepare: (value: string) => `${prepared++}:${value}`,
      consume: (value) => String(value).replace(/^\d+:/, ''),
    })
    declare sealed: string
    @column({ prepare: (value: string) => `hash ${prepared++} ${value.length}` })
    declare password: string
    @column({
      prepare: (value: { list: number[] }) => `${prepared++}:${JSON.stringify(value)}`,
      consume: (value) => JSON.parse(String(value).replace(/^\d+:/, '')),
    })
    declare json: { list: number[] }
  }

  it('does not make a column dirty after it was written', async () => {
    const secret = await Secret.create({ sealed: 's', password: 'p', json: { list: [1] } })
    expect(secret.$isDirty).toBe(false)
    const before = await stored('secrets', secret.id)
    secret.name = 'n'
    expect(secret.$dirty).toEqual({ name: 'n' })
    await secret.save()
    expect(await stored('secrets', secret.id)).toEqual({ ...before, name: 'n' })
    secret.password = 'other'
    await secret.save()
    expect(secret.$isDirty).toBe(false)
    const after = await stored('secrets', secret.id)
    expect(after).toMatchObject({ sealed: before.sealed, json: before.json })
    expect(after.password).toMatch(/^hash \d+ 5$/)
    await secret.save()
    expect(await stored('secrets', secret.id)).toEqual(after)
  })

  it('does not make a column dirty when it is read', async () => {
    const { id } = await Secret.create({ sealed: 's', password: 'p', json: { list: [1] } })
    const secret = await Secret.findOrFail(id)
    expect([secret.sealed, secret.json]).toEqual(['s', { list: [1] }])
    expect(secret.$isDirty).toBe(false)
    const before = await stored('secrets', id)
    secret.name = 'n'
    await secret.save()
    expect(await stored('secrets', id)).toEqual({ ...before, name: 'n' })
    secret.json.list.push(2)
    expect(Object.keys(secret.$dirty)).toEqual(['json'])
    await secret.save()
    expect(secret.$isDirty).toBe(false)
    expect((await Secret.findOrFail(id)).json).toEqual({ list: [1, 2] })
  })

  it('is asked once for each write', async () => {
    const secret = await Secret.create({ sealed: 's' })
    secret.sealed = 't'
    prepared = 0
    await secret.save()
    expect(prepared).toBe(1)
  })
})

describe('consume that fills in what is missing', () => {
  class Profile extends BaseModel {
    static override collection = 'profiles'
    @column({ isPrimary: true }) declare id: string
    @column({ consume: (value) => value ?? [] }) declare tags: string[]
    @column() declare name: string
  }

  it('does not make a column dirty when it is read', async () => {
    const _id = new ObjectId()
    await db.collection('profiles').insertOne({ _id, name: 'Ada', tags: null })
    const profile = await Profile.findOrFail(_id)
    expect(profile.tags).toEqual([])
    expect(profile.$isDirty).toBe(false)
    profile.tags.push('x')
    expect(profile.$dirty).toEqual({ tags: ['x'] })
    await profile.save()
    expect(await db.collection('profiles').findOne({ _id })).toEqual({
      _id,
      name: 'Ada',
      tags: ['x'],
    })
  })
})

describe('naming strategies', () => {
  function model(strategy: NamingStrategy) {
    class BlogPost extends BaseModel {
      static override namingStrategy = strategy
      @column({ isPrimary: true }) declare id: string
      @column() declare firstTitle: string
      @column({ columnName: 'fixed', serializeAs: 'kept' }) declare otherTitle: string
    }
    return BlogPost
  }

  it.each([
    ['camel', new CamelCaseNamingStrategy(), 'first_title', 'firstTitle'],
    ['snake', new SnakeCaseNamingStrategy(), 'first_title', 'first_title'],
    ['verbatim', new VerbatimNamingStrategy(), 'firstTitle', 'firstTitle'],
  ])('%s', async (_, strategy, storedName, serializedName) => {
    const BlogPost = model(strategy)
    const { id } = await BlogPost.create({ firstTitle: 'one', otherTitle: 'two' })
    expect(await stored('blog_posts', id)).toEqual({ [storedName]: 'one', fixed: 'two' })
    const post = await BlogPost.findByOrFail('firstTitle', 'one')
    expect(post.toJSON()).toEqual({ id, [serializedName]: 'one', kept: 'two' })
    await BlogPost.query().where('id', id).delete()
  })

  it('of an application rename collections, columns, JSON and page meta', async () => {
    class Shouting extends CamelCaseNamingStrategy {
      override tableName(name: string) {
        return `T_${name.toUpperCase()}`
      }
      override columnName(_model: string, attribute: string) {
        return attribute.toUpperCase()
      }
      override serializedName(_model: string, attribute: string) {
        return `_${attribute}`
      }
      override paginationMetaKeys() {
        return { ...super.paginationMetaKeys(), total: 'TOTAL' }
      }
    }
    const BlogPost = model(new Shouting())
    const { id } = await BlogPost.create({ firstTitle: 'one' })
    expect(await stored('T_BLOGPOST', id)).toEqual({ FIRSTTITLE: 'one' })
    const page = (await BlogPost.query().paginate(1)).toJSON()
    expect(page.meta).toMatchObject({ TOTAL: 1 })
    expect(page.data).toEqual([{ _id: id, _firstTitle: 'one' }])
  })
})

describe('declarations', () => {
  const declare = (define: (model: typeof BaseModel) => void) => () => {
    class Broken extends BaseModel {}
    define(Broken)
    Broken.boot()
  }
  const add =
    (property: string, options = {}) =>
    (model: typeof BaseModel) =>
      column(options)(model.prototype, property)

  it.each([
    ['a name with a dollar', declare(add('$name'))],
    ['__proto__', declare(add('__proto__'))],
    ['constructor', declare(add('constructor'))],
    [
      'two columns stored as one',
      declare((model) => {
        add('one', { columnName: 'same' })(model)
        add('two', { columnName: 'same' })(model)
      }),
    ],
    [
      'a column stored as the key',
      declare((model) => {
        add('id', { isPrimary: true })(model)
        add('other', { columnName: '_id' })(model)
      }),
    ],
    ['a stored name with NUL', declare(add('name', { columnName: 'a\0b' }))],
    ['a stored name that is an operator', declare(add('name', { columnName: '$set' }))],
    ['a stored name with a dot', declare(add('name', { columnName: 'a.b' }))],
    ['an empty stored name', declare(add('name', { columnName: '' }))],
    ['a static property', () => column()(BaseModel as never, 'name')],
    [
      'a column after the first use',
      declare((model) => {
        new model()
        add('late')(model)
      }),
    ],
  ])('refuse %s', (_, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'E_MODEL_DEFINITION' }))
  })
})
