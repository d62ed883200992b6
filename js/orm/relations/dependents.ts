/** What becomes of the rows of a relation when the rows are deleted that they refer to. */
import type { QueryClient } from '../../database/client.ts'
import { errors } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { Removal } from '../contracts/relation.ts'
import { definitionFor } from '../instance/attributes.ts'
import { shownValue } from '../instance/stored.ts'
import { beingDeleted } from '../operation/dependents.ts'
import { remove } from '../persistence/index.ts'
import { deleteAsClass } from '../persistence/overrides.ts'
import { keyValue } from '../preload/load.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import type { Related } from './keys.ts'
import type { AnyRelationOptions } from './options.ts'

type Relation = Related & { readonly options: AnyRelationOptions }

/** Keys of one query. */
const MOST_KEYS = 10_000

/** Errors: `E_DELETE_RESTRICTED`, and those of what is written. */
export async function releaseRows(
  relation: Relation,
  rows: readonly Model[],
  client: QueryClient,
  how: Removal,
): Promise<void> {
  const { key } = relation.keys
  const keys = rows
    .map((row) => storedKey(row, key))
    .filter((value) => value !== undefined && value !== null)
  for (let from = 0; from < keys.length; from += MOST_KEYS) {
    await releaseSome(relation, keys.slice(from, from + MOST_KEYS), client, how)
  }
}

/** What is stored: related rows refer to that, whatever the instance has become. */
function storedKey(row: Model, column: Column): unknown {
  return shownValue(row, definitionFor(row), column) ?? keyValue(row, column)
}

async function releaseSome(
  relation: Relation,
  keys: readonly unknown[],
  client: QueryClient,
  how: Removal,
): Promise<void> {
  const { related, match, between, type } = relation.keys
  const { onDelete, hooks = false, relatedForeignKeys } = relation.options
  const target = between?.definition ?? related
  const { keepsDeleted } = target.rules
  // What is kept can be restored: what refers to it stays, unless it can be restored as well.
  if (how === 'keep' && onDelete !== 'restrict' && !(onDelete === 'cascade' && keepsDeleted)) return
  const query = new ModelQueryBuilder<Model>(target, relation.optionsFor(client, target))
  const by = between?.match ?? match.attribute
  query.whereIn(by as never, keys as never)
  const forces = how === 'force' && keepsDeleted
  if (forces) query.withTrashed()
  if (type !== undefined) query.where(type.column.attribute as never, type.name as never)
  const doomed = beingDeleted(target, query.client)
  if (doomed.length > 0) query.whereNotIn(target.primary.attribute as never, doomed as never)
  if (onDelete === 'restrict') {
    if (await query.exists()) throw restricted(relation)
  } else if (relatedForeignKeys !== undefined) {
    await query.pullFrom(by as never, 'in' as never, keys as never)
  } else if (onDelete === 'nullify' && between === undefined) {
    const named = type === undefined ? {} : { [type.column.attribute]: null }
    await query.update({ [by]: null, ...named } as never)
  } else if (hooks && between === undefined) {
    for (const row of await query.whole('delete')) {
      if (forces) await remove(row, {}, true)
      else await deleteAsClass(target.model, row, {})
    }
  } else await (forces ? query.forceDelete() : query.delete())
}

function restricted({ model, relationName, keys }: Relation): Error {
  return new errors.E_DELETE_RESTRICTED(
    `${model.name}.${relationName}: a row of ${keys.related.name} refers to what is to be deleted, and onDelete ` +
      `is 'restrict'; delete it first, or let it refer to another row`,
    { model: model.name, column: relationName, operation: 'delete' },
  )
}
