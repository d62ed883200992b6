import { DateTime } from 'luxon'
import { refuse } from '../../../errors/index.ts'
import {
  type AttributePath,
  type Operand,
  type Operator,
  resolvePath,
} from '../../../query/index.ts'
import { describe, quote } from '../../../query/messages.ts'
import { type Document, record } from '../../../query/record.ts'
import { isPlainObject } from '../../../query/values.ts'
import { own } from '../../contracts/own.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { isAmount, negated } from './amounts.ts'
import { type ElementCondition, elementFilter, readArrayFilter, valueFilter } from './elements.ts'
import { Modifications, type UpdateOperator } from './modifications.ts'
import { type ChangedPath, resolveChange } from './paths.ts'
import { pushOf } from './push.ts'
import type {
  Amount,
  Amounts,
  BitwiseOperands,
  EachElement,
  ElementOf,
  ListPath,
  NumericPath,
  OneElement,
  PushOptions,
  UpdatePath,
  UpdateValue,
  UpdateValues as ValuesByPath,
} from './types.ts'
import { UpdateValues } from './values.ts'

/**
 * What an update changes, operator by operator, all of it at once for each document. Names are
 * property names or dotted paths; values are data and prepared as `save` prepares them. In a path,
 * `$[]` stands for every element of an array and `$[name]` for those that `arrayFilter` describes.
 *
 * All methods throw `E_UNKNOWN_COLUMN`, `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`, and
 * `E_INVALID_QUERY` when a field is changed twice or the primary key is to change.
 *
 * @example
 * await Order.query().where('id', id).updateMany((update) =>
 *   update.set('status', 'paid').increment('revision').push('events', { type: 'paid' }),
 * )
 */
export class UpdateBuilder<M> {
  readonly #modifications: Modifications
  readonly #values: UpdateValues

  /** Given to callbacks. @internal */
  constructor(definition: ModelDefinition, operation: string) {
    this.#modifications = new Modifications(definition, operation)
    this.#values = new UpdateValues(definition, operation)
  }

  /** @internal */
  get modifications(): Modifications {
    return this.#modifications
  }

  /** @internal */
  get values(): UpdateValues {
    return this.#values
  }

  /** Sets a property, or several; those of an object that are undefined are not given. */
  set<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this
  set(values: ValuesByPath<M>): this
  set(...args: unknown[]): this {
    return this.#setAll('$set', 'set', args)
  }

  /** As {@link set}, where an upsert inserts. */
  setOnInsert<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this
  setOnInsert(values: ValuesByPath<M>): this
  setOnInsert(...args: unknown[]): this {
    return this.#setAll('$setOnInsert', 'setOnInsert', args)
  }

  /** Takes the fields out of the document. */
  unset(...columns: readonly UpdatePath<M>[]): this {
    if (columns.length === 0) this.#refuse('unset needs at least one column')
    for (const column of columns) this.#add('$unset', this.#whole(column), true)
    return this
  }

  /** Adds to a number, 1 unless told otherwise; a missing field counts as 0. */
  increment(column: NumericPath<M>, by?: Amount): this
  increment(amounts: Amounts<M>): this
  increment(...args: unknown[]): this {
    return this.#amounts('$inc', 'increment', args, 1, (amount) => amount)
  }

  /** Subtracts from a number, 1 unless told otherwise. */
  decrement(column: NumericPath<M>, by?: Amount): this
  decrement(amounts: Amounts<M>): this
  decrement(...args: unknown[]): this {
    return this.#amounts('$inc', 'decrement', args, 1, negated)
  }

  /** Multiplies a number; a missing field becomes 0. */
  multiply(column: NumericPath<M>, by: Amount): this
  multiply(factors: Amounts<M>): this
  multiply(...args: unknown[]): this {
    return this.#amounts('$mul', 'multiply', args, undefined, (factor) => factor)
  }

  /** Sets the property to `value` where it is greater than that, or missing. */
  min<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this {
    const path = this.#path(column)
    return this.#add('$min', path, this.#values.stored(path, value))
  }

  /** Sets the property to `value` where it is smaller than that, or missing. */
  max<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this {
    const path = this.#path(column)
    return this.#add('$max', path, this.#values.stored(path, value))
  }

  /** Moves the value of one property to another, whose own value is lost. */
  rename(from: AttributePath<M>, to: AttributePath<M>): this {
    const source = this.#path(from)
    const target = this.#path(to)
    this.#modifications.claim(target)
    return this.#add('$rename', source, target.field)
  }

  /**
   * Sets date properties to the server's own time. Errors: also `E_INVALID_QUERY` for a
   * `@column.date()`, which holds a day.
   */
  currentDate(...columns: readonly UpdatePath<M>[]): this {
    if (columns.length === 0) this.#refuse('currentDate needs at least one column')
    for (const column of columns) {
      const path = this.#path(column)
      this.#refuseDay(path)
      this.#add('$currentDate', path, true)
    }
    return this
  }

