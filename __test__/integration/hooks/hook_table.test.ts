import {
  type ErrorCode,
  type HookEvent,
  type LifecycleOperation,
  ModelPaginator,
  ModelQueryBuilder,
} from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import {
  type HookedUser,
  type HookStyle,
  recordingModel,
  type UserColumns,
} from '../../helpers/hooked_user.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const MISSING = 'ffffffffffffffffffffffff'

/** What an operation starts from: two stored documents, and instances of them. */
interface Given {
  User: HookedUser
  ada: UserColumns
  ben: UserColumns
}

/** What an operation left: its result, and the query it was called on. */
interface Outcome {
  User: HookedUser
  result: unknown
  query: unknown
}

/** Says what the argument of a hook must be. */
type Check = (subject: unknown, outcome: Outcome) => void

const instance: Check = (subject, { User, result }) => {
  expect(subject).toBe(result)
  expect(subject).toBeInstanceOf(User)
}
const row =
  (place: number): Check =>
  (subject, { result }) =>
    expect(subject).toBe((result as unknown[])[place])
const query: Check = (subject, outcome) => {
  expect(subject).toBeInstanceOf(ModelQueryBuilder)
  expect((subject as ModelQueryBuilder<UserColumns>).model).toBe(outcome.User)
  if (outcome.query !== undefined) expect(subject).toBe(outcome.query)
}
const models: Check = (subject, { result }) => expect(subject).toBe(result)
const one: Check = (subject, { result }) => {
  expect(subject).toHaveLength(1)
  expect((subject as unknown[])[0]).toBe(result)
}
const none: Check = (subject) => expect(subject).toEqual([])
const nothing: Check = (subject) => expect(subject).toBeNull()
const fresh: Check = (subject, { User, result }) => {
  expect(subject).toBeInstanceOf(User)
  expect(subject).not.toBe(result)
  expect((subject as UserColumns).id).toBe((result as UserColumns).id)
}
const paginator: Check = (subject, { result }) => {
  expect(subject).toBeInstanceOf(ModelPaginator)
  expect(subject).toBe(result)
}
const page: Check = (subject, { result }) => {
  expect(Array.isArray(subject)).toBe(true)
  expect([...(subject as unknown[])]).toEqual([...(result as unknown[])])
}
const queries: Check = (subject, outcome) => {
  expect(subject).toHaveLength(2)
  const [count, rows] = subject as [unknown, unknown]
  query(rows, outcome)
  query(count, { ...outcome, query: undefined })
  expect(count).not.toBe(rows)
}

type Hooks = readonly (readonly [HookEvent, Check])[]

interface Row {
  readonly operation?: LifecycleOperation
  readonly hooks: Hooks
  /** Commands that reach the server. */
  readonly commands: readonly string[]
  readonly error?: ErrorCode
  /** The operation makes a transaction of its own. */
  readonly inTransaction?: boolean
  readonly without?: HookEvent
  run(given: Given, keep: <Query>(query: Query) => Query): Promise<unknown>
}

const written = (specific: 'Create' | 'Update', checks: readonly Check[] = [instance]): Hooks => {
  const around = (when: 'before' | 'after') =>
    checks.flatMap((check) => [
      [`${when}${specific}`, check] as const,
      [`${when}Save`, check] as const,
    ])
  return [...around('before'), ...around('after')]
}
const read = (kind: 'Find' | 'Fetch', check: Check): Hooks => [
  [`before${kind}`, query],
  [`after${kind}`, check],
]
const CLEAN: Hooks = [
  ['beforeUpdate', instance],
  ['beforeSave', instance],
]
const PAGE: Hooks = [
  ['beforePaginate', queries],
  ['beforeFetch', query],
  ['afterPaginate', paginator],
  ['afterFetch', page],
]

const create = { operation: 'create', hooks: written('Create'), commands: ['insert'] } as const
const update = { operation: 'update', hooks: written('Update'), commands: ['update'] } as const
const find = { operation: 'find', hooks: read('Find', instance), commands: ['query'] } as const
const findMiss = { ...find, hooks: read('Find', nothing) } as const
const fetch = { operation: 'fetch', hooks: read('Fetch', models), commands: ['query'] } as const
const first = { ...fetch, hooks: read('Fetch', one) } as const
const firstMiss = { ...fetch, hooks: read('Fetch', none) } as const
const silent = { hooks: [] } as const
const noBefore = { without: 'beforeFind', hooks: [['afterFind', instance]] } as const
const noBeforeMiss = { without: 'beforeFind', hooks: [['afterFind', nothing]] } as const
const notFound = { error: 'E_ROW_NOT_FOUND' } as const

const NEW = { email: 'new@example.com', age: 1 }

