/** Updating an instance: only what changed is sent. */
import type { BsonWriter } from '../../codec/writer.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { emptyRest, FLAGS, Flag, REST } from '../contracts/state.ts'
import { type Changes, collectChanges, rememberProperty, writeColumn } from '../instance/changes.ts'
import { storedValue } from '../instance/stored.ts'
import { writeTimeout } from './call.ts'
import { coalesceUpdate } from './coalesce_writes.ts'
import { InstanceWork, stamp } from './work.ts'

/** Writes the changed columns of a persisted instance. */
export class UpdateWork extends InstanceWork {
  #changes: Changes | undefined

  async command(): Promise<boolean> {
    const { definition, call, coalesce } = this.target
    const instance = this.instance
    const force = (instance[FLAGS] & Flag.force) !== 0
    const changes = collectChanges(definition, instance, {
      force,
      set: () => stamp(definition, instance, false),
    })
    if (changes.items.length === 0) return force
    this.#changes = changes
    const id = definition.primary
    const stored = storedValue(instance, definition, id)
    const writeFilter = (body: BsonWriter, name: string) => {
      const filter = body.beginDocumentElement(name)
      writeColumn(body, id, stored, instance)
      body.endDocument(filter)
    }
    const outcome =
      coalesce !== undefined
        ? this.settled(
            await coalesceUpdate(definition, coalesce, String(stored), (body) => {
              const statement = body.beginDocument()
              writeFilter(body, 'q')
              writeModifications(body, 'u', changes)
              body.endDocument(statement)
            }),
            'update',
          )
        : await this.send<{ matched: number }>(native.Operation.update, 'update', (body) => {
            const head = body.beginDocument()
            writeFilter(body, 'filter')
            writeModifications(body, 'update', changes)
            writeTimeout(body, call.timeout)
            body.endDocument(head)
          })
    if (outcome.matched === 0) {
      throw new errors.E_STALE_MODEL(
        `${definition.name}: the document is no longer there to be updated`,
        this.details('update'),
      )
    }
    return true
  }

  settle(): void {
    const instance = this.instance
    instance[FLAGS] &= ~Flag.force
    const changes = this.#changes
    if (changes === undefined) return
    const rest = instance[REST] ?? emptyRest()
    rest.updated ??= new Map()
    instance[REST] = rest
    for (const { column, type, value, end, property } of changes.items) {
      rest.updated.set(column.index, { type, bytes: changes.bytes, start: value, end })
      rememberProperty(instance, column, property)
    }
  }
}

/** `{ $set: …, $unset: … }` from elements that are already encoded. */
function writeModifications(body: BsonWriter, name: string, { items, bytes }: Changes): void {
  const update = body.beginDocumentElement(name)
  const kept = items.filter((item) => item.type !== 0)
  const gone = items.filter((item) => item.type === 0)
  if (kept.length > 0) {
    const set = body.beginDocumentElement('$set')
    for (const { start, end } of kept) body.bytes(bytes.subarray(start, end))
    body.endDocument(set)
  }
  if (gone.length > 0) {
    const unset = body.beginDocumentElement('$unset')
    for (const { column } of gone) body.element(column.element, true)
    body.endDocument(unset)
  }
  body.endDocument(update)
}
