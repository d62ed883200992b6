import { BSONRegExp, Code, deserialize, ObjectId, serialize } from 'bson'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { TestQuery, target, thrown, untyped } from './helpers.ts'
import { matches, type Row } from './matcher.ts'

type Query = ReturnType<typeof untyped>
// biome-ignore lint/suspicious/noExplicitAny: calls that the types refuse
type Loose = any

const json = (text: string): Loose => JSON.parse(text)

/** Documents that an injected operator would find. */
const ROWS: Row[] = [
  { _id: new ObjectId(), status: 'active', password: 'hunter2', age: 20, tags: ['a'] },
  { _id: new ObjectId(), status: 'banned', password: '', age: 0, tags: [] },
  { _id: new ObjectId() },
]

/** Everything that has been sent in place of a string. */
const HOSTILE: [name: string, make: () => unknown][] = [
  ['$gt', () => json('{"$gt":""}')],
  ['$ne', () => json('{"$ne":null}')],
  ['$in', () => json('{"$in":["hunter2",""]}')],
  ['$nin', () => json('{"$nin":[]}')],
  ['$regex', () => json('{"$regex":".*"}')],
  ['$regex with options', () => json('{"$regex":".*","$options":"i"}')],
  ['$exists', () => json('{"$exists":true}')],
  ['$not', () => json('{"$not":{"$eq":1}}')],
  ['$where', () => json('{"$where":"1"}')],
  ['$expr', () => json('{"$expr":true}')],
  ['$nor', () => json('{"$nor":[]}')],
  ['$or', () => json('{"$or":[{}]}')],
  ['$jsonSchema', () => json('{"$jsonSchema":{}}')],
  ['$text', () => json('{"$text":{"$search":"a"}}')],
  ['$elemMatch', () => json('{"$elemMatch":{"$ne":null}}')],
  ['$function', () => json('{"$function":{"body":"","args":[],"lang":"js"}}')],
  ['nested', () => json('{"x":{"$gt":""}}')],
  ['an operator after a name', () => json('{"x":1,"$gt":""}')],
  ['an array', () => json('["hunter2",""]')],
  ['an array of operators', () => json('[{"$gt":""}]')],
  ['__proto__', () => json('{"__proto__":{"$gt":""}}')],
  ['a length that lies', () => json('{"length":1000000000,"__proto__":[]}')],
  ['an empty object', () => ({})],
  ['a RegExp', () => /.*/],
  ['a BSON regular expression', () => new BSONRegExp('.*')],
  ['code', () => new Code('return true')],
  ['an object without a prototype', () => Object.assign(Object.create(null), { $gt: '' })],
]

/** Forgeries of BSON classes; a serializer that believes them drops or changes the filter. */
const FORGED: [name: string, make: () => unknown][] = [
  ['unknown type', () => json('{"_bsontype":"a"}')],
  ['ObjectId', () => json('{"_bsontype":"ObjectId","id":"aaaaaaaaaaaa"}')],
  ['Code', () => json('{"_bsontype":"Code","code":"1"}')],
  ['nested', () => json('{"x":[{"_bsontype":"MinKey"}]}')],
]

