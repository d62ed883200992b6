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
  ['page text', (q) => q.forPage('one' as Loose, 10), 'E_INVALID_QUERY'],
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

  // Columns with columns, several columns.
  ['a column with a value', (q) => q.whereColumn('age', 5 as Loose), 'E_INVALID_QUERY'],
  ['a column with an unknown one', (q) => q.whereColumn('age', 'nope'), 'E_UNKNOWN_COLUMN', 'nope'],
  ['columns by like', (q) => q.whereColumn('age', 'like' as Loose, 'status'), 'E_INVALID_QUERY'],
  ['columns by an object', (q) => q.whereColumn('age', {} as Loose, 'status'), 'E_INVALID_QUERY'],
  ['one column', (q) => (q as Loose).whereColumn('age'), 'E_INVALID_QUERY'],
  ['four columns', (q) => (q as Loose).whereColumn('age', '=', 'status', 1), 'E_INVALID_QUERY'],
  ['rows of no columns', (q) => q.whereIn([], []), 'E_INVALID_QUERY'],
  ['a row too short', (q) => q.whereIn(['age', 'status'], [[1]] as Loose), 'E_INVALID_QUERY'],
  ['no row', (q) => q.whereIn(['age', 'status'], [1] as Loose), 'E_INVALID_QUERY', 'age'],
  [
    'undefined in a row',
    (q) => q.whereIn(['age', 'status'], [[1, undefined]]),
    'E_UNDEFINED_VALUE',
  ],
  ['an unknown column of a row', (q) => q.whereIn(['age', 'nope'], []), 'E_UNKNOWN_COLUMN', 'nope'],

  // JSON.
  ['undefined as JSON', (q) => q.whereJson('tags', undefined), 'E_UNDEFINED_VALUE', 'tags'],
  [
    'undefined inside JSON',
    (q) => q.whereJsonSuperset('tags', { a: [undefined] }),
    'E_UNDEFINED_VALUE',
    'tags',
  ],
  ['null as part', (q) => q.whereJsonSuperset('tags', null), 'E_INVALID_QUERY', 'tags'],
  ['null as whole', (q) => q.whereJsonSubset('tags', null as Loose), 'E_INVALID_QUERY', 'tags'],
  [
    'an instance in JSON',
    (q) => q.whereJson('tags', { a: new (class Money {})() }),
    'E_INVALID_VALUE',
    'tags',
  ],
  ['a Map in JSON', (q) => q.whereJson('tags', [new Map()]), 'E_INVALID_VALUE', 'tags'],
  ['a function in JSON', (q) => q.whereJsonSubset('tags', [() => 1]), 'E_INVALID_VALUE', 'tags'],
  ['an operator as JSON path', (q) => q.whereJsonPath('tags', '$.$where', 1), 'E_INVALID_QUERY'],
  ['__proto__ as JSON path', (q) => q.whereJsonPath('tags', '$.__proto__', 1), 'E_INVALID_QUERY'],
  ['a filter in a JSON path', (q) => q.whereJsonPath('tags', '$[?(@.a)]', 1), 'E_UNSUPPORTED'],
  ['a deep JSON path', (q) => q.whereJsonPath('tags', '$..a', 1), 'E_UNSUPPORTED'],
  ['all names of a JSON path', (q) => q.whereJsonPath('tags', '$.*', 1), 'E_UNSUPPORTED'],
  ['a dot in a name', (q) => q.whereJsonPath('tags', "$['a.b']", 1), 'E_UNSUPPORTED'],
  ['an empty name', (q) => q.whereJsonPath('tags', "$['']", 1), 'E_INVALID_QUERY'],
  ['half a JSON path', (q) => q.whereJsonPath('tags', '$[0', 1), 'E_UNSUPPORTED'],
  ['no JSON path', (q) => q.whereJsonPath('tags', 5 as Loose, 1), 'E_INVALID_QUERY', 'tags'],
  ['no value at a JSON path', (q) => (q as Loose).whereJsonPath('tags', '$.a'), 'E_INVALID_QUERY'],

  // Arrays.
  [
    'undefined element',
    (q) => q.whereArrayContains('tags', undefined),
    'E_UNDEFINED_VALUE',
    'tags',
  ],
  ['a hole', (q) => q.whereArrayContainsAny('tags', new Array(1)), 'E_UNDEFINED_VALUE', 'tags'],
  ['no id', (q) => q.whereArrayContains('friendIds', [SECRET]), 'E_INVALID_OBJECT_ID', 'friendIds'],
  [
    'no id in comparisons',
    (q) => q.whereElemMatch('friendIds', { '>': SECRET }),
    'E_INVALID_OBJECT_ID',
    'friendIds',
  ],
  ['an order of null', (q) => q.whereElemMatch('tags', { '>': null }), 'E_INVALID_QUERY', 'tags'],
  ['!= twice', (q) => q.whereElemMatch('tags', { '!=': 1, '<>': 2 }), 'E_INVALID_QUERY'],
  ['an operator in an element', (q) => q.whereElemMatch('tags', { $gt: 1 }), 'E_INVALID_QUERY'],
  [
    'undefined in an element',
    (q) => q.whereElemMatch('tags', { a: undefined }),
    'E_UNDEFINED_VALUE',
  ],
  ['no conditions', (q) => q.whereElemMatch('tags', 5 as Loose), 'E_INVALID_QUERY'],
  [
    'an async element',
    (q) => q.whereElemMatch('tags', (async () => {}) as Loose),
    'E_INVALID_QUERY',
  ],
  [
    'an order of sizes in an element',
    (q) => q.whereElemMatch('tags', (tag) => tag.where((g) => g.whereSize('parts', '>', 1))),
    'E_UNSUPPORTED',
  ],
  ['a size of text', (q) => q.whereSize('tags', '2' as Loose), 'E_INVALID_QUERY', 'tags'],
  ['a size below 0', (q) => q.whereSize('tags', -1), 'E_INVALID_QUERY', 'tags'],
  ['a size by like', (q) => q.whereSize('tags', 'like' as Loose, 1), 'E_INVALID_QUERY', 'tags'],
  ['no type', (q) => q.whereType('tags', 'text' as Loose), 'E_INVALID_QUERY', 'tags'],
  ['no types', (q) => q.whereType('tags', []), 'E_INVALID_QUERY', 'tags'],
  ['a type by number', (q) => q.whereType('tags', 2 as Loose), 'E_INVALID_QUERY', 'tags'],
  ['a divisor of 0', (q) => q.whereMod('age', 0, 0), 'E_INVALID_QUERY', 'age'],
  ['a remainder of text', (q) => q.whereMod('age', 2, '1' as Loose), 'E_INVALID_QUERY', 'age'],
  ['an unknown bit test', (q) => q.whereBits('age', 'set' as Loose, 1), 'E_INVALID_QUERY', 'age'],
  ['a negative mask', (q) => q.whereBits('age', 'allSet', -1), 'E_INVALID_QUERY', 'age'],
  ['a position of text', (q) => q.whereBits('age', 'allSet', ['1'] as Loose), 'E_INVALID_QUERY'],

  // Text and places.
  ['undefined term', (q) => q.whereText(undefined as Loose), 'E_UNDEFINED_VALUE'],
  ['an object as term', (q) => q.whereText({ $search: 'a' } as Loose), 'E_INVALID_QUERY'],
  [
    'an unknown text option',
    (q) => q.whereText('a', { $language: 'de' } as Loose),
    'E_INVALID_QUERY',
  ],
  ['a language by number', (q) => q.whereText('a', { language: 5 } as Loose), 'E_INVALID_QUERY'],
  ['a NOT of text', (q) => q.whereNot((g) => g.whereText('a')), 'E_INVALID_QUERY'],
  ['a latitude first', (q) => q.whereNear('address', [45, 145]), 'E_INVALID_VALUE'],
  ['a longitude too far', (q) => q.whereNear('address', [180.1, 0]), 'E_INVALID_VALUE'],
  ['a latitude of text', (q) => q.whereNear('address', [0, '5'] as Loose), 'E_INVALID_VALUE'],
  ['NaN as longitude', (q) => q.whereNear('address', [Number.NaN, 0]), 'E_INVALID_VALUE'],
  ['one number as point', (q) => q.whereNear('address', [1] as Loose), 'E_INVALID_VALUE'],
  [
    'four numbers as point',
    (q) => q.whereNear('address', [1, 2, 3, 4] as Loose),
    'E_INVALID_VALUE',
  ],
  ['text as point', (q) => q.whereNear('address', '1,2' as Loose), 'E_INVALID_VALUE'],
  ['half a point', (q) => q.whereNear('address', { lng: 1 } as Loose), 'E_INVALID_VALUE'],
  [
    'a line as point',
    (q) => q.whereNear('address', { type: 'LineString' } as Loose),
    'E_INVALID_VALUE',
  ],
  [
    'a distance below 0',
    (q) => q.whereNear('address', [1, 2], { maxDistance: -1 }),
    'E_INVALID_VALUE',
  ],
  [
    'an endless distance',
    (q) => q.whereNear('address', [1, 2], { maxDistance: Number.POSITIVE_INFINITY }),
    'E_INVALID_VALUE',
  ],
  [
    'a distance of an operator',
    (q) => q.whereNear('address', [1, 2], { minDistance: { $gt: 1 } } as Loose),
    'E_INVALID_VALUE',
  ],
  [
    'an unknown option',
    (q) => q.whereNear('address', [1, 2], { radius: 1 } as Loose),
    'E_INVALID_QUERY',
  ],
  ['an unknown place', (q) => q.whereNear('nope', [1, 2]), 'E_UNKNOWN_COLUMN', 'nope'],
  ['no area', (q) => q.whereWithin('address', undefined as Loose), 'E_INVALID_VALUE'],
  ['an unknown area', (q) => q.whereWithin('address', { square: [] } as Loose), 'E_INVALID_VALUE'],
  ['a point as area', (q) => q.whereWithin('address', [1, 2] as Loose), 'E_INVALID_VALUE'],
  [
    'a ring of two',
    (q) =>
      q.whereWithin('address', {
        polygon: [
          [0, 0],
          [1, 1],
        ],
      }),
    'E_INVALID_VALUE',
  ],
  [
    'a ring of one place',
    (q) =>
      q.whereWithin('address', {
        polygon: [
          [0, 0],
          [1, 1],
          [0, 0],
          [1, 1],
        ],
      }),
    'E_INVALID_VALUE',
  ],
  ['no ring', (q) => q.whereWithin('address', { polygon: [] }), 'E_INVALID_VALUE'],
  [
    'a box upside down',
    (q) =>
      q.whereWithin('address', {
        box: [
          [0, 10],
          [1, 0],
        ],
      }),
    'E_INVALID_VALUE',
  ],
  ['half a box', (q) => q.whereWithin('address', { box: [[0, 10]] } as Loose), 'E_INVALID_VALUE'],
  [
    'a circle without radius',
    (q) => q.whereWithin('address', { circle: { center: [1, 2] } } as Loose),
    'E_INVALID_VALUE',
  ],
  [
    'text as circle',
    (q) => q.whereWithin('address', { circle: '5 km' } as Loose),
    'E_INVALID_VALUE',
  ],
  [
    'GeoJSON of an unknown type',
    (q) => q.whereIntersects('address', { type: 'Circle', coordinates: [] } as Loose),
    'E_INVALID_VALUE',
  ],
  [
    'undefined geometry',
    (q) => q.whereIntersects('address', undefined as Loose),
    'E_UNDEFINED_VALUE',
  ],
  [
    'a collection in a collection',
    (q) => {
      const inner = { type: 'GeometryCollection', geometries: [] }
      return q.whereIntersects('address', { ...inner, geometries: [inner] } as Loose)
    },
    'E_INVALID_VALUE',
  ],

  // Rows.
  ['an alias that is a column', (q) => q.select('status as age'), 'E_INVALID_QUERY', 'age'],
  ['an alias that is a stored name', (q) => q.select({ _id: 'age' }), 'E_INVALID_QUERY', '_id'],
  ['an alias with a dot', (q) => q.select('status as a.b'), 'E_INVALID_QUERY'],
  ['an alias that is an operator', (q) => q.select({ $x: 'status' }), 'E_INVALID_QUERY'],
  ['__proto__ as alias', (q) => q.select(JSON.parse('{"__proto__":"age"}')), 'E_INVALID_QUERY'],
  ['an empty alias', (q) => q.select({ '': 'age' }), 'E_INVALID_QUERY'],
  ['an alias twice', (q) => q.select('status as x', 'age as x'), 'E_INVALID_QUERY', 'x'],
  ['an unknown column as alias', (q) => q.select({ x: 'nope' }), 'E_UNKNOWN_COLUMN', 'nope'],
  [
    'nulls in the middle',
    (q) => q.orderBy([{ column: 'age', nulls: 'mid' }] as Loose),
    'E_INVALID_QUERY',
  ],
  ['order by SQL', (q) => q.orderByRaw('age desc' as Loose), 'E_INVALID_QUERY'],
  [
    'order by an expression',
    (q) => q.orderByRaw({ age: { $meta: 'x' } } as Loose),
    'E_INVALID_QUERY',
  ],
  ['order by 2', (q) => q.orderByRaw({ age: 2 } as Loose), 'E_INVALID_QUERY'],
  ['order by an operator', (q) => q.orderByRaw({ $natural: 1 }), 'E_INVALID_QUERY'],
  ['a group of nothing known', (q) => q.groupBy('nope'), 'E_UNKNOWN_COLUMN', 'nope'],
  ['a group of a number', (q) => q.groupBy(5 as Loose), 'E_INVALID_QUERY'],
  ['having nothing known', (q) => q.having('nope' as Loose, 1), 'E_UNKNOWN_COLUMN', 'nope'],
  ['having by an operator', (q) => q.having('age', '$gt' as Loose, 1), 'E_INVALID_QUERY'],
  ['having undefined', (q) => q.having('age', undefined), 'E_UNDEFINED_VALUE', 'age'],
  ['having an async group', (q) => q.having((async () => {}) as Loose), 'E_INVALID_QUERY'],
  ['a sum of rows', (q) => q.sum('*' as Loose), 'E_INVALID_QUERY'],
  ['distinct rows', (q) => q.countDistinct('*' as Loose), 'E_INVALID_QUERY'],
  ['a sum of several', (q) => q.sum(['age', 'status'] as Loose), 'E_INVALID_QUERY'],
  ['a count of none', (q) => q.countDistinct([]), 'E_INVALID_QUERY'],
  ['aggregates of none', (q) => q.count({}), 'E_INVALID_QUERY'],
  ['an aggregate of a number', (q) => q.sum(5 as Loose), 'E_INVALID_QUERY'],
  ['an aggregate as a column', (q) => q.sum('age', 'status'), 'E_INVALID_QUERY', 'status'],
  ['an alias by number', (q) => q.sum('age', 5 as Loose), 'E_INVALID_QUERY'],
  ['an unknown aggregate', (q) => q.max('nope as x'), 'E_UNKNOWN_COLUMN', 'nope'],
  ['a union with nothing', (q) => q.union(undefined as Loose), 'E_INVALID_QUERY'],
  ['a union with an object', (q) => q.union({ filter: {} } as Loose), 'E_INVALID_QUERY'],
  ['a union of an unknown collection', (q) => q.union((other) => other), 'E_INVALID_QUERY'],
  ['an async union', (q) => q.union((async () => {}) as Loose), 'E_INVALID_QUERY'],

  // Options.
  ['a mode', (q) => q.readPreference('slave' as Loose), 'E_INVALID_QUERY'],
  ['a mode as an object', (q) => q.readPreference({ mode: 'primary' } as Loose), 'E_INVALID_QUERY'],
  ['a level', (q) => q.readConcern('all' as Loose), 'E_INVALID_QUERY'],
  ['disk use', (q) => q.allowDiskUse('yes' as Loose), 'E_INVALID_QUERY'],
  ['debug', (q) => q.debug(1 as Loose), 'E_INVALID_QUERY'],
  ['a dialect', (q) => q.ifDialect(5 as Loose, () => {}), 'E_INVALID_QUERY'],

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
  test.each(REFUSED)('%s', (name, run, code, column) => {
    const query = untyped()
    const error = thrown(() => run(query))
    expect(error.code).toBe(code)
    const operation = name.startsWith('page') ? 'forPage' : 'query'
    expect(error).toMatchObject({ model: 'User', operation })
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
