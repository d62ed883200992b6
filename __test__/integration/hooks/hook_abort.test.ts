import type { EventName } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { freshCollection, type HookedUser, pause, UserColumns } from '../../helpers/hooked_user.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()

/** How a hook says no, and what the caller gets to see. */
interface Refusal {
  answer(): unknown
  /** What is thrown; absent where the answer is `false`. */
  thrown?: unknown
}

const error = new TypeError('not today')
const frozen = Object.freeze({ status: 409 })
const REFUSALS: Record<string, Refusal> = {
  'throwing an error': {
    thrown: error,
    answer: () => {
      throw error
    },
  },
  'throwing a string': {
    thrown: 'no',
    answer: () => {
      throw 'no'
    },
  },
  'throwing undefined': {
    thrown: undefined,
    answer: () => {
      throw undefined
    },
  },
  'rejecting with an error': {
    thrown: error,
    answer: async () => {
      await pause()
      throw error
    },
  },
  'rejecting with an object': { thrown: frozen, answer: () => Promise.reject(frozen) },
  'answering false': { answer: () => false },
  'answering false later': { answer: () => pause().then(() => false) },
}

/** An operation of a stored instance's model. `user` is new for the creating ones. */
interface Operation {
  event: EventName
  on?: 'new'
  name: string
  run(user: UserColumns, User: HookedUser): Promise<unknown>
}

const save = { name: 'save', run: (user: UserColumns) => user.save() }
const OPERATIONS: Operation[] = [
  { event: 'create', on: 'new', ...save },
  { event: 'save', on: 'new', ...save },
  {
    event: 'create',
    on: 'new',
    name: 'save, coalesced',
    run: (user) => user.save({ coalesce: true }),
  },
  { event: 'update', ...save },
  { event: 'save', ...save },
  { event: 'update', name: 'save, coalesced', run: (user) => user.save({ coalesce: true }) },
  { event: 'delete', name: 'delete', run: (user) => user.delete() },
  { event: 'find', name: 'find', run: ({ id }, User) => User.find(id) },
  { event: 'find', name: 'findBy', run: (_, User) => User.findBy('email', 'ada') },
  { event: 'find', name: 'refresh', run: (user) => user.refresh() },
  { event: 'fetch', name: 'findMany', run: ({ id }, User) => User.findMany([id]) },
  { event: 'fetch', name: 'first', run: (_, User) => User.first() },
  { event: 'fetch', name: 'await query()', run: async (_, User) => await User.query() },
  { event: 'fetch', name: 'paginate', run: (_, User) => User.query().paginate(1) },
  { event: 'paginate', name: 'paginate', run: (_, User) => User.query().paginate(1) },
]

const CASES = OPERATIONS.flatMap((operation) =>
  Object.entries(REFUSALS).map(([how, refusal]) => ({ ...operation, how, refusal })),
)

/** Everything that can be told of an instance. */
function stateOf(user: UserColumns) {
  const { $isPersisted, $isLocal, $isDeleted, $isDirty, $dirty, $original } = user
  return { $isPersisted, $isLocal, $isDeleted, $isDirty, $dirty, $original, ...user.toObject() }
}

async function outcomeOf(work: () => Promise<unknown>) {
  try {
    return { value: await work() }
  } catch (thrown) {
    return { thrown }
  }
}

/** A model whose hook of `event` changes what it can and is followed by one that must not run. */
async function prepare({ event, on }: Operation, answer: () => unknown) {
  class User extends UserColumns {
    static override collection = freshCollection()
  }
  const ran: string[] = []
  const user =
    on === 'new' ? new User() : await User.createQuietly({ email: 'ada@example.com', age: 36 })
  user.email = 'changed by the caller'
  User.before(event, (subject: unknown) => {
    ran.push('first')
    if (subject instanceof User) subject.merge({ age: 99, id: 'ffffffffffffffffffffffff' })
  })
  User.before(event, function refuse() {
    ran.push('refusing')
    return answer() as boolean
  })
  User.before(event, () => {
    ran.push('later')
  })
  for (const name of ['save', 'create', 'update', 'delete', 'find', 'fetch', 'paginate'] as const) {
    User.after(name, () => {
      ran.push(`after ${name}`)
    })
  }
  return { User, ran, user }
}