const TABLE: Record<string, Row> = {
  create: { ...create, run: ({ User }) => User.create(NEW) },
  'create, coalesced': { ...create, run: ({ User }) => User.create(NEW, { coalesce: true }) },
  'new and save': { ...create, run: ({ User }) => Object.assign(new User(), NEW).save() },
  createQuietly: { ...silent, commands: ['insert'], run: ({ User }) => User.createQuietly(NEW) },
  createMany: {
    operation: 'create',
    hooks: written('Create', [row(0), row(1), row(2)]),
    inTransaction: true,
    commands: ['insert'],
    run: ({ User }) => User.createMany([NEW, NEW, NEW]),
  },
  'createMany of none': { ...silent, commands: [], run: ({ User }) => User.createMany([]) },
  createManyQuietly: {
    ...silent,
    commands: ['insert'],
    run: ({ User }) => User.createManyQuietly([NEW, NEW]),
  },
  'save, dirty': { ...update, run: ({ ada }) => ada.merge({ age: 37 }).save() },
  'save, dirty, coalesced': {
    ...update,
    run: ({ ada }) => ada.merge({ age: 37 }).save({ coalesce: true }),
  },
  'save, clean': { ...update, hooks: CLEAN, commands: [], run: ({ ada }) => ada.save() },
  'save, clean, forced': {
    ...update,
    commands: [],
    run: ({ ada }) => ada.enableForceUpdate().save(),
  },
  saveQuietly: {
    ...silent,
    commands: ['update'],
    run: ({ ada }) => ada.merge({ age: 37 }).saveQuietly(),
  },
  'saveQuietly of a new instance': {
    ...silent,
    commands: ['insert'],
    run: ({ User }) => Object.assign(new User(), NEW).saveQuietly(),
  },
  delete: {
    operation: 'delete',
    hooks: [
      ['beforeDelete', instance],
      ['afterDelete', instance],
    ],
    commands: ['remove'],
    run: ({ ada }) => ada.delete().then(() => ada),
  },
  deleteQuietly: { ...silent, commands: ['remove'], run: ({ ada }) => ada.deleteQuietly() },

  find: { ...find, run: ({ User, ada }) => User.find(ada.id) },
  'find, not coalesced': {
    ...find,
    run: ({ User, ada }) => User.find(ada.id, { coalesce: false }),
  },
  'find, missing': { ...findMiss, run: ({ User }) => User.find(MISSING) },
  'find, missing, not coalesced': {
    ...findMiss,
    run: ({ User }) => User.find(MISSING, { coalesce: false }),
  },
  'find without beforeFind': { ...find, ...noBefore, run: ({ User, ada }) => User.find(ada.id) },
  'find without beforeFind, not coalesced': {
    ...find,
    ...noBefore,
    run: ({ User, ada }) => User.find(ada.id, { coalesce: false }),
  },
  'find without beforeFind, missing': {
    ...find,
    ...noBeforeMiss,
    run: ({ User }) => User.find(MISSING),
  },
  'find without beforeFind, missing, not coalesced': {
    ...find,
    ...noBeforeMiss,
    run: ({ User }) => User.find(MISSING, { coalesce: false }),
  },
  'find without afterFind': {
    ...find,
    without: 'afterFind',
    hooks: [['beforeFind', query]],
    run: ({ User, ada }) => User.find(ada.id),
  },
  findOrFail: { ...find, run: ({ User, ada }) => User.findOrFail(ada.id) },
  'findOrFail, missing': { ...findMiss, ...notFound, run: ({ User }) => User.findOrFail(MISSING) },
  'findOrFail without beforeFind, missing': {
    ...find,
    ...noBeforeMiss,
    ...notFound,
    run: ({ User }) => User.findOrFail(MISSING),
  },
  'findBy a key': { ...find, run: ({ User, ada }) => User.findBy('email', ada.email) },
  'findBy a key, missing': { ...findMiss, run: ({ User }) => User.findBy('email', 'nobody') },
  'findBy an object': { ...find, run: ({ User, ada }) => User.findBy({ email: ada.email }) },
  'findBy an object, missing': { ...findMiss, run: ({ User }) => User.findBy({ email: 'nobody' }) },
  findByOrFail: { ...find, run: ({ User, ada }) => User.findByOrFail('email', ada.email) },
  'findByOrFail, missing': {
    ...findMiss,
    ...notFound,
    run: ({ User }) => User.findByOrFail({ email: 'nobody' }),
  },
  refresh: { ...find, hooks: read('Find', fresh), run: ({ ada }) => ada.refresh() },
  'refresh of a document that is gone': {
    ...findMiss,
    ...notFound,
    run: async ({ User, ada }) => {
      await server.db.collection(User.collection ?? '').deleteMany({})
      return ada.refresh()
    },
    commands: ['remove', 'query'],
  },

  findMany: { ...fetch, run: ({ User, ada, ben }) => User.findMany([ada.id, ben.id]) },
  'findMany, missing': { ...fetch, run: ({ User }) => User.findMany([MISSING]) },
  all: { ...fetch, run: ({ User }) => User.all() },
  first: { ...first, run: ({ User }) => User.first() },
  'first, missing': {
    ...firstMiss,
    run: async ({ User }) => {
      await User.query().all().delete()
      return User.first()
    },
    commands: ['remove', 'query'],
  },
  firstOrFail: { ...first, run: ({ User }) => User.firstOrFail() },
  'query().exec()': { ...fetch, run: ({ User }, keep) => keep(User.query()).exec() },
  'await query()': { ...fetch, run: async ({ User }, keep) => await keep(User.query()) },
  'await query(), no rows': {
    ...fetch,
    run: async ({ User }, keep) => await keep(User.query().where('age', 0)),
  },
  'query().first()': { ...first, run: ({ User }, keep) => keep(User.query()).first() },
  'query().first(), missing': {
    ...firstMiss,
    run: ({ User }, keep) => keep(User.query().where('age', 0)).first(),
  },
  'query().firstOrFail()': { ...first, run: ({ User }, keep) => keep(User.query()).firstOrFail() },
  'query().firstOrFail(), missing': {
    ...firstMiss,
    ...notFound,
    run: ({ User }, keep) => keep(User.query().where('age', 0)).firstOrFail(),
  },
  paginate: {
    operation: 'paginate',
    hooks: PAGE,
    commands: ['aggregate', 'query'],
    run: ({ User }, keep) => keep(User.query().orderBy('id')).paginate(1, 1),
  },
  'paginate, total 0': {
    operation: 'paginate',
    hooks: PAGE,
    commands: ['aggregate'],
    run: ({ User }, keep) => keep(User.query().where('age', 0)).paginate(1, 1),
  },

  'pojo().exec()': {
    ...silent,
    commands: ['query'],
    run: ({ User }) => User.query().pojo().exec(),
  },
  'await pojo()': {
    ...silent,
    commands: ['query'],
    run: async ({ User }) => await User.query().pojo(),
  },
  'pojo().first()': {
    ...silent,
    commands: ['query'],
    run: ({ User }) => User.query().pojo().first(),
  },
  'pojo().paginate()': {
    ...silent,
    commands: ['aggregate', 'query'],
    run: ({ User }) => User.query().pojo().paginate(1, 1),
  },
  count: { ...silent, commands: ['aggregate'], run: ({ User }) => User.query().count() },
  'query().update()': {
    ...silent,
    commands: ['update'],
    run: ({ User }) => User.query().where('age', 36).update({ age: 37 }),
  },
  'query().increment()': {
    ...silent,
    commands: ['update'],
    run: ({ User }) => User.query().where('age', 36).increment('age'),
  },
  'query().decrement()': {
    ...silent,
    commands: ['update'],
    run: ({ User }) => User.query().where('age', 36).decrement('age', 2),
  },
  'query().delete()': {
    ...silent,
    commands: ['remove'],
    run: ({ User }) => User.query().where('age', 36).delete(),
  },
}

