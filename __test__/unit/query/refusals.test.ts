import { ObjectId } from 'bson'
import { describe, expect, it, test } from 'vitest'
import type { ErrorCode } from '../../../js/errors/index.ts'
import { TestQuery, target, thrown, untyped } from './helpers.ts'

type Query = ReturnType<typeof untyped>
// biome-ignore lint/suspicious/noExplicitAny: calls that the types refuse
type Loose = any

const SECRET = 'hunter2'

const REFUSED: [name: string, run: (q: Query) => unknown, code: ErrorCode, column?: string][] = [
  ['undefined', (q) => q.where('status', undefined), 'E_UNDEFINED_VALUE', 'status'],
  ['undefined with =', (q) => q.where('status', '=', undefined), 'E_UNDEFINED_VALUE', 'status'],
  ['undefined with >', (q) => q.where('age', '>', undefined as Loose), 'E_UNDEFINED_VALUE', 'age'],
  ['undefined in an object', (q) => q.where({ status: undefined }), 'E_UNDEFINED_VALUE', 'status'],
  ['undefined as id', (q) => q.where('id', undefined), 'E_UNDEFINED_VALUE', 'id'],
  ['undefined in a NOT', (q) => q.whereNot('status', undefined), 'E_UNDEFINED_VALUE', 'status'],
  ['undefined list', (q) => q.whereIn('age', undefined as Loose), 'E_UNDEFINED_VALUE', 'age'],
  ['undefined in a list', (q) => q.whereIn('age', [1, undefined]), 'E_UNDEFINED_VALUE', 'age'],
  ['a hole in a list', (q) => q.whereIn('age', new Array(2)), 'E_UNDEFINED_VALUE', 'age'],
  ['undefined in a list of ids', (q) => q.whereNotIn('id', [undefined]), 'E_UNDEFINED_VALUE', 'id'],
  [
    'undefined in an id array',
    (q) => q.where('friendIds', [undefined]),
    'E_UNDEFINED_VALUE',
    'friendIds',
  ],
  [
    'undefined in a range',
    (q) => q.whereBetween('age', [1, undefined] as Loose),
    'E_UNDEFINED_VALUE',
    'age',
  ],
  [
    'undefined pattern',
    (q) => q.whereLike('status', undefined as Loose),
    'E_UNDEFINED_VALUE',
    'status',
  ],
  [
    'undefined inside an object',
    (q) => q.where('address', { city: undefined }),
    'E_UNDEFINED_VALUE',
    'address',
  ],
  [
    'undefined inside an array',
    (q) => q.where('tags', ['a', undefined]),
    'E_UNDEFINED_VALUE',
    'tags',
  ],
  ['undefined in raw', (q) => q.whereRaw({ status: undefined }), 'E_UNDEFINED_VALUE'],
  [
    'undefined deep in raw',
    (q) => q.whereRaw({ $or: [{ a: { $in: [undefined] } }] }),
    'E_UNDEFINED_VALUE',
  ],

  ['unknown column', (q) => q.where('statsu', 1), 'E_UNKNOWN_COLUMN', 'statsu'],
  ['unknown column in an object', (q) => q.where({ nope: 1 }), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown first segment', (q) => q.where('nope.city', 1), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, whereIn', (q) => q.whereIn('nope', []), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, whereNull', (q) => q.whereNull('nope'), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, whereExists', (q) => q.whereExists('nope'), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, like', (q) => q.whereLike('nope', ''), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, between', (q) => q.whereBetween('nope', [1, 2]), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, select', (q) => q.select('nope'), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, orderBy', (q) => q.orderBy('nope'), 'E_UNKNOWN_COLUMN', 'nope'],
  ['unknown column, hint', (q) => q.hint({ nope: 1 }), 'E_UNKNOWN_COLUMN', 'nope'],
  ['a method of Object', (q) => q.where('constructor', 1), 'E_UNKNOWN_COLUMN', 'constructor'],
  ['a method of Object', (q) => q.where('toString', 1), 'E_UNKNOWN_COLUMN', 'toString'],

  ['no ObjectId', (q) => q.where('id', SECRET), 'E_INVALID_OBJECT_ID', 'id'],
  ['12 characters', (q) => q.where('id', 'aaaaaaaaaaaa'), 'E_INVALID_OBJECT_ID', 'id'],
  ['a number as id', (q) => q.where('teamId', 5), 'E_INVALID_OBJECT_ID', 'teamId'],
  ['an object as id', (q) => q.where('id', { $gt: '' }), 'E_INVALID_OBJECT_ID', 'id'],
  ['no ObjectId in a list', (q) => q.whereIn('id', [SECRET]), 'E_INVALID_OBJECT_ID', 'id'],
  ['no ObjectId in a range', (q) => q.whereBetween('id', ['a', 'b']), 'E_INVALID_OBJECT_ID', 'id'],
  [
    '24 digits and a line break',
    (q) => q.where('id', `${'a'.repeat(24)}\n`),
    'E_INVALID_OBJECT_ID',
    'id',
  ],

  ['unknown operator', (q) => q.where('age', 'near' as Loose, 1), 'E_INVALID_QUERY'],
  ['a native operator', (q) => q.where('age', '$gt' as Loose, 1), 'E_INVALID_QUERY'],
  ['an operator from Object', (q) => q.where('age', 'constructor' as Loose, 1), 'E_INVALID_QUERY'],
  ['undefined operator', (q) => q.where('age', undefined as Loose, 1), 'E_INVALID_QUERY'],
  [
    'an object as operator',
    (q) => q.where('age', { toString: () => '=' } as Loose, 1),
    'E_INVALID_QUERY',
  ],
  ['four arguments', (q) => (q as Loose).where('age', '=', 1, 2), 'E_INVALID_QUERY'],
  ['no arguments', (q) => (q as Loose).where(), 'E_INVALID_QUERY'],
  ['a column alone', (q) => (q as Loose).where('age'), 'E_INVALID_QUERY'],
  ['null alone', (q) => (q as Loose).where(null), 'E_INVALID_QUERY'],
  ['an array alone', (q) => (q as Loose).where([['age', 1]]), 'E_INVALID_QUERY'],
  ['a class instance alone', (q) => (q as Loose).where(new Map([['age', 1]])), 'E_INVALID_QUERY'],
  ['a number as column', (q) => (q as Loose).where(5, 1), 'E_INVALID_QUERY'],
  ['an empty column', (q) => q.where('', 1), 'E_INVALID_QUERY'],
  ['an empty segment', (q) => q.where('address..city', 1), 'E_INVALID_QUERY'],
  ['a trailing dot', (q) => q.where('address.', 1), 'E_INVALID_QUERY'],
  ['an operator in a path', (q) => q.where('address.$gt', 1), 'E_INVALID_QUERY'],
  ['__proto__ in a path', (q) => q.where('address.__proto__.x', 1), 'E_INVALID_QUERY'],
  ['__proto__', (q) => q.where('__proto__', 1), 'E_INVALID_QUERY'],
  ['NUL in a path', (q) => q.where('address.a\0b', 1), 'E_INVALID_QUERY'],
  ['> null', (q) => q.where('age', '>', null as Loose), 'E_INVALID_QUERY', 'age'],
  ['> RegExp', (q) => q.where('age', '>', /a/), 'E_INVALID_QUERY', 'age'],
  ['null in a range', (q) => q.whereBetween('age', [1, null] as Loose), 'E_INVALID_QUERY', 'age'],
  ['a range of three', (q) => q.whereBetween('age', [1, 2, 3] as Loose), 'E_INVALID_QUERY', 'age'],
  ['a range of one', (q) => q.whereBetween('age', [1] as Loose), 'E_INVALID_QUERY', 'age'],
  ['no range', (q) => q.whereBetween('age', 1 as Loose), 'E_INVALID_QUERY', 'age'],
  [
    'in an object',
    (q) => q.where('age', 'in', { 0: 1, length: 1 } as Loose),
    'E_INVALID_QUERY',
    'age',
  ],
  ['in a string', (q) => q.whereIn('age', 'abc' as Loose), 'E_INVALID_QUERY', 'age'],
  [
    'a length that lies',
    (q) => q.whereIn('age', JSON.parse('{"length":1e9,"__proto__":[]}')),
    'E_INVALID_QUERY',
    'age',
  ],
  ['like a number', (q) => q.whereLike('age', 5 as Loose), 'E_INVALID_QUERY', 'age'],
  ['like a RegExp', (q) => q.whereLike('age', /a/ as Loose), 'E_INVALID_QUERY', 'age'],
  [
    'like an object',
    (q) => q.where('age', 'like', { $regex: '' } as Loose),
    'E_INVALID_QUERY',
    'age',
  ],
  ['an async group', (q) => q.where(async () => {}), 'E_INVALID_QUERY'],
  ['an async if', (q) => q.if(true, async () => {}), 'E_INVALID_QUERY'],
  [
    'an async condition',
    (q) =>
      q.if(
        async () => false,
        () => {},
      ),
    'E_INVALID_QUERY',
  ],
  ['no callback', (q) => q.if(true, undefined as Loose), 'E_INVALID_QUERY'],
  ['no block', (q) => q.match(true as Loose), 'E_INVALID_QUERY'],
  ['raw string', (q) => q.whereRaw('age > 1' as Loose), 'E_INVALID_QUERY'],
  ['raw array', (q) => q.whereRaw([] as Loose), 'E_INVALID_QUERY'],
  ['raw class instance', (q) => q.whereRaw(new ObjectId() as Loose), 'E_INVALID_QUERY'],
  ['NUL in a raw key', (q) => q.whereRaw({ '$where\0x': 1 }), 'E_INVALID_QUERY'],

  ['limit text', (q) => q.limit('5' as Loose), 'E_INVALID_QUERY'],
  ['limit below 0', (q) => q.limit(-1), 'E_INVALID_QUERY'],
  ['limit 1.5', (q) => q.limit(1.5), 'E_INVALID_QUERY'],
  ['limit NaN', (q) => q.limit(Number.NaN), 'E_INVALID_QUERY'],
  ['limit Infinity', (q) => q.limit(Number.POSITIVE_INFINITY), 'E_INVALID_QUERY'],
  ['limit unsafe', (q) => q.limit(2 ** 53), 'E_INVALID_QUERY'],
  ['offset text', (q) => q.offset('5' as Loose), 'E_INVALID_QUERY'],
  ['skip null', (q) => q.skip(null as Loose), 'E_INVALID_QUERY'],
  ['page 0', (q) => q.forPage(0, 10), 'E_INVALID_QUERY'],
  ['page size 0', (q) => q.forPage(1, 0), 'E_INVALID_QUERY'],
  ['page text', (q) => q.forPage('1' as Loose, 10), 'E_INVALID_QUERY'],
  ['page too far', (q) => q.forPage(2 ** 52, 2 ** 52), 'E_INVALID_QUERY'],
  ['timeout text', (q) => q.timeout('5' as Loose), 'E_INVALID_QUERY'],
  ['timeout too long', (q) => q.timeout(2 ** 31), 'E_INVALID_QUERY'],
  ['batch of none', (q) => q.batchSize(0), 'E_INVALID_QUERY'],
  ['comment object', (q) => q.comment({} as Loose), 'E_INVALID_QUERY'],
  ['hint array', (q) => q.hint([] as Loose), 'E_INVALID_QUERY'],
  ['hint direction', (q) => q.hint({ age: 2 } as Loose), 'E_INVALID_QUERY'],
  ['collation text', (q) => q.collation('en' as Loose), 'E_INVALID_QUERY'],
  ['collation option', (q) => q.collation({ locale: 'en', nope: 1 } as Loose), 'E_INVALID_QUERY'],
  ['collation type', (q) => q.collation({ locale: { $gt: '' } } as Loose), 'E_INVALID_QUERY'],
  ['direction', (q) => q.orderBy('age', 'up' as Loose), 'E_INVALID_QUERY', 'age'],
  ['direction number', (q) => q.orderBy('age', -1 as Loose), 'E_INVALID_QUERY', 'age'],
  [
    'direction object',
    (q) => q.orderBy({ age: { $meta: 'textScore' } } as Loose),
    'E_INVALID_QUERY',
    'age',
  ],
  [
    'order option',
    (q) => q.orderBy([{ column: 'age', nullsLast: true }] as Loose),
    'E_INVALID_QUERY',
  ],
  ['order item', (q) => q.orderBy([5] as Loose), 'E_INVALID_QUERY'],
  ['order number', (q) => q.orderBy(5 as Loose), 'E_INVALID_QUERY'],
  ['order by operator', (q) => q.orderBy({ $natural: 'asc' }), 'E_INVALID_QUERY'],
  ['select an expression', (q) => q.select({ name: '$password' } as Loose), 'E_INVALID_QUERY'],
  ['select an operator', (q) => q.select('$password'), 'E_INVALID_QUERY'],
  ['select positional', (q) => q.select('tags.$'), 'E_INVALID_QUERY'],

  ['a function', (q) => q.where('status', '=', () => 1), 'E_INVALID_VALUE', 'status'],
  ['a symbol', (q) => q.where('status', Symbol('x')), 'E_INVALID_VALUE', 'status'],
  [
    'a function inside',
    (q) => q.where('address', { toBSON: () => ({}) }),
    'E_INVALID_VALUE',
    'address',
  ],
  ['an invalid date', (q) => q.where('status', new Date('x')), 'E_INVALID_VALUE', 'status'],
  ['a function in raw', (q) => q.whereRaw({ age: () => 1 }), 'E_INVALID_VALUE'],
]

