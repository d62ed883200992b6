import { type HookEvent, ModelQueryBuilder } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import {
  type HookCall,
  type HookedUser,
  recordingModel,
  type UserColumns,
} from '../../helpers/hooked_user.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()

interface Given {
  User: HookedUser
  ada: UserColumns
  ben: UserColumns
}

interface Row {
  run(given: Given): Promise<unknown>
  /** Each event with the email of the instances it is about; nothing for queries. */
  readonly hooks: readonly string[]
  /** Commands that reach the server. */
  readonly commands: readonly string[]
  /** The events of writes come with a transaction. */
  readonly inTransaction?: true
}

const ADA = { email: 'ada' }
const NEW = { email: 'new' }
const FIND = ['beforeFind query', 'afterFind ada']
const FIND_MISS = ['beforeFind query', 'afterFind null']
const update = (email: string) => [
  `beforeUpdate ${email}`,
  `beforeSave ${email}`,
  `afterUpdate ${email}`,
  `afterSave ${email}`,
]
const create = (...emails: string[]) =>
  ['before', 'after'].flatMap((when) =>
    emails.flatMap((email) => [`${when}Create ${email}`, `${when}Save ${email}`]),
  )
const fetch = (...emails: string[]) => ['beforeFetch query', `afterFetch [${emails.join(' ')}]`]

const TABLE: Record<string, Row> = {
  'firstOrNew, found': {
    run: ({ User }) => User.firstOrNew(ADA, { age: 1 }),
    hooks: FIND,
    commands: ['query'],
  },
  'firstOrNew, missing': {
    run: ({ User }) => User.firstOrNew(NEW, { age: 1 }),
    hooks: FIND_MISS,
    commands: ['query'],
  },
  'firstOrCreate, found': {
    run: ({ User }) => User.firstOrCreate(ADA, { age: 1 }),
    hooks: FIND,
    commands: ['query'],
  },
  'firstOrCreate, missing': {
    run: ({ User }) => User.firstOrCreate(NEW, { age: 1 }),
    hooks: [...FIND_MISS, ...create('new')],
    commands: ['query', 'findAndModify'],
  },
  'updateOrCreate, found': {
    run: ({ User }) => User.updateOrCreate(ADA, { age: 1 }),
    hooks: [...FIND, ...update('ada')],
    commands: ['query', 'update'],
    inTransaction: true,
  },
  'updateOrCreate, found and as it should be': {
    run: ({ User }) => User.updateOrCreate(ADA, { age: 36 }),
    hooks: [...FIND, 'beforeUpdate ada', 'beforeSave ada'],
    commands: ['query'],
    inTransaction: true,
  },
  'updateOrCreate, missing': {
    run: ({ User }) => User.updateOrCreate(NEW, { age: 1 }),
    hooks: [...FIND_MISS, ...create('new')],
    commands: ['query', 'insert'],
    inTransaction: true,
  },
  fetchOrNewUpMany: {
    run: ({ User }) => User.fetchOrNewUpMany('email', [NEW, ADA]),
    hooks: fetch('ada'),
    commands: ['query'],
  },
  'fetchOrNewUpMany of none': {
    run: ({ User }) => User.fetchOrNewUpMany('email', []),
    hooks: [],
    commands: [],
  },
  fetchOrCreateMany: {
    run: ({ User }) => User.fetchOrCreateMany('email', [{ email: 'x' }, ADA, { email: 'y' }]),
    hooks: [...fetch('ada'), ...create('x', 'y')],
    commands: ['query', 'insert'],
    inTransaction: true,
  },
  'fetchOrCreateMany, all found': {
    run: ({ User }) => User.fetchOrCreateMany('email', [{ email: 'ben' }, ADA]),
    hooks: fetch('ada', 'ben'),
    commands: ['query'],
  },
  updateOrCreateMany: {
    run: ({ User }) =>
      User.updateOrCreateMany('email', [
        { email: 'x', age: 1 },
        { email: 'ben', age: 2 },
        { email: 'y', age: 3 },
        { email: 'ada', age: 4 },
      ]),
    hooks: [...fetch('ada', 'ben'), ...update('ben'), ...update('ada'), ...create('x', 'y')],
    commands: ['query', 'update', 'update', 'insert'],
    inTransaction: true,
  },
  'updateOrCreateMany, one as it should be': {
    run: ({ User }) => User.updateOrCreateMany('email', [{ email: 'ada', age: 36 }]),
    hooks: [...fetch('ada'), 'beforeUpdate ada', 'beforeSave ada'],
    commands: ['query'],
    inTransaction: true,
  },
  'findManyBy a key': {
    run: ({ User }) => User.findManyBy('age', 36),
    hooks: fetch('ada', 'ben'),
    commands: ['query'],
  },
  'findManyBy an object, missing': {
    run: ({ User }) => User.findManyBy({ email: 'nobody' }),
    hooks: fetch(),
    commands: ['query'],
  },
  lockForUpdate: {
    run: ({ ada }) => ada.lockForUpdate(() => undefined),
    hooks: FIND,
    commands: ['query', 'update', 'update'],
  },
  'lockForUpdate and save': {
    run: ({ ada }) => ada.lockForUpdate((fresh) => fresh.merge({ age: 1 }).save()),
    hooks: [...FIND, ...update('ada')],
    commands: ['query', 'update', 'update', 'update'],
    inTransaction: true,
  },
  'query().forUpdate().exec()': {
    run: ({ User }) =>
      server.database.transaction((trx) => User.query({ client: trx }).forUpdate().exec()),
    hooks: fetch('ada', 'ben'),
    commands: ['query', 'update', 'update'],
  },
  truncate: {
    run: ({ User }) => User.truncate(),
    hooks: [],
    commands: ['remove'],
  },
}

