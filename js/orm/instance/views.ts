/**
 * What after hooks of reads, and row transformers, make properties show. It is a view of the document:
 * nothing of it is saved until the property gets another value.
 */
import { HOLE } from '../../codec/accessors.ts'
import { sameBytes } from '../../codec/buffers.ts'
import type { RawValue } from '../../codec/chunk.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import { REST, type Rest } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { restOf } from './attributes.ts'
import { bytesOfValue } from './scratch.ts'

/** What is shown, as bytes, so that a change in place is seen; null where BSON cannot hold it. */
function bytesOf(value: unknown, column: Column): RawValue | null {
  if (typeof value !== 'object' || value === null) return null
  return bytesOfValue(value, column)
}

/** Says that the column shows this from now on. */
export function rememberView(rest: Rest, column: Column, value: unknown): void {
  rest.views ??= new Map()
  rest.views.set(column.index, { value, bytes: bytesOf(value, column) })
}

/** Whether the property still shows what an after hook made it show. */
export function isView(instance: Model, column: Column, current: unknown): boolean {
  const view = instance[REST]?.views?.get(column.index)
  if (view === undefined) return false
  const { value, bytes } = view
  if (bytes === null || typeof current !== 'object' || current === null) {
    return Object.is(value, current)
  }
  const now = bytesOf(current, column)
  if (now === null || now.type !== bytes.type) return false
  return sameBytes(now.bytes, now.start, now.end, bytes.bytes, bytes.start, bytes.end)
}

/** Says that what the columns show is meant as a change. */
export function markDirty(instance: Model, columns: readonly Column[]): void {
  const rest = restOf(instance)
  rest.meant ??= new Set()
  for (const { index } of columns) {
    rest.views?.delete(index)
    rest.meant.add(index)
  }
}

/** The values of an instance that was read and has its views alone; null where it has none. */
export function viewValues({ columns }: ModelDefinition, rest: Rest | null): unknown[] | null {
  const views = rest?.views
  if (views === undefined || views.size === 0) return null
  return columns.map(({ index }) => (views.has(index) ? views.get(index)?.value : HOLE))
}
