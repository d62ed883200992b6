/** Instances in transactions: what they were when they joined is what an abort puts back. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { QueryClient } from '../../database/client.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'
import { definitionFor, restOf } from '../instance/attributes.ts'
import { cloneValue } from '../instance/clone.ts'
import { embeddedState } from '../instance/embedded/touched.ts'
import { viewValues } from '../instance/views.ts'
import { atHome } from '../operation/call.ts'

/** The transaction in which the instance is written; none once it is over. */
export function currentTransaction(instance: Model): TransactionClient | undefined {
  const trx = instance[REST]?.trx
  return trx === undefined || trx.isCompleted ? undefined : trx
}

/** Directs what the instance does from now on. */
export function adopt(instance: Model, given: QueryClient | undefined, connection?: string): void {
  if (given === undefined) {
    if (connection !== undefined) restOf(instance).connection = connection
    return
  }
  const client = given.isTransaction ? atHome(definitionFor(instance), given, connection) : given
  // Nothing must be written beside a transaction that is over.
  if (client.isTransaction) client.route()
  const rest = restOf(instance)
  rest.connection = client.connectionName
  rest.trx = client.isTransaction ? client : undefined
}

/** New instances in transactions: their values as they were before their last save began. */
const fresh = new WeakMap<TransactionClient, WeakMap<Model, FreshValues>>()

interface FreshValues {
  values: unknown[] | null
  restore: () => void
}

/**
 * Makes the instance a part of the transaction. A new instance keeps what it was given until it was
 * saved: nothing else has it once the transaction is rolled back. Another attempt begins with what it
 * joined with.
 */
export function enlist(instance: Model, trx: TransactionClient): void {
  let known = fresh.get(trx)?.get(instance)
  if (!trx.hasEnlisted(instance)) {
    known = isNew(instance) ? freshValues(instance) : undefined
    noteFresh(instance, trx, known)
    trx.enlist(instance, snapshot(instance, trx, known))
  } else if (known !== undefined && isNew(instance)) Object.assign(known, freshValues(instance))
  restOf(instance).trx = trx
}

function isNew(instance: Model): boolean {
  return (instance[FLAGS] & (Flag.persisted | Flag.deleted)) === 0
}

function noteFresh(instance: Model, trx: TransactionClient, values: FreshValues | undefined): void {
  let ofTransaction = fresh.get(trx)
  if (ofTransaction === undefined) {
    if (values === undefined) return
    ofTransaction = new WeakMap()
    fresh.set(trx, ofTransaction)
  }
  if (values === undefined) ofTransaction.delete(instance)
  else ofTransaction.set(instance, values)
}

function freshValues(instance: Model): FreshValues {
  const definition = definitionFor(instance)
  const { transients } = definition
  const restoreTransients = transients.snapshot(instance, cloneValue)
  const restoreEmbedded = embeddedState(definition, instance)
  return {
    values: instance[VALUES]?.map(cloneValue) ?? null,
    restore: () => {
      restoreTransients()
      restoreEmbedded()
    },
  }
}

/** An instance that was read in the transaction joined as it was read, whatever was set since. */
function snapshot(
  instance: Model,
  trx: TransactionClient,
  known: FreshValues | undefined,
): (again: boolean) => void {
  const chunk = instance[CHUNK]
  const row = instance[ROW]
  const flags = instance[FLAGS]
  const rest = instance[REST]
  const wasRead = rest?.trx === trx && (flags & Flag.local) === 0
  const definition = definitionFor(instance)
  const { transients } = definition
  const joined = wasRead ? undefined : freshValues(instance)
  const views = wasRead ? viewValues(definition, rest) : null
  const saved =
    rest === null
      ? null
      : {
          ...rest,
          trx: undefined,
          pending: undefined,
          handedBack: undefined,
          updated: rest.updated?.slice(),
          properties: rest.properties && new Map(rest.properties),
          views: rest.views && new Map(rest.views),
          gone: rest.gone && new Map(rest.gone),
        }
  return (again) => {
    const had = again ? joined : (known ?? joined)
    if (had === undefined) transients.removeFrom(instance)
    else had.restore()
    instance[CHUNK] = chunk
    instance[ROW] = row
    instance[FLAGS] = flags
    instance[VALUES] = had === undefined ? views : (had.values?.slice() ?? null)
    instance[REST] = saved
  }
}
