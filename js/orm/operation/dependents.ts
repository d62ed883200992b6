/**
 * Deleting rows that others depend on: every way to delete documents of a model passes here. Related rows
 * go, or are let go, before the rows that they refer to, in the same transaction.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { QueryClient } from '../../database/client.ts'
import type { Model } from '../contracts/index.ts'
import type { RelationContract } from '../contracts/relation.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn } from '../instance/attributes.ts'
import type { Call } from './call.ts'

/** Keys of rows that are being deleted, by their collection, as text and as they are. */
type Doomed = Map<string, Map<string, unknown>>

/** What is being deleted around this: rows that refer to each other in a circle are met again. */
const around = new AsyncLocalStorage<Doomed>()

/** The relations that say what becomes of their rows; those first that may keep a row. */
export function dependentsOf({ relations }: ModelDefinition): readonly RelationContract[] {
  if (relations.size === 0) return NONE
  const all = [...relations.values()].filter(({ onDelete }) => onDelete !== undefined)
  return all.sort((one, other) => rank(one) - rank(other))
}

const NONE: readonly RelationContract[] = []

function rank({ onDelete }: RelationContract): number {
  return onDelete === 'restrict' ? 0 : 1
}

/**
 * Runs `work` in the call's transaction, in one of its own, or, where the server has none, without.
 * An adapter of the application's gets the transaction as the client of its queries, and of instances.
 */
export async function inTransaction<Result>(
  { client }: Call,
  work: (client: QueryClient) => Promise<Result>,
): Promise<Result> {
  if (client.isTransaction) return work(client)
  return (await client.supportsTransactions()) ? client.transaction(work) : work(client)
}

/**
 * Deletes by `work` the rows that `find` answers, and does before what relations say of rows that depend
 * on them; in one transaction where the server has them. Errors: `E_DELETE_RESTRICTED`.
 */
export async function deleting<Result>(
  call: Call,
  find: (call: Call) => Promise<readonly Model[]>,
  work: (call: Call, rows: readonly Model[]) => Promise<Result>,
): Promise<Result> {
  if (dependentsOf(call.definition).length === 0) return work(call, [])
  return inTransaction(call, async (client) => {
    const way = call.through(client)
    const rows = await find(way)
    await release(way, rows)
    return work(way, rows)
  })
}

/** Does what relations say of rows that depend on rows which are about to be deleted. */
export function release({ definition, client }: Call, rows: readonly Model[]): Promise<void> {
  const known: Doomed = around.getStore() ?? new Map()
  return around.run(known, async () => {
    const fresh = rows.filter((row) => note(known, definition, row))
    if (fresh.length === 0) return
    for (const relation of dependentsOf(definition)) await relation.release(fresh, client)
  })
}

/** Keys of rows of a model that are being deleted around this. */
export function beingDeleted({ collection }: ModelDefinition): unknown[] {
  return [...(around.getStore()?.get(collection)?.values() ?? [])]
}

/** Notes a row; false for one that was noted before. */
function note(known: Doomed, definition: ModelDefinition, row: Model): boolean {
  const { collection, primary } = definition
  const ids = known.get(collection) ?? new Map<string, unknown>()
  known.set(collection, ids)
  const id = getColumn(row, definition, primary)
  const text = `${typeof id} ${String(id)}`
  if (ids.has(text)) return false
  ids.set(text, id)
  return true
}
