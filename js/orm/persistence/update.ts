/** Updating an instance: only what changed is sent. */

import type { Body } from '../../codec/body.ts'
import type { RawValue } from '../../codec/chunk.ts'
import { decodeStored } from '../../codec/stored_values.ts'
import * as native from '../../native/index.ts'
import type { StatementKind } from '../../protocol.generated.ts'
import type { Part } from '../columns/options.ts'
import { type AdapterColumns, adapterOf } from '../contracts/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { restOf } from '../instance/attributes.ts'
import {
  type Change,
  type Changes,
  collectChanges,
  rememberProperty,
  type Stamps,
} from '../instance/changes.ts'
import { rawStored } from '../instance/stored.ts'
import { send } from '../operation/send.ts'
import { coalesceUpdate } from './coalesce_writes.ts'
import { prepareEmbedded } from './embedded.ts'
import { takeHandedBack, whileHandingBack } from './handed_back.ts'
import { hashes } from './hash.ts'
import { keyOf, setVersion, writeIdentity } from './identity.ts'
import { InstanceWork, stamp } from './work.ts'
import { noteWritten } from './written.ts'

/** Writes the changed columns of a persisted instance. */
export class UpdateWork extends InstanceWork implements Stamps {
  readonly operation = 'update'
  #changes: Changes | undefined

  /** Collects and stamps what changed. Answers whether there is anything to send. */
  #prepare(): boolean {
    prepareEmbedded(this.definition, this.instance)
    const changes = collectChanges(this.definition, this.instance, this)
    if (changes.items.length === 0) return false
    this.#changes = changes
    this.taken()
    return true
  }

  stamp(): void {
    stamp(this.definition, this.instance, false)
  }

  countVersion(): void {
    setVersion(this.definition, this.instance, false)
  }

  /** Writes which document is meant, and what changes, under the operation's names for them. */
  #write(body: Body, filterName: string, updateName: string): void {
    writeIdentity(body, filterName, this.definition, this.instance)
    if (this.#changes === undefined) return
    writeModifications(body, updateName, this.#changes)
    writeArrayFilters(body, this.#changes)
  }

  writeStatement(body: Body): boolean {
    if (!this.#prepare()) return false
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement('update' satisfies StatementKind)
    this.#write(body, 'q', 'u')
    body.element('found', true)
    if (this.alone) body.element('alone', true)
    body.endDocument(parts)
    body.endDocument(statement)
    return true
  }

  async command(): Promise<boolean> {
    const { definition, call, coalesce } = this
    if (hashes(definition)) await this.hash()
    if (!this.#prepare()) return this.forced
    const adapter = adapterOf(definition.model)
    if (adapter !== undefined) {
      const columns = changedColumns(this.#changes as Changes)
      await whileHandingBack(this.instance, () =>
        adapter.update(this.instance, columns, call.limits),
      )
      return true
    }
    const outcome =
      coalesce !== undefined
        ? await coalesceUpdate(call, coalesce, String(keyOf(definition, this.instance)), (body) => {
            const statement = body.beginDocument()
            this.#write(body, 'q', 'u')
            body.endDocument(statement)
          })
        : await send<{ matched: number }>(call, native.Operation.update, (body) => {
            call.writeHead(body, () => this.#write(body, 'filter', 'update'))
          })
    if (outcome.matched === 0) throw this.missed()
    return true
  }

  settle(): void {
    const instance = this.instance
    instance[FLAGS] &= ~Flag.force
    const changes = this.#changes
    if (changes === undefined) return
    noteWritten(instance, 'update')
    const rest = restOf(instance)
    const { bytes, start } = changes
    rest.changes = new Map(
      changes.items.map(({ column }) => [
        column.index,
        rawStored(this.definition, instance, column),
      ]),
    )
    rest.updated ??= new Array(this.definition.columns.length)
    for (const { column, current, type, value, end, property } of changes.items) {
      rest.updated[column.index] = { type, bytes, start: start + value, end: start + end }
      rememberProperty(instance, column, property)
      rest.views?.delete(column.index)
      rest.meant?.delete(column.index)
      if (type === 0) rest.gone?.set(column.index, 'left out')
      else rest.gone?.delete(column.index)
      column.embeds?.settle(current, rest.updated[column.index] ?? null)
      this.stored(column.index, current)
    }
    takeHandedBack(instance)
  }
}

/** The changes as an adapter gets them. */
function changedColumns({ items, bytes, start }: Changes): AdapterColumns {
  const columns: Record<string, unknown> = Object.create(null)
  for (const { column, type, value, end, parts } of items) {
    if (parts === undefined) {
      const stored = { type, bytes, start: start + value, end: start + end }
      columns[column.stored] = type === 0 ? undefined : decodeStored(stored)
      continue
    }
    for (const { path, value: part } of parts) {
      columns[path] = part === null ? undefined : decodeStored(part)
    }
  }
  return columns
}

/** Whether something is set, and whether something is removed. */
function sets({ type, parts }: Change): boolean {
  return parts === undefined ? type !== 0 : parts.some(({ value }) => value !== null)
}

function removes({ type, parts }: Change): boolean {
  return parts === undefined ? type === 0 : parts.some(({ value }) => value === null)
}

/** `{ $set: …, $unset: … }` from elements that are already encoded. */
function writeModifications(
  body: Body,
  name: string,
  { items, bytes, start: from }: Changes,
): void {
  const update = body.beginDocumentElement(name)
  if (items.some(sets)) {
    const set = body.beginDocumentElement('$set')
    for (const { type, start, sent, parts } of items) {
      if (parts === undefined && type !== 0) body.copy(bytes, from + start, from + sent)
      for (const { path, filtered, value } of parts ?? NO_PARTS) {
        if (value === null) continue
        body.rawElement(filtered?.path ?? path, value.type, value.bytes, value.start, value.end)
      }
    }
    body.endDocument(set)
  }
  if (items.some(removes)) {
    const unset = body.beginDocumentElement('$unset')
    for (const { column, type, parts } of items) {
      if (parts === undefined && type === 0) body.element(column.element, true)
      for (const { path, filtered, value } of parts ?? NO_PARTS) {
        if (value === null) body.element(filtered?.path ?? path, true)
      }
    }
    body.endDocument(unset)
  }
  body.endDocument(update)
}

/** Which items of arrays the paths of the modifications mean, by their ids. */
function writeArrayFilters(body: Body, { items }: Changes): void {
  const ids = new Map<string, RawValue>()
  for (const { parts } of items) {
    for (const { filtered } of parts ?? NO_PARTS) {
      for (const [name, id] of filtered?.ids ?? []) ids.set(name, id)
    }
  }
  if (ids.size === 0) return
  const filters = body.beginArrayElement('arrayFilters')
  for (const [place, [name, { type, bytes, start, end }]] of [...ids].entries()) {
    const filter = body.beginDocumentItem(place)
    body.rawElement(`${name}._id`, type, bytes, start, end)
    body.endDocument(filter)
  }
  body.endDocument(filters)
}

const NO_PARTS: readonly Part[] = []
