/** The links of a `manyToMany` relation: documents of a pivot collection, or keys in an array. */
import { CHUNK, ROW } from '../../codec/accessors.ts'
import { castPlain, resolvePath } from '../../query/index.ts'
import { comparable, identityOf, storedIdentity } from '../base_model/find_or_make/identities.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { quietly } from '../hooks/choice.ts'
import { assign, definitionFor, getColumn, restOf, setColumn } from '../instance/attributes.ts'
import { createMany } from '../persistence/create_many.ts'
import { keyOf } from '../persistence/identity.ts'
import { saveAsClass } from '../persistence/overrides.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import type { Between } from './keys.ts'

type Values = Readonly<Record<string, unknown>>

/** Attributes of links by the key that they lead to. */
export type Attachments = ReadonlyMap<unknown, Values>

/** The links of one row. */
export interface Links {
  /** Column of the related rows that links lead to. */
  readonly leadsTo: Column
  /** Adds links, also those that are there already. */
  add(attachments: Attachments): Promise<void>
  /** Removes links to these keys, or all. */
  remove(keys: readonly unknown[] | undefined): Promise<void>
  /** Adds what is missing, updates what differs, and removes what is not wanted. */
  sync(attachments: Attachments, detach: boolean): Promise<void>
}

/** Links in a pivot collection. Its hooks do not run. */
export class PivotLinks implements Links {
  readonly leadsTo: Column
  readonly #between: Between
  readonly #value: unknown
  readonly #options: ModelAdapterOptions

  constructor(between: Between, leadsTo: Column, value: unknown, options: ModelAdapterOptions) {
    this.#between = between
    this.leadsTo = leadsTo
    this.#value = value
    this.#options = options
  }

  /** A query for the links. */
  query(): ModelQueryBuilder<Model> {
    const { definition, match } = this.#between
    return new ModelQueryBuilder<Model>(definition, this.#options).where(
      match,
      this.#value as never,
    )
  }

