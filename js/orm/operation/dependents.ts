/**
 * Deleting rows that others depend on: every way to delete documents of a model passes here. Related rows
 * go, or are let go, before the rows that they refer to, in the same transaction.
 */
import type { QueryClient } from '../../database/client.ts'
import type { Model } from '../contracts/index.ts'
import type { RelationContract } from '../contracts/relation.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn } from '../instance/attributes.ts'
import type { Call } from './call.ts'

/** Keys of rows that are being deleted, by their collection, as text and as they are. */
type Doomed = Map<string, Map<string, unknown>>

/** What is being deleted in a transaction, or on a connection: rows that refer to each other in a circle are met again. */
const doomed = new WeakMap<QueryClient, Doomed>()

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
  force = false,
): Promise<Result> {
  if (dependentsOf(call.definition).length === 0) return work(call, [])
  return inTransaction(call, async (client) => {
    const way = call.through(client)
    const rows = await find(way)
    return releasing(way, rows, () => work(way, rows), force)
  })
}

/** Does what relations say of rows that depend on these, which `work` deletes then. */
export async function releasing<Result>(
  { definition, client }: Call,
  rows: readonly Model[],
  work: () => Promise<Result>,
  force = false,
): Promise<Result> {
  const kept = force ? 'force' : 'keep'
  const how = definition.rules.keepsDeleted ? kept : 'delete'
  const ids = doomedIn(definition, client)
  const fresh = rows.filter((row) => {
    const [text, id] = idOf(definition, row)
    return !ids.has(text) && ids.set(text, id)
  })
  try {
    if (fresh.length > 0) {
      for (const relation of dependentsOf(definition)) await relation.release(fresh, client, how)
    }
    return await work()
  } finally {
    for (const row of fresh) ids.delete(idOf(definition, row)[0])
  }
}

/** Keys of rows of a model that are being deleted there. */
export function beingDeleted(definition: ModelDefinition, client: QueryClient): unknown[] {
  return [...doomedIn(definition, client).values()]
}

function doomedIn({ collection }: ModelDefinition, client: QueryClient): Map<string, unknown> {
  const known: Doomed = doomed.get(client) ?? new Map()
  doomed.set(client, known)
  const ids = known.get(collection) ?? new Map<string, unknown>()
  known.set(collection, ids)
  return ids
}

function idOf(definition: ModelDefinition, row: Model): [text: string, id: unknown] {
  const id = getColumn(row, definition, definition.primary)
  return [`${typeof id} ${String(id)}`, id]
}
