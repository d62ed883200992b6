import { LucentError, refuse } from '../../errors/index.ts'
import type { Conditions, QueryPlan } from '../../query/index.ts'
import { describe, quote, wasAsync } from '../../query/messages.ts'
import { isPlainObject } from '../../query/values.ts'
import type { Model } from '../contracts/index.ts'
import type { PartialAttributes } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { absorb, ensureNotDeleted } from '../instance/attributes.ts'
import { prepareReplacement } from '../persistence/embedded.ts'
import { draft, make } from '../persistence/make.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import type { UpdateChanges } from '../query_builder/update/builder.ts'
import { collectChanges, readChanges } from '../query_builder/update/read.ts'
import type { UpdateValues } from '../query_builder/update/types.ts'
import { finishUpsert, requirePrimaryKey, type Upsert } from '../query_builder/update/upsert.ts'
import type { Statement } from './statement.ts'
import {
  DeleteStatement,
  ReplaceStatement,
  type UpdateMode,
  UpdateStatement,
} from './statements.ts'
import type { BulkFilter, BulkStatement } from './types.ts'

/** What a builder was told: statements, but for inserts, which are made where they are written. */
export type BulkPart =
  | { readonly statement: Statement; readonly upsert?: Upsert }
  | { readonly insert: Model; readonly position: number }

/** Parts of a query that a statement has no place for. */
const FOREIGN = ['comment', 'maxTimeMS', 'projection', 'batchSize'] as const

/**
 * The statements of a bulk write, carried out in the order in which they are added. Filters are
 * equality conditions or a callback that writes conditions; changes are those of `updateMany`.
 *
 * All methods throw `E_UNKNOWN_COLUMN`, `E_UNDEFINED_VALUE`, `E_EMPTY_FILTER` for a filter that
 * means every document, unless its callback calls `all()`, and what `UpdateBuilder` throws; the
 * error's `position` says which statement it was.
 *
 * @example
 * await Product.bulkWrite((bulk) => {
 *   bulk.insert({ sku: 'a1', inStock: 5 })
 *   bulk.updateMany({ discontinued: true }, (product) => product.set('inStock', 0))
 *   bulk.deleteMany((query) => query.where('expiresAt', '<', new Date()))
 * })
 */
export class BulkBuilder<M extends Model> {
  readonly #definition: ModelDefinition
  readonly #parts: BulkPart[] = []

  /** Given to callbacks. @internal */
  constructor(definition: ModelDefinition) {
    this.#definition = definition
  }

  /** @internal */
  get parts(): readonly BulkPart[] {
    return this.#parts
  }

