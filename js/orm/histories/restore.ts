/** Going back to what a document was. */
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { WriteOptions } from '../contracts/options.ts'
import type { ModelDefinition } from '../definition/index.ts'
import {
  absorb,
  ensureNotDeleted,
  hasColumn,
  leaveOut,
  setColumn,
  valueFor,
} from '../instance/attributes.ts'
import { storedValue } from '../instance/stored.ts'

/** An instance that can be saved. */
interface Saved extends Model {
  save(options?: WriteOptions): Promise<this>
}

/** Columns that say what was: the others are about the document as it is now. */
function restored({ columns, rules, kinds, version }: ModelDefinition, omitted: readonly string[]) {
  const kept = new Set<Column | undefined>([
    version,
    kinds.column,
    ...rules.pinned,
    ...rules.stamped.map(({ column }) => column),
  ])
  return columns.filter(
    (column) =>
      !column.isPrimary &&
      !kept.has(column) &&
      column.date?.autoCreate !== true &&
      column.date?.autoUpdate !== true &&
      !omitted.includes(column.attribute),
  )
}

/** Gives an instance what a version of its document has, but for columns that the history leaves out, and saves it. */
export async function restoreFrom<M extends Model>(
  instance: M,
  version: Model,
  omitted: readonly string[],
  options: WriteOptions | undefined,
): Promise<M> {
  ensureNotDeleted(instance, 'restoreVersion')
  const definition = absorb(instance)
  for (const column of restored(definition, omitted)) {
    const value = storedValue(version, definition, column)
    if (value !== undefined) setColumn(instance, definition, column, valueFor(column, value))
    else if (hasColumn(instance, column)) leaveOut(instance, definition, column, 'unset')
  }
  await (instance as unknown as Saved).save(options)
  return instance
}
