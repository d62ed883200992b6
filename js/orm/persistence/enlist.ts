/** Instances in transactions: what they were when they joined is what an abort puts back. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { QueryClient } from '../../database/client.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'
import { definitionFor, restOf } from '../instance/attributes.ts'
import { cloneValue } from '../instance/clone.ts'

/** The transaction in which the instance is written; none once it is over. */
export function currentTransaction(instance: Model): TransactionClient | undefined {
  const trx = instance[REST]?.trx
  return trx === undefined || trx.isCompleted ? undefined : trx
}

/** Directs what the instance does from now on. */
export function adopt(instance: Model, client: QueryClient | undefined, connection?: string): void {
  if (client === undefined) {
    if (connection !== undefined) restOf(instance).connection = connection
    return
  }
  // Nothing must be written beside a transaction that is over.
  if (client.isTransaction) client.route()
  const rest = restOf(instance)
  rest.connection = client.connectionName
  rest.trx = client.isTransaction ? client : undefined
}

/** Makes the instance a part of the transaction. */
export function enlist(instance: Model, trx: TransactionClient): void {
  if (!trx.hasEnlisted(instance)) trx.enlist(instance, snapshot(instance, trx))
  restOf(instance).trx = trx
}

/** An instance that was read in the transaction joined as it was read, whatever was set since. */
function snapshot(instance: Model, trx: TransactionClient): () => void {
  const chunk = instance[CHUNK]
  const row = instance[ROW]
  const flags = instance[FLAGS]
  const rest = instance[REST]
  const wasRead = rest?.trx === trx && (flags & Flag.local) === 0
  const values = wasRead ? null : (instance[VALUES]?.map(cloneValue) ?? null)
  const { transients } = definitionFor(instance)
  const restore = wasRead ? undefined : transients.snapshot(instance, cloneValue)
  const saved =
    rest === null
      ? null
      : {
          ...rest,
          trx: undefined,
          updated: rest.updated && new Map(rest.updated),
          properties: rest.properties && new Map(rest.properties),
        }
  return () => {
    if (restore === undefined) transients.removeFrom(instance)
    else restore()
    instance[CHUNK] = chunk
    instance[ROW] = row
    instance[FLAGS] = flags
    instance[VALUES] = values
    instance[REST] = saved
  }
}
