/** Replacing plain values of hashed columns by their hashes, before they are written. */
import { VALUES } from '../../codec/accessors.ts'
import { refuse } from '../../errors/index.ts'
import { prehashed } from '../columns/hashed/values.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import { REST } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { definitionFor, setColumn } from '../instance/attributes.ts'
import { equalsProperty } from '../instance/changes.ts'
import { anyEmbedded, eachEmbedded } from '../instance/embedded/touched.ts'
import { isView } from '../instance/views.ts'

/** Hashes made at once: one less than Node's pool has threads, which files and DNS need too. */
const MOST_AT_ONCE = 3

/** Whether values of the model, or of what is embedded in its documents, are hashed. */
export function hashes(definition: ModelDefinition): boolean {
  const own = ({ hashed }: ModelDefinition) => hashed.length > 0
  return own(definition) || anyEmbedded(definition, own)
}

/** A value that is to be hashed. */
interface Pending {
  readonly instance: Model
  readonly column: Column
  readonly plain: string
}

/**
 * Hashes the plain values that instances have in hashed columns, those that changed, and puts the
 * hashes in their place. What another part of the application sets meanwhile is hashed too: when it
 * is over, there is none left.
 *
 * Errors: `E_ABORTED`, what a hasher throws. Some instances may have their hashes then; who writes
 * them puts them back.
 */
export async function hashValues(
  definition: ModelDefinition,
  instances: readonly Model[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    const pending = instances.flatMap((instance) => [
      ...pendingOf(definition, instance),
      ...[...eachEmbedded(definition, instance)].flatMap(([inner, one]) => pendingOf(inner, one)),
    ])
    if (pending.length === 0) return
    await eachAtOnce(definition, pending, signal, async ({ instance, column, plain }) => {
      const hash = await column.kind.hashed?.make(plain, column.attribute, definition.name)
      if (hash === undefined || kept(instance, column) !== plain) return
      setColumn(instance, definitionFor(instance), column, prehashed(hash))
      instance[REST]?.cached?.delete(column.attribute)
    })
  }
}

function kept(instance: Model, column: Column): unknown {
  return instance[VALUES]?.[column.index]
}

function pendingOf(definition: ModelDefinition, instance: Model): Pending[] {
  const pending: Pending[] = []
  for (const column of definition.hashed) {
    const plain = kept(instance, column)
    if (typeof plain !== 'string') continue
    if (isView(instance, column, plain)) continue
    if (instance.$isPersisted && equalsProperty(definition, instance, column, plain)) continue
    pending.push({ instance, column, plain })
  }
  return pending
}

/**
 * Does the work for each item, a few at a time. The first failure ends it, when what is under way is
 * over: nothing happens to the items afterwards. Errors: `E_ABORTED`.
 */
export async function eachAtOnce<Item>(
  definition: ModelDefinition,
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  let failure: { readonly error: unknown } | undefined
  const worker = async () => {
    while (failure === undefined && next < items.length) {
      const item = items[next++] as Item
      try {
        if (signal?.aborted) {
          const why = ': the caller gave up while values were hashed'
          refuse('E_ABORTED', definition, undefined, why, { cause: signal.reason })
        }
        await work(item)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, items.length) }, worker))
  if (failure !== undefined) throw failure.error
}
