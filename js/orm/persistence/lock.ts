/** Write locks. */

import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { decodeInOrder } from '../../codec/stored_values.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { request, settled } from '../operation/send.ts'

/** The field that a lock sets and removes again. */
const LOCK = '_lucent_lock'
/** Documents in one command at most. */
const MOST = 10_000

/**
 * Locks the documents of a transaction that were just read in it. MongoDB has no locks of its own for
 * this, and an update that changes nothing does not count as one: a field is set and, by the same
 * command, removed. From then on every other transaction that writes one of the documents is
 * refused, and repeated, and writes outside of transactions wait, until this one ends. The documents
 * are stored as they were.
 *
 * Errors: `E_WRITE_CONFLICT` when a document was changed since the transaction began, or is locked;
 * `E_DOCUMENT_VALIDATION` where a validator forbids other fields than its own.
 */
export async function lockRows(
  reading: Call,
  chunks: readonly Chunk[],
  plain: boolean,
): Promise<void> {
  const call = reading.as('lock')
  const { definition } = call
  const keys = chunks.flatMap((chunk) => keysOf(definition, chunk, plain))
  for (let from = 0; from < keys.length; from += MOST) {
    const some = keys.slice(from, from + MOST)
    const reply = await request<{ items?: native.FailureReport[] }>(
      call,
      native.Operation.bulk,
      (body) => {
        call.writeHead(body)
        writeStatement(body, some, { $set: { [LOCK]: true } })
        writeStatement(body, some, { $unset: { [LOCK]: true } })
      },
    )
    const [failed] = settled(call, reply).items ?? []
    if (failed !== undefined) {
      const { position: _statement, ...report } = failed
      throw new native.Failure(report).toError(call.details)
    }
  }
}

function writeStatement(body: Body, keys: readonly unknown[], update: object): void {
  body.document({ update: { q: { _id: { $in: keys } }, u: update, multi: true } })
}

function keysOf(definition: ModelDefinition, chunk: Chunk, plain: boolean): unknown[] {
  const keys: unknown[] = []
  for (let row = 0; row < chunk.rows; row++) {
    if (plain) keys.push((chunk.document(row) as { _id: unknown })._id)
    else {
      const raw = chunk.rawValue(row * chunk.columns + definition.primary.index)
      if (raw !== null) keys.push(decodeInOrder(raw))
    }
  }
  return keys
}

/**
 * Errors: `E_INVALID_QUERY` for a lock outside of a transaction, where it would end with the query,
 * and for a query whose rows are no documents.
 */
export function checkLock(reading: Call, isAggregation: boolean): void {
  const { definition, client, details } = reading.as('lock')
  const { name } = definition
  if (!client.isTransaction) {
    throw new errors.E_INVALID_QUERY(
      `${name}: forUpdate() needs a transaction, which holds the lock; pass { client: trx }`,
      details,
    )
  }
  if (isAggregation) {
    throw new errors.E_INVALID_QUERY(
      `${name}: forUpdate() locks documents, and this query is an aggregation`,
      details,
    )
  }
}
