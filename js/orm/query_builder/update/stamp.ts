/** The dates that updates stamp. All dates of one write are of one moment. */
import type { DateTime } from 'luxon'
import type { ModelDefinition } from '../../definition/index.ts'
import type { Modifications } from './modifications.ts'
import type { UpdateValues } from './values.ts'

interface Stamp {
  readonly stored: string
  readonly attribute: string
  readonly value: unknown
}

/** The dates that hold on every way of updating. */
export function updateStamps(
  definition: ModelDefinition,
  values: UpdateValues,
  moment: DateTime,
): Stamp[] {
  return stamps(definition, values, moment, 'autoUpdate')
}

/** Dates and the version hold on every way of updating; what the update says itself goes first. */
export function stampUpdate(
  modifications: Modifications,
  values: UpdateValues,
  moment: DateTime,
): void {
  addUntouched(modifications, '$set', updateStamps(modifications.definition, values, moment))
  const { version } = modifications.definition
  if (version !== undefined && !modifications.touches(version.stored)) {
    modifications.addColumn('$inc', version.stored, 1, version.attribute)
  }
}

/** The dates of a document that an upsert inserts, which has those of every update already. */
export function stampInsert(
  modifications: Modifications,
  values: UpdateValues,
  moment: DateTime,
): void {
  const due = stamps(modifications.definition, values, moment, 'autoCreate')
  addUntouched(modifications, '$setOnInsert', due)
}

function stamps(
  { dated }: ModelDefinition,
  values: UpdateValues,
  moment: DateTime,
  when: 'autoCreate' | 'autoUpdate',
): Stamp[] {
  return dated
    .filter(({ date }) => date?.[when] === true)
    .map((column) => {
      const { stored, attribute, date } = column
      return { stored, attribute, value: column.toStored(date?.at(moment), values.nobody) }
    })
}

function addUntouched(
  modifications: Modifications,
  operator: '$set' | '$setOnInsert',
  due: readonly Stamp[],
): void {
  for (const { stored, attribute, value } of due) {
    if (!modifications.touches(stored)) modifications.addColumn(operator, stored, value, attribute)
  }
}
