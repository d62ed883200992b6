/** Values as text, for telling which document a row means. */
import { ROW } from '../../../codec/accessors.ts'
import { decodeStored } from '../../../codec/stored_values.ts'
import * as native from '../../../native/index.ts'
import type { Column } from '../../columns/index.ts'
import type { Model } from '../../contracts/index.ts'
import { REST } from '../../contracts/state.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { storedChunk } from '../../instance/stored.ts'

/** Equal for values that MongoDB finds equal: 1 is 1 whichever number type it is stored as. */
export function identityOf(value: unknown): string {
  const bytes = native.encode((body) => {
    const document = body.beginDocument()
    body.element('', value)
    body.endDocument(document)
  })
  return bytes.toString('latin1')
}

/** The identity of a column's stored value. */
export function storedIdentity(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
): string {
  const updated = instance[REST]?.updated?.get(column.index)
  const chunk = storedChunk(definition, instance)
  const raw = updated ?? chunk?.rawValue(instance[ROW] * chunk.columns + column.index)
  if (raw === null || raw === undefined || raw.type === 0) return identityOf(undefined)
  return identityOf(decodeStored(raw))
}
