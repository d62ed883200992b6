/** Loading relations of instances that are there already. */
import type { Body } from '../../codec/body.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { Related } from '../contracts/options.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { setRelated } from '../definition/related.ts'
import { absorb, definitionFor, getColumn } from '../instance/attributes.ts'
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
  apart = false,
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
    return legs.takeFor(instances.length, chunks, apart)
  })
}

function writeKey(body: Body, key: Column, instance: Model): void {
  const value = keyValue(instance, key)
  if (value !== undefined && value !== null) writeColumn(body, key, value, instance)
}

/** The columns that keys of relations are in. */
export function keyColumns(definition: ModelDefinition, { keys }: Preloads): readonly Column[] {
  return definition.columns.filter(({ stored }) => keys.includes(stored))
}

/**
 * Reads relations of instances of one model, and what is calculated of them; answers those of each.
 * `apart`: no two of them share an instance.
 */
export async function readRelated(
  call: Call,
  instances: readonly Model[],
  preloads: Preloads,
  apart: boolean,
): Promise<(row: number) => Map<string, Related>> {
  const legs = await preloads.begin(call, 'fetch', undefined)
  try {
    const columns = keyColumns(call.definition, preloads)
    const related = await readGiven(call, legs, instances, columns, undefined, apart)
    await legs.after()
    return (row) => {
      const instance = instances[row] as Model
      related.extend(instance.$extras, row)
      giveInside(instance, related, row)
      return new Map(related.names.map((name) => [name, related.of(name, row) as Related]))
    }
  } finally {
    legs.end()
  }
}

/** Gives the documents inside of an instance what belongs to them. */
function giveInside(instance: Model, related: RelatedRows, row: number): void {
  for (const name of related.holders) {
    const inside = related.inside(name, row) as RelatedRows
    const definition = definitionFor(instance)
    const column = definition.column(name) as Column
    const held = column.embeds?.instances(getColumn(instance, definition, column)) ?? []
    for (const [place, document] of held.entries()) {
      for (const relation of inside.names) {
        setRelated(document, relation, inside.of(relation, place) as Related)
      }
      giveInside(document, inside, place)
    }
  }
}