const ENTRIES: [name: string, run: (query: Query, value: Loose) => unknown][] = [
  ['where', (q, v) => q.where('password', v)],
  ['where =', (q, v) => q.where('password', '=', v)],
  ['where object', (q, v) => q.where({ password: v })],
  ['whereIn', (q, v) => q.whereIn('password', [v])],
  ['whereIn among others', (q, v) => q.whereIn('password', ['none', v])],
  ['in', (q, v) => q.where('password', 'in', [v])],
  ['whereIn of the value', (q, v) => q.whereIn('password', v)],
  ['group', (q, v) => q.where((g) => g.where('password', v))],
  ['nested path', (q, v) => q.where('address.zip', v)],
  ['whereLike', (q, v) => q.whereLike('password', v)],
  ['>', (q, v) => q.where('password', '>', v)],
  ['between', (q, v) => q.whereBetween('password', [v, v])],
  ['between the value', (q, v) => q.whereBetween('password', v)],
  ['whereJson', (q, v) => q.whereJson('password', v)],
  ['whereJsonSuperset', (q, v) => q.whereJsonSuperset('password', [v])],
  ['whereJsonSubset', (q, v) => q.whereJsonSubset('password', [v])],
  ['whereJsonPath', (q, v) => q.whereJsonPath('address', '$.zip', v)],
  ['whereArrayContains', (q, v) => q.whereArrayContains('tags', [v])],
  ['whereArrayContainsAny', (q, v) => q.whereArrayContainsAny('tags', [v, 'none'])],
  ['whereElemMatch', (q, v) => q.whereElemMatch('tags', { x: v })],
  ['whereElemMatch comparison', (q, v) => q.whereElemMatch('tags', { '=': v })],
  ['whereIn of rows', (q, v) => q.whereIn(['password', 'age'], [[v, 20]])],
  ['whereText', (q, v) => q.whereText(v)],
  ['whereNear', (q, v) => q.whereNear('address', v)],
  ['whereNear distance', (q, v) => q.whereNear('address', [1, 2], { maxDistance: v })],
  ['whereWithin', (q, v) => q.whereWithin('address', v)],
  ['whereWithin a polygon', (q, v) => q.whereWithin('address', { polygon: v })],
  ['whereIntersects', (q, v) => q.whereIntersects('address', v)],
  ['id', (q, v) => q.where('id', v)],
  ['ids', (q, v) => q.whereIn('id', [v])],
]

/** Entry points that take names: none may take an object or an operator. */
const NAMES: [name: string, run: (query: Query) => unknown][] = [
  ['$where', (q) => q.where(json('{"$where":"1"}'))],
  ['$or', (q) => q.where(json('{"$or":[{}]}'))],
  ['$nor', (q) => q.orWhere(json('{"$nor":[]}'))],
  ['$expr', (q) => q.whereNot(json('{"$expr":true}'))],
  ['__proto__', (q) => q.where(json('{"__proto__":{"x":1}}'))],
  ['__proto__ path', (q) => q.where(json('{"address.__proto__.x":1}'))],
  ['operator path', (q) => q.where(json('{"address.$gt":1}'))],
  ['key', (q) => q.where(json('{"$gt":""}') as string, 1)],
  ['key operator', (q) => q.where('$where', 'sleep(1000)')],
  ['operator', (q) => q.where('age', json('{"$gt":""}'), 1)],
  ['select', (q) => q.select(json('{"name":"$password"}'))],
  ['select nested', (q) => q.select(json('[["$password"]]'))],
  ['orderBy', (q) => q.orderBy(json('{"$where":1}'))],
  ['orderBy score', (q) => q.orderBy(json('{"age":{"$meta":"textScore"}}'))],
  ['select alias', (q) => q.select(json('{"x":"$password"}'))],
  ['select as', (q) => q.select('$password as x')],
  ['select an alias', (q) => q.select(json('{"$x":"password"}'))],
  ['orderByRaw', (q) => q.orderByRaw(json('{"age":{"$gt":1}}'))],
  ['orderBy nulls', (q) => q.orderBy(json('[{"column":"age","nulls":{"$gt":1}}]'))],
  ['whereColumn', (q) => q.whereColumn('password', json('{"$gt":""}'))],
  ['whereColumn path', (q) => q.whereColumn('password', '$$ROOT')],
  ['groupBy', (q) => q.groupBy(json('{"$sum":1}'))],
  ['groupBy path', (q) => q.groupBy('$password')],
  ['count', (q) => q.count(json('{"x":"$password"}'))],
  ['sum', (q) => q.sum(json('{"x":{"$function":1}}'))],
  ['alias', (q) => q.sum('age', json('{"$gt":1}'))],
  ['having', (q) => q.having(json('{"$where":"1"}'))],
  ['distinctOn', (q) => q.distinctOn(json('{"$gt":1}'))],
  ['text language', (q) => q.whereText('a', json('{"language":{"$gt":1}}'))],
  ['readPreference', (q) => q.readPreference(json('{"$gt":1}'))],
  ['whereSize', (q) => q.whereSize('tags', json('{"$gt":1}'))],
  ['whereType', (q) => q.whereType('tags', json('{"$gt":1}'))],
  ['whereMod', (q) => q.whereMod('age', json('{"$gt":1}'), 1)],
  ['whereBits', (q) => q.whereBits('age', 'allSet', json('{"$gt":1}'))],
  ['whereJsonPath', (q) => q.whereJsonPath('address', json('{"$gt":1}'), 1)],
  ['hint', (q) => q.hint(json('{"$where":1}'))],
  ['limit', (q) => q.limit(json('{"$gt":1}'))],
  ['collation', (q) => q.collation(json('{"locale":{"$gt":1}}'))],
  ['comment', (q) => q.comment(json('{"$where":1}'))],
]

