/** Writing instances as lifecycle work: what inserting, updating and deleting have in common. */
import { DateTime } from 'luxon'
import type { Connection } from '../../database/connection.ts'
import type { ErrorDetails } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { DateBehaviour } from '../columns/options.ts'
import type { Model } from '../contracts/index.ts'
import type { PendingWrite } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn, setColumn } from '../instance/attributes.ts'
import { type Call, routeOf } from '../operation/call.ts'
import { reported } from '../operation/report.ts'
import type { Work } from '../operation/runner.ts'
import { hashValues } from './hash.ts'
import { setVersion } from './identity.ts'
import { Snapshot } from './snapshot.ts'

/** Where and how an instance is written. */
export interface Target {
  readonly definition: ModelDefinition
  readonly call: Call
  /** The connection whose writes of the same tick share a command with this one, if any. */
  readonly coalesce: Connection | undefined
}

/** Sets the columns that stamp themselves: dates, and the version of a new document. */
export function stamp(definition: ModelDefinition, instance: Model, creating: boolean): void {
  if (creating) setVersion(definition, instance, true)
  if (definition.dated.length === 0) return
  const moment = DateTime.now()
  for (const column of definition.dated) {
    const { autoCreate, autoUpdate, at } = column.date as DateBehaviour
    const due = creating
      ? (autoCreate || autoUpdate) && !getColumn(instance, definition, column)
      : autoUpdate
    if (due) setColumn(instance, definition, column, at(moment))
  }
}

const NONE: readonly PendingWrite[] = []

/** The writing of one instance. */
export abstract class InstanceWork implements Work {
  readonly subjects = 1
  protected readonly target: Target
  protected readonly instance: Model
  readonly #snapshot: Snapshot
  /** Writes of the instance that began before this one's values were taken. */
  #earlier: readonly PendingWrite[] = NONE

  constructor(target: Target, instance: Model) {
    this.target = target
    this.instance = instance
    this.#snapshot = new Snapshot(target.definition, instance)
  }

  subject(): Model {
    return this.instance
  }

  /** Hashes what the instance has to be hashed, where {@link ModelDefinition.hashed}. */
  hash(): Promise<void> {
    const { definition, call } = this.target
    return hashValues(definition, [this.instance], call.signal)
  }

  abstract command(): Promise<boolean>
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

  /** What an error says of the operation. */
  protected details(operation: string): ErrorDetails {
    const { definition, call } = this.target
    return { model: definition.name, operation, connection: call.client.connectionName }
  }

  /** Sends a command. Throws what the core failed with. */
  protected send<Reply>(
    operation: native.Operation,
    name: string,
    encode: native.Encode,
  ): Promise<Reply> {
    const { definition, call } = this.target
    return reported(call, { definition, operation: name }, async () => {
      const handle = definition.handle()
      const reply = await native.request<Reply>(operation, routeOf(call), handle, encode)
      return this.settled(reply, name)
    })
  }

  protected settled<Reply>(reply: Reply | native.Failure, name: string): Reply {
    if (reply instanceof native.Failure) throw reply.toError(this.details(name))
    return reply
  }
}
