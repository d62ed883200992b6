/** What a query shows is what the core makes of it when it is sent, for random chains of calls. */
import { Binary, BSONRegExp, Decimal128, ObjectId } from 'bson'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileQuery, encode } from '../../../js/native/index.ts'
import { tries } from '../../helpers/property.ts'
import { TestQuery, target } from './helpers.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls are put together from their names
type Query = any
type Call = (query: Query) => unknown

const KEYS = ['status', 'age', 'address', 'address.city', 'tags.0', 'address.0.x.12', 'firstName']
const key = fc.constantFrom(...KEYS)
const prefix = fc.constantFrom('w', 'orW')
const value = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.constantFrom<unknown>(
    null,
    new BSONRegExp('b', 'i'),
    { $gt: 1 },
    { a: [{ b: 1 }] },
    [1, [2]],
    new Binary(Buffer.from('x')),
    Decimal128.fromString('1.5'),
    new ObjectId('507f1f77bcf86cd799439011'),
  ),
)
const call = (name: string, ...args: unknown[]): Call => {
  return (query) => query[name](...args)
}

const condition: fc.Arbitrary<Call> = fc.oneof(
  fc
    .tuple(prefix, fc.constantFrom('here', 'hereNot'), key, value)
    .map(([by, name, ...args]) => call(by + name, ...args)),
  fc
    .tuple(prefix, fc.constantFrom('hereIn', 'hereNotIn'), key, fc.array(value, { maxLength: 4 }))
    .map(([by, name, ...args]) => call(by + name, ...args)),
  fc
    .tuple(prefix, fc.constantFrom('hereLike', 'hereNotILike'), key, fc.string())
    .map(([by, name, ...args]) => call(by + name, ...args)),
  fc
    .tuple(prefix, fc.constantFrom('hereBetween', 'hereNotBetween'), key, fc.integer())
    .map(([by, name, path, from]) => call(by + name, path, [from, from + 1])),
  fc.tuple(prefix, key, key).map(([by, ...args]) => call(`${by}hereColumn`, ...args)),
  fc.tuple(prefix, key).map(([by, path]) => call(`${by}hereNotNull`, path)),
  fc.constant(call('whereRaw', { a: 1, $or: [{ b: 2 }] })),
  fc.constant(call('whereJsonSuperset', 'address', { city: 'x', tags: [1] })),
  fc.constant(call('whereElemMatch', 'tags', (element: Query) => element.where('x', 1))),
  fc.constant(call('wrapExisting')),
)
const { conditions } = fc.letrec<{ one: Call; conditions: Call[] }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    condition,
    fc
      .tuple(prefix, fc.constantFrom('here', 'hereNot'), tie('conditions'))
      .map(([by, name, inner]) => call(by + name, (group: Query) => run(group, inner))),
  ),
  conditions: fc.array(tie('one'), { maxLength: 4 }),
}))
const row: fc.Arbitrary<Call> = fc.oneof(
  key.map((path) => call('select', path)),
  fc.tuple(key, fc.constantFrom('x', 'y')).map(([path, as]) => call('select', `${path} as ${as}`)),
  fc
    .tuple(key, fc.constantFrom('asc', 'desc'), fc.constantFrom(undefined, 'first', 'last'))
    .map(([column, order, nulls]) => call('orderBy', [{ column, order, nulls }])),
  fc.nat(3).map((count) => call('limit', count)),
  fc.nat(3).map((count) => call('offset', count)),
  key.map((path) => call('groupBy', path)),
  fc
    .tuple(fc.constantFrom('count', 'sum', 'max', 'avgDistinct', 'countDistinct'), key)
    .map(([name, path]) => call(name, path, `${name}Of`)),
  value.map((given) => call('having', 'age', given)),
  key.map((path) => call('distinct', path)),
  key.map((path) => call('distinctOn', path)),
  fc.constant(call('whereNear', 'address', [1, 2], { maxDistance: 5 })),
  conditions.map((inner) => call('union', (member: Query) => run(member, inner))),
)

/** Calls what can be called in this place; the others say that they cannot. */
function run(query: Query, calls: readonly Call[]): void {
  for (const one of calls) {
    try {
      one(query)
    } catch (error) {
      expect((error as { code?: string }).code).toMatch(/^E_/)
    }
  }
}

it.each([['rows'], ['count']] as const)('%s', (asked) => {
  const calls = fc.array(fc.oneof(row, condition), { maxLength: 7 })
  const chains = fc.oneof(conditions, calls)
  fc.assert(
    fc.property(chains, (chain) => {
      const query: Query = new TestQuery({ ...target, collection: 'users' })
      run(query, chain)
      const plan = asked === 'rows' ? query.plan() : query.planCount()
      const { parts, failure } = compileQuery((body) => plan.writeDescription(body))
      if (failure !== undefined) {
        expect(() => plan.compiled).toThrow(failure.message)
        return
      }
      const { filter, pipeline, sort, projection, limit, skip } = plan.compiled
      const shown = { filter, pipeline, sort, projection, limit, skip }
      expect(encode((body) => body.document(shown)).equals(parts)).toBe(true)
    }),
    tries(500),
  )
})

it('narrows exactly where its filter says something', () => {
  fc.assert(
    fc.property(conditions, (chain) => {
      const query: Query = new TestQuery({ ...target, collection: 'users' })
      run(query, chain)
      const plan = query.plan()
      expect(plan.narrows).toBe(Object.keys(plan.compiled.filter).length > 0)
    }),
    tries(1000),
  )
})
