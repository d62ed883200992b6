/** The modifications of an update: operators with their fields by stored name. */
import type { Body } from '../../../codec/body.ts'
import { refuse, withDetails } from '../../../errors/index.ts'
import { type Document, record } from '../../../query/record.ts'
import { Secret } from '../../../redaction/secret.ts'
import { PlainText } from '../../columns/hashed/values.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { writeNormalized } from '../../instance/changes.ts'
import { encryptedIn, type FilteredPlace, placesIn } from './array_filters.ts'
import type { ChangedPath } from './paths.ts'

/** MongoDB's update operators that a builder writes. */
export type UpdateOperator =
  | '$set'
  | '$setOnInsert'
  | '$unset'
  | '$inc'
  | '$mul'
  | '$min'
  | '$max'
  | '$rename'
  | '$currentDate'
  | '$bit'
  | '$push'
  | '$pull'
  | '$pullAll'
  | '$addToSet'
  | '$pop'

/** A field that nothing ever has. */
const NOTHING = '_lucent_nothing'

interface Change {
  readonly value: unknown
  /** Property name of the column, for errors. */
  readonly column: string
}

/** Stored paths that changed already, told apart in time that does not grow with their number. */
class ChangedPaths {
  /** By path, the name under which it was given. */
  readonly #changed = new Map<string, string>()
  /** Paths with something changed inside of them, and what that is. */
  readonly #above = new Map<string, string>()

  add(field: string, key: string): void {
    this.#changed.set(field, key)
    for (const outer of outerPaths(field)) if (!this.#above.has(outer)) this.#above.set(outer, key)
  }

  /** What changed that is the path, is inside of it or has it inside. */
  overlapping(field: string): string | undefined {
    const same = this.#changed.get(field) ?? this.#above.get(field)
    if (same !== undefined) return same
    for (const outer of outerPaths(field)) {
      const key = this.#changed.get(outer)
      if (key !== undefined) return key
    }
    return undefined
  }
}

function* outerPaths(field: string): Generator<string> {
  for (let dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
    yield field.slice(0, dot)
  }
}

/** What an update changes, ready to be sent. */
export class Modifications {
  readonly definition: ModelDefinition
  readonly operation: string
  readonly #operators = new Map<UpdateOperator, Map<string, Change>>()
  readonly #paths = new ChangedPaths()
  readonly #filters = new Map<string, Document>()
  readonly #identifiers = new Set<string>()
  readonly #places: FilteredPlace[] = []
  readonly #plain: (() => Promise<void>)[] = []
  /** Values were named and not given: they were undefined. */
  leftOut = false

  constructor(definition: ModelDefinition, operation: string) {
    this.definition = definition
    this.operation = operation
  }

  get isEmpty(): boolean {
    return this.#operators.size === 0
  }

  /** Changes nothing. MongoDB takes an update without operators for an empty document. */
  changeNothing(): void {
    this.addColumn('$setOnInsert', NOTHING, true, NOTHING)
  }

  has(operator: UpdateOperator): boolean {
    return this.#operators.has(operator)
  }

  /** Whether the stored path, or something inside or around it, is changed. */
  touches(field: string): boolean {
    return this.#paths.overlapping(field) !== undefined
  }

  /**
   * Adds a change. Errors: `E_INVALID_QUERY` when the path is changed already, which MongoDB would
   * refuse, or answer with whichever came last.
   */
  add(operator: UpdateOperator, path: ChangedPath, value: unknown): void {
    this.claim(path)
    this.#put(operator, path.field, { value, column: path.column.attribute })
  }

  /** Adds a change of a column that nothing else changes. */
  addColumn(operator: UpdateOperator, stored: string, value: unknown, column: string): void {
    this.#paths.add(stored, column)
    this.#put(operator, stored, { value, column })
  }

  /** The value that the operator has for the path already. */
  valueOf(operator: UpdateOperator, { field }: ChangedPath): unknown {
    return this.#operators.get(operator)?.get(field)?.value
  }

