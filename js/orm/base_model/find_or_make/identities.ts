/** Values as text, for telling which document a row means. */
import { ROW } from '../../../codec/accessors.ts'
import { decodeStored } from '../../../codec/stored_values.ts'
import { isBsonValue } from '../../../codec/values.ts'
import * as native from '../../../native/index.ts'
import { blindForm } from '../../columns/encrypted.ts'
import type { Column } from '../../columns/index.ts'
import type { Model } from '../../contracts/index.ts'
import { REST } from '../../contracts/state.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { storedChunk } from '../../instance/stored.ts'

const NUMBERS: ReadonlySet<unknown> = new Set(['Long', 'Int32', 'Double', 'Decimal128'])

/** The integer that a number of any type stands for, as text. */
function integerOf(value: unknown): string | undefined {
  const type = typeof value
  const isNumber =
    type === 'number' ||
    type === 'bigint' ||
    (isBsonValue(value) && NUMBERS.has((value as { _bsontype: unknown })._bsontype))
  if (!isNumber) return undefined
  const number = Number(String(value))
  if (Number.isSafeInteger(number)) return String(number)
  return Number.isInteger(number) ? String(value) : undefined
}

/** Equal for values that MongoDB finds equal: 1 is 1 whichever number type it is stored as. */
export function identityOf(value: unknown): string {
  const integer = integerOf(value)
  if (integer !== undefined) return `integer ${integer};`
  const bytes = native.encode((body) => {
    const document = body.beginDocument()
    body.element('', value)
    body.endDocument(document)
  })
  return bytes.toString('latin1')
}

/** What two values of the column have in common when a condition finds one by the other. */
export function comparable({ encryption }: Column, stored: unknown): unknown {
  return encryption === undefined ? stored : blindForm(encryption, stored)
}

/** The identity of a column's stored value. */
export function storedIdentity(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
): string {
  const updated = instance[REST]?.updated?.[column.index]
  const chunk = storedChunk(definition, instance)
  const raw = updated ?? chunk?.rawValue(instance[ROW] * chunk.columns + column.index)
  if (raw === null || raw === undefined || raw.type === 0) return identityOf(undefined)
  return identityOf(comparable(column, decodeStored(raw)))
}
