import type { BaseModel } from 'lucent-odm'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { compileSource } from '../../helpers/compile.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

/** The model of the requirements, word for word but for the name of the package. */
const SOURCE = `
import { BaseModel, column, beforeCreate, afterSave, beforeFetch } from 'lucent-odm'
import { ModelQueryBuilder } from 'lucent-odm'

export default class User extends BaseModel {
  @column()
  public email: string

  @column()
  public status: string

  @column()
  public credits: number

  @beforeCreate()
  public static setDefaultValues(user: User) {
    // user is specifically typed as User
    if (!user.status) {
      user.status = 'pending'
    }
    if (user.credits === undefined) {
      user.credits = 0 // Access specific User properties with intellisense
    }
  }

  @afterSave()
  public static logSave(user: User) {
    // user is specifically typed as User
    console.log(\`User \${user.email} with status \${user.status} saved.\`)
  }

  @beforeFetch()
  public static onlyActiveUsers(query: ModelQueryBuilder<User>) {
    // query is ModelQueryBuilder<User>
    query.where('status', 'active') // Use query builder methods with intellisense
  }
}
`
const DECLARED = SOURCE.replaceAll(/public (\w+):/g, 'public declare $1:')

declare class User extends BaseModel {
  id: string
  email: string
  status: string
  credits: number
}

const STYLES: [string, string, Record<string, unknown>][] = [
  ['plain fields that are defined', SOURCE, { useDefineForClassFields: true }],
  ['plain fields that are assigned', SOURCE, { useDefineForClassFields: false }],
  ['plain fields, compiled for ES2020', SOURCE, { target: 'es2020' }],
  [
    'plain fields, compiled for ES2020 and defined',
    SOURCE,
    { target: 'es2020', useDefineForClassFields: true },
  ],
  ['declared fields', DECLARED, { useDefineForClassFields: true }],
  ['declared fields, compiled for ES2020', DECLARED, { target: 'es2020' }],
]

describe.each(STYLES)('the user of the requirements, with %s', async (_, source, options) => {
  const module = await compileSource(source, { strictPropertyInitialization: false, ...options })
  const { default: Model } = (await import(module.href)) as { default: typeof User }
  const stored = db.collection('users')
  const log = vi.spyOn(console, 'log')

  beforeEach(async () => {
    await stored.deleteMany({})
    log.mockReset().mockReturnValue(undefined)
  })

  it('gets its defaults when it is created, and the save is logged', async () => {
    const user = await Model.create({ email: 'ada@example.com' })
    const expected = { email: 'ada@example.com', status: 'pending', credits: 0 }
    expect(user).toMatchObject({ ...expected, $isPersisted: true, $isDirty: false })
    expect(await stored.findOne({}, { projection: { _id: 0 } })).toEqual(expected)
    expect(log.mock.calls).toEqual([['User ada@example.com with status pending saved.']])
    expect(user.toJSON()).toEqual({ id: user.id, ...expected })
  })

  it('keeps the values that it was given', async () => {
    await Model.createMany([
      { email: 'ada@example.com', status: 'active', credits: 5 },
      { email: 'ben@example.com', credits: 0 },
    ])
    expect(await stored.find({}, { projection: { _id: 0 } }).toArray()).toEqual([
      { email: 'ada@example.com', status: 'active', credits: 5 },
      { email: 'ben@example.com', status: 'pending', credits: 0 },
    ])
  })

  it('is set field by field, saved, changed and saved again', async () => {
    const user = new Model()
    user.email = 'ada@example.com'
    user.credits = 3
    expect(user.$dirty).toEqual({ email: 'ada@example.com', credits: 3 })
    await user.save()
    user.credits++
    expect(user.$dirty).toEqual({ credits: 4 })
    user.status = 'active'
    await user.save()
    expect(await stored.findOne({}, { projection: { _id: 0 } })).toEqual({
      email: 'ada@example.com',
      status: 'active',
      credits: 4,
    })
    expect(log).toHaveBeenCalledTimes(2)
    await user.save()
    expect(log).toHaveBeenCalledTimes(2)
  })

  it('is fetched only when it is active, and found in any case', async () => {
    const [ada, ben] = await Model.createMany([
      { email: 'ada@example.com', status: 'active' },
      { email: 'ben@example.com' },
    ])
    const emails = async (users: PromiseLike<User[]>) => (await users).map(({ email }) => email)
    expect(await emails(Model.all())).toEqual(['ada@example.com'])
    expect(await emails(Model.query())).toEqual(['ada@example.com'])
    expect(await emails(Model.query().where('credits', 0).exec())).toEqual(['ada@example.com'])
    expect(await Model.first()).toMatchObject({ id: ada?.id, email: 'ada@example.com', credits: 0 })
    expect((await Model.query().paginate(1)).total).toBe(1)
    expect(await Model.query().where('email', 'ben@example.com').first()).toBeNull()
    expect(await Model.find(ben?.id)).toMatchObject({ email: 'ben@example.com', status: 'pending' })
    expect(await Model.findBy({ email: 'ben@example.com' })).toMatchObject({ id: ben?.id })
  })
})
