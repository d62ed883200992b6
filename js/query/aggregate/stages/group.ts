import { describe, fail } from '../../messages.ts'
import type { ResolvedPath } from '../../names.ts'
import { needInteger } from '../../options.ts'
import { type Document, record } from '../../record.ts'
import { castValue } from '../../values.ts'
import type { Accumulator } from '../expressions/accumulator.ts'
import { count } from '../expressions/accumulators.generated.ts'
import { accumulatorOf, literalOf, operandOf, subjectOf } from '../expressions/compile.ts'
import { type DateTruncOptions, dateTrunc } from '../expressions/dates.generated.ts'
import type { Scope } from '../expressions/expression.ts'
import type { DateUnit } from '../expressions/units.ts'
import { readEntries, readOptions } from '../read.ts'
import { ownName } from '../shapes/names.ts'
import { type Known, Shape } from '../shapes/shape.ts'
import type { Operand, SubjectOf, ValueOf } from '../types/operands.ts'
import type { Expand, FieldName } from '../types/rows.ts'
import type {
  Accumulated,
  AccumulatorCheck,
  BuilderKind,
  Built,
  GroupCheck,
  Grouped,
  Keyed,
  KeyValue,
} from '../types/stages.ts'
import { StageList } from './list.ts'
import { addOptions, operand, word } from './specification.ts'

/** What buckets compute where nothing is asked for. */
type Counted = { count: Accumulator<number, never> }

const GRANULARITIES = [
  'R5',
  'R10',
  'R20',
  'R40',
  'R80',
  '1-2-5',
  'E6',
  'E12',
  'E24',
  'E48',
  'E96',
  'E192',
  'POWERSOF2',
] as const

/** Series of round numbers that the limits of `bucketAuto()` are taken from. */
export type Granularity = (typeof GRANULARITIES)[number]

/** Options of `bucket()`. */
export interface BucketOptions<By, Boundary, Other, Output> {
  readonly by: By
  /** Limits in ascending order; a bucket holds its lower limit and not its upper one. */
  readonly boundaries: readonly Boundary[]
  /** The key of a bucket for everything outside; without it such a row is an error of the server. */
  readonly default?: Other
  /** Accumulators by name; a `count` by default. */
  readonly output?: Output
}

/** Options of `bucketAuto()`. */
export interface BucketAutoOptions<By, Output> {
  readonly by: By
  /** How many. */
  readonly buckets: number
  /** Accumulators by name; a `count` by default. */
  readonly output?: Output
  readonly granularity?: Granularity
}

/** Options of `dateBucket()`. */
export interface DateBucketOptions<As extends string, Fields> extends DateTruncOptions {
  /** The name of the field that holds the start of the bucket; `date` by default. */
  readonly as?: As
  /** Accumulators by name; a `count` by default. */
  readonly fields?: Fields
}

/** Writes accumulators by their names; answers what is known of them. */
function accumulate(
  scope: Scope,
  place: string,
  into: Document,
  fields: Document,
): [string, Known][] {
  return Object.entries(fields).map(([name, given]): [string, Known] => {
    ownName(scope.shape, place, name)
    if (name === '_id') {
      fail('E_INVALID_QUERY', scope.shape, `${place}: _id is the key; it comes from by`)
    }
    const { value, known } = accumulatorOf(scope, place, name, given)
    into[name] = value
    return [name, known]
  })
}

/** Writes `output` of a bucket; nothing for MongoDB's own count. */
function addOutput(into: Document, scope: Scope, place: string, given: unknown): [string, Known][] {
  if (given === undefined) return [['count', {}]]
  const output = record()
  into.output = output
  const entries = readEntries(scope.shape, place, given)
  return accumulate(scope, place, output, Object.fromEntries(entries))
}

/** A limit of a bucket, cast through the column that buckets are made by. */
function limitOf(scope: Scope, path: ResolvedPath | undefined, given: unknown): unknown {
  if (path === undefined) return operandOf(scope, given).value
  return literalOf(castValue(scope.shape, path, given))
}

