/** Arguments of the methods that update, read as modifications. */
import { refuse } from '../../../errors/index.ts'
import { wasAsync } from '../../../query/messages.ts'
import type { Document } from '../../../query/record.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { UpdateBuilder } from './builder.ts'
import type { Modifications } from './modifications.ts'

/** What a method that updates was told besides its own arguments. */
export interface UpdateContext {
  readonly definition: ModelDefinition
  readonly operation: string
  /** Array filters of the query, by name. */
  readonly arrayFilters?: ReadonlyMap<string, Document> | undefined
}

/** A builder with what `write` does to it, and the array filters of the query. */
export function collect(
  { definition, operation, arrayFilters }: UpdateContext,
  write: (update: UpdateBuilder<never>) => unknown,
): UpdateBuilder<never> {
  const update = new UpdateBuilder<never>(definition, operation)
  if (wasAsync(write(update))) {
    refuse('E_INVALID_QUERY', definition, operation, ': callbacks of an update must not be async')
  }
  for (const [name, filter] of arrayFilters ?? []) update.modifications.addFilter(name, filter)
  return update
}

/** A builder from values to set, a column and a value, or a callback. */
export function collectChanges(
  context: UpdateContext,
  args: readonly unknown[],
): UpdateBuilder<never> {
  const [first] = args
  const isCallback = args.length === 1 && typeof first === 'function'
  const write = isCallback
    ? (first as (update: UpdateBuilder<never>) => unknown)
    : (update: UpdateBuilder<never>) => update.set(...(args as [never, never]))
  return collect(context, write)
}

/**
 * The modifications of an update of stored documents. Errors: `E_INVALID_QUERY` when there is nothing
 * to change.
 */
export function finish(update: UpdateBuilder<never>): Modifications {
  const { modifications } = update
  const { definition, operation } = modifications
  if (modifications.isEmpty && modifications.leftOut) {
    modifications.changeNothing()
    return modifications
  }
  if (modifications.isEmpty) {
    const message = `${operation} needs a column and a value, or an object with at least one column`
    refuse('E_INVALID_QUERY', definition, operation, `: ${message}`)
  }
  if (modifications.has('$setOnInsert')) {
    refuse('E_INVALID_QUERY', definition, operation, ': setOnInsert is for upserts')
  }
  return modifications
}

/** {@link collectChanges} of stored documents. */
export function readChanges(context: UpdateContext, args: readonly unknown[]): Modifications {
  return finish(collectChanges(context, args))
}
