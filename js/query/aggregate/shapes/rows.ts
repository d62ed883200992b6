/**
 * Rows as they are handed out: fields of models have their property names, ids of models are text.
 * What the pipeline made itself is named as it was written, and is as it is stored.
 */
import { bsonType, isPlainObject } from '../../values.ts'
import { setOwn } from '../copy.ts'
import type { Known, Shape } from './shape.ts'

type Convert = (value: unknown) => unknown

interface Entry {
  readonly name: string
  readonly convert: Convert | undefined
}

/** What turns the server's rows into those of the shape; `undefined` where they are the same. */
export function rowReader(shape: Shape): Convert | undefined {
  const entries = new Map<string, Entry>()
  let changes = false
  for (const [name, field] of shape.fields) {
    const convert = reader(field)
    changes ||= convert !== undefined || name !== field.stored
    entries.set(field.stored, { name, convert })
  }
  if (!changes) return undefined
  // A stored field that has a column's property name without being the column would hide it.
  const taken = new Set(Array.from(shape.fields).map(([name]) => name))
  return (row) => (isPlainObject(row) ? readRow(row, entries, taken) : row)
}

function readRow(
  row: Record<string, unknown>,
  entries: ReadonlyMap<string, Entry>,
  taken: ReadonlySet<string>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(row)) {
    const value = row[key]
    const entry = entries.get(key)
    if (entry !== undefined) {
      setOwn(result, entry.name, entry.convert === undefined ? value : entry.convert(value))
    } else if (!taken.has(key)) setOwn(result, key, value)
  }
  return result
}

function reader({ column, shape }: Known): Convert | undefined {
  const inner = shape === undefined ? undefined : rowReader(shape)
  if (inner !== undefined) return (value) => eachOf(value, inner)
  return column?.idAsText === true ? (value) => eachOf(value, idAsText) : undefined
}

function eachOf(value: unknown, convert: Convert): unknown {
  return Array.isArray(value) ? value.map((item) => eachOf(item, convert)) : convert(value)
}

function idAsText(value: unknown): unknown {
  return bsonType(value) === 'ObjectId' ? String(value) : value
}
