/** Random pipelines answer what the same stages, written by hand for the npm driver, do. */
import fc from 'fast-check'
import { BaseModel, column, expr } from 'lucent-odm'
import { type Document, ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { PROPERTY_FACTOR, tries } from '../../helpers/property.ts'

const { db } = lucentDatabase()

class Person extends BaseModel {
  static override collection = 'persons'
  @column({ isPrimary: true }) declare id: string
  @column() declare firstName: string | null
  @column() declare age: number
  @column() declare score: number | null
  @column() declare tags: string[]
  @column({ columnName: 'addr' }) declare address: { city: string }
  @column() declare madeAt: Date
}

class Visit extends BaseModel {
  static override collection = 'visits'
  @column({ isPrimary: true }) declare id: string
  @column() declare firstName: string
  @column() declare age: number
}

const NAMES = ['Ada', 'Bob', 'Cy', '$Dee', 'a.b', '']
const CITIES = ['Rome', 'Bonn', 'Oslo']
const TAGS = ['x', 'y', '$z']
const at = <T>(list: readonly T[], place: number): T => list[place % list.length] as T

beforeAll(async () => {
  await db.collection('persons').insertMany(
    Array.from({ length: 40 }, (_, n) => ({
      ...(n % 7 !== 0 && { first_name: n % 11 === 0 ? null : at(NAMES, n) }),
      age: n % 9,
      score: n % 5 === 0 ? null : n / 2,
      tags: TAGS.slice(0, n % 4),
      addr: { city: at(CITIES, n) },
      made_at: new Date(Date.UTC(2020, n, 1)),
    })),
  )
  await db
    .collection('visits')
    .insertMany(Array.from({ length: 12 }, (_, n) => ({ first_name: at(NAMES, n), age: n % 6 })))
})

/** What the methods of pipelines are to this test, whatever the rows. */
type Pipeline = Record<string, (...given: unknown[]) => Pipeline>
type Query = Record<string, (...given: unknown[]) => Query>

/** A stage by the builder, and the stages that it is written by hand as. */
interface Step {
  readonly says: string
  readonly build: (pipeline: Pipeline) => Pipeline
  readonly stages: readonly Document[]
}

interface Condition {
  readonly says: string
  readonly build: (query: Query) => Query
  readonly filter: Document
}

const name = fc.constantFrom(...NAMES)
const age = fc.integer({ min: -1, max: 10 })

const condition = (
  says: string,
  filter: Document,
  method: string,
  ...given: unknown[]
): Condition => ({
  says,
  filter,
  build: (query) => (query[method] as Query[string])(...given),
})

/** Conditions: negation leaves out what has no value, as in SQL, and values are never operators. */
const CONDITION: fc.Arbitrary<Condition> = fc.oneof(
  name.map((one) =>
    condition(`name ${one}`, { first_name: { $eq: one } }, 'where', 'firstName', one),
  ),
  name.map((one) =>
    condition(
      `name not ${one}`,
      { first_name: { $nin: [one, null] } },
      'whereNot',
      'firstName',
      one,
    ),
  ),
  fc
    .tuple(fc.constantFrom(['>', '$gt'], ['>=', '$gte'], ['<', '$lt'], ['<=', '$lte']), age)
    .map(([[sql = '', mongo = ''], n]) =>
      condition(`age ${sql} ${n}`, { age: { [mongo]: n } }, 'where', 'age', sql, n),
    ),
  fc
    .array(age, { minLength: 1, maxLength: 4 })
    .map((list) => condition(`age in ${list}`, { age: { $in: list } }, 'whereIn', 'age', list)),
  fc
    .tuple(age, age)
    .map(([from, to]) =>
      condition(`between ${from} ${to}`, { age: { $gte: from, $lte: to } }, 'whereBetween', 'age', [
        from,
        to,
      ]),
    ),
  fc.constant(condition('no score', { score: null }, 'whereNull', 'score')),
  fc.constant(condition('a score', { score: { $ne: null } }, 'whereNotNull', 'score')),
  fc
    .constantFrom(...CITIES)
    .map((city) => condition(city, { 'addr.city': city }, 'where', 'address.city', city)),
  fc.constant(condition('like', { first_name: /^A/ }, 'whereLike', 'firstName', 'A%')),
)

const GROUP: fc.Arbitrary<Condition> = fc
  .tuple(fc.array(CONDITION, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([list, either]) => {
    const [first, ...others] = list as [Condition, ...Condition[]]
    const build = (inner: Query) =>
      others.reduce(
        (query, one) =>
          either
            ? (query.orWhere as Query[string])((part: Query) => one.build(part))
            : one.build(query),
        first.build(inner),
      )
    const filters = list.map(({ filter }) => filter)
    return {
      says: `(${list.map(({ says }) => says).join(either ? ' or ' : ' and ')})`,
      build,
      filter: either ? { $or: filters } : { $and: filters },
    }
  })

const step = (
  says: string,
  stages: readonly Document[],
  build: (pipeline: Pipeline) => Pipeline,
): Step => ({ says, stages, build })

const call = (pipeline: Pipeline, method: string, ...given: unknown[]): Pipeline =>
  (pipeline[method] as Pipeline[string])(...given)

const field = (path: string) => expr.field(path as never)

/** Computed values: by `expr`, and by hand. */
const VALUE: fc.Arbitrary<readonly [says: string, built: unknown, written: unknown]> = fc.oneof(
  age.map((n) => [`age + ${n}`, expr.add(field('age'), n), { $add: ['$age', n] }] as const),
  age.map(
    (n) => [`score or ${n}`, expr.ifNull(field('score'), n), { $ifNull: ['$score', n] }] as const,
  ),
  name.map(
    (one) =>
      [
        `is ${one}`,
        expr.eq(field('firstName'), one as never),
        { $eq: ['$first_name', { $literal: one }] },
      ] as const,
  ),
  age.map(
    (n) =>
      [
        `older than ${n}`,
        expr.cond(expr.gt(field('age'), n), 'older', '$younger' as never),
        { $cond: [{ $gt: ['$age', n] }, 'older', { $literal: '$younger' }] },
      ] as const,
  ),
  fc.constant(['tags', expr.size('tags' as never), { $size: '$tags' }] as const),
  fc.constant(['year', expr.year('madeAt' as never), { $year: '$made_at' }] as const),
  fc.constant([
    'city',
    expr.toUpper(field('address.city') as never),
    { $toUpper: '$addr.city' },
  ] as const),
)

/** Stages after which rows are documents of the model still. */
const KEEPING: fc.Arbitrary<Step> = fc.oneof(
  GROUP.map(({ says, filter, build }) =>
    step(`match ${says}`, [{ $match: filter }], (p) => call(p, 'match', build)),
  ),
  name.map((one) =>
    step(`match { ${one} }`, [{ $match: { first_name: { $eq: one } } }], (p) =>
      call(p, 'match', { firstName: one }),
    ),
  ),
  age.map((n) =>
    step(
      `match expr ${n}`,
      [{ $match: { $expr: { $gt: ['$score', { $add: ['$age', n] }] } } }],
      (p) => call(p, 'match', expr.gt(field('score'), expr.add(field('age'), n))),
    ),
  ),
  fc
    .tuple(fc.constantFrom('asc', 'desc'), fc.nat(30), fc.integer({ min: 1, max: 30 }))
    .map(([direction, skipped, limit]) =>
      step(
        `sort ${direction}, skip ${skipped}, limit ${limit}`,
        [
          { $sort: { age: direction === 'asc' ? 1 : -1, _id: 1 } },
          { $skip: skipped },
          { $limit: limit },
        ],
        (p) =>
          call(
            call(call(p, 'sort', { age: direction, id: 'asc' }), 'skip', skipped),
            'limit',
            limit,
          ),
      ),
    ),
  VALUE.map(([says, built, written]) =>
    step(`add ${says}`, [{ $addFields: { added: written } }], (p) =>
      call(p, 'addFields', { added: built }),
    ),
  ),
  fc.constant(step('unset', [{ $unset: ['addr.city'] }], (p) => call(p, 'unset', 'address.city'))),
)

const INNER = fc.array(KEEPING, { maxLength: 3 }).map((steps) => ({
  says: steps.map(({ says }) => says).join(' | '),
  stages: steps.flatMap(({ stages }) => stages),
  build: (p: Pipeline) => steps.reduce((built, one) => one.build(built), p),
}))

/** The last stage, of which rows are whatever they are. */
const LAST: fc.Arbitrary<Step> = fc.oneof(
  fc
    .constantFrom(['address.city', '$addr.city'], ['firstName', '$first_name'], [null, null])
    .map(([by, written]) =>
      step(
        `group by ${by}`,
        [
          {
            $group: {
              _id: written,
              n: { $sum: 1 },
              total: { $sum: '$age' },
              most: { $max: '$score' },
            },
          },
        ],
        (p) =>
          call(p, 'group', {
            by,
            n: expr.count(),
            total: expr.sum('age' as never),
            most: expr.max('score' as never),
          }),
      ),
    ),
  VALUE.map(([says, built, written]) =>
    step(
      `project ${says}`,
      [{ $project: { _id: 0, age: 1, made: written, kind: { $literal: '$1' } } }],
      (p) => call(p, 'project', { age: true, made: built, kind: expr.literal('$1') }),
    ),
  ),
  fc.constant(
    step('select', [{ $project: { first_name: 1 } }], (p) => call(p, 'select', 'firstName')),
  ),
  fc.constant(step('count', [{ $count: 'n' }], (p) => call(p, 'count', 'n'))),
  fc.constant(
    step('tags', [{ $unwind: '$tags' }, { $sortByCount: '$tags' }], (p) =>
      call(call(p, 'unwind', 'tags'), 'sortByCount', 'tags'),
    ),
  ),
  INNER.map(({ says, stages, build }) =>
    step(
      `facet (${says})`,
      [{ $facet: { few: stages.length > 0 ? stages : [{ $limit: 99 }], n: [{ $count: 'n' }] } }],
      (p) =>
        call(p, 'facet', {
          few: (inner: Pipeline) => (stages.length > 0 ? build(inner) : call(inner, 'limit', 99)),
          n: (inner: Pipeline) => call(inner, 'count', 'n'),
        }),
    ),
  ),
  INNER.map(({ says, stages, build }) =>
    step(`union (${says})`, [{ $unionWith: { coll: 'persons', pipeline: stages } }], (p) =>
      call(p, 'unionWith', Person, build),
    ),
  ),
  age.map((n) =>
    step(
      `look up ${n}`,
      [
        {
          $lookup: {
            from: 'visits',
            localField: 'age',
            foreignField: 'age',
            pipeline: [{ $match: { age: { $gte: n } } }, { $sort: { _id: 1 } }],
            as: 'visits',
          },
        },
      ],
      (p) =>
        call(p, 'lookup', {
          from: Visit,
          localField: 'age',
          foreignField: 'age',
          pipeline: (visits: Pipeline) =>
            call(
              call(visits, 'match', (query: Query) =>
                (query.where as Query[string])('age', '>=', n),
              ),
              'sort',
              { id: 'asc' },
            ),
          as: 'visits',
        }),
    ),
  ),
  fc.constant(step('nothing more', [], (p) => p)),
)

const STORED: Readonly<Record<string, string>> = {
  _id: 'id',
  first_name: 'firstName',
  addr: 'address',
  made_at: 'madeAt',
}

/** Rows by the names and forms that the builder gives them. */
function named(value: unknown): unknown {
  if (value instanceof ObjectId) return String(value)
  if (Array.isArray(value)) return value.map(named)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [STORED[key] ?? key, named(inner)]),
  )
}

/** Rows in one order: that of stages without a sort is nobody's promise. */
const inOrder = (rows: readonly unknown[]) =>
  rows.map((row) => JSON.stringify(named(row), sortedKeys)).sort()

/** Fields in one order: the builder may write them in another. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

describe('a random pipeline', () => {
  it(
    'answers what its stages do that are written by hand',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(KEEPING, { maxLength: 4 }), LAST, async (steps, last) => {
          const all = [...steps, last]
          const says = all.map((one) => one.says).join(' | ')
          const stages = all.flatMap((one) => one.stages)
          const built = all.reduce(
            (pipeline, one) => one.build(pipeline),
            Person.aggregate() as unknown as Pipeline,
          ) as unknown as { exec(): Promise<unknown[]> }
          const expected = await db.collection('persons').aggregate(stages).toArray()
          const rows = await built.exec()
          expect({ says, rows: inOrder(rows) }).toEqual({ says, rows: inOrder(expected) })
        }),
        tries(150),
      )
    },
    120_000 * PROPERTY_FACTOR,
  )
})
