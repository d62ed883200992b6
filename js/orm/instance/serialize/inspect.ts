import { DateTime } from 'luxon'
import { REDACTED } from '../../../redaction/secret.ts'
import type { Model } from '../../contracts/index.ts'
import type { ModelObject } from '../../contracts/options.ts'
import { definitionFor, getColumn, hasColumn } from '../attributes.ts'

/** How an instance shows in a console: its attributes, and what is special about it. */
export function inspect(instance: Model): object {
  const definition = definitionFor(instance)
  const shown: ModelObject = {}
  for (const column of definition.columns) {
    if (!hasColumn(instance, column)) continue
    const { show } = column.kind
    const read = () => getColumn(instance, definition, column)
    const plain = show === undefined ? read() : show(read)
    const value =
      column.encryption === undefined || (column.embeds && !column.isSealed) ? plain : hidden(plain)
    shown[column.attribute] = DateTime.isDateTime(value) ? value.toISO() : value
  }
  const { $extras } = instance
  if (Object.keys($extras).length > 0) shown.$extras = $extras
  return shown
}

/** An encrypted value in a console: whether there is one. */
function hidden(value: unknown): unknown {
  return value === null || value === undefined ? value : REDACTED
}
