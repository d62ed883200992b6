/** Every function of `expr`: what it compiles to, and what that comes to on a server. */
import { Decimal128, ObjectId } from 'bson'
import {
  type Accumulator,
  expr,
  type RowOf,
  type WindowFunction,
} from '../../../js/query/aggregate/index.ts'
import type { AnyExpression } from '../../../js/query/aggregate/types/operands.ts'
import type { FieldPath } from '../../../js/query/aggregate/types/rows.ts'
import type { User } from './helpers.ts'

type Path = FieldPath<RowOf<User>>

export const ID = '65a000000000000000000001'
export const TEAM = '65a000000000000000000002'

/** The document, as it is stored, that expressions are tried on. */
export const DOCUMENT = {
  _id: new ObjectId(ID),
  team_id: new ObjectId(TEAM),
  first_name: 'Ada',
  nickname: null,
  status: 'active',
  age: 36,
  score: 7.5,
  tags: ['b', 'a', 'c'],
  addr: { city: 'Paris', zip: '75001' },
  items: [
    { sku: 'x', price: 2, quantity: 3 },
    { sku: 'y', price: 5, quantity: 1 },
  ],
  created_at: new Date('2024-03-15T10:20:30.400Z'),
}

const { field } = expr

// biome-ignore lint/suspicious/noThenProperty: MongoDB's name
const branch = (condition: unknown, value: unknown) => ({ case: condition, then: value })
const day = new Date('2024-03-15T00:00:00Z')

export type ExpressionCase = readonly [
  name: keyof typeof expr,
  expression: AnyExpression<Path>,
  compiled: unknown,
  value: unknown,
]