  async add(attachments: Attachments): Promise<void> {
    const { pivot, match, key } = this.#between
    for (const values of attachments.values()) pivot?.know(Object.keys(values))
    const rows = [...attachments].map(([to, values]) => ({
      ...values,
      [match]: this.#value,
      [key]: to,
    }))
    await createMany(this.#between.definition.model, rows, quietly(this.#options))
  }

  async remove(keys: readonly unknown[] | undefined): Promise<void> {
    if (keys?.length === 0) return
    const query = this.query()
    await (keys === undefined ? query : query.whereIn(this.#between.key, keys as never)).delete()
  }

  async sync(attachments: Attachments, detach: boolean): Promise<void> {
    const { pivot, key } = this.#between
    for (const values of attachments.values()) pivot?.know(Object.keys(values))
    const { definition } = this.#between
    const { model, primary } = definition
    const column = definition.column(key) as Column
    const path = resolvePath(definition, key)
    const wanted = new Map<string, readonly [to: unknown, values: Values]>()
    for (const [to, values] of attachments) {
      wanted.set(identityOf(comparable(column, castPlain(definition, path, to))), [to, values])
    }
    const missing = new Map(wanted)
    const unwanted: unknown[] = []
    for (const link of await this.query()) {
      const identity = storedIdentity(definition, link, column)
      const found = wanted.get(identity)
      missing.delete(identity)
      if (found === undefined) unwanted.push(getColumn(link, definition, primary))
      else if (Object.keys(found[1]).length > 0) {
        assign(link, found[1], false)
        await saveAsClass(model, link, { hooks: false })
      }
    }
    if (detach && unwanted.length > 0) {
      await this.query()
        .whereIn(primary.attribute, unwanted as never)
        .delete()
    }
    if (missing.size > 0) await this.add(new Map(missing.values()))
  }
}

/** Links in an array of the row itself. */
export class OwnArray implements Links {
  readonly leadsTo: Column
  readonly #parent: Model
  readonly #column: Column
  readonly #options: ModelAdapterOptions

  constructor(parent: Model, column: Column, leadsTo: Column, options: ModelAdapterOptions) {
    this.#parent = parent
    this.#column = column
    this.leadsTo = leadsTo
    this.#options = options
  }

  add(attachments: Attachments): Promise<void> {
    const keys = [...attachments.keys()]
    return this.#update((update) => update.addToSet(this.#column.attribute, keys, { each: true }))
  }

  async remove(keys: readonly unknown[] | undefined): Promise<void> {
    if (keys === undefined) return this.#set([])
    if (keys.length === 0) return
    await this.#update((update) => update.pull(this.#column.attribute, 'in', keys))
  }

  sync(attachments: Attachments, detach: boolean): Promise<void> {
    return detach ? this.#set([...attachments.keys()]) : this.add(attachments)
  }

  #set(keys: readonly unknown[]): Promise<void> {
    return this.#update((update) => update.set(this.#column.attribute, keys))
  }

  /** Changes the array where it is stored, so that nothing of others is lost, and takes it over. */
  async #update(change: (update: AnyUpdate) => unknown): Promise<void> {
    const parent = this.#parent
    const definition = definitionFor(parent)
    const query = new ModelQueryBuilder<Model>(definition, this.#options)
    const id = keyOf(definition, parent)
    const fresh = await query
      .where(definition.primary.attribute, id as never)
      .findOneAndUpdate(change as never)
    if (fresh !== null) takeStored(definition, parent, fresh as Model, this.#column)
  }
}

interface AnyUpdate {
  set(column: string, value: unknown): unknown
  pull(column: string, operator: string, value: unknown): unknown
  addToSet(column: string, values: unknown, options: { each: true }): unknown
}

/** Takes what is stored of a column, and of what every change counts and stamps. */
function takeStored(definition: ModelDefinition, into: Model, from: Model, column: Column): void {
  const rest = restOf(into)
  rest.updated ??= []
  const changed = [
    column,
    definition.version,
    ...definition.dated.filter(({ date }) => date?.autoUpdate),
  ]
  for (const one of changed) {
    if (one === undefined || from[CHUNK] === null) continue
    const raw = from[CHUNK].rawValue(from[ROW] * from[CHUNK].columns + one.index)
    if (raw === null) continue
    setColumn(into, definition, one, getColumn(from, definition, one))
    rest.updated[one.index] = raw
  }
}

/** Links in an array of the related rows. */
export class RelatedArray implements Links {
  readonly leadsTo: Column
  readonly #related: ModelDefinition
  readonly #column: Column
  readonly #value: unknown
  readonly #options: ModelAdapterOptions

  constructor(
    related: ModelDefinition,
    column: Column,
    leadsTo: Column,
    value: unknown,
    options: ModelAdapterOptions,
  ) {
    this.#related = related
    this.#column = column
    this.leadsTo = leadsTo
    this.#value = value
    this.#options = options
  }

  #query(): ModelQueryBuilder<Model> {
    return new ModelQueryBuilder<Model>(this.#related, this.#options)
  }

  async add(attachments: Attachments): Promise<void> {
    if (attachments.size === 0) return
    const query = this.#query().whereIn(this.leadsTo.attribute, [...attachments.keys()] as never)
    await query.addToSet(this.#column.attribute as never, this.#value as never)
  }

  async remove(keys: readonly unknown[] | undefined): Promise<void> {
    if (keys?.length === 0) return
    await this.#pull((query) => {
      if (keys !== undefined) query.whereIn(this.leadsTo.attribute, keys as never)
    })
  }

  async sync(attachments: Attachments, detach: boolean): Promise<void> {
    if (detach) {
      const keys = [...attachments.keys()]
      await this.#pull((query) => query.whereNotIn(this.leadsTo.attribute, keys as never))
    }
    await this.add(attachments)
  }

  async #pull(narrow: (query: ModelQueryBuilder<Model>) => unknown): Promise<void> {
    const { attribute } = this.#column
    const query = this.#query().where(attribute, this.#value as never)
    narrow(query)
    await query.pullFrom(attribute as never, this.#value as never)
  }
}