const UNSAFE: [name: string, filter: Loose][] = [
  ['$where', { $where: '1' }],
  ['nested $where', { $or: [{ $and: [{ $nor: [{ $where: '1' }] }] }] }],
  ['$function', { $expr: { $function: { body: '', args: [], lang: 'js' } } }],
  ['$accumulator', { $expr: { $map: { input: [], in: { $accumulator: {} } } } }],
  ['in a value', { a: { $eq: { $where: '1' } } }],
  ['in a Map', { a: new Map([['b', new Map([['$where', '1']])]]) }],
  [
    'in an instance',
    {
      a: new (class {
        $where = '1'
      })(),
    },
  ],
  ['in an object without a prototype', { a: Object.assign(Object.create(null), { $where: 1 }) }],
]

function suite(polluted: boolean): void {
  describe.each(HOSTILE)('%s in value position', (_name, make) => {
    test.each(ENTRIES)('%s', (_entry, run) => {
      const query = new TestQuery<Loose>(target)
      try {
        run(query, make())
      } catch (error) {
        // Refused: nothing was added, and not by accident.
        expect(error).toMatchObject({ code: expect.stringMatching(/^E_INVALID_/) })
        expect(Object.keys(query.compile().filter)).toEqual([])
        return
      }
      const { filter } = query.compile()
      expect(Object.keys(filter).length).toBeGreaterThan(0)
      expect(ROWS.filter((row) => matches(row, filter) && !harmless(_name, _entry))).toEqual([])
      // npm bson itself takes a polluted _bsontype for true, so it is no witness then.
      if (polluted) return
      const sent = deserialize(serialize(filter))
      expect(Object.keys(sent)).toEqual(Object.keys(filter))
    })
  })

  describe.each(FORGED)('forged _bsontype, %s', (_name, make) => {
    test.each(ENTRIES)('%s', (_entry, run) => {
      const error = thrown(() => run(new TestQuery<Loose>(target), make()))
      expect(error.code).toMatch(/^E_INVALID_/)
    })
    it('in whereRaw', () => {
      const error = thrown(() => new TestQuery<Loose>(target).whereRaw({ a: make() }))
      expect(error.code).toBe('E_INVALID_VALUE')
    })
  })

  test.each(NAMES)('%s where names or options belong', (_name, run) => {
    const query = new TestQuery<Loose>(target)
    expect(thrown(() => run(query)).code).toMatch(/^E_(INVALID_QUERY|UNKNOWN_COLUMN)$/)
    expect(Object.keys(query.compile())).toEqual(['filter'])
    expect(Object.keys(query.compile().filter)).toEqual([])
  })

  test.each(UNSAFE)('whereRaw refuses %s', (_name, filter) => {
    for (const method of ['whereRaw', 'andWhereRaw', 'orWhereRaw'] as const) {
      const error = thrown(() => new TestQuery<Loose>(target)[method](filter))
      expect(error.code).toBe('E_UNSAFE_OPERATOR')
      expect(error.status).toBe(422)
    }
  })

  it('compares literally', () => {
    const filter = (value: unknown) => untyped().where('password', value).compile().filter
    const object = json('{"$gt":""}')
    expect(filter(object)).toEqual({ password: { $eq: { $gt: '' } } })
    expect(filter(/a/)).toEqual({ password: { $eq: /a/ } })
    expect(filter(['a'])).toEqual({ password: { $eq: ['a'] } })
    expect(untyped().whereNot('password', object).compile().filter).toEqual({
      password: { $not: { $eq: { $gt: '' } }, $ne: null },
    })
    expect(untyped().whereIn('password', ['a', object, /a/]).compile().filter).toEqual({
      $or: [
        { password: { $in: ['a'] } },
        { password: { $eq: { $gt: '' } } },
        { password: { $eq: /a/ } },
      ],
    })
    expect(untyped().whereNotIn('password', ['a', object]).compile().filter).toEqual({
      password: { $nin: ['a', null] },
      $nor: [{ password: { $eq: { $gt: '' } } }],
    })
    // And does find a document that holds that very object.
    expect(matches({ password: { $gt: '' } }, filter({ $gt: '' }))).toBe(true)
  })

  it('sees own properties only', () => {
    const inherited = Object.create({ status: 'active' }) as Row
    expect(thrown(() => untyped().where(inherited)).code).toBe('E_INVALID_QUERY')
    const plain = untyped().where('status', 'active').where('age', '>', 1).compile()
    expect(plain.filter).toEqual({ status: 'active', age: { $gt: 1 } })
    expect('limit' in plain).toBe(false)
    expect('$where' in plain.filter).toBe(false)
    const seen: string[] = []
    for (const key in plain.filter) seen.push(key)
    for (const key in plain.filter.age as Row) seen.push(key)
    expect(seen).toEqual(['status', 'age', '$gt'])
  })

  it('shows what it compiles', () => {
    const query = untyped().where('status', 'a').orWhere('age', '<', 3).limit(2)
    expect(JSON.stringify(query.toMongo())).toBe(
      '{"filter":{"$or":[{"status":"a"},{"age":{"$lt":3}}]},"limit":2}',
    )
  })

  it('keeps a stored __proto__ in a native filter as data', () => {
    const query = untyped().whereRaw(json('{"__proto__":{"polluted":1}}'))
    expect(Object.keys(query.compile().filter)).toEqual(['__proto__'])
    expect(Object.keys(query.toMongo().filter)).toEqual(['__proto__'])
    expect(({} as Row).polluted).toBeUndefined()
  })
}

