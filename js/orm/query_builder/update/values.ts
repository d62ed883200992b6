/** Values of an update as the store shall have them. */

import { refuse } from '../../../errors/index.ts'
import { castIds, resolvePath } from '../../../query/index.ts'
import { Secret } from '../../../redaction/secret.ts'
import { PlainText } from '../../columns/hashed/values.ts'
import type { Column } from '../../columns/index.ts'
import type { Model } from '../../contracts/index.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { prepareDocuments } from '../../persistence/embedded.ts'
import type { ChangedPath } from './paths.ts'

/** What is given for documents with a model of their own: new ones, with their keys and dates. */
function freshly(column: Column | undefined, given: unknown): unknown {
  const embeds = column?.embeds
  if (embeds === undefined || given === null) return given
  const made = embeds.accept(given)
  prepareDocuments(embeds.instances(made))
  return made
}

/** Prepares values for one update: `prepare` gets an instance without values, there is none behind it. */
export class UpdateValues {
  readonly #definition: ModelDefinition
  readonly #operation: string
  #nobody: Model | undefined

  constructor(definition: ModelDefinition, operation: string) {
    this.#definition = definition
    this.#operation = operation
  }

  get nobody(): Model {
    this.#nobody ??= new this.#definition.model()
    return this.#nobody
  }

  /**
   * A value for what the path names; a `PlainText` where it is to be hashed. Errors: `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`, `prepare`'s.
   */
  stored(path: ChangedPath, given: unknown): unknown {
    if (given === undefined) this.#refuseUndefined(path, 'is undefined; use null, or unset()')
    const column = this.#column(path)
    const hashed = column?.kind.hashed
    if (hashed !== undefined && typeof given === 'string') {
      const { name } = this.#definition
      return new PlainText(given, (plain) => hashed.make(plain, path.column.attribute, name))
    }
    const value = this.#prepared(column, freshly(column, given))
    if (value === undefined) this.#refuseUndefined(path, 'has a `prepare` that answers undefined')
    const stored = path.column.objectId ? this.#ids(path, value) : value
    // Seen by nobody but the writer.
    return this.#hidden(path, stored)
  }

  /** Elements of the array that the path names; `fresh` ones are new in it. Errors: as {@link stored}. */
  elements(path: ChangedPath, given: readonly unknown[], fresh = false): unknown[] {
    const values = Array.from(given)
    if (values.includes(undefined)) this.#refuseUndefined(path, 'has undefined among its elements')
    const column = this.#column(path)
    const made = fresh ? freshly(column, values) : values
    const prepared = column === undefined ? made : column.toStored(made, this.nobody)
    if (!Array.isArray(prepared)) {
      const message = `"${path.key}" is prepared to something other than an array, so there are no elements to change`
      refuse(
        'E_INVALID_QUERY',
        this.#definition,
        this.#operation,
        `: ${message}`,
        path.column.attribute,
      )
    }
    const stored = path.column.objectId ? prepared.map((one) => this.#ids(path, one)) : prepared
    return stored.map((one) => this.#hidden(path, one))
  }

  /** A primary key. Errors: `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`. */
  id(given: unknown): unknown {
    const definition = this.#definition
    const { primary } = definition
    const path = resolvePath(definition, primary.stored)
    if (given === undefined || given === null) {
      const key = primary.attribute
      this.#refuseUndefined(
        { ...path, key, identifiers: [] },
        'is the primary key and has no value',
      )
    }
    const value = primary.toStored(given, this.nobody)
    return primary.objectId ? castIds(definition, path, value) : value
  }

  /** The column that the path names; undefined for what is inside of one. */
  #column({ whole, column }: ChangedPath): Column | undefined {
    if (!whole) return undefined
    return this.#definition.attribute(column.attribute) ?? (column as Column)
  }

  #prepared(column: Column | undefined, given: unknown): unknown {
    if (column === undefined) return given
    const taken = column.embeds === undefined ? (column.accept?.(given) ?? given) : given
    return column.toStored(taken, this.nobody)
  }

  #ids(path: ChangedPath, value: unknown): unknown {
    return path.element ? castIds(this.#definition, path, value) : value
  }

  #hidden({ column: { stored } }: ChangedPath, value: unknown): unknown {
    const [outer = ''] = stored.split('.')
    if (value === null || this.#definition.column(outer)?.encryption === undefined) return value
    return new Secret(value)
  }

  #refuseUndefined({ key, column }: ChangedPath, what: string): never {
    const message = `"${key}" ${what}`
    refuse('E_UNDEFINED_VALUE', this.#definition, this.#operation, `: ${message}`, column.attribute)
  }
}