/** Expressions: in `addFields()`. */
export const EXPRESSIONS: readonly ExpressionCase[] = [
  // Fields and values
  ['field', field('firstName'), '$first_name', 'Ada'],
  ['field', field('$address.city'), '$addr.city', 'Paris'],
  ['field', field('items.price'), '$items.price', [2, 5]],
  ['literal', expr.literal('$age'), { $literal: '$age' }, '$age'],
  ['literal', expr.literal({ $gt: [1] }), { $literal: { $gt: [1] } }, { $gt: [1] }],
  ['raw', expr.raw({ $strLenBytes: '$first_name' }), { $strLenBytes: '$first_name' }, 3],
  ['raw', expr.raw({ $abs: [expr.field('score')] }), { $abs: ['$score'] }, 7.5],
  [
    'let',
    expr.let({ a: field('age'), b: 2 }, ({ a, b }) => expr.multiply(a, b)),
    { $let: { vars: { a: '$age', b: 2 }, in: { $multiply: ['$$a', '$$b'] } } },
    72,
  ],
  [
    'let',
    expr.let({ a: field('address') }, ({ a }) => a.field('city')),
    { $let: { vars: { a: '$addr' }, in: '$$a.city' } },
    'Paris',
  ],
  ['root', expr.getField(expr.root(), 'age'), { $getField: { field: 'age', input: '$$ROOT' } }, 36],
  ['remove', expr.remove(), '$$REMOVE', undefined],
  ['now', expr.gt(expr.now(), field('createdAt')), { $gt: ['$$NOW', '$created_at'] }, true],
  ['rand', expr.lt(expr.rand(), 1), { $lt: [{ $rand: {} }, 1] }, true],
  ['variable', expr.variable('least'), '$$least', 3],
  ['variable', expr.variable('point').field('x'), '$$point.x', 1],

  // Arithmetic
  ['add', expr.add(field('age'), 4, field('score')), { $add: ['$age', 4, '$score'] }, 47.5],
  ['subtract', expr.subtract(field('age'), 6), { $subtract: ['$age', 6] }, 30],
  ['multiply', expr.multiply(field('age'), 2), { $multiply: ['$age', 2] }, 72],
  ['divide', expr.divide(field('age'), 8), { $divide: ['$age', 8] }, 4.5],
  ['mod', expr.mod(field('age'), 7), { $mod: ['$age', 7] }, 1],
  ['abs', expr.abs(-3), { $abs: [-3] }, 3],
  ['ceil', expr.ceil(field('score')), { $ceil: ['$score'] }, 8],
  ['floor', expr.floor(field('score')), { $floor: ['$score'] }, 7],
  ['round', expr.round(field('score')), { $round: ['$score', 0] }, 8],
  ['round', expr.round(1.256, 2), { $round: [1.256, 2] }, 1.26],
  ['trunc', expr.trunc(1.256, 2), { $trunc: [1.256, 2] }, 1.25],
  ['sqrt', expr.sqrt(field('age')), { $sqrt: ['$age'] }, 6],
  ['pow', expr.pow(field('age'), 2), { $pow: ['$age', 2] }, 1296],
  ['exp', expr.exp(0), { $exp: [0] }, 1],
  ['ln', expr.ln(1), { $ln: [1] }, 0],
  ['log10', expr.log10(1000), { $log10: [1000] }, 3],
  ['log', expr.log(8, 2), { $log: [8, 2] }, 3],

  // Comparison
  ['eq', expr.eq(field('status'), 'active'), { $eq: ['$status', 'active'] }, true],
  ['eq', expr.eq(field('teamId'), TEAM), { $eq: ['$team_id', new ObjectId(TEAM)] }, true],
  ['eq', expr.eq(TEAM, field('teamId')), { $eq: [new ObjectId(TEAM), '$team_id'] }, true],
  ['eq', expr.eq(field('nickname'), null), { $eq: ['$nickname', null] }, true],
  ['eq', expr.eq(expr.toUpper('a'), 'A'), { $eq: [{ $toUpper: 'a' }, 'A'] }, true],
  ['ne', expr.ne(field('status'), 'active'), { $ne: ['$status', 'active'] }, false],
  ['gt', expr.gt(field('age'), 36), { $gt: ['$age', 36] }, false],
  [
    'gte',
    expr.gte(field('createdAt'), '2024-03-15T00:00:00Z'),
    { $gte: ['$created_at', day] },
    true,
  ],
  ['lt', expr.lt(field('age'), field('score')), { $lt: ['$age', '$score'] }, false],
  ['lte', expr.lte(1, 2), { $lte: [1, 2] }, true],
  ['cmp', expr.cmp(field('age'), 40), { $cmp: ['$age', 40] }, -1],
  ['in', expr.in(field('status'), ['active', 'x']), { $in: ['$status', ['active', 'x']] }, true],
  ['in', expr.in(field('teamId'), [TEAM]), { $in: ['$team_id', [new ObjectId(TEAM)]] }, true],
  ['in', expr.in(field('age'), [field('score'), 36]), { $in: ['$age', ['$score', 36]] }, true],
  ['in', expr.in('a', field('tags')), { $in: ['a', '$tags'] }, true],
  ['in', expr.in('z', ['a']), { $in: ['z', ['a']] }, false],

  // Logic and choices
  ['and', expr.and(true, field('age')), { $and: [true, '$age'] }, true],
  ['or', expr.or(false, field('nickname')), { $or: [false, '$nickname'] }, false],
  ['not', expr.not(field('age')), { $not: ['$age'] }, false],
  [
    'cond',
    expr.cond(expr.gt(field('age'), 17), 'adult', '§'),
    { $cond: [{ $gt: ['$age', 17] }, 'adult', '§'] },
    'adult',
  ],
  [
    'switch',
    expr.switch(
      [
        [expr.gt(field('age'), 60), 'old'],
        [expr.gt(field('age'), 30), field('firstName')],
      ],
      'young',
    ),
    {
      $switch: {
        branches: [
          branch({ $gt: ['$age', 60] }, 'old'),
          branch({ $gt: ['$age', 30] }, '$first_name'),
        ],
        default: 'young',
      },
    },
    'Ada',
  ],
  ['switch', expr.switch([[true, 1]]), { $switch: { branches: [branch(true, 1)] } }, 1],
  [
    'ifNull',
    expr.ifNull(field('nickname'), field('firstName'), 'x'),
    { $ifNull: ['$nickname', '$first_name', 'x'] },
    'Ada',
  ],

  // Dates
  [
    'dateTrunc',
    expr.dateTrunc('createdAt', 'month'),
    { $dateTrunc: { date: '$created_at', unit: 'month' } },
    new Date('2024-03-01T00:00:00Z'),
  ],
  [
    'dateTrunc',
    expr.dateTrunc('createdAt', 'week', { binSize: 1, startOfWeek: 'monday', timezone: 'UTC' }),
    {
      $dateTrunc: {
        date: '$created_at',
        unit: 'week',
        binSize: 1,
        startOfWeek: 'monday',
        timezone: 'UTC',
      },
    },
    new Date('2024-03-11T00:00:00Z'),
  ],
  [
    'dateToString',
    expr.dateToString('createdAt', '%Y-%m-%d', { timezone: '+02:00', onNull: '' }),
    {
      $dateToString: { date: '$created_at', format: '%Y-%m-%d', timezone: '+02:00', onNull: '' },
    },
    '2024-03-15',
  ],
  [
    'dateToString',
    expr.dateToString(day),
    { $dateToString: { date: day } },
    '2024-03-15T00:00:00.000Z',
  ],
  [
    'dateFromString',
    expr.dateFromString('15.03.2024', '%d.%m.%Y', { onError: null }),
    { $dateFromString: { dateString: '15.03.2024', format: '%d.%m.%Y', onError: null } },
    day,
  ],
  [
    'dateFromParts',
    expr.dateFromParts({ year: expr.year('createdAt'), month: 2 }),
    { $dateFromParts: { year: { $year: '$created_at' }, month: 2 } },
    new Date('2024-02-01T00:00:00Z'),
  ],
  [
    'dateToParts',
    expr.getField(expr.dateToParts('createdAt'), 'hour'),
    { $getField: { field: 'hour', input: { $dateToParts: { date: '$created_at' } } } },
    10,
  ],
  [
    'dateDiff',
    expr.dateDiff('createdAt', new Date('2024-04-01T00:00:00Z'), 'day', { timezone: 'UTC' }),
    {
      $dateDiff: {
        startDate: '$created_at',
        endDate: new Date('2024-04-01T00:00:00Z'),
        unit: 'day',
        timezone: 'UTC',
      },
    },
    17,
  ],
  [
    'dateAdd',
    expr.dateAdd(day, 2, 'month'),
    { $dateAdd: { startDate: day, unit: 'month', amount: 2 } },
    new Date('2024-05-15T00:00:00Z'),
  ],
  [
    'dateSubtract',
    expr.dateSubtract(day, expr.toInt('age'), 'hour', { timezone: 'UTC' }),
    {
      $dateSubtract: { startDate: day, unit: 'hour', amount: { $toInt: '$age' }, timezone: 'UTC' },
    },
    new Date('2024-03-13T12:00:00Z'),
  ],
  ['year', expr.year('createdAt'), { $year: '$created_at' }, 2024],
  [
    'year',
    expr.year('createdAt', { timezone: 'Europe/Berlin' }),
    { $year: { date: '$created_at', timezone: 'Europe/Berlin' } },
    2024,
  ],
  ['month', expr.month('createdAt'), { $month: '$created_at' }, 3],
  ['week', expr.week('createdAt'), { $week: '$created_at' }, 10],
  ['dayOfMonth', expr.dayOfMonth('createdAt'), { $dayOfMonth: '$created_at' }, 15],
  ['dayOfWeek', expr.dayOfWeek('createdAt'), { $dayOfWeek: '$created_at' }, 6],
  ['dayOfYear', expr.dayOfYear('createdAt'), { $dayOfYear: '$created_at' }, 75],
  ['hour', expr.hour('createdAt'), { $hour: '$created_at' }, 10],
  ['minute', expr.minute('createdAt'), { $minute: '$created_at' }, 20],
  ['second', expr.second('createdAt'), { $second: '$created_at' }, 30],
  ['millisecond', expr.millisecond('createdAt'), { $millisecond: '$created_at' }, 400],
  ['isoWeek', expr.isoWeek('createdAt'), { $isoWeek: '$created_at' }, 11],
  ['isoWeekYear', expr.isoWeekYear('createdAt'), { $isoWeekYear: '$created_at' }, 2024],
  ['isoDayOfWeek', expr.isoDayOfWeek('createdAt'), { $isoDayOfWeek: '$created_at' }, 5],

  // Text
  [
    'concat',
    expr.concat(field('firstName'), ' of ', field('address.city')),
    { $concat: ['$first_name', ' of ', '$addr.city'] },
    'Ada of Paris',
  ],
  ['concat', expr.concat(expr.literal('$'), '5'), { $concat: [{ $literal: '$' }, '5'] }, '$5'],
  ['toUpper', expr.toUpper(field('firstName')), { $toUpper: '$first_name' }, 'ADA'],
  ['toLower', expr.toLower(field('firstName')), { $toLower: '$first_name' }, 'ada'],
  ['trim', expr.trim(' a '), { $trim: { input: ' a ' } }, 'a'],
  ['ltrim', expr.ltrim('007', '0'), { $ltrim: { input: '007', chars: '0' } }, '7'],
  ['rtrim', expr.rtrim('a//', '/'), { $rtrim: { input: 'a//', chars: '/' } }, 'a'],
  ['split', expr.split('a/b', '/'), { $split: ['a/b', '/'] }, ['a', 'b']],
  ['substr', expr.substr(field('firstName'), 1, 2), { $substrCP: ['$first_name', 1, 2] }, 'da'],
  ['strLen', expr.strLen(field('firstName')), { $strLenCP: '$first_name' }, 3],
  ['indexOf', expr.indexOf(field('firstName'), 'a'), { $indexOfCP: ['$first_name', 'a'] }, 2],
  [
    'replaceOne',
    expr.replaceOne('a-a', 'a', 'b'),
    { $replaceOne: { input: 'a-a', find: 'a', replacement: 'b' } },
    'b-a',
  ],
  [
    'replaceAll',
    expr.replaceAll('a-a', 'a', 'b'),
    { $replaceAll: { input: 'a-a', find: 'a', replacement: 'b' } },
    'b-b',
  ],
  ['strcasecmp', expr.strcasecmp('A', 'a'), { $strcasecmp: ['A', 'a'] }, 0],
  [
    'regexMatch',
    expr.regexMatch(field('firstName'), /^ADA$/i),
    { $regexMatch: { input: '$first_name', regex: /^ADA$/i } },
    true,
  ],
  [
    'regexMatch',
    expr.regexMatch(field('firstName'), '^ADA$', 'i'),
    { $regexMatch: { input: '$first_name', regex: '^ADA$', options: 'i' } },
    true,
  ],
  [
    'regexFind',
    expr.regexFind(field('firstName'), /d(.)/),
    { $regexFind: { input: '$first_name', regex: /d(.)/ } },
    { match: 'da', idx: 1, captures: ['a'] },
  ],

  // Arrays
  ['size', expr.size('tags'), { $size: '$tags' }, 3],
  ['size', expr.size([1, '$x']), { $size: [[1, { $literal: '$x' }]] }, 2],
  ['isArray', expr.isArray('tags'), { $isArray: ['$tags'] }, true],
  ['arrayElemAt', expr.arrayElemAt('tags', -1), { $arrayElemAt: ['$tags', -1] }, 'c'],
  ['slice', expr.slice('tags', 2), { $slice: ['$tags', 2] }, ['b', 'a']],
  ['slice', expr.slice('tags', 1, 2), { $slice: ['$tags', 1, 2] }, ['a', 'c']],
  [
    'concatArrays',
    expr.concatArrays('tags', ['d']),
    { $concatArrays: ['$tags', ['d']] },
    ['b', 'a', 'c', 'd'],
  ],
  ['reverseArray', expr.reverseArray('tags'), { $reverseArray: '$tags' }, ['c', 'a', 'b']],
  [
    'sortArray',
    expr.sortArray('tags', 'desc'),
    { $sortArray: { input: '$tags', sortBy: -1 } },
    ['c', 'b', 'a'],
  ],
  [
    'sortArray',
    expr.arrayElemAt(expr.sortArray('items', { price: 'desc', sku: 'asc' }), 0),
    {
      $arrayElemAt: [{ $sortArray: { input: '$items', sortBy: { price: -1, sku: 1 } } }, 0],
    },
    { sku: 'y', price: 5, quantity: 1 },
  ],
  ['indexOfArray', expr.indexOfArray('tags', 'c'), { $indexOfArray: ['$tags', 'c'] }, 2],
  ['range', expr.range(0, 6, 2), { $range: [0, 6, 2] }, [0, 2, 4]],
  [
    'filter',
    expr.filter('items', (item) => expr.gt(item.field('price'), 3)),
    { $filter: { input: '$items', as: 'item', cond: { $gt: ['$$item.price', 3] } } },
    [{ sku: 'y', price: 5, quantity: 1 }],
  ],
  [
    'filter',
    expr.filter('tags', (tag) => expr.ne(tag, 'b'), 1),
    { $filter: { input: '$tags', as: 'item', cond: { $ne: ['$$item', 'b'] }, limit: 1 } },
    ['a'],
  ],
  [
    'map',
    expr.map('items', (item) => expr.multiply(item.field('price'), item.field('quantity'))),
    {
      $map: {
        input: '$items',
        as: 'item',
        in: { $multiply: ['$$item.price', '$$item.quantity'] },
      },
    },
    [6, 5],
  ],
  [
    'map',
    expr.map('tags', (tag) => expr.map(['x'], (inner) => expr.concat(tag, inner))),
    {
      $map: {
        input: '$tags',
        as: 'item',
        in: { $map: { input: ['x'], as: 'item2', in: { $concat: ['$$item', '$$item2'] } } },
      },
    },
    [['bx'], ['ax'], ['cx']],
  ],
  [
    'reduce',
    expr.reduce('items', 0, (total, item) => expr.add(total, item.field('price'))),
    {
      $reduce: {
        input: '$items',
        initialValue: 0,
        in: { $add: ['$$value', '$$this.price'] },
      },
    },
    7,
  ],
  [
    'reduce',
    expr.reduce('tags', '', (outer, tag) =>
      expr.concat(
        outer,
        expr.reduce(['1', '2'], '', (inner, digit) => expr.concat(inner, tag, digit)),
      ),
    ),
    {
      $reduce: {
        input: '$tags',
        initialValue: '',
        in: {
          $let: {
            vars: { value1: '$$value', this1: '$$this' },
            in: {
              $concat: [
                '$$value1',
                {
                  $reduce: {
                    input: ['1', '2'],
                    initialValue: '',
                    in: { $concat: ['$$value', '$$this1', '$$this'] },
                  },
                },
              ],
            },
          },
        },
      },
    },
    'b1b2a1a2c1c2',
  ],
  [
    'setUnion',
    expr.size(expr.setUnion('tags', ['a', 'z'])),
    { $size: { $setUnion: ['$tags', ['a', 'z']] } },
    4,
  ],
  [
    'setIntersection',
    expr.setIntersection('tags', ['a']),
    { $setIntersection: ['$tags', ['a']] },
    ['a'],
  ],
  [
    'setDifference',
    expr.size(expr.setDifference('tags', ['a'])),
    { $size: { $setDifference: ['$tags', ['a']] } },
    2,
  ],
  ['setIsSubset', expr.setIsSubset(['a'], 'tags'), { $setIsSubset: [['a'], '$tags'] }, true],
  ['setEquals', expr.setEquals('tags', ['a']), { $setEquals: ['$tags', ['a']] }, false],
  ['anyElementTrue', expr.anyElementTrue([false, 1]), { $anyElementTrue: [[false, 1]] }, true],
  ['allElementsTrue', expr.allElementsTrue([false, 1]), { $allElementsTrue: [[false, 1]] }, false],
  [
    'objectToArray',
    expr.objectToArray('address'),
    { $objectToArray: '$addr' },
    [
      { k: 'city', v: 'Paris' },
      { k: 'zip', v: '75001' },
    ],
  ],
  ['arrayToObject', expr.arrayToObject([['a', 1]]), { $arrayToObject: [[['a', 1]]] }, { a: 1 }],
  [
    'getField',
    expr.getField('address', 'city'),
    { $getField: { field: 'city', input: '$addr' } },
    'Paris',
  ],

  // Conversions
  ['toInt', expr.toInt('score'), { $toInt: '$score' }, 7],
  ['toLong', expr.toLong('score'), { $toLong: '$score' }, 7],
  ['toDouble', expr.toDouble('address.zip'), { $toDouble: '$addr.zip' }, 75001],
  ['toDecimal', expr.toDecimal('age'), { $toDecimal: '$age' }, Decimal128.fromString('36')],
  ['toString', expr.toString('id'), { $toString: '$_id' }, ID],
  ['toDate', expr.toDate('id'), { $toDate: '$_id' }, new ObjectId(ID).getTimestamp()],
  ['toBool', expr.toBool('age'), { $toBool: '$age' }, true],
  [
    'toObjectId',
    expr.toObjectId(expr.toString('id')),
    { $toObjectId: { $toString: '$_id' } },
    new ObjectId(ID),
  ],
  [
    'convert',
    expr.convert('firstName', 'int', { onError: -1, onNull: 0 }),
    { $convert: { input: '$first_name', to: 'int', onError: -1, onNull: 0 } },
    -1,
  ],
  ['type', expr.type('id'), { $type: '$_id' }, 'objectId'],
  ['isNumber', expr.isNumber('age'), { $isNumber: '$age' }, true],

  // Accumulators on arrays
  ['sum', expr.sum('items.price'), { $sum: '$items.price' }, 7],
  ['avg', expr.avg('items.price'), { $avg: '$items.price' }, 3.5],
  ['min', expr.min('items.price'), { $min: '$items.price' }, 2],
  ['max', expr.max('items.price'), { $max: '$items.price' }, 5],
  ['first', expr.first('tags'), { $first: '$tags' }, 'b'],
  ['last', expr.last('tags'), { $last: '$tags' }, 'c'],
  ['stdDevPop', expr.stdDevPop('items.price'), { $stdDevPop: '$items.price' }, 1.5],
  ['firstN', expr.firstN(2, 'tags'), { $firstN: { n: 2, input: '$tags' } }, ['b', 'a']],
  ['lastN', expr.lastN(1, 'tags'), { $lastN: { n: 1, input: '$tags' } }, ['c']],
  ['minN', expr.minN(1, 'items.price'), { $minN: { n: 1, input: '$items.price' } }, [2]],
  ['maxN', expr.maxN(1, 'items.price'), { $maxN: { n: 1, input: '$items.price' } }, [5]],
  [
    'mergeObjects',
    expr.mergeObjects('address', { zip: 'age' }),
    { $mergeObjects: ['$addr', { zip: '$age' }] },
    { city: 'Paris', zip: 36 },
  ],
  [
    'mergeObjects',
    expr.mergeObjects('items'),
    { $mergeObjects: '$items' },
    { sku: 'y', price: 5, quantity: 1 },
  ],
]

