import { createHash } from 'node:crypto'
import type { RawValue } from '../../codec/chunk.ts'
import { IN_ARRAY, pathOf, storedAt } from '../../codec/stored_values.ts'
import { BsonType } from '../../codec/values.ts'
import { fail, quote } from '../messages.ts'
import { type Document, field, record } from '../record.ts'
import type { QueryTarget } from '../target.ts'
import type { Collation, CompiledQuery } from '../types.ts'
import { type Place, QUERY_LENGTH } from './cursor.ts'
import { filterBeyond } from './filter.ts'

interface SortField {
  readonly name: string
  readonly direction: 1 | -1
  readonly path: readonly Buffer[]
}

const NULL: RawValue = { type: BsonType.null, bytes: Buffer.alloc(0), start: 0, end: 0 }

/** The server itself does not always put `undefined` in the same place. */
const DEPRECATED: ReadonlySet<number> = new Set([BsonType.undefined, BsonType.dbPointer])

/**
 * The order of a query, made total: `_id` decides where all else is equal, and nothing after it
 * counts.
 */
export class Keyset {
  readonly #target: QueryTarget
  readonly #fields: readonly SortField[]
  readonly #collation: Collation | undefined

  /** Errors: `E_INVALID_QUERY` for an order that is not of stored fields. */
  constructor(target: QueryTarget, { sort, collation }: CompiledQuery) {
    this.#target = target
    this.#collation = collation
    const fields: SortField[] = []
    for (const [name, direction] of Object.entries<unknown>(sort ?? {})) {
      if (direction !== 1 && direction !== -1) {
        fail(
          'E_INVALID_QUERY',
          target,
          `a page by cursor needs an order of stored values, which that of ${quote(name)} is not`,
        )
      }
      fields.push({ name, direction, path: pathOf(name) })
      if (name === '_id') break
    }
    const last = fields.at(-1)
    if (last?.name !== '_id') {
      fields.push({ name: '_id', direction: last?.direction ?? 1, path: pathOf('_id') })
    }
    this.#fields = fields
  }

  /** The order for the server, `direction` -1 for the reverse. */
  sort(direction: 1 | -1): Record<string, 1 | -1> {
    const sort = record<1 | -1>()
    for (const one of this.#fields) sort[one.name] = one.direction === direction ? 1 : -1
    return sort
  }

  /** Tells queries apart whose cursors are not each other's: model, order, collation. */
  digest(collection: string): Buffer {
    const { name } = this.#target
    const order = this.#fields.map((one) => [one.name, one.direction])
    const collation = Object.entries(this.#collation ?? {}).sort()
    return createHash('sha256')
      .update(JSON.stringify([name, collection, order, collation]))
      .digest()
      .subarray(0, QUERY_LENGTH)
  }

  /** Finds what lies on one side of a place: after it, or with `direction` -1, before it. */
  filter({ side, values }: Place, direction: 1 | -1): Document {
    const place = this.#fields.map((one, index) => ({
      name: one.name,
      direction: one.direction === direction ? (1 as const) : (-1 as const),
      value: values[index] ?? NULL,
    }))
    return filterBeyond(place, side === (direction === 1 ? 'before' : 'after'))
  }

  /** The projection with the fields of the order. */
  projection(given: CompiledQuery['projection']): CompiledQuery['projection'] {
    if (given === undefined) return undefined
    const projection = Object.assign(record<0 | 1>(), given)
    const leavesOut = Object.values(given).includes(0)
    for (const { name } of this.#fields) {
      const names = Object.keys(projection)
      const inside = names.filter((one) => one.startsWith(`${name}.`))
      const covering = names.find((one) => one === name || name.startsWith(`${one}.`))
      const missing =
        (covering !== undefined && projection[covering] !== 1) || (leavesOut && inside.length > 0)
      if (missing) {
        const what = `a page by cursor needs the fields of its order, and ${quote(name)} is left out`
        fail('E_INVALID_QUERY', this.#target, what)
      }
      if (leavesOut || covering !== undefined) continue
      // The server refuses a projection of both a field and something inside it.
      for (const one of inside) delete projection[one]
      projection[name] = 1
    }
    return projection
  }

  /**
   * The place of a stored document, `null` for what is missing.
   *
   * Errors: `E_INVALID_QUERY` for what has no definite place: an array, ids that the collation may
   * take for equal.
   */
  valuesOf(document: Buffer): RawValue[] {
    return this.#fields.map(({ name, path }) => {
      const value = storedAt(document, path)
      if (value === null) return NULL
      if (value === IN_ARRAY) return this.#refuse(name, 'is an array, or in one')
      if (DEPRECATED.has(value.type)) return this.#refuse(name, 'is of a deprecated type')
      if (value.type === BsonType.symbol && this.#isCollated) {
        return this.#refuse(
          name,
          'is a symbol, which the server compares with the collation but sorts without',
        )
      }
      if (name === '_id' && this.#mayBeEqual(value)) {
        return this.#refuse(name, 'is text, which the collation may find equal to another')
      }
      return value
    })
  }

  get #isCollated(): boolean {
    return this.#collation !== undefined && this.#collation.locale !== 'simple'
  }

  /** Ids are unique under the collection's own collation only. */
  #mayBeEqual({ type }: RawValue): boolean {
    const collation = this.#collation
    if (collation === undefined || !this.#isCollated) return false
    if (type !== BsonType.string && type !== BsonType.document) return false
    const { strength = 3, numericOrdering = false, alternate } = collation
    return strength < 3 || numericOrdering || alternate === 'shifted'
  }

  #refuse(name: string, why: string): never {
    const column = this.#target.column(name.split('.')[0] ?? name)?.attribute
    const message = `${quote(name)} of a document of the page has no definite place: it ${why}`
    return fail('E_INVALID_QUERY', this.#target, `${message}; use another order`, column)
  }
}

/** Both conditions. */
export function both(filter: Document, other: Document): Document {
  return Object.keys(filter).length === 0 ? other : field('$and', [filter, other])
}