describe('a before hook', () => {
  it.each(CASES)('of $event stops $name by $how', async (one) => {
    const { User, ran, user } = await prepare(one, one.refusal.answer)
    const state = stateOf(user)

    let outcome: { value?: unknown; thrown?: unknown } = {}
    const commands = await commandsOf(server, User.collection, async () => {
      outcome = await outcomeOf(() => one.run(user, User))
    })

    expect(outcome).not.toHaveProperty('value')
    if ('thrown' in one.refusal) expect(outcome.thrown).toBe(one.refusal.thrown)
    else {
      const event = `before${one.event.charAt(0).toUpperCase()}${one.event.slice(1)}`
      expect(outcome.thrown).toMatchObject({
        code: 'E_HOOK_ABORTED',
        status: 422,
        model: 'User',
        hook: `${event} User.refuse`,
        message: expect.stringContaining(`the ${event} hook User.refuse returned false`),
      })
    }
    expect(ran).toEqual(['first', 'refusing'])
    expect(commands).toEqual([])
    expect(stateOf(user)).toEqual(state)
  })

  it.each(CASES.filter(({ on, how }) => on === 'new' && how === 'answering false'))(
    'of $event that stopped $name does not stop the next one',
    async (one) => {
      let refuse = true
      const { User, user } = await prepare(one, () => !refuse)
      await expect(one.run(user, User)).rejects.toMatchObject({ code: 'E_HOOK_ABORTED' })
      refuse = false
      await one.run(user, User)
      expect(await User.query().count()).toBe(1)
      expect(user).toMatchObject({ $isPersisted: true, age: 99, email: 'changed by the caller' })
    },
  )

  const HARMLESS: unknown[] = [
    true,
    undefined,
    null,
    0,
    '',
    'false',
    Number.NaN,
    {},
    [],
    new Error(),
  ]
  it.each(HARMLESS)('does not stop anything by answering %o', async (answer) => {
    class User extends UserColumns {
      static override collection = freshCollection()
    }
    User.before('create', () => answer as boolean)
    User.before('save', async () => answer as boolean)
    const user = await User.create({ email: 'ada@example.com' })
    expect(user.$isPersisted).toBe(true)
  })
})

describe('createMany', () => {
  it.each(Object.entries(REFUSALS))(
    'stores nothing when one row is refused by %s',
    async (_, refusal) => {
      class User extends UserColumns {
        static override collection = freshCollection()
      }
      const seen: UserColumns[] = []
      const ran: string[] = []
      User.before('create', (user) => {
        seen.push(user)
        user.age = 99
        return (user.email === 'b' ? refusal.answer() : true) as boolean
      })
      User.before('save', (user) => {
        ran.push(user.email)
      })
      User.after('save', () => {
        ran.push('after')
      })
      const rows = ['a', 'b', 'c'].map((email) => ({ email, age: 1 }))
      const outcome = await outcomeOf(() => User.createMany(rows))

      if ('thrown' in refusal) expect(outcome.thrown).toBe(refusal.thrown)
      else expect(outcome.thrown).toMatchObject({ code: 'E_HOOK_ABORTED', operation: 'create' })
      expect(await User.query().count()).toBe(0)
      expect(ran).toEqual(['a'])
      expect(seen.map(stateOf)).toEqual([
        expect.objectContaining({ email: 'a', age: 1, $isPersisted: false }),
        expect.objectContaining({ email: 'b', age: 1, $isPersisted: false }),
      ])
      expect(seen.map((user) => user.id)).toEqual([undefined, undefined])
    },
  )
})
