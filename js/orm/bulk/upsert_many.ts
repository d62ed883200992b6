/** `upsertMany`. */
import { refuse } from '../../errors/index.ts'
import { refuseOpaque, resolvePath } from '../../query/index.ts'
import { describe } from '../../query/messages.ts'
import { isPlainObject } from '../../query/values.ts'
import type { Column } from '../columns/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { callOf } from '../operation/call.ts'
import type { UpdateChanges } from '../query_builder/update/builder.ts'
import { BulkBuilder } from './builder.ts'
import type { BulkFilter, BulkResult, UpsertManyOptions } from './types.ts'
import { writeAll } from './write.ts'

export async function upsertMany<M extends Model>(
  model: ModelClass,
  rows: readonly unknown[],
  given: UpsertManyOptions<M>,
): Promise<BulkResult> {
  const options = own(given)
  const definition = definitionOf(model)
  if (!Array.isArray(rows)) {
    const why = `.upsertMany() needs an array of rows, got ${describe(rows)}`
    refuse('E_INVALID_VALUE', definition, 'upsertMany', why)
  }
  const by = keyColumns(definition, options.by)
  const builder = new BulkBuilder<M>(definition)
  for (const [position, row] of rows.entries()) {
    const { filter, values } = split(definition, by, row, position)
    builder.upsert(filter as BulkFilter<M>, values as UpdateChanges<M>)
  }
  return writeAll(callOf(definition, 'upsertMany', options), options, builder, 'rows')
}

function keyColumns(definition: ModelDefinition, by: unknown): readonly Column[] {
  const names: readonly unknown[] = Array.isArray(by) ? by : []
  if (names.length === 0) {
    refuse(
      'E_INVALID_QUERY',
      definition,
      'upsertMany',
      `.upsertMany() needs the columns that tell documents apart, as in { by: ['email'] }`,
    )
  }
  return names.map((name) => {
    const { column } = resolvePath(definition, name)
    const found = column.attribute === name || column.stored === name
    const described = found ? definition.attribute(column.attribute) : undefined
    if (described !== undefined) {
      refuseOpaque({ name: definition.name, operation: 'upsertMany' }, described)
      return described
    }
    const why = '.upsertMany(): `by` takes columns, and no values inside of them'
    return refuse('E_UNKNOWN_COLUMN', definition, 'upsertMany', why, column.attribute)
  })
}

/** The part of a row that finds its document, and the rest. */
function split(
  definition: ModelDefinition,
  by: readonly Column[],
  row: unknown,
  position: number,
): { filter: Record<string, unknown>; values: Record<string, unknown> } {
  if (!isPlainObject(row)) {
    const why = `.upsertMany(): row ${position} must be an object, got ${describe(row)}`
    refuse('E_INVALID_VALUE', definition, 'upsertMany', why, { position })
  }
  const filter: Record<string, unknown> = Object.create(null)
  const values: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(row)) {
    const column = definition.column(key)
    const inFilter = column !== undefined && by.includes(column)
    ;(inFilter ? filter : values)[inFilter ? column.attribute : key] = row[key]
  }
  const missing = by.filter(({ attribute, prepare, preparesWhole }) => {
    const value = filter[attribute]
    if (value === undefined || value === null) return true
    return preparesWhole === true && (prepare?.(value) ?? null) === null
  })
  if (missing.length > 0) {
    const names = missing.map(({ attribute }) => `"${attribute}"`).join(', ')
    const why = `row ${position} has no ${names}, by which its document is found`
    const details = { position, column: missing[0]?.attribute }
    refuse('E_UNDEFINED_VALUE', definition, 'upsertMany', `.upsertMany(): ${why}`, details)
  }
  return { filter, values }
}
