/** What a query needs to lock its rows. */
import { errors } from '../../errors/index.ts'
import type { Call } from '../operation/call.ts'

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
