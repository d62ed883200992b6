/** Getters and setters of a model's columns: values are read from the chunk when asked for. */
import { Tag } from '../protocol.generated.ts'
import type { Chunk } from './chunk.ts'
import { canGenerate, compile } from './generate.ts'
import { ValueSite } from './shapes.ts'
import { BsonType } from './values.ts'

/** Key of an instance's chunk; null when it was not read from the database. */
export const CHUNK: unique symbol = Symbol('chunk')
/** Key of an instance's row in its chunk. */
export const ROW: unique symbol = Symbol('row')
/** Key of the values that take precedence over the chunk, by column; null while there are none. */
export const VALUES: unique symbol = Symbol('values')
/** In an instance's values: the column was not touched, read it from the chunk. */
export const HOLE: unique symbol = Symbol('hole')

/** What accessors need of an instance. */
export interface Row {
  [CHUNK]: Chunk | null
  [ROW]: number
  [VALUES]: unknown[] | null
}

/** A column, at its place in the model's descriptor. */
export interface ColumnAccess {
  /** Turns the stored value into the property's, once; the result is kept. */
  readonly consume?: ((raw: unknown, instance: object) => unknown) | undefined
  /** Makes the property's value of a cell, once; in the place of decoding and `consume`. */
  readonly cell?: ((chunk: Chunk, cell: number) => unknown) | undefined
  /** Turns an array or document as it was decoded into what the property, or `consume`, gets. */
  readonly nested?: ((raw: object) => unknown) | undefined
  /** What the property reads as, of a value that was set or read. */
  readonly reveal?: ((value: unknown) => unknown) | undefined
  /** What the property keeps of a value that it is given. */
  readonly accept?: ((value: unknown) => unknown) | undefined
}

/** Instances that nothing may be set on: those with a bit of `mask` in what `key` holds. */
export interface SetGuard {
  readonly key: symbol
  readonly mask: number
  /** Throws. */
  refuse(instance: object, column: number): never
}

/** A column's accessor, for `Object.defineProperty` on the model's prototype. */
export interface Accessor {
  get(this: object): unknown
  set(this: object, value: unknown): void
}

/** The accessors of one model. */
export interface Accessors {
  /** By column, in the descriptor's order. */
  readonly columns: readonly Accessor[]
  /**
   * The value of a column, as its getter gives it; `undefined` for a missing field. A `Date`,
   * object or array is the same at each call, so that what is changed inside it is seen.
   */
  readColumn(instance: object, column: number): unknown
  /** Sets a column's value, as its setter does. */
  writeColumn(instance: object, column: number, value: unknown): void
}

/**
 * Makes the accessors of a model with these columns. Numbers, strings, booleans and ids are
 * decoded at each read; everything mutable is decoded once and kept in the instance's values.
 *
 * @example
 * const { columns } = compileAccessors([{}, { consume: decrypt }])
 * Object.defineProperty(User.prototype, 'name', { ...columns[0], configurable: true })
 */
export function compileAccessors(
  columns: readonly ColumnAccess[],
  guard: SetGuard = NO_GUARD,
): Accessors {
  const untouched: unknown[] = columns.map(() => HOLE)
  const accessors = columns.map((column, index) => accessorOf(column, index, untouched, guard))
  return {
    columns: accessors,
    readColumn: (instance, column) => accessors[column]?.get.call(instance),
    writeColumn: (instance, column, value) => accessors[column]?.set.call(instance, value),
  }
}

const NO_GUARD: SetGuard = {
  key: Symbol('no guard'),
  mask: 0,
  refuse: () => {
    throw new TypeError('nothing is guarded')
  },
}

/** The state to give an instance that was not read from the database. */
export function initialRow(): Row {
  return { [CHUNK]: null, [ROW]: 0, [VALUES]: null }
}

/** Puts a value into the instance's values, made from `untouched` at the first. */
function keep(instance: Row, column: number, untouched: unknown[], value: unknown): unknown {
  let values = instance[VALUES]
  if (values === null || values === undefined) {
    // An instance of a subclass, whose getter or setter asks `super`, has more columns.
    const columns = instance[CHUNK]?.columns ?? 0
    values = columns > untouched.length ? new Array(columns).fill(HOLE) : untouched.slice()
    instance[VALUES] = values
  }
  values[column] = value
  return value
}

