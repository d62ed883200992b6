/** How many documents were written while a class's own methods wrote an instance. */
import type { Model } from '../contracts/index.ts'
import type { WriteOperation } from '../operation/run.ts'

/** Numbers of documents, as bulk writes count them. */
export interface Written {
  inserted: number
  matched: number
  modified: number
  deleted: number
}

const counted = new WeakMap<Model, Written>()

/** Counts what the work writes of the instance. Answers the numbers, also when the work fails. */
export async function countWritten(
  instance: Model,
  work: () => Promise<void>,
): Promise<Written & { readonly failure?: { readonly error: unknown } }> {
  const written: Written = { inserted: 0, matched: 0, modified: 0, deleted: 0 }
  counted.set(instance, written)
  try {
    await work()
    return written
  } catch (error) {
    return { ...written, failure: { error } }
  } finally {
    counted.delete(instance)
  }
}

/** The instance was written. */
export function noteWritten(instance: Model, operation: WriteOperation): void {
  const written = counted.get(instance)
  if (written === undefined) return
  if (operation === 'create') written.inserted++
  else if (operation === 'delete') written.deleted++
  else {
    written.matched++
    written.modified++
  }
}
