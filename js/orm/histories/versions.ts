/** Documents as they were. */
import { DateTime } from 'luxon'
import type { RawValue } from '../../codec/chunk.ts'
import type { Stage } from '../../query/aggregate/index.ts'
import { NativeRunner } from '../aggregate/native_runner.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { AttributeChange, KeyValue, WriteOptions } from '../contracts/options.ts'
import { rowNotFound } from '../contracts/row_not_found.ts'
import { contextNames } from '../definition/histories.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { definitionFor, getColumn, modelOf } from '../instance/attributes.ts'
import { rawStored } from '../instance/stored.ts'
import { keyOf } from '../persistence/identity.ts'
import { queryOf as query, wayOf } from '../query_builder/of_model.ts'
import { type HistoryOptions, rangeOf } from './audits.ts'
import { restoreFrom } from './restore.ts'
import { type AuditedOperation, historyOf, saysWhere } from './rows.ts'

/** Which versions are read. */
export interface VersionOptions extends HistoryOptions {
  /** The newest ones alone, so many of them. */
  readonly limit?: number
}

/** A document as it was before a change. */
export interface Version<M> {
  /** Versions of a document are numbered from 1. */
  readonly number: number
  /** When the change was that ended the version. */
  readonly at: DateTime
  /** What the change was. */
  readonly operation: AuditedOperation
  /** For whom it was: the values of the context that the history keeps. */
  readonly context: Readonly<Record<string, unknown>>
  /** The document as it was, encrypted columns opened. */
  readonly document: M
}

/** The name of the history that `Versioned` declares. */
const VERSIONS = 'versions'

/** What the rows say of a version, beside the document. */
const SAID = '__version'

interface Said {
  readonly number: number
  readonly at: Date
  readonly operation: AuditedOperation
  readonly context: Readonly<Record<string, unknown>>
}

/** One model's versions, where they are read. */
class Versions<M extends Model> {
  readonly #definition: ModelDefinition
  readonly #runner: NativeRunner
  readonly #name: string
  readonly #said: Readonly<Record<string, unknown>>

  constructor(model: ModelClass<M>, { history = VERSIONS, ...options }: HistoryOptions) {
    this.#definition = definitionOf(model)
    const of = historyOf(this.#definition, history, 'versions')
    const context = Object.entries(contextNames(of)).map(([name, stored]) => [name, `$${stored}`])
    this.#name = history
    this.#said = {
      number: '$number',
      at: '$at',
      operation: '$operation',
      context: Object.fromEntries(context),
    }
    this.#runner = new NativeRunner(this.#definition, options)
  }

