import { describe, fail, quote } from '../../messages.ts'
import { resolvePath } from '../../names.ts'
import { record } from '../../record.ts'
import { castValue } from '../../values.ts'
import { Accumulator } from '../expressions/accumulator.ts'
import { operandOf, storedField, subjectOf } from '../expressions/compile.ts'
import type { Scope } from '../expressions/expression.ts'
import { type DateUnit, unitOf } from '../expressions/units.ts'
import { WindowFunction } from '../expressions/window_function.ts'
import { readEntries, readNumber, readOptions, readWord } from '../read.ts'
import { ownName } from '../shapes/names.ts'
import type { Known, Shape } from '../shapes/shape.ts'
import type { Operand, SubjectOf } from '../types/operands.ts'
import type { FieldName, FieldPath, Merge } from '../types/rows.ts'
import type { BuilderKind, Built, SortSpec, WindowCheck, Windowed } from '../types/stages.ts'
import { StageList } from './list.ts'
import { addOptions, order, storedList, subject } from './specification.ts'

/** Options of `setWindowFields()`. */
export interface SetWindowFieldsOptions<Row, Output> {
  /** Rows with the same value are looked at together: the name of a field, an expression, an object. */
  readonly partitionBy?: SubjectOf<Row>
  /** The order of rows in a partition. */
  readonly sortBy?: SortSpec<Row>
  /** Window functions, or accumulators over the whole partition, by the name of the field. */
  readonly output: Output
}

/** Options of `densify()`. */
export interface DensifyOptions<Row> {
  /** A field with numbers or dates. */
  readonly field: FieldName<Row>
  /** Each different value of these fields has a series of its own. */
  readonly partitionBy?: FieldName<Row> | readonly FieldName<Row>[]
  readonly range: {
    /** The distance between two rows. */
    readonly step: number
    /** Its unit, for dates. */
    readonly unit?: DateUnit
    /** From the first to the last row of all, of the partition, or from one value to before another. */
    readonly bounds: 'full' | 'partition' | readonly [from: unknown, to: unknown]
  }
}

/** How `fill()` fills a field. */
export type FillMethod =
  | { readonly value: Operand }
  /** `linear`: along a line between the rows around; `locf`: the last value there was. */
  | { readonly method: 'linear' | 'locf' }

/** Options of `fill()`. */
export interface FillOptions<Row> {
  /** Rows with the same values are looked at together: names of fields, or an expression. */
  readonly partitionBy?: SubjectOf<Row> | readonly FieldName<Row>[]
  readonly sortBy?: SortSpec<Row>
  /** What to put where a field is null or missing. */
  readonly output: { readonly [P in FieldPath<Row>]?: FillMethod }
}

