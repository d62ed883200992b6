/** Arguments of the methods that update, read as modifications. */
import { types } from 'node:util'
import { DateTime } from 'luxon'
import type { Document } from '../../../query/record.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { UpdateBuilder } from './builder.ts'
import type { Modifications } from './modifications.ts'
import { refuse } from './refuse.ts'
import { stampUpdate } from './stamp.ts'

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
  const answer = write(update)
  if (types.isPromise(answer)) {
    // Nobody else will look at it.
    answer.catch(() => {})
    refuse(definition, 'E_INVALID_QUERY', operation, 'callbacks of an update must not be async')
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
 * The modifications of an update of stored documents, dates stamped. Errors: `E_INVALID_QUERY` when
 * there is nothing to change.
 */
export function finish(update: UpdateBuilder<never>): Modifications {
  const { modifications, values } = update
  const { definition, operation } = modifications
  if (modifications.isEmpty && modifications.leftOut) {
    modifications.changeNothing()
    return modifications
  }
  if (modifications.isEmpty) {
    const message = `${operation} needs a column and a value, or an object with at least one column`
    refuse(definition, 'E_INVALID_QUERY', operation, message)
  }
  if (modifications.has('$setOnInsert')) {
    refuse(definition, 'E_INVALID_QUERY', operation, 'setOnInsert is for upserts')
  }
  stampUpdate(modifications, values, DateTime.now())
  return modifications
}

/** {@link collectChanges} of stored documents. */
export function readChanges(context: UpdateContext, args: readonly unknown[]): Modifications {
  return finish(collectChanges(context, args))
}
