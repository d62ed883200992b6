/** What a model class tells of its columns and names, in Lucid's terms. */
import type { Column } from '../columns/index.ts'
import type { ColumnOptions } from '../columns/options.ts'
import { declaredAccessor } from './accessors.ts'
import type { ModelDefinition } from './index.ts'

/** A column as `Model.$getColumn()` tells it. */
export interface ModelColumnOptions {
  readonly isPrimary: boolean
  /** Stored name. */
  readonly columnName: string
  /** Name in JSON; `null` leaves the column out. */
  readonly serializeAs: string | null
  readonly serialize: ColumnOptions['serialize'] | undefined
  readonly prepare: ColumnOptions['prepare'] | undefined
  readonly consume: ColumnOptions['consume'] | undefined
  readonly meta: unknown
  /** The class declares a getter of its own. */
  readonly hasGetter: boolean
  /** The class declares a setter of its own. */
  readonly hasSetter: boolean
}

/** Names of one kind and what they are called in another. */
export class ModelKeys {
  readonly #names = new Map<string, string>()

  constructor(pairs: Iterable<readonly [from: string, to: string | null]>) {
    for (const [from, to] of pairs) if (to) this.#names.set(from, to)
  }

  /** The other name, or `otherwise`. */
  get(name: string): string | undefined
  get(name: string, otherwise: string): string
  get(name: string, otherwise?: string): string | undefined {
    return this.#names.get(name) ?? otherwise
  }

  /** The other name, or the name itself where there is none. */
  resolve(name: string): string {
    return this.#names.get(name) ?? name
  }

  /** Every pair. */
  all(): Record<string, string> {
    return Object.fromEntries(this.#names)
  }
}

/** Property names, stored names and names in JSON, each by the others. */
export interface ModelKeySets {
  readonly attributesToColumns: ModelKeys
  readonly attributesToSerialized: ModelKeys
  readonly columnsToAttributes: ModelKeys
  readonly columnsToSerialized: ModelKeys
  readonly serializedToColumns: ModelKeys
  readonly serializedToAttributes: ModelKeys
}

export function describeColumn({ model }: ModelDefinition, column: Column): ModelColumnOptions {
  const { get, set } = declaredAccessor(model.prototype, column.attribute)
  return Object.freeze({
    isPrimary: column.isPrimary,
    columnName: column.stored,
    serializeAs: column.serializedAs,
    serialize: column.serialize,
    prepare: column.prepareValue,
    consume: column.consume,
    meta: column.meta,
    hasGetter: get !== undefined,
    hasSetter: set !== undefined,
  })
}

const sealedKeys = new WeakMap<ModelDefinition, ModelKeySets>()

export function keysOf(definition: ModelDefinition): ModelKeySets {
  const known = sealedKeys.get(definition)
  if (known !== undefined) return known
  const { columns } = definition
  const made: ModelKeySets = {
    attributesToColumns: new ModelKeys(columns.map((one) => [one.attribute, one.stored])),
    attributesToSerialized: new ModelKeys(columns.map((one) => [one.attribute, one.serializedAs])),
    columnsToAttributes: new ModelKeys(columns.map((one) => [one.stored, one.attribute])),
    columnsToSerialized: new ModelKeys(columns.map((one) => [one.stored, one.serializedAs])),
    serializedToColumns: new ModelKeys(
      columns.map((one) => [one.serializedAs ?? '', one.serializedAs && one.stored]),
    ),
    serializedToAttributes: new ModelKeys(
      columns.map((one) => [one.serializedAs ?? '', one.serializedAs && one.attribute]),
    ),
  }
  if (definition.isSealed) sealedKeys.set(definition, made)
  return made
}