/** Stages that look at the rows around a row. */
export abstract class WindowStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /**
   * Adds fields that are computed over the rows around each row (`$setWindowFields`): running totals,
   * moving averages, ranks.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for what is no window function.
   *
   * @example
   * Sale.aggregate().setWindowFields({
   *   partitionBy: 'shop',
   *   sortBy: { day: 'asc' },
   *   output: {
   *     week: expr.movingAverage('amount', { documents: [-6, 0] }),
   *     total: expr.runningTotal('amount'),
   *   },
   * })
   */
  setWindowFields<const Output extends { readonly [name: string]: unknown }>(
    options: SetWindowFieldsOptions<Row, Output & WindowCheck<Output, Row>>,
  ): Built<K, M, Merge<Row, Windowed<Row, Output>>> {
    const place = 'setWindowFields()'
    const { shape } = this.scope
    const given = readOptions(shape, place, options, ['partitionBy', 'sortBy', 'output'])
    const kinds = { partitionBy: subject, sortBy: order }
    const specification = addOptions(record(), this.scope, place, given, kinds)
    const output = record()
    const added: [string, Known][] = []
    for (const [name, computed] of readEntries(shape, `output of ${place}`, given.output)) {
      ownName(shape, place, name)
      if (!(computed instanceof WindowFunction || computed instanceof Accumulator)) {
        const what = `a window function such as expr.rank(), got ${describe(computed)}`
        fail('E_INVALID_QUERY', shape, `${place}: ${quote(name)} needs ${what}`)
      }
      const { value, known } = computed.compile(this.scope)
      output[shape.field(name)?.stored ?? name] = value
      added.push([name, known])
    }
    specification.output = output
    return this.extended('$setWindowFields', specification, place, added)
  }

  /**
   * Adds rows where a series of numbers or dates has gaps (`$densify`). They have nothing but the
   * field and those of `partitionBy`; `fill()` gives them values.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`, and what casting of bounds throws.
   *
   * @example
   * Sale.aggregate().densify({ field: 'day', range: { step: 1, unit: 'day', bounds: 'full' } })
   */
  densify(options: DensifyOptions<Row>): this {
    const place = 'densify()'
    const { shape } = this.scope
    const given = readOptions(shape, place, options, ['field', 'partitionBy', 'range'])
    const range = readOptions(shape, `range of ${place}`, given.range, ['step', 'unit', 'bounds'])
    const specification = record()
    specification.field = storedField(this.scope, given.field)
    const { partitionBy: partitionByFields } = given
    addOptions(
      specification,
      this.scope,
      place,
      { partitionByFields },
      { partitionByFields: storedList },
    )
    const series = record()
    series.step = readNumber(shape, `step of ${place}`, range.step)
    if (range.unit !== undefined) series.unit = unitOf(this.scope, place, range.unit)
    series.bounds = boundsOf(shape, place, given.field, range.bounds)
    specification.range = series
    this.keep('$densify', specification)
    this.changed(place)
    return this
  }

  /**
   * Fills fields that are null or missing (`$fill`).
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Sale.aggregate().fill({
   *   sortBy: { day: 'asc' },
   *   output: { amount: { value: 0 }, price: { method: 'linear' } },
   * })
   */
  fill(options: FillOptions<Row>): this {
    const place = 'fill()'
    const { shape } = this.scope
    const given = readOptions(shape, place, options, ['partitionBy', 'sortBy', 'output'])
    const specification = record()
    if (Array.isArray(given.partitionBy)) {
      specification.partitionByFields = storedList(this.scope, place, given.partitionBy)
    } else if (given.partitionBy !== undefined) {
      const { value } = subjectOf(this.scope, given.partitionBy)
      // The server takes a document or an expression here, and a path only inside of one.
      specification.partitionBy = typeof value === 'string' ? { key: value } : value
    }
    addOptions(specification, this.scope, place, given, { sortBy: order })
    const output = record()
    for (const [name, method] of readEntries(shape, `output of ${place}`, given.output)) {
      output[resolvePath(shape, name).field] = methodOf(
        this.scope,
        `${quote(name)} of ${place}`,
        method,
      )
    }
    specification.output = output
    this.keep('$fill', specification)
    this.changed(place)
    return this
  }
}

function boundsOf(shape: Shape, place: string, name: unknown, given: unknown): unknown {
  if (!Array.isArray(given)) {
    return readWord(shape, `bounds of ${place}`, given, ['full', 'partition'])
  }
  if (given.length !== 2) {
    fail('E_INVALID_QUERY', shape, `bounds of ${place} are 'full', 'partition' or [from, to]`)
  }
  const path = resolvePath(shape, String(name).replace(/^\$/, ''))
  return Array.from(given, (bound: unknown) => castValue(shape, path, bound))
}

function methodOf(scope: Scope, what: string, given: unknown): unknown {
  const { shape } = scope
  const { value, method } = readOptions(shape, what, given, ['value', 'method'])
  if ((value === undefined) === (method === undefined)) {
    fail('E_INVALID_QUERY', shape, `${what} needs either a value or a method`)
  }
  if (method === undefined) return { value: operandOf(scope, value).value }
  return { method: readWord(shape, `the method for ${what}`, method, ['linear', 'locf']) }
}
