/** `fetchOrNewUpMany`, `fetchOrCreateMany` and `updateOrCreateMany`. */
import type { Chunk } from '../../../codec/chunk.ts'
import { errors } from '../../../errors/index.ts'
import { castPlain, resolvePath } from '../../../query/index.ts'
import type { Column } from '../../columns/index.ts'
import type { ModelClass } from '../../contracts/index.ts'
import { adapterOf } from '../../contracts/index.ts'
import type { ModelAssignOptions } from '../../contracts/options.ts'
import { own } from '../../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../../definition/index.ts'
import { assign } from '../../instance/attributes.ts'
import { type Call, callOf } from '../../operation/call.ts'
import { inTransaction } from '../../operation/dependents.ts'
import { storeAll } from '../../persistence/create_many.ts'
import * as persist from '../../persistence/index.ts'
import { make } from '../../persistence/make.ts'
import { overrides, saveAsClass, savingBy } from '../../persistence/overrides.ts'
import { queryOf } from '../../query_builder/of_model.ts'
import { comparable, identityOf, storedIdentity } from './identities.ts'
import { AGAIN, type Race, unlessLost, untilDecided } from './races.ts'

/** One object of the payload. */
interface Row {
  readonly values: Readonly<Record<string, unknown>>
  /** What it is searched by, by property name. */
  readonly keys: Readonly<Record<string, unknown>>
  /** The keys as text: rows with the same one mean the same document. */
  readonly identity: string
}

/** What there is for each row: rows with the same keys share an instance. */
interface Matched<T extends ModelClass> {
  readonly rows: InstanceType<T>[]
  readonly found: ReadonlySet<InstanceType<T>>
  /** New instances with the first row of each. */
  readonly missing: ReadonlyMap<InstanceType<T>, Row>
}

/** The arguments of one call. */
class Request<T extends ModelClass> implements Race {
  readonly model: T
  readonly operation: string
  readonly definition: ModelDefinition
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly options: ModelAssignOptions

  /** Errors: `E_INVALID_QUERY`, `E_UNKNOWN_COLUMN`, `E_UNDEFINED_VALUE`, `E_INVALID_VALUE`. */
  constructor(
    model: T,
    operation: string,
    predicate: unknown,
    payload: unknown,
    options: ModelAssignOptions | undefined,
  ) {
    this.model = model
    this.operation = operation
    this.definition = definitionOf(model)
    this.options = own(options)
    const keys: unknown[] = Array.isArray(predicate) ? predicate : [predicate]
    if (keys.length === 0) this.#refuse('needs the name of a property, or several')
    if (!Array.isArray(payload)) this.#refuse('needs an array of objects')
    this.columns = keys.map((key) => this.#column(key))
    this.rows = payload.map((values, place) => this.#row(values, place))
  }

  #refuse(what: string): never {
    throw new errors.E_INVALID_QUERY(`${this.model.name}.${this.operation}() ${what}`, {
      model: this.model.name,
      operation: this.operation,
    })
  }

  #column(key: unknown): Column {
    const path = resolvePath(this.definition, key)
    const column = this.definition.column(key as string)
    return path.whole && column !== undefined
      ? column
      : this.#refuse(`searches by properties, not by what is inside of them`)
  }

