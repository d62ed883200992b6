/** Which hooks one call runs: `{ hooks }` and `withoutHooks()`. */
import type { HookEvent, ModelAdapterOptions } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { type HookedUser, recordingModel, type UserColumns } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

type Options = Pick<ModelAdapterOptions, 'hooks'>
type Way = (given: { User: HookedUser; ada: UserColumns }, options: Options) => Promise<unknown>

const NEW = { email: 'new@example.com', age: 1 }
const CREATE = ['beforeCreate', 'beforeSave', 'afterCreate', 'afterSave'] as const
const UPDATE = ['beforeUpdate', 'beforeSave', 'afterUpdate', 'afterSave'] as const
const DELETE = ['beforeDelete', 'afterDelete'] as const
const FIND = ['beforeFind', 'afterFind'] as const
const FETCH = ['beforeFetch', 'afterFetch'] as const
const PAGE = ['beforePaginate', 'beforeFetch', 'afterPaginate', 'afterFetch'] as const

async function collected(rows: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const row of rows) all.push(row)
  return all
}

const WAYS: Record<string, readonly [readonly HookEvent[], Way]> = {
  create: [CREATE, ({ User }, options) => User.create(NEW, options)],
  'create, coalesced': [
    CREATE,
    ({ User }, options) => User.create(NEW, { ...options, coalesce: true }),
  ],
  createMany: [CREATE, ({ User }, options) => User.createMany([NEW], options)],
  'save of a new one': [CREATE, ({ User }, options) => new User().merge(NEW).save(options)],
  save: [UPDATE, ({ ada }, options) => ada.merge({ age: 40 }).save(options)],
  delete: [DELETE, ({ ada }, options) => ada.delete(options)],
  'bulkSave of a new one': [
    CREATE,
    ({ User }, options) => User.bulkSave([new User().merge(NEW)], options),
  ],
  bulkSave: [UPDATE, ({ User, ada }, options) => User.bulkSave([ada.merge({ age: 40 })], options)],
  bulkDelete: [DELETE, ({ User, ada }, options) => User.bulkDelete([ada], options)],
  find: [FIND, ({ User, ada }, options) => User.find(ada.id, options)],
  'find, alone': [
    FIND,
    ({ User, ada }, options) => User.find(ada.id, { ...options, coalesce: false }),
  ],
  findBy: [FIND, ({ User }, options) => User.findBy('email', 'ada@example.com', options)],
  findMany: [FETCH, ({ User, ada }, options) => User.findMany([ada.id], options)],
  all: [FETCH, ({ User }, options) => User.all(options)],
  query: [FETCH, ({ User }, options) => User.query(options).exec()],
  first: [FETCH, ({ User }, options) => User.query(options).first()],
  toJson: [FETCH, ({ User }, options) => User.query(options).toJson()],
  'toJson of a page': [PAGE, ({ User }, options) => User.query(options).toJson({ page: 1 })],
  paginate: [PAGE, ({ User }, options) => User.query(options).paginate(1)],
  paginateCursor: [
    FETCH,
    ({ User }, options) => User.query(options).orderBy('id').paginateCursor({ limit: 5 }),
  ],
  cursor: [FETCH, ({ User }, options) => collected(User.query(options).cursor())],
  'a copy of a query': [FETCH, ({ User }, options) => User.query(options).clone().exec()],
  'firstOrCreate of what is there': [
    FIND,
    ({ User }, options) => User.firstOrCreate({ email: 'ada@example.com' }, {}, options),
  ],
  'firstOrCreate of what is missing': [
    ['beforeFind', 'afterFind', ...CREATE],
    ({ User }, options) => User.firstOrCreate({ email: NEW.email }, { age: 1 }, options),
  ],
  'updateOrCreate of what is there': [
    [...FIND, ...UPDATE],
    ({ User }, options) => User.updateOrCreate({ email: 'ada@example.com' }, { age: 9 }, options),
  ],
  'updateOrCreateMany of what is there': [
    [...FETCH, ...UPDATE],
    ({ User }, options) =>
      User.updateOrCreateMany('email', [{ email: 'ada@example.com', age: 9 }], options),
  ],
}