/** Stages that make one row out of several. */
export abstract class GroupStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /**
   * Makes a row for each different value of `by` (`$group`), with that value as `_id`: the name of a
   * field, an expression, an object of those, or `null` for one row out of all. The other fields are
   * accumulators.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for what is no accumulator and for names with
   * dots, a `$` or NUL.
   *
   * @example
   * Order.aggregate().group({ by: 'status', revenue: expr.sum('total'), orders: expr.count() })
   * Order.aggregate().group({ by: { year: expr.year('createdAt'), status: 'status' }, best: expr.max('total') })
   */
  group<const S extends { readonly by: unknown }>(
    specification: S & GroupCheck<S, Row>,
  ): Built<K, M, Grouped<Row, S>> {
    const { shape } = this.scope
    const { by, ...fields } = Object.fromEntries(readEntries(shape, 'group()', specification))
    if (by === undefined) {
      fail('E_INVALID_QUERY', shape, 'group() needs by: what to group by, or null for one group')
    }
    const key = subjectOf(this.scope, by)
    const grouped = record()
    grouped._id = key.value
    const known = accumulate(this.scope, 'group()', grouped, fields)
    return this.become('$group', grouped, 'group()', [['_id', key.known], ...known])
  }

  /**
   * Makes a row for each range of values (`$bucket`), with the lower limit as `_id`. Limits are cast
   * through the column.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`, and what casting throws.
   *
   * @example
   * Product.aggregate().bucket({ by: 'price', boundaries: [0, 10, 100], default: 'more', output: { n: expr.count() } })
   */
  bucket<
    const By extends SubjectOf<Row>,
    const Boundary extends Operand,
    const Other extends Operand = Boundary,
    const Output extends { readonly [name: string]: unknown } = Counted,
  >(
    options: BucketOptions<By, Boundary, Other, Output & AccumulatorCheck<Output, Row>>,
  ): Built<K, M, Keyed<Row, ValueOf<Boundary> | ValueOf<Other>, Output>> {
    const place = 'bucket()'
    const { shape } = this.scope
    const known = ['by', 'boundaries', 'default', 'output'] as const
    const given = readOptions(shape, place, options, known)
    const key = subjectOf(this.scope, given.by)
    if (!Array.isArray(given.boundaries) || given.boundaries.length < 2) {
      const got = describe(given.boundaries)
      fail('E_INVALID_QUERY', shape, `${place} needs a list of two or more boundaries, got ${got}`)
    }
    const specification = record()
    specification.groupBy = key.value
    specification.boundaries = Array.from(given.boundaries, (limit: unknown) =>
      limitOf(this.scope, key.path, limit),
    )
    addOptions(specification, this.scope, place, given, { default: operand })
    const fields = addOutput(specification, this.scope, place, given.output)
    return this.become('$bucket', specification, place, [['_id', key.known], ...fields])
  }

  /**
   * Makes so many rows of about as many rows each (`$bucketAuto`), with the limits `{ min, max }` as
   * `_id`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Product.aggregate().bucketAuto({ by: 'price', buckets: 4 })
   */
  bucketAuto<
    const By extends SubjectOf<Row>,
    const Output extends { readonly [name: string]: unknown } = Counted,
  >(
    options: BucketAutoOptions<By, Output & AccumulatorCheck<Output, Row>>,
  ): Built<K, M, Keyed<Row, { min: KeyValue<Row, By>; max: KeyValue<Row, By> }, Output>> {
    const place = 'bucketAuto()'
    const { shape } = this.scope
    const known = ['by', 'buckets', 'output', 'granularity'] as const
    const given = readOptions(shape, place, options, known)
    const key = subjectOf(this.scope, given.by)
    const specification = record()
    specification.groupBy = key.value
    specification.buckets = needInteger(shape, `buckets of ${place}`, given.buckets, 1)
    const fields = addOutput(specification, this.scope, place, given.output)
    addOptions(specification, this.scope, place, given, { granularity: word(GRANULARITIES) })
    const limits = Shape.of(shape.name, [
      ['min', key.known],
      ['max', key.known],
    ])
    const fieldsAndKey: [string, Known][] = [['_id', { shape: limits }], ...fields]
    return this.become('$bucketAuto', specification, place, fieldsAndKey)
  }

  /**
   * Counts rows by a value, the most frequent first (`$sortByCount`).
   *
   * @example
   * Post.aggregate().unwind('tags').sortByCount('tags')
   */
  sortByCount<const By extends SubjectOf<Row>>(
    by: By,
  ): Built<K, M, { _id: KeyValue<Row, By>; count: number }> {
    const { value, known } = subjectOf(this.scope, by)
    return this.become('$sortByCount', value, 'sortByCount()', [
      ['_id', known],
      ['count', {}],
    ])
  }

  /**
   * Makes one row with the number of rows (`$count`); no row when there are none.
   *
   * Throws `E_INVALID_QUERY` for what cannot be a name.
   *
   * @example
   * User.aggregate().match({ status: 'active' }).count('active')
   */
  count<const Name extends string = 'count'>(name?: Name): Built<K, M, { [N in Name]: number }> {
    const given = ownName(this.scope.shape, 'count()', name ?? 'count')
    return this.become('$count', given, 'count()', [[given, {}]])
  }

  /**
   * A time series: a row for each day, week, month, … that has rows, in order, with the start of it
   * as `date` (or `as`) beside the accumulators. For days without rows see `densify()`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().dateBucket('createdAt', 'day', {
   *   timezone: 'Europe/Berlin',
   *   as: 'day',
   *   fields: { orders: expr.count(), revenue: expr.sum('total') },
   * })
   */
  dateBucket<
    const As extends string = 'date',
    const Fields extends { readonly [name: string]: unknown } = Counted,
  >(
    date: FieldName<Row>,
    unit: DateUnit,
    options?: DateBucketOptions<As, Fields & AccumulatorCheck<Fields, Row>>,
  ): Built<K, M, Expand<{ [N in As]: Date } & Accumulated<Row, Fields>>> {
    const place = 'dateBucket()'
    const { shape } = this.scope
    const known = ['as', 'fields', 'timezone', 'binSize', 'startOfWeek'] as const
    const { as = 'date', fields, ...rest } = readOptions(shape, place, options ?? {}, known)
    const name = ownName(shape, `as of ${place}`, as)
    const accumulators = Object.fromEntries(
      readEntries(shape, `fields of ${place}`, fields ?? { count: count() }),
    )
    if (Object.hasOwn(accumulators, name)) {
      fail('E_INVALID_QUERY', shape, `${place}: "${name}" names both the date and a field; use as`)
    }
    const key = subjectOf(this.scope, dateTrunc(date, unit, { ...rest } as DateTruncOptions))
    const grouped = record()
    grouped._id = key.value
    const accumulated = accumulate(this.scope, place, grouped, accumulators)
    const projection = record()
    projection[name] = '$_id'
    for (const [field] of accumulated) projection[field] = 1
    if (name !== '_id') projection._id = 0
    const first: [string, Known] = ['_id', {}]
    this.become('$group', grouped, place, [first, ...accumulated])
    this.keep('$sort', { _id: 1 })
    return this.become('$project', projection, place, [[name, {}], ...accumulated])
  }
}