  /**
   * Combines an integer with another one, bit by bit: `and`, `or`, `xor`.
   *
   * @example
   * update.bitwise('flags', { or: 0b100 })
   */
  bitwise(column: NumericPath<M>, operands: BitwiseOperands): this {
    const path = this.#path(column)
    const given = isPlainObject(operands) ? Object.entries(operands) : []
    if (given.length === 0) {
      this.#refuse(`bitwise of "${path.key}" needs and, or, or xor`, path)
    }
    const bits = record()
    for (const [name, operand] of given) {
      if (name !== 'and' && name !== 'or' && name !== 'xor') {
        this.#refuse(`bitwise knows and, or and xor, got ${quote(name)}`, path)
      }
      if (typeof operand !== 'bigint' && !Number.isSafeInteger(operand)) {
        this.#refuse(`bitwise of "${path.key}" needs integers`, path, 'E_INVALID_VALUE')
      }
      bits[name] = operand
    }
    return this.#add('$bit', path, bits)
  }

  /**
   * Adds an element to the end of an array, or elsewhere; with `each`, those of a list. An array is one
   * element too, as a row of a table is. A missing field becomes an array.
   *
   * @example
   * update.push('scores', 7).push('rows', [1, 2])
   * update.push('tags', ['new', 'sale'], { each: true, sort: 'asc', slice: 10 })
   */
  push<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: PushOptions<ElementOf<M, Path>> & OneElement,
  ): this
  push<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: PushOptions<ElementOf<M, Path>> & EachElement,
  ): this
  push(column: unknown, values: unknown, options?: PushOptions & (OneElement | EachElement)): this {
    const path = this.#path(column)
    const given = own(options)
    const elements = this.#elements(path, values, given.each, true)
    const push = pushOf(path, elements, given, (message) => this.#refuse(message, path))
    return this.#add('$push', path, push)
  }

  /** Adds an element to an array where it is not in it; with `each`, those of a list. */
  addToSet<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: OneElement,
  ): this
  addToSet<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: EachElement,
  ): this
  addToSet(column: unknown, values: unknown, options?: OneElement | EachElement): this {
    const path = this.#path(column)
    const set = record()
    set.$each = this.#elements(path, values, own(options).each)
    return this.#add('$addToSet', path, set)
  }

  /**
   * Takes elements out of an array: those equal to a value, those that an operator of `where` finds,
   * or the objects that the conditions of a callback hold for.
   *
   * Errors: also `E_EMPTY_FILTER` when the callback adds no condition.
   *
   * @example
   * update.pull('tags', 'draft')
   * update.pull('scores', '<', 3)
   * update.pull('items', (item) => item.where('qty', 0).orWhere('discontinued', true))
   */
  pull<Path extends ListPath<M>>(
    column: Path,
    condition: ElementCondition<NonNullable<ElementOf<M, Path>>>,
  ): this
  pull<Path extends ListPath<M>>(column: Path, value: ElementOf<M, Path>): this
  pull<Path extends ListPath<M>, O extends Operator>(
    column: Path,
    operator: O,
    value: Operand<{ element: ElementOf<M, Path> }, 'element', O>,
  ): this
  pull(...args: unknown[]): this {
    const [column, value] = args
    const path = this.#path(column)
    const { definition: model, operation } = this.#modifications
    const context = { model, operation, key: path.key }
    if (args.length > 2) {
      const column = path.whole ? path.column : undefined
      const filter = valueFilter(context, 'value', value, args[2], column)
      return this.#add('$pull', path, this.#onlyValue(path, filter))
    }
    if (typeof value === 'function') {
      return this.#add('$pull', path, elementFilter(context, value as ElementCondition<never>))
    }
    return this.#pullAll(path, this.#values.elements(path, [value]))
  }

  /** Takes the elements out of an array that are equal to one of `values`. */
  pullAll<Path extends ListPath<M>>(column: Path, values: readonly ElementOf<M, Path>[]): this {
    const path = this.#path(column)
    if (!Array.isArray(values)) {
      this.#refuse(`pullAll of "${path.key}" needs an array, got ${describe(values)}`, path)
    }
    return this.#pullAll(path, this.#values.elements(path, values))
  }

  /** Takes one element from an end of an array. */
  pop(column: ListPath<M>, end: 'first' | 'last' = 'last'): this {
    const path = this.#path(column)
    if (end !== 'first' && end !== 'last') {
      this.#refuse(`pop of "${path.key}" takes 'first' or 'last', got ${quote(end)}`, path)
    }
    return this.#add('$pop', path, end === 'first' ? -1 : 1)
  }

  /**
   * Says which elements `$[name]` in a path means: objects that the conditions of a callback hold
   * for, or values that an operator of `where` finds.
   *
   * Errors: `E_EMPTY_FILTER` when the callback adds no condition; `E_INVALID_QUERY` when no path has
   * `$[name]`.
   *
   * @example
   * update.set('items.$[item].qty', 0).arrayFilter('item', (item) => item.where('sku', sku))
   * update.set('scores.$[low]', 3).arrayFilter('low', '<', 3)
   */
  arrayFilter(name: string, condition: ElementCondition<Record<string, unknown>>): this
  arrayFilter<O extends Operator>(
    name: string,
    operator: O,
    value: Operand<{ element: unknown }, 'element', O>,
  ): this
  arrayFilter(name: string, ...args: unknown[]): this {
    const { definition: model, operation } = this.#modifications
    this.#modifications.addFilter(name, readArrayFilter(model, operation, name, args))
    return this
  }

  /** What is given a value, or none. */
  #whole(column: unknown): ChangedPath {
    const { definition, operation } = this.#modifications
    return resolveChange(definition, operation, column)
  }

  /** What gets another value by the one that it has. */
  #path(column: unknown): ChangedPath {
    const path = this.#whole(column)
    const { attribute, opaque } = path.column
    if (opaque === undefined) return path
    return this.#refuse(`"${attribute}" can be set and unset only: it ${opaque}`, path)
  }

  #add(operator: UpdateOperator, path: ChangedPath, value: unknown): this {
    this.#modifications.add(operator, path, value)
    return this
  }

  #setAll(operator: '$set' | '$setOnInsert', name: string, args: readonly unknown[]): this {
    for (const [key, value] of this.#entries(name, args)) {
      if (value === undefined && args.length === 1) {
        resolvePath(this.#modifications.definition, key)
        this.#modifications.leftOut = true
        continue
      }
      const path = this.#whole(key)
      this.#add(operator, path, this.#values.stored(path, value))
    }
    return this
  }

  #amounts(
    operator: '$inc' | '$mul',
    name: string,
    args: readonly unknown[],
    fallback: number | undefined,
    change: (amount: Amount) => Amount,
  ): this {
    for (const [key, amount] of this.#entries(name, args, fallback)) {
      const path = this.#path(key)
      if (!isAmount(amount)) {
        const got = typeof amount === 'number' ? 'no finite number' : describe(amount)
        const message = `${name} of "${path.key}" needs a number and got ${got}`
        this.#refuse(message, path, 'E_INVALID_VALUE')
      }
      this.#add(operator, path, change(amount))
    }
    return this
  }

  /** A column and a value, or an object of them. */
  #entries(name: string, args: readonly unknown[], fallback?: unknown): [string, unknown][] {
    const [first, second] = args
    if (typeof first === 'string' && (args.length > 1 || fallback !== undefined)) {
      return [[first, args.length > 1 ? second : fallback]]
    }
    if (isPlainObject(first) && args.length === 1) return Object.entries(first)
    return this.#refuse(`${name} needs a column and a value, or an object of columns`)
  }

  #elements(path: ChangedPath, values: unknown, each?: boolean, fresh?: boolean): unknown[] {
    if (each !== true) return this.#values.elements(path, [values], fresh)
    if (Array.isArray(values)) return this.#values.elements(path, values, fresh)
    return this.#refuse(`each of "${path.key}" needs an array, got ${describe(values)}`, path)
  }

  /** Values are data here, whatever they look like; in `$pull` an object would be a condition. */
  #pullAll(path: ChangedPath, values: readonly unknown[]): this {
    const earlier = this.#modifications.valueOf('$pullAll', path)
    if (Array.isArray(earlier)) earlier.push(...values)
    else this.#add('$pullAll', path, [...values])
    return this
  }

  /** The condition on a value itself, out of the filter of a field that holds it. */
  #onlyValue(path: ChangedPath, filter: Document): unknown {
    const keys = Object.keys(filter)
    if (keys.length === 1 && keys[0] === 'value') return filter.value
    return this.#refuse(`pull of "${path.key}" cannot say this with one condition`, path)
  }

  #refuseDay(path: ChangedPath): void {
    const date = path.whole
      ? this.#modifications.definition.attribute(path.column.attribute)?.date
      : undefined
    const moment = DateTime.now()
    if (date === undefined || date.at(moment) === moment) return
    this.#refuse(`"${path.key}" holds a day, and the server's time is a moment; set it`, path)
  }

  #refuse(
    message: string,
    path?: ChangedPath,
    code: 'E_INVALID_QUERY' | 'E_INVALID_VALUE' = 'E_INVALID_QUERY',
  ): never {
    const { definition, operation } = this.#modifications
    refuse(code, definition, operation, `: ${message}`, path?.column.attribute)
  }
}

/** Values to set, or a callback that says what to change. */
export type UpdateChanges<M> = UpdateChangesIn<M>['are']

type UpdateChangesIn<M> = M extends unknown
  ? { are: ValuesByPath<M> | ((update: UpdateBuilder<M>) => unknown) }
  : never