/** Runs a way on a model that records its hooks, and answers which ran. */
async function hooksOf(way: Way, options: Options): Promise<HookEvent[]> {
  const { User, calls } = recordingModel('mixed')
  const ada = await User.createQuietly({ email: 'ada@example.com', age: 36 })
  await way({ User, ada }, options)
  return calls.map(({ event }) => event)
}

describe.each(Object.entries(WAYS))('%s', (_, [events, way]) => {
  it('runs all hooks where nothing is said, and with true', async () => {
    expect(await hooksOf(way, {})).toEqual(events)
    expect(await hooksOf(way, { hooks: true })).toEqual(events)
  })

  it('runs none with false', async () => {
    expect(await hooksOf(way, { hooks: false })).toEqual([])
    expect(await hooksOf(way, { hooks: [] })).toEqual([])
  })

  it.each(events)('runs %s alone where that is all that is named', async (event) => {
    expect(await hooksOf(way, { hooks: [event] })).toEqual(events.filter((one) => one === event))
  })

  it('refuses what is no event, before anything is done', async () => {
    const { User, calls } = recordingModel('sync')
    const ada = await User.createQuietly({ email: 'ada@example.com', age: 36 })
    const wrong = { hooks: ['beforeEverything' as HookEvent] }
    const run = async () => way({ User, ada }, wrong)
    await expect(run()).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
    expect(calls).toEqual([])
    expect((await User.query({ hooks: false })).map(({ age }) => age)).toEqual([36])
  })
})

describe('withoutHooks()', () => {
  it.each([
    [[], []],
    [['beforeFetch'], ['afterFetch']],
    [['afterFetch', 'beforeFetch'], []],
    [['beforeSave'], ['beforeFetch', 'afterFetch']],
  ] as const)('%s', async (named, left) => {
    const { User, calls } = recordingModel('sync')
    await User.query().withoutHooks(...named)
    expect(calls.map(({ event }) => event)).toEqual(left)
  })

  it('adds to what was said before', async () => {
    const { User, calls } = recordingModel('sync')
    await User.query({ hooks: ['beforeFetch'] }).withoutHooks('afterFetch')
    expect(calls.map(({ event }) => event)).toEqual(['beforeFetch'])
    calls.length = 0
    await User.query().withoutHooks('beforeFetch').withoutHooks('afterFetch')
    expect(calls).toEqual([])
  })

  it('keeps those of the models of a union that did not say so', async () => {
    const { User, calls } = recordingModel('sync')
    const { User: Other, calls: others } = recordingModel('sync')
    await User.query().withoutHooks().unionAll(Other.query())
    expect(calls).toEqual([])
    expect(others.map(({ event }) => event)).toEqual(['beforeFetch'])
    others.length = 0
    await User.query().unionAll(Other.query().withoutHooks())
    expect(calls.map(({ event }) => event)).toEqual(['beforeFetch', 'afterFetch'])
    expect(others).toEqual([])
  })

  it('refuses what is no event', async () => {
    const { User } = recordingModel('sync')
    expect(() => User.query().withoutHooks('afterAll' as HookEvent)).toThrow(
      expect.objectContaining({ code: 'E_INVALID_QUERY' }),
    )
  })
})

it('mutes the hooks of a transaction too', async () => {
  const { User } = recordingModel('sync')
  const ended: string[] = []
  User.after('commit', () => {
    ended.push('commit')
  })
  User.after('rollback', () => {
    ended.push('rollback')
  })
  await User.create(NEW, { hooks: [...CREATE, 'afterRollback'] })
  await User.transaction((trx) => User.create(NEW, { client: trx, hooks: false }))
  expect(ended).toEqual([])
  await User.transaction((trx) => User.create(NEW, { client: trx, hooks: ['afterCommit'] }))
  expect(ended).toEqual(['commit'])
})
