/** Instances whose deletes keep the document: what becomes of them, and bringing them back. */
import { decodeStored } from '../../codec/stored_values.ts'
import * as native from '../../native/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn, restOf, setColumn } from '../instance/attributes.ts'
import { writeColumn } from '../instance/changes.ts'
import { storedValue } from '../instance/stored.ts'
import { type Moment, momentOf, writeMoment } from '../operation/moment.ts'
import { send } from '../operation/send.ts'
import { writeIdentity } from './identity.ts'
import { InstanceWork } from './work.ts'
import { noteWritten } from './written.ts'

/** The instance has what was stored with its document at a moment; a version counts. */
export function takeMoment(definition: ModelDefinition, instance: Model, moment: Moment): void {
  const { version } = definition
  for (const [column, value] of moment) noteStored(definition, instance, column, value)
  if (version === undefined) return
  const before = Number(storedValue(instance, definition, version) ?? 0)
  noteStored(definition, instance, version, before + 1)
}

function noteStored(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
  value: unknown,
): void {
  const bytes = native.encode((body) => {
    const document = body.beginDocument()
    writeColumn(body, column, value, instance)
    body.endDocument(document)
  })
  const rest = restOf(instance)
  const start = bytes.indexOf(0, 5) + 1
  const raw = { type: bytes[4] as number, bytes, start, end: bytes.length - 1 }
  rest.updated ??= new Array(definition.columns.length)
  rest.updated[column.index] = raw
  rest.views?.delete(column.index)
  setColumn(instance, definition, column, column.fromStored(decodeStored(raw), instance))
}

/** Columns that a delete sets in place of deleting. */
export function removalColumns({ rules }: ModelDefinition): Column[] {
  return rules.stamped.flatMap(({ column, of }) => (of.remove === undefined ? [] : [column]))
}

/** Brings the document of an instance back. */
export class RestoreWork extends InstanceWork {
  readonly operation = 'restore'
  #moment: Moment = new Map()

  writeStatement(): boolean {
    return false
  }

  async command(): Promise<boolean> {
    const { call, definition, instance } = this
    const columns = removalColumns(definition)
    const isGone = columns.some((column) => getColumn(instance, definition, column) != null)
    if (!isGone && !instance.$isDeleted) return false
    const moment = new Map(momentOf(definition, true))
    for (const column of columns) moment.set(column, null)
    const { matched } = await send<{ matched: number }>(call, native.Operation.update, (body) => {
      call.writeHead(body, () => {
        writeIdentity(body, 'filter', definition, instance)
        const set = Object.fromEntries(columns.map(({ stored }) => [stored, null]))
        body.element('update', { $set: set })
        body.element('lift', { trashed: 'only' })
        writeMoment(body, definition, moment)
      })
    })
    if (matched === 0) throw this.missed()
    this.#moment = moment
    return true
  }

  settle(): void {
    const { instance } = this
    noteWritten(instance, 'update')
    instance[FLAGS] = (instance[FLAGS] | Flag.persisted) & ~Flag.deleted
    takeMoment(this.definition, instance, this.#moment)
  }
}