describe('refusals', () => {
  test.each(REFUSED)('%s', (_name, run, code, column) => {
    const query = untyped()
    const error = thrown(() => run(query))
    expect(error.code).toBe(code)
    expect(error).toMatchObject({ model: 'User', operation: 'query' })
    if (column !== undefined) expect(error.column).toBe(column)
    expect(error.message).toMatch(/^User: /)
    expect(error.message).not.toContain(SECRET)
    expect(query.toMongo()).toStrictEqual({ filter: {} })
  })

  it('names what was probably meant', () => {
    const message = (key: string) => thrown(() => untyped().where(key, 1)).message
    expect(message('statsu')).toBe('User: there is no column "statsu". Did you mean "status"?')
    expect(message('fristName')).toContain('Did you mean "firstName"?')
    expect(message('created_At')).toContain('Did you mean "createdAt"?')
    expect(message('adress.city')).toContain('Did you mean "address"?')
    expect(message('zzzzzz')).toBe('User: there is no column "zzzzzz"')
    const nameless = new TestQuery<Record<string, unknown>>({ name: 'X', column: () => undefined })
    expect(thrown(() => nameless.where('a', 1)).message).toBe('X: there is no column "a"')
  })

  it('does not repeat endless names', () => {
    const error = thrown(() => untyped().where('x'.repeat(100_000), 1))
    expect(error.message.length).toBeLessThan(200)
    expect(error.column?.length).toBeLessThan(100)
  })

  it('tells the type of what it got', () => {
    const message = (value: unknown) => thrown(() => untyped().where('id', value)).message
    expect(message('zz')).toContain('got a string that is not one')
    expect(message(5)).toContain('got a number')
    expect(message({})).toContain('got an object')
    expect(message(new Date())).toContain('got a Date')
    expect(thrown(() => untyped().limit('5' as Loose)).message).toContain('got a string')
  })

  it('stops at the depth that MongoDB allows, and survives cycles', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(thrown(() => untyped().where('tags', deep)).code).toBe('E_DOCUMENT_TOO_DEEP')
    expect(thrown(() => untyped().whereRaw({ a: deep })).code).toBe('E_DOCUMENT_TOO_DEEP')
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    expect(thrown(() => untyped().where('address', cycle)).code).toBe('E_DOCUMENT_TOO_DEEP')
    expect(thrown(() => untyped().whereRaw(cycle)).code).toBe('E_DOCUMENT_TOO_DEEP')
  })

  it('passes on what prepare() throws', () => {
    const error = new Error('no date')
    const prepare = () => {
      throw error
    }
    const column = { attribute: 'at', stored: 'at', objectId: false, prepare }
    const query = new TestQuery<{ at: Date }>({ ...target, column: () => column })
    expect(() => query.where('at', new Date())).toThrow(error)
    expect(query.whereNull('at').toMongo().filter).toEqual({ at: null })
  })
})
