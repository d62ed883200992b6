/** The moment of a write, for the columns that stamp themselves. */
import { DateTime } from 'luxon'
import type { Body } from '../../codec/body.ts'
import type { ModelDefinition } from '../definition/index.ts'

/**
 * Writes what dates are at this moment into a head. The core stamps with them what the write does not
 * say itself, and counts versions. The clock, the day of its zone and what `prepare` makes of a date are
 * the application's, so the values are made here.
 */
export function writeMoment(body: Body, { dated, version, model }: ModelDefinition): void {
  if (dated.length === 0 && version === undefined) return
  const now = DateTime.now()
  const nobody = new model()
  const moment = body.beginDocumentElement('moment')
  for (const column of dated) {
    body.element(column.stored, column.toStored(column.date?.at(now), nobody), column.attribute)
  }
  body.endDocument(moment)
}
