/** Hooks of writes by a query, and of statements in bulk, on every way to them. */
import {
  afterUpdateQuery,
  type BaseModel,
  type BulkBuilder,
  type BulkResult,
  beforeUpdateQuery,
  type HookContext,
  type ModelQueryBuilder,
  type QueryWrite,
} from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { freshCollection, UserColumns } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

type User = UserColumns
type Write = QueryWrite<User, ModelQueryBuilder<User>>
type Query = ModelQueryBuilder<User>

function model() {
  return class User extends UserColumns {
    static override collection = freshCollection()
  }
}

/** Three documents of the ages 1, 2 and 3. */
async function stored() {
  const User = model()
  await User.createMany([1, 2, 3].map((age) => ({ email: `${age}@example.com`, age })))
  return User
}

const ages = async (User: ReturnType<typeof model>) =>
  (await User.query().orderBy('age')).map(({ age }) => age)

/** What each way does to documents of which `age` is at least 2, the first of them where it is one. */
const UPDATES: Record<string, { one?: boolean; run(query: Query): Promise<unknown> }> = {
  'update of values': { run: (query) => query.update({ age: 9 }) },
  'update of a column': { run: (query) => query.update('age', 9) },
  updateMany: { run: (query) => query.updateMany({ age: 9 }) },
  modify: { run: (query) => query.modify((user) => user.set('age', 9)) },
  increment: { run: (query) => query.increment('age', 7) },
  decrement: { run: (query) => query.decrement('age', 7) },
  updateWith: { run: (query) => query.updateWith([{ $set: { age: 9 } }]) },
  unset: { run: (query) => query.unset('email') },
  upsert: { one: true, run: (query) => query.where('email', '2@example.com').upsert({ age: 9 }) },
  updateOne: { one: true, run: (query) => query.updateOne({ age: 9 }) },
  'updateOne in an order': {
    one: true,
    run: (query) => query.orderBy('age').updateOne({ age: 9 }),
  },
  findOneAndUpdate: {
    one: true,
    run: (query) => query.orderBy('age').findOneAndUpdate({ age: 9 }),
  },
  findOneAndReplace: {
    one: true,
    run: (query) => query.orderBy('age').findOneAndReplace({ email: '2@example.com', age: 9 }),
  },
}
const DELETES: typeof UPDATES = {
  delete: { run: (query) => query.delete() },
  del: { run: (query) => query.del() },
  deleteOne: { one: true, run: (query) => query.deleteOne() },
  'deleteOne in an order': { one: true, run: (query) => query.orderBy('age').deleteOne() },
  findOneAndDelete: { one: true, run: (query) => query.orderBy('age').findOneAndDelete() },
}
const KINDS = [
  ['updateQuery', UPDATES],
  ['deleteQuery', DELETES],
] as const
const WAYS = KINDS.flatMap(([kind, ways]) =>
  Object.entries(ways).map(([name, way]) => ({ kind, name, ...way })),
)

describe.each(WAYS)('$name', ({ kind, name, one = false, run }) => {
  it('runs the hooks once, in order, with the query and the method', async () => {
    const User = await stored()
    const seen: unknown[] = []
    User.before(kind, ({ method, query, documents, result }: Write, context: HookContext) => {
      seen.push(['before', method, query.model, documents, result, context.operation])
    })
    User.after(kind, ({ method, result }: Write) => void seen.push(['after', method, result]))
    const query = User.query().where('age', '>=', 2)
    const result = await run(query)
    const method = name.split(' ')[0] === 'del' ? 'delete' : name.split(' ')[0]
    const first = seen[0] as unknown[]
    expect(first).toEqual(['before', method, User, undefined, undefined, kind])
    expect(seen.slice(1)).toHaveLength(1)
    const [when, what, answer] = seen[1] as unknown[]
    expect([when, what]).toEqual(['after', method])
    // What Lucid's `update` answers is made of it.
    expect(
      name.startsWith('update of') || /crement/.test(name) ? [Object(answer).matched] : answer,
    ).toEqual(result)
  })

  it('writes what a before hook leaves, and the query stays as it was', async () => {
    const User = await stored()
    User.before(kind, ({ query }: Write) => void query.where('age', 2))
    const query = User.query().where('age', '>=', 2)
    await run(query)
    expect((await ages(User)).includes(2)).toBe(name === 'unset')
    expect((await ages(User)).includes(3)).toBe(true)
    expect(JSON.stringify(query.toMongo())).not.toMatch(/"age":2\b/)
  })

  it('is refused by a hook that answers false, and nothing is written', async () => {
    const User = await stored()
    User.before(kind, () => false)
    await expect(run(User.query().where('age', '>=', 2))).rejects.toMatchObject({
      code: 'E_HOOK_ABORTED',
    })
    expect(await ages(User)).toEqual([1, 2, 3])
  })

  it('gives hooks the documents, in one transaction, where they ask for them', async () => {
    const User = await stored()
    const seen: unknown[] = []
    const told = ({ documents }: Write) =>
      documents?.map(({ before, after }) => [before.age, after?.age ?? null])
    User.before(
      kind,
      (write: Write, { trx }: HookContext) => void seen.push(told(write), trx !== undefined),
      {
        documents: true,
      },
    )
    User.after(kind, (write: Write) => void seen.push(told(write)))
    await run(User.query().where('age', '>=', 2))
    const before = one
      ? [[2, null]]
      : [
          [2, null],
          [3, null],
        ]
    const now = { increment: [9, 10], decrement: [-5, -4], unset: [2, 3] }[name] ?? [9, 9]
    const after = before.map(([age], place) => [age, kind === 'deleteQuery' ? null : now[place]])
    expect(seen).toEqual([before, true, after])
  })

  it('puts everything back where an after hook of such a write fails', async () => {
    const User = await stored()
    User.after(kind, () => Promise.reject(new Error('no')), { documents: true })
    await expect(run(User.query().where('age', '>=', 2))).rejects.toThrow('no')
    expect(await ages(User)).toEqual([1, 2, 3])
  })

  it('runs none where the call says so', async () => {
    const User = await stored()
    User.before(kind, () => false)
    await run(User.query().where('age', '>=', 2).withoutHooks())
    expect(await ages(User)).not.toEqual(name === 'unset' ? [] : [1, 2, 3])
  })
})

