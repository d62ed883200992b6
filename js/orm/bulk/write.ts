/** `bulkWrite`. */
import { types } from 'node:util'
import { errors } from '../../errors/index.ts'
import { describe } from '../../query/messages.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { callOf } from '../operation/call.ts'
import { adopt } from '../persistence/enlist.ts'
import { giveKeys, type Upsert } from '../query_builder/update/upsert.ts'
import { BulkBuilder, type BulkPart } from './builder.ts'
import { carryOutBulk } from './conclude.ts'
import { InsertStatement, reserveForInserts } from './instances.ts'
import type { BulkOptions, BulkResult, BulkStatement } from './types.ts'

/** What `bulkWrite` carries out. */
export type BulkStatements<M extends Model> =
  | readonly BulkStatement<M>[]
  | ((bulk: BulkBuilder<M>) => unknown)

export async function bulkWrite<M extends Model>(
  model: ModelClass,
  given: BulkStatements<M>,
  givenOptions: BulkOptions | undefined,
): Promise<BulkResult> {
  const options = own(givenOptions)
  const definition = definitionOf(model)
  const { parts } = collect(definition, given)
  const instances = parts.flatMap((part) => ('insert' in part ? [part.insert] : []))
  const call = callOf(definition, 'bulkWrite', options)
  for (const instance of instances) adopt(instance, options.client, options.connection)
  await giveKeys(definition, call, upsertsOf(parts))
  return carryOutBulk({
    call,
    options,
    what: `${parts.length} statements`,
    instances,
    work: async (run, way) => {
      const statements = parts.map((part) =>
        'insert' in part ? new InsertStatement(part.position, way, part.insert) : part.statement,
      )
      await reserveForInserts(way, statements)
      await run.send(statements)
    },
  })
}

/** The upserts among the parts of a bulk write. */
export function upsertsOf(parts: readonly BulkPart[]): Upsert[] {
  return parts.flatMap((part) =>
    'upsert' in part && part.upsert !== undefined ? [part.upsert] : [],
  )
}

function collect<M extends Model>(
  definition: ModelDefinition,
  given: BulkStatements<M>,
): BulkBuilder<M> {
  const builder = new BulkBuilder<M>(definition)
  if (Array.isArray(given)) {
    for (const statement of given as readonly BulkStatement<M>[]) builder.add(statement)
    return builder
  }
  const details = { model: definition.name, operation: 'bulkWrite' }
  if (typeof given !== 'function') {
    throw new errors.E_INVALID_VALUE(
      `${definition.name}.bulkWrite() needs a callback or an array of statements, got ${describe(given)}`,
      details,
    )
  }
  const answer = given(builder)
  if (types.isPromise(answer)) {
    // Nobody else will look at it.
    answer.catch(() => {})
    const message = `${definition.name}.bulkWrite(): the callback must not be async`
    throw new errors.E_INVALID_QUERY(message, details)
  }
  return builder
}
