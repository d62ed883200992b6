/** Writing instances as lifecycle work: what inserting, updating and deleting have in common. */
import { DateTime } from 'luxon'
import type { Body } from '../../codec/body.ts'
import type { Connection } from '../../database/connection.ts'
import { type LucentError, refuse } from '../../errors/index.ts'
import type { DateBehaviour } from '../columns/options.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag, type PendingWrite } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn, setColumn } from '../instance/attributes.ts'
import { storedValue } from '../instance/stored.ts'
import type { Call } from '../operation/call.ts'
import type { WriteOperation } from '../operation/run.ts'
import type { Work } from '../operation/write.ts'
import { hashValues } from './hash.ts'
import { setVersion, stale } from './identity.ts'
import { Snapshot } from './snapshot.ts'

/** Sets the columns that stamp themselves: dates, and the version of a new document. */
export function stamp(definition: ModelDefinition, instance: Model, creating: boolean): void {
  if (creating) {
    setVersion(definition, instance, true)
    setKind(definition, instance)
  }
  const { rules } = definition
  if (definition.dated.length + rules.stamped.length === 0) return
  for (const column of creating ? [] : rules.pinned) {
    // What `fill` emptied is not the instance's to give away.
    const known = getColumn(instance, definition, column) ?? undefined
    if (known === undefined) {
      setColumn(instance, definition, column, storedValue(instance, definition, column))
    }
  }
  const moment = DateTime.now()
  for (const column of definition.dated) {
    const { autoCreate, autoUpdate, at } = column.date as DateBehaviour
    const due = creating
      ? (autoCreate || autoUpdate) && !getColumn(instance, definition, column)
      : autoUpdate
    if (due) setColumn(instance, definition, column, at(moment))
  }
  for (const [column, value] of rules.stamps(creating ? 'insert' : 'update', moment)) {
    const known = creating ? getColumn(instance, definition, column) : undefined
    if (known === undefined || known === null) setColumn(instance, definition, column, value)
  }
}

/** Gives a new document the value that tells its class. Errors: `E_INVALID_VALUE` for another one. */
export function setKind(definition: ModelDefinition, instance: Model): void {
  const { column, value } = definition.kinds
  if (column === undefined || value === undefined) return
  const given = getColumn(instance, definition, column)
  if (given === undefined || given === null) setColumn(instance, definition, column, value)
  else if (given !== value) {
    const what = `.${column.attribute} tells the class, and is not the one of ${definition.name}`
    refuse('E_INVALID_VALUE', definition, 'create', what, { column: column.attribute, status: 422 })
  }
}

const NONE: readonly PendingWrite[] = []

/** The writing of one instance. */
export abstract class InstanceWork implements Work {
  abstract readonly operation: WriteOperation
  protected readonly definition: ModelDefinition
  protected readonly call: Call
  /** The connection whose writes of the same tick share a command with this one, if any. */
  protected readonly coalesce: Connection | undefined
  readonly instance: Model
  readonly #snapshot: Snapshot
  /** Writes of the instance that began before this one's values were taken. */
  #earlier: readonly PendingWrite[] = NONE

  constructor(call: Call, instance: Model, coalesce?: Connection) {
    this.definition = call.definition
    this.call = call
    this.coalesce = coalesce
    this.instance = instance
    this.#snapshot = new Snapshot(call.definition, instance)
  }

  get instances(): readonly Model[] {
    return [this.instance]
  }

  /** Whether after hooks run when there is nothing to send, too. */
  get forced(): boolean {
    return (this.instance[FLAGS] & Flag.force) !== 0
  }

  /** A version that another one wrote meanwhile may be the same number: see `Statement.alone`. */
  get alone(): boolean {
    return this.definition.version !== undefined && this.operation !== 'create'
  }

  /** Hashes what the instance has to be hashed, where {@link ModelDefinition.hashed}. */
  hash(): Promise<void> {
    return hashValues(this.definition, [this.instance], this.call.signal)
  }

  /** The error of a write that did not find the document as it was read. */
  missed(): LucentError {
    return stale(this.call.as(this.operation))
  }

  abstract command(): Promise<boolean>
  /** Writes the statement of a bulk write; nothing, and answers false, when there is nothing to do. */
  abstract writeStatement(body: Body, position: number): boolean
  abstract settle(): void

  /** The values are taken now: who is under way must not put older ones back. */
  protected taken(): void {
    this.#earlier = this.#snapshot.isAlone ? NONE : this.#snapshot.others()
  }

  /** A value of a column is stored. */
  protected stored(column: number, value: unknown): void {
    for (const other of this.#earlier) other.supersede(column, value)
  }

  restore(_error?: unknown): void {
    this.#snapshot.restore()
  }

  over(): void {
    this.#snapshot.release()
  }
}
