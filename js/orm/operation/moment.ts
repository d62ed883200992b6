/** The moment of a write, for the columns that stamp themselves. */
import { DateTime } from 'luxon'
import type { Body } from '../../codec/body.ts'
import type { Column } from '../columns/index.ts'
import type { ModelDefinition } from '../definition/index.ts'

/** The values of columns at a moment. */
export type Moment = ReadonlyMap<Column, unknown>

/** What columns that stamp themselves are at this moment; with `removing`, of a delete that keeps its document. */
export function momentOf({ dated, rules }: ModelDefinition, removing = false): Moment {
  const now = DateTime.now()
  const values = new Map<Column, unknown>()
  for (const column of dated) {
    if (!removing || column.date?.autoUpdate) values.set(column, column.date?.at(now))
  }
  const kinds = removing
    ? (['update', 'remove'] as const)
    : (['insert', 'update', 'remove'] as const)
  for (const kind of kinds) {
    for (const [column, value] of rules.stamps(kind, now)) values.set(column, value)
  }
  return values
}

/** Writes how a delete keeps what it deletes, or that it does not. */
export function writeRemoval(body: Body, definition: ModelDefinition, force = false): void {
  if (!definition.rules.keepsDeleted) return
  if (force) body.element('force', true)
  else writeMoment(body, definition, momentOf(definition, true))
}

/**
 * Writes what columns are at this moment into a head. The core stamps with them what the write does not
 * say itself, and counts versions. The clock, the day of its zone, the caller's context and what `prepare`
 * makes of a value are the application's, so the values are made here.
 */
export function writeMoment(body: Body, definition: ModelDefinition, given?: Moment): void {
  const { dated, version, model, rules } = definition
  if (dated.length + rules.stamped.length === 0 && version === undefined) return
  const nobody = new model()
  const moment = body.beginDocumentElement('moment')
  for (const [column, value] of given ?? momentOf(definition)) {
    const isPlain = column.date === undefined && DateTime.isDateTime(value)
    const stored = column.toStored(isPlain ? value.toJSDate() : value, nobody)
    if (column.objectId) body.objectIdElement(column.element, stored, column.attribute)
    else body.element(column.stored, stored, column.attribute)
  }
  body.endDocument(moment)
}
