/** Where a bulk write runs, and how it ends. */
import type { Connection } from '../../database/connection.ts'
import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'
import { dependentsOf } from '../operation/dependents.ts'
import { enlist } from '../persistence/enlist.ts'
import { BulkWriteError } from './error.ts'
import { BulkRun } from './run.ts'
import type { BulkOptions, BulkResult } from './types.ts'

/** A bulk write as its method describes it. */
export interface BulkJob {
  readonly call: Call
  readonly options: BulkOptions
  /** What is written, for messages: `3 statements`. */
  readonly what: string
  /** Instances that take part: a rollback puts them back. */
  readonly instances: readonly Model[]
  /** Whether it deletes. */
  readonly deletes: boolean
  /** Does the work, perhaps more than once where a transaction is repeated. */
  work(run: BulkRun, call: Call): Promise<void>
}

/**
 * Runs a bulk write where the call goes: in its transaction, in one of its own, or without.
 *
 * Errors: `E_BULK_WRITE`, and what a command failed with as a whole.
 */
export async function carryOutBulk(job: BulkJob): Promise<BulkResult> {
  const leave = job.call.client.enter()
  try {
    return await carryOut(job)
  } finally {
    leave()
  }
}

async function carryOut(job: BulkJob): Promise<BulkResult> {
  const { call, instances, options } = job
  const { throwOnFailure = true } = options
  const trx = call.transaction
  if (trx !== undefined) {
    for (const instance of instances) enlist(instance, trx)
    return runOnce(job, call, throwOnFailure)
  }
  const atomic = options.atomic ?? (await takesOthersAlong(job))
  if (!atomic) return runOnce(job, call, throwOnFailure)
  try {
    return await (call.client as Connection).transaction((own) => {
      for (const instance of instances) enlist(instance, own)
      return runOnce(job, call.through(own), true)
    })
  } catch (error) {
    if (!(error instanceof BulkWriteError)) throw error
    const undone = { ...NOTHING, failures: error.failures }
    if (!throwOnFailure) return undone
    throw failed(job, undone)
  }
}

/** Whether rows of other models are written too, which the server can undo. */
async function takesOthersAlong({ deletes, call }: BulkJob): Promise<boolean> {
  if (!deletes || dependentsOf(call.definition).length === 0) return false
  return (call.client as Connection).supportsTransactions()
}

const NOTHING: BulkResult = Object.freeze({
  inserted: 0,
  matched: 0,
  modified: 0,
  deleted: 0,
  upserted: [],
  failures: [],
})

async function runOnce(job: BulkJob, call: Call, throwOnFailure: boolean): Promise<BulkResult> {
  const { options } = job
  const { comment } = options
  // The first failure ends a transaction: what came after it would be refused.
  const ordered = options.ordered !== false || call.client.isTransaction
  const run = new BulkRun(call, { ordered, comment })
  await job.work(run, call)
  run.checkConcern()
  const result = run.result()
  if (result.failures.length > 0 && throwOnFailure) throw failed(job, result)
  return result
}

function failed({ call, what }: BulkJob, result: BulkResult): Error {
  return new BulkWriteError(what, result, call.details)
}