/** A list of strings is what `whereIn()` and `whereBetween()` are for; the caller asked for it. */
function harmless(hostile: string, entry: string): boolean {
  return (
    hostile === 'an array' && (entry === 'whereIn of the value' || entry === 'between the value')
  )
}

describe('queries from outside', () => suite(false))

describe('the same with a polluted Object.prototype', () => {
  const pollution: Record<string, unknown> = {
    $where: '1',
    $gt: '',
    $or: [{}],
    status: 'active',
    password: 'hunter2',
    _bsontype: 'ObjectId',
    prepare: 'x',
    objectId: true,
    names: 'x',
    limit: 1,
    skip: 1,
    hint: 'x',
    collation: { locale: 'xx' },
    sort: { age: 1 },
    order: 'desc',
    nulls: 'last',
    score: true,
    direction: -1,
    alias: 'x',
    maxDistance: 1,
    language: 'de',
    radius: 5,
    type: 'Point',
    near: {},
    column: 'age',
    locale: 'en',
    joiner: 'or',
    negated: true,
    kind: 'raw',
    0: 'x',
  }
  beforeEach(() => {
    for (const key of Object.keys(pollution)) {
      Object.defineProperty(Object.prototype, key, {
        value: pollution[key],
        configurable: true,
        enumerable: true,
        writable: true,
      })
    }
  })
  afterEach(() => {
    for (const key of Object.keys(pollution)) delete (Object.prototype as Row)[key]
  })
  suite(true)
})

describe('setters on Object.prototype', () => {
  const caught: unknown[] = []
  beforeEach(() => {
    for (const key of ['status', '$gt', '$and', 'filter', 'age', 'limit', '$or']) {
      Object.defineProperty(Object.prototype, key, {
        configurable: true,
        get: () => undefined,
        set: (value) => caught.push(value),
      })
    }
  })
  afterEach(() => {
    for (const key of ['status', '$gt', '$and', 'filter', 'age', 'limit', '$or']) {
      delete (Object.prototype as Row)[key]
    }
  })
  it('see nothing of a query', () => {
    const query = untyped().where('status', 'a').where('age', '>', 1).where('age', '<', 5).limit(1)
    query.whereRaw({ $or: [{ status: 1 }] })
    const compiled = query.compile()
    const shown = query.toMongo()
    expect(caught).toEqual([])
    expect(Object.keys(compiled.filter)).toEqual(['status', 'age', '$or', '$and'])
    expect(Object.keys(shown.filter)).toEqual(['status', 'age', '$or', '$and'])
    expect(Object.keys(compiled)).toEqual(['filter', 'limit'])
  })
})
