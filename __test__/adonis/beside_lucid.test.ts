import type { ApplicationService } from '@adonisjs/core/types'
import { TestContext } from '@japa/runner/core'
import vine, { VineNumber, VineString } from '@vinejs/vine'
import type { SchemaTypes } from '@vinejs/vine/types'
import { BaseModel, column, type ModelQueryBuilder } from 'lucent-odm'
import { mongoAssertions } from 'lucent-odm/testing/japa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApplicationOptions, bootApplication, testDatabase } from './application.ts'

type SimpleError = { rule: string; message: string }

const server = testDatabase()

/** Stands for Lucid's provider: what ours goes by is the binding. */
class LucidProvider {
  readonly #app: ApplicationService
  constructor(app: ApplicationService) {
    this.#app = app
  }
  register() {
    const { container } = this.#app
    Reflect.apply(container.singleton, container, ['lucid.db', () => ({ lucid: true })])
  }
}
const lucid = async () => ({ default: LucidProvider })
const vineProvider = () => import('@adonisjs/core/providers/vinejs_provider')

let app: ApplicationService
async function boot(options: ApplicationOptions = {}) {
  app = await bootApplication(server, options)
  return app
}
afterEach(() => app.terminate())

/** What a class has for a name, without what a test before left there. */
function forget(target: object, names: string[]) {
  for (const name of names) Reflect.deleteProperty(target, name)
}

describe.each([
  ['without Lucid', [], true],
  ['beside Lucid', [lucid], false],
] as const)('%s', (_name, providers, claims) => {
  it('has test helpers', async () => {
    await boot({ environment: 'test', providers: [...providers] })
    const { TestUtils } = await import('@adonisjs/core/test_utils')
    forget(TestUtils.prototype, ['mongo', 'db'])
    const utils = await app.container.make('testUtils')
    expect(utils).toHaveProperty('mongo')
    expect('db' in utils).toBe(claims)
  })

  it('has methods of the REPL', async () => {
    await boot({ environment: 'repl', providers: [...providers] })
    const repl = await app.container.make('repl')
    const names = Object.keys(repl.getMethods())
    expect(names).toEqual(expect.arrayContaining(['loadMongoModels', 'loadMongo']))
    expect(names.includes('loadModels')).toBe(claims)
    expect(names.includes('loadDb')).toBe(claims)
  })

  it('has rules for VineJS', async () => {
    for (const type of [VineString, VineNumber]) {
      forget(type.prototype, ['mongoUnique', 'mongoExists', 'unique', 'exists'])
    }
    await boot({ providers: [vineProvider, ...providers] })
    for (const type of [vine.string(), vine.number()]) {
      expect(type).toHaveProperty('mongoUnique')
      expect(type).toHaveProperty('mongoExists')
      expect('unique' in type).toBe(claims)
      expect('exists' in type).toBe(claims)
    }
  })

  it('has assertions in Japa', async () => {
    forget(TestContext.prototype, ['mongo', 'db'])
    await boot({ providers: [...providers] })
    const plugin = mongoAssertions(app)
    await Reflect.apply(plugin, undefined, [])
    expect('mongo' in TestContext.prototype).toBe(true)
    expect('db' in TestContext.prototype).toBe(claims)
  })

  it('has methods of transformers', async () => {
    const { BaseTransformer } = await import('@adonisjs/core/transformers')
    forget(BaseTransformer.prototype, ['withCount', 'withAggregate'])
    await boot({ providers: [...providers] })
    expect('withCount' in BaseTransformer.prototype).toBe(claims)
    expect('withAggregate' in BaseTransformer.prototype).toBe(claims)
  })

  it('leaves the binding to Lucid', async () => {
    await boot({ providers: [...providers] })
    expect(app.container.hasBinding('lucid.db' as 'mongo.db')).toBe(!claims)
    expect(app.container.hasBinding('mongo.db')).toBe(true)
  })
})

describe('the rules of VineJS', () => {
  class Member extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare userName: string
    @column() declare age: number
    @column() declare club: string
  }

  beforeEach(async () => {
    await boot({ providers: [vineProvider] })
    await Member.truncate()
    await Member.create({ userName: 'ada', age: 36, club: 'a' })
  })

  const check = async (rule: SchemaTypes, value: unknown) => {
    const validator = vine.compile(vine.object({ userName: rule }))
    const [error] = await validator.tryValidate({ userName: value })
    return error?.messages.map((one: SimpleError) => [one.rule, one.message]) ?? []
  }
  const taken = [['database.unique', 'The userName has already been taken']]
  const missing = [['database.exists', 'The selected userName is invalid']]

  it.each([
    ['a model', { model: Member }],
    ['a collection', { table: 'members', column: 'user_name' }],
  ])('look with %s', async (_name, search) => {
    expect(await check(vine.string().mongoUnique(search), 'ada')).toEqual(taken)
    expect(await check(vine.string().mongoUnique(search), 'Ada')).toEqual([])
    expect(await check(vine.string().mongoExists(search), 'ada')).toEqual([])
    expect(await check(vine.string().mongoExists(search), 'bob')).toEqual(missing)
    const insensitive = { ...search, caseInsensitive: true }
    expect(await check(vine.string().mongoUnique(insensitive), 'ADA')).toEqual(taken)
  })

  it('look for numbers', async () => {
    const search = { model: Member, column: 'age' }
    expect(await check(vine.number().mongoUnique(search), 36)).toEqual(taken)
    expect(await check(vine.number().mongoUnique(search), 37)).toEqual([])
  })

  it('narrow the search', async () => {
    const inClub = (club: string) => ({
      model: Member,
      filter: (query: ModelQueryBuilder<Member>) => {
        query.where('club', club)
      },
    })
    expect(await check(vine.string().mongoUnique(inClub('a')), 'ada')).toEqual(taken)
    expect(await check(vine.string().mongoUnique(inClub('b')), 'ada')).toEqual([])
  })

  it('leave the decision to a function', async () => {
    const rule = vine.string().mongoUnique(async (db, value) => {
      return value !== 'no' && db.connection().name === 'main'
    })
    expect(await check(rule, 'no')).toEqual(taken)
    expect(await check(rule, 'yes')).toEqual([])
  })

  it('are the same under the names of Lucid', async () => {
    const string = vine.string()
    const rule = Reflect.get(string, 'unique').call(string, { model: Member })
    expect(await check(rule, 'ada')).toEqual(taken)
  })
})