const STYLES: readonly HookStyle[] = ['sync', 'async', 'mixed', 'added at run time']

describe.each(STYLES)('%s hooks of', (style) => {
  it.each(Object.entries(TABLE))('%s', async (_, row) => {
    const { User, calls } = recordingModel(style, row.without)
    const ada = await User.createQuietly({ email: 'ada@example.com', age: 36 })
    const ben = await User.createQuietly({ email: 'ben@example.com', age: 36 })
    expect(calls).toEqual([])

    const outcome: Outcome = { User, result: undefined, query: undefined }
    let failure: unknown
    const commands = await commandsOf(server, User.collection ?? '', async () => {
      try {
        outcome.result = await row.run({ User, ada, ben }, (query) => {
          outcome.query = query
          return query
        })
      } catch (error) {
        failure = error
      }
    })

    expect(failure).toEqual(
      row.error === undefined ? undefined : expect.objectContaining({ code: row.error }),
    )
    expect(calls.map(({ event }) => event)).toEqual(row.hooks.map(([event]) => event))
    for (const [place, [, check]] of row.hooks.entries()) check(calls[place]?.subject, outcome)
    for (const { context, given } of calls) {
      expect(given).toBe(2)
      expect(context).toEqual({
        operation: row.operation,
        model: User,
        connection: 'main',
        trx: row.inTransaction ? expect.objectContaining({ isTransaction: true }) : undefined,
        writes: [],
      })
      expect(Object.isFrozen(context)).toBe(true)
      expect(context.model).toBe(User)
    }
    expect(commands).toEqual(row.commands)
  })
})