  /**
   * Stores a new document, from values or from an instance, which is persisted afterwards. Dates and
   * primary key are set as by `create`; no hooks run.
   */
  insert(values: PartialAttributes<M> | M): this {
    return this.#add((position) => {
      const definition = this.#definition
      if (!(values instanceof definition.model)) {
        return { insert: make(definition.model, values, {}), position }
      }
      ensureNotDeleted(values, 'bulkWrite')
      absorb(values)
      if (!values.$isPersisted) return { insert: values, position }
      return this.#refuse('E_INVALID_VALUE', 'insert needs an instance that is not stored')
    })
  }

  /** Updates one document that matches. */
  updateOne(filter: BulkFilter<M>, changes: UpdateChanges<M>): this {
    return this.#update('updateOne', filter, changes, { multi: false, upsert: false })
  }

  /** Updates every document that matches. */
  updateMany(filter: BulkFilter<M>, changes: UpdateChanges<M>): this {
    return this.#update('updateMany', filter, changes, { multi: true, upsert: false })
  }

  /** Updates one document that matches, or inserts one; see `query.upsert()`. */
  upsert(
    filter: BulkFilter<M>,
    changes: UpdateChanges<M>,
    options?: { onInsert?: UpdateValues<M> },
  ): this {
    return this.#add((position) => {
      const query = this.#query('upsert', filter)
      const update = collectChanges(this.#context('upsert'), [changes])
      const prepared = finishUpsert(update, query, own(options).onInsert)
      const { modifications } = prepared
      const mode = { multi: false, upsert: true }
      modifications.arrayFilters()
      const statement = new UpdateStatement(position, query, modifications, mode)
      return { statement, upsert: prepared }
    })
  }

  /**
   * Puts a document with these values, and nothing else but its primary key, in the place of one that
   * matches. Dates are stamped as those of a new document, and its version goes on counting.
   */
  replaceOne(
    filter: BulkFilter<M>,
    values: PartialAttributes<M>,
    options?: { upsert?: boolean },
  ): this {
    return this.#add((position) => {
      const definition = this.#definition
      const { upsert = false } = own(options)
      const query = this.#query('replaceOne', filter)
      const document = draft(definition.model, values, {})
      prepareReplacement(definition, document)
      if (upsert) requirePrimaryKey(definition, 'replaceOne', query)
      return { statement: new ReplaceStatement(position, query, definition, document, upsert) }
    })
  }

  /** Deletes one document that matches. */
  deleteOne(filter: BulkFilter<M>): this {
    return this.#remove('deleteOne', filter, 1)
  }

  /** Deletes every document that matches. */
  deleteMany(filter: BulkFilter<M>): this {
    return this.#remove('deleteMany', filter, 0)
  }

  /** Adds a statement that is given as data. Errors: also `E_INVALID_VALUE` for what is none. */
  add(given: BulkStatement<M>): this {
    const entries = isPlainObject(given) ? Object.entries(given) : []
    const [entry] = entries
    if (entries.length === 1 && entry !== undefined && this.#read(entry[0], entry[1])) return this
    return this.#add(() => {
      const got = isPlainObject(given)
        ? entries.map(([key]) => quote(key)).join(', ')
        : describe(given)
      return this.#refuse(
        'E_INVALID_VALUE',
        'a statement is an object with one of insert, updateOne, updateMany, upsert, replaceOne, ' +
          `deleteOne and deleteMany, and was ${got || '{}'}`,
      )
    })
  }

  #read(kind: string, given: unknown): boolean {
    if (kind === 'insert') return this.insert(given as PartialAttributes<M>) === this
    if (!isPlainObject(given)) return false
    const { filter, update, replacement, onInsert, upsert } = own(given)
    const where = filter as BulkFilter<M>
    const changes = update as UpdateChanges<M>
    switch (kind) {
      case 'updateOne':
        return this.updateOne(where, changes) === this
      case 'updateMany':
        return this.updateMany(where, changes) === this
      case 'upsert':
        return this.upsert(where, changes, { onInsert } as object) === this
      case 'replaceOne':
        return this.replaceOne(where, replacement as object, { upsert } as object) === this
      case 'deleteOne':
        return this.deleteOne(where) === this
      case 'deleteMany':
        return this.deleteMany(where) === this
      default:
        return false
    }
  }

  #update(
    operation: string,
    filter: BulkFilter<M>,
    changes: UpdateChanges<M>,
    mode: UpdateMode,
  ): this {
    return this.#add((position) => {
      const query = this.#query(operation, filter)
      const modifications = readChanges(this.#context(operation), [changes])
      modifications.arrayFilters()
      return { statement: new UpdateStatement(position, query, modifications, mode) }
    })
  }

  #remove(operation: string, filter: BulkFilter<M>, limit: 0 | 1): this {
    return this.#add((position) => {
      const query = this.#asked(filter)
      const plan = this.#plan(operation, query)
      return { statement: new DeleteStatement(position, plan, limit, query as never) }
    })
  }

  /** Adds what `make` answers. An error tells the position. */
  #add(make: (position: number) => BulkPart): this {
    const position = this.#parts.length
    try {
      this.#parts.push(make(position))
    } catch (error) {
      if (error instanceof LucentError) Object.assign(error, { position })
      throw error
    }
    return this
  }

  #context(operation: string) {
    return { definition: this.#definition, operation: `bulkWrite ${operation}` }
  }

  #query(operation: string, filter: BulkFilter<M>): QueryPlan {
    return this.#plan(operation, this.#asked(filter))
  }

  #asked(given: BulkFilter<M>): ModelQueryBuilder<M> {
    const filter = given as Conditions<M> | ((query: ModelQueryBuilder<M>) => unknown)
    const query = new ModelQueryBuilder<M>(this.#definition)
    if (typeof filter !== 'function') query.where(filter)
    else if (wasAsync(filter(query))) {
      this.#refuse('E_INVALID_QUERY', 'callbacks of a bulk write must not be async')
    }
    return query
  }

  #plan(operation: string, query: ModelQueryBuilder<M>): QueryPlan {
    const plan = query.planWrite(`bulkWrite ${operation}`)
    // Refused here before anything is written: the core looks at one command of several at a time.
    if (!plan.everything && !plan.narrows) {
      const why =
        'a write without a condition means any document; call .all() first if that is meant'
      this.#refuse('E_EMPTY_FILTER', why, `bulkWrite ${operation}`)
    }
    if (plan.related.length > 0) {
      const why = 'a statement has no conditions over related rows'
      this.#refuse('E_INVALID_QUERY', why, `bulkWrite ${operation}`)
    }
    const foreign = FOREIGN.filter((part) => plan.has(part))
    if (foreign.length > 0) {
      this.#refuse('E_INVALID_QUERY', `a statement has no ${foreign.join(', ')} of its own`)
    }
    return plan
  }

  #refuse(
    code: 'E_EMPTY_FILTER' | 'E_INVALID_QUERY' | 'E_INVALID_VALUE',
    message: string,
    operation = 'bulkWrite',
  ): never {
    refuse(code, this.#definition, operation, `: ${message}`)
  }
}
