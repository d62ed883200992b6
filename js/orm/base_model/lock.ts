/** `lockForUpdate`. */
import type { TransactionClient } from '../../database/transaction/index.ts'
import { refuse } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import { rowNotFound } from '../contracts/row_not_found.ts'
import { absorb, ensureNotDeleted, modelOf } from '../instance/attributes.ts'
import { keyOf } from '../persistence/identity.ts'
import { instanceClient } from '../persistence/index.ts'
import { queryOf } from '../query_builder/of_model.ts'

export async function lockForUpdate<M extends Model, Result>(
  instance: M,
  callback: (fresh: M, trx: TransactionClient) => Promise<Result> | Result,
): Promise<Result> {
  ensureNotDeleted(instance, 'lockForUpdate')
  const definition = absorb(instance)
  if (!instance.$isPersisted) {
    refuse(
      'E_MODEL_NOT_PERSISTED',
      definition,
      'lockForUpdate',
      ': lockForUpdate() needs an instance that is in the database',
    )
  }
  const { primary } = definition
  const locked = async (trx: TransactionClient): Promise<Result> => {
    const key = keyOf(definition, instance)
    const query = queryOf(modelOf(instance), { client: trx }).where(primary.attribute, key as never)
    const fresh = await query.forUpdate().findOne('find')
    if (fresh === null) rowNotFound(modelOf(instance), 'lockForUpdate')
    return callback(fresh as M, trx)
  }
  const client = instanceClient(definition, instance)
  return client.isTransaction ? locked(client) : client.transaction(locked)
}