  /** The versions of a document that answer, in an order. */
  async read(
    id: unknown,
    { match = {}, order = -1, limit }: { match?: object; order?: 1 | -1; limit?: number } = {},
  ): Promise<Version<M>[]> {
    const { rules } = this.#definition
    const stages = [
      { $match: { ...rangeOf(this.#definition, id, 'number'), ...match } },
      { $sort: { _id: order } },
      ...(limit === undefined ? [] : [{ $limit: limit }]),
      { $replaceRoot: { newRoot: { $mergeObjects: ['$document', { [SAID]: this.#said }] } } },
    ] as unknown as Stage[]
    // Rows have what is pinned, and none of the other columns that conditions are about.
    const lifted = rules.all.filter((rule) => !saysWhere(rule))
    const rows = await this.#runner.run(stages, {
      command: {},
      onDatabase: false,
      writes: false,
      models: true,
      history: this.#name,
      lift: Object.fromEntries(lifted.map(({ name }) => [name, true])),
    })
    return (rows as M[]).map((document) => {
      const { [SAID]: said, ...extras } = document.$extras
      document.$extras = extras
      const { at, ...rest } = said as Said
      return { ...rest, at: DateTime.fromJSDate(at), document }
    })
  }
}

/**
 * The versions of a document, the newest first. Errors: `E_INVALID_QUERY` where the model has no such history,
 * `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`.
 */
export function versionsOf<M extends Model>(
  model: ModelClass<M>,
  id: KeyValue<M>,
  { limit, ...options }: VersionOptions = {},
): Promise<Version<M>[]> {
  return new Versions(model, options).read(id, limit === undefined ? {} : { limit })
}

/**
 * The document as it was: in the version of a number, or at a moment. What it is now has the number behind the
 * newest version. Null where there is no such version; before the oldest one it was as in that. Errors: as
 * `versionsOf`.
 */
export async function versionAt<M extends Model>(
  model: ModelClass<M>,
  id: KeyValue<M>,
  at: number | Date | DateTime,
  { history, ...options }: HistoryOptions = {},
): Promise<M | null> {
  const versions = new Versions(model, history === undefined ? options : { ...options, history })
  const key = definitionOf(model).primary.attribute
  const now = () =>
    query(model, options)
      .where(key, id as never)
      .first() as Promise<M | null>
  if (typeof at !== 'number') {
    const moment = at instanceof Date ? at : at.toJSDate()
    const later = { match: { at: { $gt: moment } }, order: 1, limit: 1 } as const
    const [found] = await versions.read(id, later)
    return found === undefined ? now() : found.document
  }
  const [found] = await versions.read(id, { match: { number: at }, limit: 1 })
  if (found !== undefined) return found.document
  const [newest] = await versions.read(id, { limit: 1 })
  return at === (newest?.number ?? 0) + 1 ? now() : null
}

/** As `versionAt`, of a document that has the version. Errors: `E_ROW_NOT_FOUND`. */
async function versionOf<M extends Model>(
  instance: M,
  number: number,
  options: HistoryOptions,
  operation: string,
): Promise<M> {
  const model = modelOf(instance) as ModelClass<M>
  const found = await versionAt(
    model,
    keyOf(definitionOf(model), instance) as never,
    number,
    options,
  )
  return found ?? rowNotFound(model, operation)
}

/**
 * The columns that differ between two versions of an instance's document, by property; without a second number,
 * between a version and the document as it is now. Errors: as `versionsOf`, and `E_ROW_NOT_FOUND`.
 */
export async function diffVersions(
  instance: Model,
  first: number,
  second?: number,
  options: HistoryOptions = wayOf(instance),
): Promise<Record<string, AttributeChange>> {
  const definition = definitionFor(instance)
  const read = (number: number) => versionOf(instance, number, options, 'diffVersions')
  const [before, after] = [await read(first), await current(instance, second, read)]
  const changed = definition.columns.filter((column) => {
    const [one, other] = [before, after].map((document) => rawStored(definition, document, column))
    if (!one || !other) return one !== other
    return one.type !== other.type || !bytesOf(one).equals(bytesOf(other))
  })
  return Object.fromEntries(
    changed.map((column) => [
      column.attribute,
      {
        before: getColumn(before, definition, column),
        after: getColumn(after, definition, column),
      },
    ]),
  )
}

const bytesOf = ({ bytes, start, end }: RawValue) => bytes.subarray(start, end)

async function current(
  instance: Model,
  number: number | undefined,
  read: (number: number) => Promise<Model>,
): Promise<Model> {
  if (number !== undefined) return read(number)
  const { primary, model } = definitionFor(instance)
  const id = keyOf(definitionFor(instance), instance)
  const found = await query(model, wayOf(instance))
    .where(primary.attribute, id as never)
    .first()
  return found ?? rowNotFound(model, 'diffVersions')
}

/**
 * Gives an instance what a version of its document has, and saves it. Errors: as `versionsOf` and `save`, and
 * `E_ROW_NOT_FOUND` where there is no such version.
 */
export async function restoreVersion<M extends Model>(
  instance: M,
  number: number,
  limits?: WriteOptions,
  options: HistoryOptions = wayOf(instance),
): Promise<M> {
  const version = await versionOf(instance, number, options, 'restoreVersion')
  const { except = [] } = historyOf(
    definitionFor(instance),
    options.history ?? VERSIONS,
    'versions',
  )
  return restoreFrom(instance, version, except, limits)
}