type Slow = (instance: Row, chunk: Chunk, cell: number) => unknown

function slowReader(access: ColumnAccess, column: number, untouched: unknown[]): Slow {
  const site = new ValueSite()
  const { consume, nested, cell: ofCell } = access
  return (instance, chunk, cell) => {
    if (chunk.tags[cell] === Tag.missing) return undefined
    if (ofCell !== undefined) return keep(instance, column, untouched, ofCell(chunk, cell))
    let value = chunk.read(cell, site)
    if (nested !== undefined && typeof value === 'object' && value !== null) value = nested(value)
    if (consume !== undefined) value = consume(value, instance)
    else if (typeof value !== 'object' || value === null) return value
    return keep(instance, column, untouched, value)
  }
}

function accessorOf(
  access: ColumnAccess,
  column: number,
  untouched: unknown[],
  guard: SetGuard,
): Accessor {
  const { reveal, accept } = access
  if (accept !== undefined) {
    const { get, set } = accessorOf({ ...access, accept: undefined }, column, untouched, guard)
    return {
      get,
      set(value) {
        set.call(this, accept(value))
      },
    }
  }
  if (reveal !== undefined) {
    const { get, set } = accessorOf({ ...access, reveal: undefined }, column, untouched, guard)
    return {
      get() {
        return reveal(get.call(this))
      },
      set,
    }
  }
  const slow = slowReader(access, column, untouched)
  const plain = access.consume === undefined
  if (!canGenerate) return closureAccessor(column, untouched, plain, slow, guard)
  const source = accessorSource(column, plain, guard.mask)
  const { key: GUARDED, refuse } = guard
  const scope = { CHUNK, ROW, VALUES, HOLE, GUARDED, slow, keep, untouched, refuse }
  return compile<Accessor>(source, scope)
}

/** A getter per column, so that each learns from its own column only. */
function accessorSource(column: number, plain: boolean, mask: number): string {
  const inline = `const at = chunk.cells[cell]
switch (chunk.tags[cell]) {
case ${Tag.missing}: return undefined
case ${BsonType.string}: {
  const text = chunk.text
  if (text === null) return chunk.string(at)
  return text.substring(at + 4, at + 3 + chunk.view.getInt32(at, true))
}
case ${BsonType.int32}: return chunk.view.getInt32(at, true)
case ${BsonType.double}: return chunk.view.getFloat64(at, true)
case ${BsonType.boolean}: return chunk.bytes[at] === 1
case ${BsonType.null}: return null
case ${Tag.idText}: {
  const text = chunk.text
  if (text !== null) return text.substring(at, at + 24)
}
}`
  return `return {
get() {
const values = this[VALUES]
if (values !== null && values !== undefined) {
  const value = values[${column}]
  if (value !== HOLE) return value
}
const chunk = this[CHUNK]
if (chunk === null || chunk === undefined) return undefined
const cell = this[ROW] * chunk.columns + ${column}
${plain ? inline : ''}
return slow(this, chunk, cell)
},
set(value) {
if ((this[GUARDED] & ${mask}) !== 0) refuse(this, ${column})
const values = this[VALUES]
if (values !== null && values !== undefined) values[${column}] = value
else keep(this, ${column}, untouched, value)
}
}`
}

function closureAccessor(
  column: number,
  untouched: unknown[],
  plain: boolean,
  slow: Slow,
  guard: SetGuard,
): Accessor {
  const { key, mask, refuse } = guard
  return {
    get(this: Row): unknown {
      const values = this[VALUES]
      if (values !== null && values !== undefined && values[column] !== HOLE) return values[column]
      const chunk = this[CHUNK]
      if (chunk === null || chunk === undefined) return undefined
      const cell = this[ROW] * chunk.columns + column
      if (plain && chunk.tags[cell] === BsonType.string) {
        return chunk.string(chunk.cells[cell] as number)
      }
      return slow(this, chunk, cell)
    },
    set(this: Row & { [key: symbol]: unknown }, value: unknown): void {
      if (((this[key] as number) & mask) !== 0) refuse(this, column)
      keep(this, column, untouched, value)
    },
  }
}