  #row(values: unknown, place: number): Row {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      this.#refuse('needs an array of objects')
    }
    const keys: Record<string, unknown> = Object.create(null)
    let identity = ''
    for (const column of this.columns) {
      const value = keyIn(values as Row['values'], column)
      if (value === undefined || value === null) {
        throw new errors.E_UNDEFINED_VALUE(
          `${this.model.name}.${this.operation}() searches by "${column.attribute}", which is ` +
            `${String(value)} in the object at ${place}`,
          {
            model: this.model.name,
            column: column.attribute,
            operation: this.operation,
            position: place,
          },
        )
      }
      keys[column.attribute] = value
      const path = resolvePath(this.definition, column.attribute)
      identity += identityOf(comparable(column, castPlain(this.definition, path, value)))
    }
    return { values: values as Row['values'], keys, identity }
  }

  get fields(): ReadonlySet<string> {
    return new Set(this.columns.map((column) => column.stored))
  }

  /** Reads what is there and makes what is not. Runs the fetch hooks. */
  async match(options: ModelAssignOptions): Promise<Matched<T>> {
    const known = new Map<string, InstanceType<T>>()
    for (const instance of this.rows.length === 0 ? [] : await this.#fetch(options)) {
      const identity = this.columns
        .map((column) => storedIdentity(this.definition, instance, column))
        .join('')
      if (!known.has(identity)) known.set(identity, instance)
    }
    const found = new Set<InstanceType<T>>()
    const missing = new Map<InstanceType<T>, Row>()
    const rows = this.rows.map((row) => {
      const present = known.get(row.identity)
      if (present !== undefined) {
        if (!missing.has(present)) found.add(present)
        return present
      }
      const instance = make(this.model, row.values, options)
      known.set(row.identity, instance)
      missing.set(instance, row)
      return instance
    })
    return { rows, found, missing }
  }

  async #fetch(options: ModelAssignOptions): Promise<InstanceType<T>[]> {
    const query = queryOf(this.model, options)
    for (const { attribute } of this.columns) {
      const values = this.rows.map(({ keys }) => keys[attribute])
      query.whereIn(attribute, [...new Set(values)] as never)
    }
    return (await query) as InstanceType<T>[]
  }

  /** Assigns the values of every row that means the same document. */
  merge(instance: InstanceType<T>, { identity }: Row): void {
    const extra = this.options.allowExtraProperties === true
    for (const row of this.rows) {
      if (row.identity === identity) assign(instance, row.values, extra)
    }
  }

  /**
   * Stores an instance by itself. Starts over with the document that is there by now when somebody
   * else was first: to save the values to it too, or to answer it as it is.
   */
  store(
    instance: InstanceType<T>,
    row: Row,
    call: Call,
    options: ModelAssignOptions,
    updates: boolean,
  ): Promise<InstanceType<T>> {
    let first: InstanceType<T> | undefined = instance
    let met: Chunk | undefined
    return untilDecided(this, call, async () => {
      let current = first
      first = undefined
      const query = queryOf(this.model, options).where(row.keys as never)
      if (current === undefined) {
        // Who writes to it reads it again: others do so at the same moment.
        const known = updates ? undefined : met
        const found = (await query.findOne('fetch', known)) as InstanceType<T> | null
        met = undefined
        if (found !== null && !updates) return found
        current = found ?? make(this.model, updates ? {} : row.values, options)
        if (updates) this.merge(current, row)
      }
      const one = current
      const { model } = this
      if (
        one.$isPersisted ||
        adapterOf(model) !== undefined ||
        overrides(model, savingBy(options.hooks))
      ) {
        await unlessLost(this, [one], () => saveAsClass(model, one, options))
        return one
      }
      met = await persist.insertUnlessFound(one, options, query.plan())
      return met === undefined ? one : AGAIN
    })
  }

  /** Stores instances one after the other, and answers each row's as it is then. */
  async storeEach(
    { rows, found, missing }: Matched<T>,
    call: Call,
    options: ModelAssignOptions,
    updates: boolean,
  ): Promise<InstanceType<T>[]> {
    const stored = new Map<InstanceType<T>, InstanceType<T>>()
    for (const [place, row] of this.rows.entries()) {
      const instance = rows[place] as InstanceType<T>
      if (stored.has(instance) || !(missing.has(instance) || (updates && found.has(instance)))) {
        continue
      }
      stored.set(instance, await this.store(instance, row, call, options, updates))
    }
    return rows.map((instance) => stored.get(instance) ?? instance)
  }
}

function keyIn(values: Row['values'], { attribute, stored }: Column): unknown {
  if (Object.hasOwn(values, attribute)) return values[attribute]
  return Object.hasOwn(values, stored) ? values[stored] : undefined
}

export async function fetchOrNewUpMany<T extends ModelClass>(
  model: T,
  predicate: unknown,
  payload: unknown,
  options: ModelAssignOptions | undefined,
): Promise<InstanceType<T>[]> {
  const request = new Request(model, 'fetchOrNewUpMany', predicate, payload, options)
  return (await request.match(request.options)).rows
}

export async function fetchOrCreateMany<T extends ModelClass>(
  model: T,
  predicate: unknown,
  payload: unknown,
  given: ModelAssignOptions | undefined,
): Promise<InstanceType<T>[]> {
  const request = new Request(model, 'fetchOrCreateMany', predicate, payload, given)
  const { definition, options } = request
  const call = callOf(definition, request.operation, options)
  return untilDecided(request, call, async () => {
    const matched = await request.match(options)
    const instances = [...matched.missing.keys()]
    if (instances.length === 0) return matched.rows
    if (!(await storesTogether(call))) {
      return request.storeEach(matched, call, options, false)
    }
    await unlessLost(request, instances, () => storeAll(call, instances, true, false))
    return matched.rows
  })
}

/** Whether new instances can be stored all or none. */
async function storesTogether({ definition, client }: Call): Promise<boolean> {
  if (client.isTransaction) return true
  return adapterOf(definition.model) === undefined && client.supportsTransactions()
}

export async function updateOrCreateMany<T extends ModelClass>(
  model: T,
  predicate: unknown,
  payload: unknown,
  given: ModelAssignOptions | undefined,
): Promise<InstanceType<T>[]> {
  const request = new Request(model, 'updateOrCreateMany', predicate, payload, given)
  const { definition } = request
  const call = callOf(definition, request.operation, request.options)
  return untilDecided(request, call, () =>
    inTransaction(call, async (client) => {
      const options = { ...request.options, client }
      const matched = await request.match(options)
      const { rows, found, missing } = matched
      for (const [place, row] of request.rows.entries()) {
        const instance = rows[place] as InstanceType<T>
        if (missing.get(instance) === row) continue
        assign(instance, row.values, options.allowExtraProperties === true)
      }
      if (!client.isTransaction) return request.storeEach(matched, call, options, true)
      for (const instance of found) {
        await unlessLost(request, [instance], () => saveAsClass(model, instance, options))
      }
      const created = [...missing.keys()]
      if (overrides(model, savingBy(options.hooks))) {
        for (const one of created) {
          await unlessLost(request, created, () => saveAsClass(model, one, options))
        }
      } else if (created.length > 0) {
        const inside = call.through(client)
        await unlessLost(request, created, () => storeAll(inside, created, true))
      }
      return rows
    }),
  )
}
