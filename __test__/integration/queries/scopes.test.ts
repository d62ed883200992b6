import { BaseModel, column, errors, type ModelQueryBuilder, scope } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare status: string
  @column() declare age: number

  static active = scope((query: ModelQueryBuilder<User>) => {
    query.where('status', 'active')
  })
  static olderThan = scope((query: ModelQueryBuilder<User>, age: number) => {
    query.where('age', '>', age)
  })
  static between = scope((query: ModelQueryBuilder<User>, from: number, to?: number) => {
    query.whereBetween('age', [from, to ?? 100])
  })
  static activeAdults = scope((query: ModelQueryBuilder<User>) => {
    query.withScopes<typeof User>((scopes) => scopes.active().olderThan(17))
  })
  static either = scope((query: ModelQueryBuilder<User>) => {
    query.orWhere('name', 'Cy').orWhere('name', 'Di')
  })
  static youngest = scope((query: ModelQueryBuilder<User>, count: number) => {
    query.orderBy('age').limit(count)
  })
  static ofThis = scope(function (this: typeof User, query: ModelQueryBuilder<User>) {
    query.where('name', this.favourite)
  })
  static favourite = 'Ann'
  static async later(query: ModelQueryBuilder<User>) {
    query.where('age', 1)
  }
  static unmarked(query: ModelQueryBuilder<User>) {
    query.where('age', 1)
  }
}

class Admin extends User {
  static override collection = 'users'
  static override favourite = 'Bob'
  static override active = scope((query: ModelQueryBuilder<User>) => {
    query.where('status', 'on duty')
  })
  static named = scope((query: ModelQueryBuilder<Admin>, name: string) => {
    query.where('name', name)
  })
}

beforeAll(async () => {
  await User.createMany([
    { name: 'Ann', status: 'active', age: 10 },
    { name: 'Bob', status: 'active', age: 20 },
    { name: 'Cy', status: 'banned', age: 30 },
    { name: 'Di', status: 'on duty', age: 40 },
  ])
})

const names = async (query: PromiseLike<User[]>) => (await query).map(({ name }) => name).sort()

describe('withScopes', () => {
  const CASES: [how: string, query: () => ModelQueryBuilder<User>, found: string[]][] = [
    ['one', () => User.query().withScopes((scopes) => scopes.active()), ['Ann', 'Bob']],
    [
      'several, chained',
      () => User.query().withScopes((scopes) => scopes.active().olderThan(15)),
      ['Bob'],
    ],
    [
      'several, called one by one',
      () =>
        User.query().withScopes((scopes) => {
          scopes.active()
          scopes.olderThan(15)
        }),
      ['Bob'],
    ],
    ['under its other name', () => User.query().apply((scopes) => scopes.olderThan(15)), BCD()],
    ['an argument left out', () => User.query().withScopes((scopes) => scopes.between(15)), BCD()],
    [
      'all arguments',
      () => User.query().withScopes((scopes) => scopes.between(15, 35)),
      ['Bob', 'Cy'],
    ],
    ['one of others', () => User.query().withScopes((scopes) => scopes.activeAdults()), ['Bob']],
    [
      'besides conditions',
      () =>
        User.query()
          .where('name', 'Ann')
          .withScopes((scopes) => scopes.active())
          .where('age', 10),
      ['Ann'],
    ],
    [
      'twice',
      () =>
        User.query()
          .withScopes((scopes) => scopes.olderThan(15))
          .withScopes((scopes) => scopes.active()),
      ['Bob'],
    ],
    // As in Lucid a scope makes no parentheses.
    [
      'one with orWhere, in place',
      () =>
        User.query()
          .where('name', 'Ann')
          .withScopes((scopes) => scopes.either()),
      ['Ann', 'Cy', 'Di'],
    ],
    [
      'in a group',
      () =>
        User.query()
          .where('age', '>', 35)
          .where((group) => group.withScopes((scopes) => scopes.either())),
      ['Di'],
    ],
    [
      'in a negated group',
      () => User.query().whereNot((group) => group.withScopes((scopes) => scopes.active())),
      ['Cy', 'Di'],
    ],
    [
      'in a group of a group',
      () =>
        User.query().where((outer) =>
          outer
            .where('name', 'Ann')
            .orWhere((inner) => inner.withScopes((scopes) => scopes.active().olderThan(15))),
        ),
      ['Ann', 'Bob'],
    ],
    [
      'in if and match',
      () =>
        User.query()
          .if(true, (query) => {
            query.withScopes((scopes) => scopes.active())
          })
          .match((query) => {
            query.withScopes((scopes) => scopes.olderThan(15))
          }),
      ['Bob'],
    ],
    ['order and limit', () => User.query().withScopes((scopes) => scopes.youngest(1)), ['Ann']],
    ['none', () => User.query().withScopes(() => {}), ['Ann', ...BCD()]],
    ['called on the class', () => User.query().withScopes((scopes) => scopes.ofThis()), ['Ann']],
    [
      'on a clone',
      () =>
        User.query()
          .clone()
          .withScopes((scopes) => scopes.active()),
      ['Ann', 'Bob'],
    ],
    ['inherited', () => Admin.query().withScopes((scopes) => scopes.olderThan(35)), ['Di']],
    ['overridden', () => Admin.query().withScopes((scopes) => scopes.active()), ['Di']],
    [
      'overridden, as one of others',
      () => Admin.query().withScopes((scopes) => scopes.activeAdults()),
      ['Di'],
    ],
    ['called on the child', () => Admin.query().withScopes((scopes) => scopes.ofThis()), ['Bob']],
    ['of the child', () => Admin.query().withScopes((scopes) => scopes.named('Cy')), ['Cy']],
  ]

  function BCD(): string[] {
    return ['Bob', 'Cy', 'Di']
  }

  it.each(CASES)('%s', async (_, query, found) => {
    expect(await names(query())).toEqual(found)
  })

  it('goes with everything that a query does', async () => {
    const active = () => User.query().withScopes((scopes) => scopes.active())
    expect(await active().count()).toBe(2)
    expect((await active().orderBy('age').firstOrFail()).name).toBe('Ann')
    expect((await active().paginate(1)).total).toBe(2)
    expect(await active().increment('age', 0)).toEqual([2])
    expect(await active().pojo<{ name: string }>().orderBy('age')).toMatchObject([
      { name: 'Ann' },
      { name: 'Bob' },
    ])
    const streamed: string[] = []
    for await (const user of active().cursor()) streamed.push(user.name)
    expect(streamed.sort()).toEqual(['Ann', 'Bob'])
  })

  it('is typed where the class is named', async () => {
    const query: ModelQueryBuilder<User> = User.query()
    expect(await names(query.withScopes<typeof User>((scopes) => scopes.active()))).toEqual([
      'Ann',
      'Bob',
    ])
  })
})