const WRITES: readonly HookEvent[] = [
  'beforeCreate',
  'beforeUpdate',
  'beforeSave',
  'afterCreate',
  'afterUpdate',
  'afterSave',
]

function describeSubject({ event, subject }: HookCall): string {
  if (subject instanceof ModelQueryBuilder) return `${event} query`
  if (Array.isArray(subject)) {
    const emails = subject.map((one: UserColumns) => one.email)
    return `${event} [${emails.sort().join(' ')}]`
  }
  return `${event} ${subject === null ? 'null' : (subject as UserColumns).email}`
}

describe('the hooks of', () => {
  it.each(Object.entries(TABLE))('%s', async (_, { run, hooks, commands, inTransaction }) => {
    const { User, calls } = recordingModel('mixed')
    const ada = await User.createQuietly({ email: 'ada', age: 36 })
    const ben = await User.createQuietly({ email: 'ben', age: 36 })
    const transactions: unknown[] = []
    User.before('save', (user, { trx }) => {
      transactions.push(trx)
      expect(user.$trx).toBe(trx)
    })
    const sent = await commandsOf(server, User.collection ?? '', () => run({ User, ada, ben }))
    expect(calls.map(describeSubject)).toEqual(hooks)
    expect(sent).toEqual(commands)
    const saves = calls.filter(({ event }) => event === 'beforeSave').length
    expect(transactions).toHaveLength(saves)
    const writing = calls.filter(({ event }) => WRITES.includes(event))
    for (const { context } of writing) {
      if (inTransaction) expect(context.trx?.isTransaction).toBe(true)
      else expect(context.trx).toBeUndefined()
    }
    for (const { context } of calls) expect(context.model).toBe(User)
  })

  it('the first of a race that is lost: its before hooks, then the find hooks again', async () => {
    const { User, calls } = recordingModel('sync')
    await server.db.collection(User.collection ?? '').createIndex({ email: 1 }, { unique: true })
    let intruder = true
    User.before('save', async (user) => {
      if (!intruder) return
      intruder = false
      await User.createQuietly({ email: user.email, age: 99 })
    })
    const user = await User.firstOrCreate(NEW, { age: 1 })
    expect(user.age).toBe(99)
    expect(calls.map(describeSubject)).toEqual([
      ...FIND_MISS,
      'beforeCreate new',
      'beforeSave new',
      'beforeFind query',
      'afterFind new',
    ])
  })
})