/** Accumulators: in `group()`, over numbers 1 to 4 as `age` with `score` 10 to 40. */
export const ACCUMULATORS: readonly (readonly [
  name: keyof typeof expr,
  accumulator: Accumulator<unknown, Path>,
  compiled: unknown,
  value: unknown,
])[] = [
  ['sum', expr.sum('age'), { $sum: '$age' }, 10],
  [
    'sum',
    expr.sum(expr.cond(expr.gt(field('age'), 2), 1, 0)),
    { $sum: { $cond: [{ $gt: ['$age', 2] }, 1, 0] } },
    2,
  ],
  ['sum', expr.sum(1), { $sum: 1 }, 4],
  ['avg', expr.avg('age'), { $avg: '$age' }, 2.5],
  ['min', expr.min('age'), { $min: '$age' }, 1],
  ['max', expr.max('score'), { $max: '$score' }, 40],
  ['first', expr.first('age'), { $first: '$age' }, 1],
  ['last', expr.last('age'), { $last: '$age' }, 4],
  ['push', expr.push('age'), { $push: '$age' }, [1, 2, 3, 4]],
  [
    'push',
    expr.push({ a: 'age', k: 1 }),
    { $push: { a: '$age', k: 1 } },
    [1, 2, 3, 4].map((a) => ({ a, k: 1 })),
  ],
  ['addToSet', expr.addToSet('status'), { $addToSet: '$status' }, ['active']],
  ['count', expr.count(), { $sum: 1 }, 4],
  ['stdDevPop', expr.stdDevPop('age'), { $stdDevPop: '$age' }, Math.sqrt(1.25)],
  ['stdDevSamp', expr.stdDevSamp('age'), { $stdDevSamp: '$age' }, Math.sqrt(5 / 3)],
  ['mergeObjects', expr.mergeObjects({ a: 'age' }), { $mergeObjects: { a: '$age' } }, { a: 4 }],
  [
    'top',
    expr.top({ sortBy: { score: 'desc' }, output: 'age' }),
    { $top: { sortBy: { score: -1 }, output: '$age' } },
    4,
  ],
  [
    'bottom',
    expr.bottom({ sortBy: { score: -1 }, output: { a: 'age' } }),
    { $bottom: { sortBy: { score: -1 }, output: { a: '$age' } } },
    { a: 1 },
  ],
  [
    'topN',
    expr.topN(2, { sortBy: { createdAt: 1, score: 'desc' }, output: 'age' }),
    { $topN: { sortBy: { created_at: 1, score: -1 }, output: '$age', n: 2 } },
    [4, 3],
  ],
  [
    'bottomN',
    expr.bottomN(2, { sortBy: { score: 'desc' }, output: 'age' }),
    { $bottomN: { sortBy: { score: -1 }, output: '$age', n: 2 } },
    [2, 1],
  ],
  ['firstN', expr.firstN(2, 'age'), { $firstN: { n: 2, input: '$age' } }, [1, 2]],
  ['lastN', expr.lastN(2, 'age'), { $lastN: { n: 2, input: '$age' } }, [3, 4]],
  ['minN', expr.minN(2, 'age'), { $minN: { n: 2, input: '$age' } }, [1, 2]],
  [
    'maxN',
    expr.maxN(expr.add(1, 1), 'age'),
    { $maxN: { n: { $add: [1, 1] }, input: '$age' } },
    [4, 3],
  ],
]