// `upsert` has a condition of its own.
it.each(WAYS.filter(({ name }) => name !== 'upsert'))(
  '$name does not take the condition of a hook for one of the caller',
  async ({ kind, run }) => {
    const User = await stored()
    User.before(kind, ({ query }: Write) => void query.where('age', 2))
    await expect(run(User.query())).rejects.toMatchObject({ code: 'E_EMPTY_FILTER' })
    expect(await ages(User)).toEqual([1, 2, 3])
  },
)

it('what a hook adds to the changes is written', async () => {
  const User = await stored()
  User.before('updateQuery', ({ update }: Write) => void update?.set('email', 'changed'))
  await User.query().where('age', 2).increment('age')
  await User.query().where('age', 1).findOneAndUpdate({ age: 5 })
  const rows = (await User.all()).map(({ age, email }) => `${age} ${email}`)
  expect(rows.sort()).toEqual(['3 3@example.com', '3 changed', '5 changed'])
})

it('decorators declare them, with the documents where they ask', async () => {
  const log: string[] = []
  class User extends UserColumns {
    static override collection = freshCollection()

    @beforeUpdateQuery()
    static narrow({ query }: QueryWrite<User, ModelQueryBuilder<User>>) {
      query.where('age', '<', 3)
    }

    @afterUpdateQuery({ documents: true })
    static audit({ documents }: QueryWrite<User, ModelQueryBuilder<User>>) {
      for (const { before, after } of documents ?? []) log.push(`${before.age} > ${after?.age}`)
    }
  }
  await User.createMany([1, 2, 3].map((age) => ({ email: 'a', age })))
  await User.query().where('email', 'a').increment('age', 10)
  expect(log.sort()).toEqual(['1 > 11', '2 > 12'])
  expect(await ages(User)).toEqual([3, 11, 12])
})

const BULKS: Record<string, (User: typeof BaseModel) => Promise<BulkResult>> = {
  'bulkWrite with a callback': (User) =>
    User.bulkWrite((bulk) => void bulk.deleteMany({ age: 1 } as never)),
  'bulkWrite of statements': (User) =>
    User.bulkWrite([{ deleteMany: { filter: { age: 1 } } }] as never),
  upsertMany: (User) =>
    User.upsertMany([{ email: '1@example.com', age: 7 }] as never, { by: ['email'] as never }),
}

describe.each(Object.entries(BULKS))('%s', (name, run) => {
  it('runs its hooks: what they add is carried out too', async () => {
    const User = await stored()
    const seen: unknown[] = []
    User.before('bulkWrite', (bulk: BulkBuilder<User>) => {
      bulk.deleteMany({ age: 3 })
    })
    User.after('bulkWrite', (result: BulkResult) => void seen.push(result))
    const result = await run(User)
    expect(seen).toEqual([result])
    expect(await ages(User)).toEqual(name === 'upsertMany' ? [2, 7] : [2])
  })

  it('is refused by a hook', async () => {
    const User = await stored()
    User.before('bulkWrite', () => false)
    await expect(run(User)).rejects.toMatchObject({ code: 'E_HOOK_ABORTED' })
    expect(await ages(User)).toEqual([1, 2, 3])
  })
})
