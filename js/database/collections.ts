/** Collections of a database that no model stands for. */
import { ObjectId } from '../codec/values.ts'
import { errors } from '../errors/index.ts'
import { isPlainObject } from '../query/values.ts'
import type { QueryClient } from './client.ts'
import { runCommand } from './command.ts'

interface CursorReply<Row> {
  cursor: { id: unknown; firstBatch: Row[] }
}

/** More collections than this a database does not sensibly have; the server takes one batch. */
const ALL = 100_000

/** Names of the collections, without views and what belongs to the server. */
export async function collectionNames(client: QueryClient): Promise<string[]> {
  const { cursor } = await runCommand<CursorReply<{ name: string; type: string }>>(client, {
    command: { listCollections: 1, nameOnly: true, cursor: { batchSize: ALL } },
  })
  return cursor.firstBatch
    .filter(({ name, type }) => type === 'collection' && !name.startsWith('system.'))
    .map(({ name }) => name)
    .sort()
}

/** Deletes every document of the collections; indexes and validators stay. */
export async function emptyCollections(
  client: QueryClient,
  names: readonly string[],
): Promise<void> {
  await Promise.all(
    names.map((name) =>
      runCommand(client, {
        command: { delete: name, deletes: [{ q: {}, limit: 0 }] },
        write: true,
      }),
    ),
  )
}

/** Drops the connection's database. */
export async function dropDatabase(client: QueryClient): Promise<void> {
  await runCommand(client, { command: { dropDatabase: 1 }, write: true })
}

/** What narrows `countDocuments`. */
export interface CountOptions {
  limit?: number
  collation?: { readonly locale: string; readonly strength?: number }
}

const HEX_ID = /^[0-9a-f]{24}$/i

/** Ids are text in models; a condition on `_id` finds both the text and the ObjectId. */
function comparison(field: string, value: unknown): Record<string, unknown> {
  if (field === '_id' && typeof value === 'string' && HEX_ID.test(value)) {
    return { [field]: { $in: [value, new ObjectId(value)] } }
  }
  return { [field]: { $eq: value } }
}

/** BSON has no undefined: a condition would lose it, and mean something else. */
function refuseUndefined(collection: string, path: string, value: unknown): void {
  if (value === undefined) {
    throw new errors.E_UNDEFINED_VALUE(
      `${collection}: undefined as value of "${path}"; use null for what has no value`,
      { operation: 'count' },
    )
  }
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && !isPlainObject(value)) return
  for (const [name, inner] of Object.entries(value)) {
    refuseUndefined(collection, `${path}.${name}`, inner)
  }
}

/**
 * How many documents have these values, by stored names. Values are compared, never operators.
 *
 * Errors: `E_UNDEFINED_VALUE`, at any depth.
 */
export async function countDocuments(
  client: QueryClient,
  collection: string,
  values: Readonly<Record<string, unknown>>,
  { limit, collation }: CountOptions = {},
): Promise<number> {
  for (const [field, value] of Object.entries(values)) refuseUndefined(collection, field, value)
  const filter = Object.entries(values).map(([field, value]) => comparison(field, value))
  const { cursor } = await runCommand<CursorReply<{ n: number }>>(client, {
    command: {
      aggregate: collection,
      pipeline: [
        ...(filter.length === 0 ? [] : [{ $match: { $and: filter } }]),
        ...(limit === undefined ? [] : [{ $limit: limit }]),
        { $count: 'n' },
      ],
      cursor: {},
      ...(collation !== undefined && { collation }),
    },
  })
  return cursor.firstBatch[0]?.n ?? 0
}