  /** Says that the path is changed. Errors: as {@link add}. */
  claim({ field, key, column, identifiers }: ChangedPath): void {
    const other = this.#paths.overlapping(field)
    if (other !== undefined) {
      const what =
        other === key
          ? `"${key}" is changed twice`
          : `"${key}" and "${other}" change the same field`
      const message = `${what} in one update, which MongoDB does not do; make it two updates`
      refuse('E_INVALID_QUERY', this.definition, this.operation, `: ${message}`, column.attribute)
    }
    this.#paths.add(field, key)
    for (const identifier of identifiers) this.#identifiers.add(identifier)
    this.#places.push(...placesIn(field, identifiers))
  }

  #put(operator: UpdateOperator, field: string, change: Change): void {
    const fields = this.#operators.get(operator)
    if (fields === undefined) this.#operators.set(operator, new Map([[field, change]]))
    else fields.set(field, change)
    const { value, column } = change
    if (!(value instanceof PlainText)) return
    this.#plain.push(async () => this.#put(operator, field, { value: await value.hash(), column }))
  }

  /** Whether there are plain texts, which {@link hash} replaces before anything is written. */
  get isPlain(): boolean {
    return this.#plain.length > 0
  }

  /** Puts hashes in the place of plain texts; once, however often the update is sent. */
  async hash(): Promise<void> {
    for (const replace of this.#plain) await replace()
    this.#plain.length = 0
  }

  /** Adds an array filter. Errors: `E_INVALID_QUERY` when the name has one. */
  addFilter(name: string, filter: Document): void {
    if (this.#filters.has(name)) {
      const message = `there are two array filters named "${name}"; put the conditions into one`
      refuse('E_INVALID_QUERY', this.definition, this.operation, `: ${message}`)
    }
    this.#filters.set(name, filter)
  }

  /**
   * The array filters in MongoDB's form; undefined without any.
   *
   * Errors: `E_INVALID_QUERY` when a path names a filter that is not there, or no path names one;
   * `E_ENCRYPTED_COLUMN_QUERY` for one that compares what is encrypted.
   */
  arrayFilters(): readonly Document[] | undefined {
    for (const name of this.#identifiers) {
      if (this.#filters.has(name)) continue
      const message = `"$[${name}]" needs its filter: arrayFilter('${name}', (element) => …)`
      refuse('E_INVALID_QUERY', this.definition, this.operation, `: ${message}`)
    }
    for (const name of this.#filters.keys()) {
      if (this.#identifiers.has(name)) continue
      const message = `the array filter "${name}" is not used; a path must hold "$[${name}]"`
      refuse('E_INVALID_QUERY', this.definition, this.operation, `: ${message}`)
    }
    this.#checkEncrypted()
    return this.#filters.size === 0 ? undefined : [...this.#filters.values()]
  }

  #checkEncrypted(): void {
    const { hiddenNames } = this.definition
    if (hiddenNames.size === 0) return
    for (const place of this.#places) {
      const filter = this.#filters.get(place.identifier)
      const path = filter === undefined ? undefined : encryptedIn(filter, place, hiddenNames)
      if (path === undefined) continue
      const message = `the encrypted column "${path}" cannot be compared by an array filter`
      const column = this.definition.writtenAs(path)
      refuse('E_ENCRYPTED_COLUMN_QUERY', this.definition, this.operation, `: ${message}`, column)
    }
  }

  #writeNormalized(body: Body, field: string, value: unknown): void {
    const column = this.definition.column(field)
    if (column?.encryption?.normalize === undefined || column.stored !== field) return
    writeNormalized(body, column, value instanceof Secret ? value.toBSON() : value)
  }

  /** Writes the modifications as the element `name`. */
  write(body: Body, name: string): void {
    const update = body.beginDocumentElement(name)
    for (const [operator, fields] of this.#operators) {
      const start = body.beginDocumentElement(operator)
      for (const [field, { value, column }] of fields) {
        try {
          body.element(field, value, column)
          if (operator === '$set' || operator === '$setOnInsert') {
            this.#writeNormalized(body, field, value)
          }
        } catch (error) {
          const { definition, operation } = this
          throw withDetails(error, { model: definition.name, column, operation })
        }
      }
      body.endDocument(start)
    }
    // Without any operator MongoDB would take it for a document to put in place of the old one.
    if (this.isEmpty) body.element('$setOnInsert', record())
    body.endDocument(update)
  }
}