/** Window functions over the same rows, sorted by `age`; the values of the rows in order. */
export const WINDOWS: readonly (readonly [
  name: keyof typeof expr,
  computed: WindowFunction<unknown, Path>,
  compiled: unknown,
  values: readonly unknown[],
])[] = [
  [
    'over',
    expr.over(expr.sum('score'), { documents: [-1, 'current'] }),
    { $sum: '$score', window: { documents: [-1, 'current'] } },
    [10, 30, 50, 70],
  ],
  [
    'over',
    expr.over(expr.push('age')),
    { $push: '$age' },
    Array.from({ length: 4 }, () => [1, 2, 3, 4]),
  ],
  [
    'over',
    expr.over(expr.max('age'), { range: [0, 1] }),
    { $max: '$age', window: { range: [0, 1] } },
    [2, 3, 4, 4],
  ],
  [
    'movingAverage',
    expr.movingAverage('score', { documents: [-1, 0] }),
    { $avg: '$score', window: { documents: [-1, 0] } },
    [10, 15, 25, 35],
  ],
  [
    'runningTotal',
    expr.runningTotal('age'),
    { $sum: '$age', window: { documents: ['unbounded', 'current'] } },
    [1, 3, 6, 10],
  ],
  ['rank', expr.rank(), { $rank: {} }, [1, 2, 3, 4]],
  ['denseRank', expr.denseRank(), { $denseRank: {} }, [1, 2, 3, 4]],
  ['documentNumber', expr.documentNumber(), { $documentNumber: {} }, [1, 2, 3, 4]],
  ['shift', expr.shift('age', -1), { $shift: { output: '$age', by: -1 } }, [null, 1, 2, 3]],
  [
    'shift',
    expr.shift('age', 1, '$none'),
    { $shift: { output: '$age', by: 1, default: { $literal: '$none' } } },
    [2, 3, 4, '$none'],
  ],
  [
    'expMovingAvg',
    expr.expMovingAvg('score', { n: 1 }),
    { $expMovingAvg: { input: '$score', N: 1 } },
    [10, 20, 30, 40],
  ],
  [
    'expMovingAvg',
    expr.expMovingAvg('score', { alpha: 0.5 }),
    { $expMovingAvg: { input: '$score', alpha: 0.5 } },
    [10, 15, 22.5, 31.25],
  ],
  [
    'derivative',
    expr.derivative('score', { window: { documents: [-1, 0] } }),
    { $derivative: { input: '$score' }, window: { documents: [-1, 0] } },
    [null, 10, 10, 10],
  ],
  [
    'integral',
    expr.integral('score', { window: { documents: ['unbounded', 'current'] } }),
    { $integral: { input: '$score' }, window: { documents: ['unbounded', 'current'] } },
    [0, 15, 40, 75],
  ],
  ['linearFill', expr.linearFill('score'), { $linearFill: '$score' }, [10, 20, 30, 40]],
  ['locf', expr.locf('score'), { $locf: '$score' }, [10, 20, 30, 40]],
  [
    'covariancePop',
    expr.covariancePop('age', 'score'),
    { $covariancePop: ['$age', '$score'] },
    [12.5, 12.5, 12.5, 12.5],
  ],
  [
    'covarianceSamp',
    expr.covarianceSamp('age', 'score', { documents: [-1, 0] }),
    { $covarianceSamp: ['$age', '$score'], window: { documents: [-1, 0] } },
    [null, 5, 5, 5],
  ],
]

/** Tried elsewhere: they need a server of version 7, or a stage of their own. */
export const OTHERS: readonly (keyof typeof expr)[] = [
  'descend',
  'keep',
  'median',
  'percentile',
  'prune',
  'textScore',
]
