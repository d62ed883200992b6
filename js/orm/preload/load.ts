/** Loading relations of instances that are there already. */
import type { Body } from '../../codec/body.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { Related } from '../contracts/options.ts'
import { setRelated } from '../definition/related.ts'
import { absorb, getColumn } from '../instance/attributes.ts'
import { writeColumn } from '../instance/changes.ts'
import { holding } from '../instance/held.ts'
import type { Call } from '../operation/call.ts'
import type { About } from '../operation/report.ts'
import { reported, rows, settled } from '../operation/send.ts'
import type { Legs } from './legs.ts'
import type { RelatedRows } from './linked_rows.ts'
import type { Preloads } from './preloads.ts'

/** The value of a key. Errors: `E_PARTIALLY_READ` where it was not read. */
export function keyValue(instance: Model, column: Column): unknown {
  const definition = absorb(instance)
  const value = getColumn(instance, definition, column)
  if (value === undefined && instance.$isPersisted && holding(instance, column) === false) {
    throw new errors.E_PARTIALLY_READ(
      `${definition.name}: the relation needs "${column.attribute}", which was not selected`,
      { model: definition.name, column: column.attribute, operation: 'related' },
    )
  }
  return value
}

/** Reads what the legs say for the keys that instances have now. */
export function readGiven(
  call: Call,
  legs: Legs,
  instances: readonly Model[],
  keys: readonly Column[],
  about?: About,
): Promise<RelatedRows> {
  const encode = (body: Body) => {
    const head = body.beginDocument()
    body.element('given', true)
    call.writeTimeout(body)
    legs.write(body)
    body.endDocument(head)
    for (const instance of instances) {
      const start = body.beginDocument()
      for (const key of keys) writeKey(body, key, instance)
      body.endDocument(start)
    }
  }
  return reported(call, about, async () => {
    const chunks = settled(call, await rows(call, native.Operation.find, encode))
    return legs.takeFor(instances.length, chunks)
  })
}

function writeKey(body: Body, key: Column, instance: Model): void {
  const value = keyValue(instance, key)
  if (value !== undefined && value !== null) writeColumn(body, key, value, instance)
}

/** Loads relations of instances of one model, in the place of what they have. */
export async function loadRelations(
  call: Call,
  instances: readonly Model[],
  preloads: Preloads,
): Promise<void> {
  if (instances.length === 0) return
  const legs = await preloads.begin(call, 'fetch', undefined)
  try {
    const columns = call.definition.columns.filter(({ stored }) => preloads.keys.includes(stored))
    const related = await readGiven(call, legs, instances, columns)
    await legs.after()
    instances.forEach((instance, row) => {
      for (const name of related.names) setRelated(instance, name, related.of(name, row) as Related)
      related.extend(instance.$extras, row)
    })
  } finally {
    legs.end()
  }
}