describe('scopes', () => {
  it('are functions of their class, and of no instance', async () => {
    const query = User.query()
    User.active(query)
    expect(query.toMongo().filter).toEqual({ status: 'active' })
    expect(await User.first()).not.toHaveProperty('active')
  })

  it('of a child are not its parent’s', () => {
    expect(() => User.query().withScopes<typeof Admin>((scopes) => scopes.named('x'))).toThrow(
      errors.E_UNDEFINED_SCOPE,
    )
  })
})

/** Scopes as untyped code sees them. */
type Loose = Record<string, () => unknown>

describe('refused', () => {
  // Anything that is no scope: other static methods would otherwise be called with the query.
  it.each(['nope', 'unmarked', 'create', 'query', 'constructor', 'call', 'name', '__proto__'])(
    'the scope %s',
    (name) => {
      const act = () => User.query().withScopes((scopes: Loose) => scopes[name]?.())
      expect(act).toThrow(
        expect.objectContaining({
          code: 'E_UNDEFINED_SCOPE',
          status: 500,
          model: 'User',
          message: expect.stringMatching(/active, olderThan, between, activeAdults/),
        }),
      )
    },
  )

  it('a scope of a model without any, saying so', () => {
    class Bare extends BaseModel {}
    expect(() => Bare.query().withScopes((scopes: Loose) => scopes.active?.())).toThrow(
      /it has none/,
    )
  })

  it.each([undefined, null, 'active', {}])('%j for a callback', (callback) => {
    expect(() => User.query().withScopes(callback as never)).toThrow(errors.E_INVALID_QUERY)
    expect(() => scope(callback as never)).toThrow(errors.E_MODEL_DEFINITION)
  })

  it('an async callback', () => {
    const query = User.query()
    expect(() => query.withScopes(async (scopes) => void scopes.active())).toThrow(
      errors.E_INVALID_QUERY,
    )
  })

  it('an async scope', () => {
    class Slow extends BaseModel {
      static slow = scope(async () => {
        throw new Error('nobody would see this')
      })
    }
    expect(() => Slow.query().withScopes((scopes) => scopes.slow())).toThrow(
      expect.objectContaining({ code: 'E_INVALID_QUERY', model: 'Slow' }),
    )
  })

  it('nothing that a scope throws: it reaches the caller', () => {
    const failure = new Error('mine')
    class Throwing extends BaseModel {
      static fails = scope(() => {
        throw failure
      })
    }
    expect(() => Throwing.query().withScopes((scopes) => scopes.fails())).toThrow(failure)
  })
})
