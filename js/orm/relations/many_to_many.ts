import type { TransactionClient } from '../../database/transaction/index.ts'
import { isPlainObject } from '../../query/values.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelAssignOptions } from '../contracts/options.ts'
import { createMany } from '../persistence/create_many.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import { RelationClient, type Way } from './client.ts'
import { type Attachments, type Links, OwnArray, PivotLinks, RelatedArray } from './links.ts'

type Values = Readonly<Record<string, unknown>>

const NO_VALUES: Values = Object.freeze({})

/** `manyToMany`: rows are linked. */
export class ManyToManyClient extends RelationClient {
  pivotQuery(): ModelQueryBuilder<Model> {
    const { between, key } = this.relation.keys
    if (between === undefined) this.refuse('pivotQuery', 'needs a pivot collection')
    const query = this.query()
    return query
      .betweenQuery(query.client)
      .where(between.match as never, this.keyOf(this.parent, key) as never)
  }

  async create(values: Values, pivot?: Values, options?: ModelAssignOptions): Promise<Model> {
    return (await this.createMany([values], [pivot], options))[0] as Model
  }

  createMany(
    values: readonly Values[],
    pivots: readonly (Values | undefined)[] = [],
    options?: ModelAssignOptions,
  ): Promise<Model[]> {
    return this.write('createMany', async (way) => {
      await this.saveParent()
      const { model } = this.relation.related
      const rows = await createMany(model, values, { ...options, ...way.options })
      const links = this.#links(way)
      await links.add(this.#byKey(links.leadsTo, rows, pivots))
      return rows
    })
  }

  save(row: Model, checkExisting = true, pivot?: Values): Promise<void> {
    return this.saveMany([row], checkExisting, [pivot])
  }

  saveMany(
    rows: readonly Model[],
    checkExisting = true,
    pivots: readonly (Values | undefined)[] = [],
  ): Promise<void> {
    return this.write('saveMany', async (way) => {
      await this.saveParent()
      for (const row of rows) await this.saveRow(row, way.options)
      const links = this.#links(way)
      const attachments = this.#byKey(links.leadsTo, rows, pivots)
      await (checkExisting ? links.sync(attachments, false) : links.add(attachments))
    })
  }

  attach(keys: unknown, trx?: TransactionClient): Promise<void> {
    return this.#link('attach', (links) => links.add(this.#read('attach', links, keys)), trx)
  }

  detach(keys?: readonly unknown[], trx?: TransactionClient): Promise<void> {
    return this.#link(
      'detach',
      (links) => links.remove(keys && [...this.#read('detach', links, keys).keys()]),
      trx,
    )
  }

  sync(keys: unknown, detach = true, trx?: TransactionClient): Promise<void> {
    return this.#link('sync', (links) => links.sync(this.#read('sync', links, keys), detach), trx)
  }

  #link(
    method: string,
    work: (links: Links) => Promise<void>,
    trx: TransactionClient | undefined,
  ): Promise<void> {
    return this.write(method, (way) => work(this.#links(way)), trx)
  }

  #links({ client, options }: Way): Links {
    const { relation, parent } = this
    const { key, match, between, related } = relation.keys
    const { foreignKeys, relatedKey } = relation.options
    if (between !== undefined) {
      const where = relation.optionsFor(client, between.definition)
      return new PivotLinks(between, match, this.keyOf(parent, key), where)
    }
    if (foreignKeys !== undefined) return new OwnArray(parent, key, match, { client })
    const leadsTo = related.column(relatedKey ?? related.primary.attribute) as Column
    return new RelatedArray(related, match, leadsTo, this.keyOf(parent, key), options)
  }

  #byKey(
    column: Column,
    rows: readonly Model[],
    pivots: readonly (Values | undefined)[],
  ): Attachments {
    const entries = rows.map((row, place) => [this.keyOf(row, column), pivots[place]] as const)
    return this.#checked(
      'save',
      new Map(entries.map(([key, values]) => [key, values ?? NO_VALUES])),
    )
  }

  /** Keys with the attributes of their links. Errors: `E_INVALID_QUERY`. */
  #read(method: string, { leadsTo }: Links, given: unknown): Attachments {
    const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(given)
      ? given.map((key) => [key, NO_VALUES])
      : given instanceof Map
        ? [...given]
        : isPlainObject(given)
          ? Object.entries(given)
          : this.refuse(method, 'needs an array of keys, or an object or Map of attributes by key')
    const cast = (key: unknown) =>
      typeof key === 'string' ? (leadsTo.kind.prepareForQuery?.(key) ?? key) : key
    const attachments = new Map<unknown, Values>()
    for (const [key, values] of entries) {
      if (key === undefined || key === null || (typeof key === 'object' && isPlainObject(key))) {
        this.refuse(method, 'needs keys that have a value')
      }
      if (!isPlainObject(values)) this.refuse(method, 'needs objects of attributes')
      attachments.set(cast(key), values)
    }
    return this.#checked(method, attachments)
  }

  #checked(method: string, attachments: Attachments): Attachments {
    const { between } = this.relation.keys
    const saysMore = [...attachments.values()].some((values) => Object.keys(values).length > 0)
    if (between === undefined && saysMore) {
      this.refuse(method, 'cannot store attributes of links without a pivot collection')
    }
    return attachments
  }
}
