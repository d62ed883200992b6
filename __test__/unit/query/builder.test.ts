import { describe, expect, it } from 'vitest'
import { type TestQuery, thrown, type User, untyped, query as users } from './helpers.ts'

type Chain = (query: TestQuery<User>) => TestQuery<User>

describe('the rest of a query', () => {
  const compiled = (chain: Chain) => {
    const { filter, ...rest } = chain(users()).toMongo()
    return rest
  }

  it('orders', () => {
    expect(compiled((q) => q.orderBy('firstName'))).toStrictEqual({ sort: { first_name: 1 } })
    expect(
      Object.entries(compiled((q) => q.orderBy('status', 'desc').orderBy('id')).sort ?? {}),
    ).toEqual([
      ['status', -1],
      ['_id', 1],
    ])
    expect(
      compiled((q) => q.orderBy([{ column: 'age', order: 'desc' }, 'address.city'])),
    ).toStrictEqual({ sort: { age: -1, 'addr.city': 1 } })
    expect(compiled((q) => q.orderBy({ age: 'desc', status: 'asc' }))).toStrictEqual({
      sort: { age: -1, status: 1 },
    })
    const twice = compiled((q) => q.orderBy('age').orderBy('status').orderBy('age', 'desc'))
    expect(Object.entries(twice.sort ?? {})).toEqual([
      ['age', -1],
      ['status', 1],
    ])
    expect(compiled((q) => q.orderBy('age').clearOrder())).toEqual({})
  })

  it('selects, always with the primary key', () => {
    expect(compiled((q) => q.select('firstName', 'age'))).toStrictEqual({
      projection: { _id: 1, first_name: 1, age: 1 },
    })
    expect(compiled((q) => q.select(['age']).select('address.city', 'address'))).toStrictEqual({
      projection: { _id: 1, age: 1, addr: 1 },
    })
    expect(compiled((q) => q.select('id'))).toStrictEqual({ projection: { _id: 1 } })
    expect(compiled((q) => q.select('age', '*'))).toEqual({})
    expect(compiled((q) => q.select('age').clearSelect())).toEqual({})
  })

  it('limits and skips', () => {
    expect(compiled((q) => q.limit(5).offset(3))).toStrictEqual({ limit: 5, skip: 3 })
    expect(compiled((q) => q.skip(3))).toStrictEqual({ skip: 3 })
    expect(compiled((q) => q.forPage(3, 10))).toStrictEqual({ skip: 20, limit: 10 })
    expect(compiled((q) => q.forPage(1, 10).clearLimit().clearOffset())).toEqual({})
  })

  it('finds nothing with a limit of 0', () => {
    expect(users().where('age', 1).limit(0).toMongo()).toStrictEqual({
      filter: { age: 1, _id: { $in: [] } },
      limit: 1,
    })
    expect(users().limit(0).clearLimit().toMongo()).toStrictEqual({ filter: {} })
    expect(users().limit(0).hasWhere).toBe(false)
  })

  it('passes options on', () => {
    expect(
      compiled((q) =>
        q
          .hint('age_1')
          .comment('report')
          .collation({ locale: 'en', strength: 2 })
          .timeout(500, { cancel: true })
          .batchSize(10),
      ),
    ).toStrictEqual({
      hint: 'age_1',
      comment: 'report',
      collation: { locale: 'en', strength: 2 },
      maxTimeMS: 500,
      timeoutMS: 500,
      batchSize: 10,
    })
    expect(compiled((q) => q.hint({ firstName: -1 })).hint).toStrictEqual({ first_name: -1 })
    expect(compiled((q) => q.hint({ $natural: -1 })).hint).toStrictEqual({ $natural: -1 })
  })

  it('keeps nothing of the caller’s objects that could change later', () => {
    const list = [1, 2]
    const raw = { age: { $mod: [4, 0] } }
    const rules = { locale: 'en' }
    const query = users()
      .whereIn('age', list)
      .whereRaw({ $or: [raw] })
      .collation(rules)
    const before = JSON.stringify(query.toMongo())
    list.push(3)
    raw.age.$mod.push(9)
    rules.locale = 'de'
    expect(JSON.stringify(query.toMongo())).toBe(before)
  })

  it('clones independently in both directions', () => {
    const first = users()
      .where('age', 1)
      .where((g) => g.where('status', 'a'))
      .select('age')
      .orderBy('age')
      .limit(1)
      .comment('x')
    const before = first.toMongo()
    const second = first.clone()
    expect(second.toMongo()).toStrictEqual(before)
    second
      .orWhere('age', 2)
      .wrapExisting()
      .select('status')
      .orderBy('age', 'desc')
      .limit(9)
      .comment('y')
    expect(first.toMongo()).toStrictEqual(before)
    const after = second.toMongo()
    first.clearWhere().clearSelect().clearOrder().clearLimit().hint('z')
    expect(second.toMongo()).toStrictEqual(after)
  })

  it('gives groups a builder of the same class', () => {
    users().where((group) => expect(group).toBeInstanceOf(users().constructor))
  })

  it('takes nothing from a group after its callback returned', () => {
    let kept: TestQuery<User> | undefined
    const query = users().where((group) => {
      kept = group.where('age', 1)
    })
    kept?.orWhere('age', 2)
    expect(query.toMongo().filter).toEqual({ age: 1 })
  })

  it('returns itself from every method', () => {
    const query = users()
    expect(
      query
        .where('age', 1)
        .orWhere(() => {})
        .select('age')
        .limit(1)
        .if(false, () => {}),
    ).toBe(query)
  })

  it('shows ordinary objects and encodes ones without a prototype', () => {
    const query = users()
      .where('age', '>', 1)
      .orWhere((g) => g.whereRaw({ a: { $size: 1 } }))
    expect(Object.getPrototypeOf(query.toMongo().filter)).toBe(Object.prototype)
    const { filter } = query.compile()
    const objects: object[] = [query.compile(), filter]
    for (const branch of filter.$or as Record<string, object>[]) {
      objects.push(branch, ...Object.values(branch))
    }
    for (const object of objects) expect(Object.getPrototypeOf(object)).toBeNull()
  })

  it('leaves errors of callbacks alone', () => {
    const error = new TypeError('mine')
    const run = () =>
      users().where(() => {
        throw error
      })
    expect(run).toThrow(error)
    expect(thrown(() => untyped().where('nope', 1)).operation).toBe('query')
  })
})
