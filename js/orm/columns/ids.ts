import { isBsonValue } from '../../codec/values.ts'

/** Whether the value is an `ObjectId`, of whichever copy of `bson`. */
export function isObjectId(value: unknown): boolean {
  return isBsonValue(value) && (value as { _bsontype: string })._bsontype === 'ObjectId'
}

/** An id, or the ids of an array, as text; any other value as it is. */
export function idsAsText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => (isObjectId(one) ? String(one) : one))
  return isObjectId(value) ? String(value) : value
}
