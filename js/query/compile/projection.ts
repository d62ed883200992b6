import { resolvePath } from '../names.ts'
import type { QueryTarget } from '../target.ts'
import { record } from './record.ts'

/** Reads the arguments of `select()` as stored paths. `'*'` stands for every column. */
export function readColumns(target: QueryTarget, columns: readonly unknown[]): string[] {
  return columns
    .flatMap((column) => (Array.isArray(column) ? Array.from<unknown>(column) : [column]))
    .map((column) => (column === '*' ? '*' : resolvePath(target, column).field))
}

/** The projection, or `undefined` when everything is asked for. `_id` is always part of it. */
export function compileProjection(fields: readonly string[]): Record<string, 0 | 1> | undefined {
  if (fields.length === 0 || fields.includes('*')) return undefined
  const wanted = new Set(['_id', ...fields])
  const projection = record<0 | 1>()
  for (const field of wanted) {
    // The server refuses a projection of both a field and something inside it.
    if (!isInside(field, wanted)) projection[field] = 1
  }
  return projection
}

function isInside(field: string, wanted: ReadonlySet<string>): boolean {
  for (let dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
    if (wanted.has(field.slice(0, dot))) return true
  }
  return false
}
