/** Transactions around a callback, repeated as the drivers' convenient API has it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { during } from '../../context/background.ts'
import { LucentError } from '../../errors/index.ts'
import { selectionTimeout } from '../config.ts'
import type { TransactionHost } from './host.ts'
import { TransactionClient } from './index.ts'
import type { TransactionOptions } from './options.ts'

/** How long a transaction is repeated before its last error is final, in milliseconds. */
const PATIENCE = 120_000
/** Waits between attempts grow from the first by the factor, up to the longest, in milliseconds. */
const FIRST_WAIT = 5
const GROWTH = 1.5
const LONGEST_WAIT = 500

const ambient = new AsyncLocalStorage<readonly TransactionClient[]>()

/** The open transaction that the code around runs in, where the connection joins by itself. */
export function ambientTransaction(host: TransactionHost): TransactionClient | undefined {
  if (host.config.ambientTransactions !== true) return undefined
  return ambient.getStore()?.findLast((trx) => trx.isFor(host) && !trx.isCompleted)
}

/** Runs `callback` so that what it defers waits, and operations join by themselves where configured so. */
function within<Result>(
  host: TransactionHost,
  trx: TransactionClient,
  callback: (trx: TransactionClient) => Promise<Result> | Result,
): Promise<Result> | Result {
  return during(trx, () => {
    if (host.config.ambientTransactions !== true) return callback(trx)
    return ambient.run([...(ambient.getStore() ?? []), trx], callback, trx)
  })
}

/** The error, or the one it was caused by, that has the label. */
function labelled(error: unknown, label: string): LucentError | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof LucentError && one.hasErrorLabel(label)) return one
  }
  return undefined
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'E_CONNECTION_FAILED',
  'E_SERVER_SELECTION_TIMEOUT',
])

/**
 * Whether there is time for another attempt. Where the server cannot be reached, callers are not to
 * wait longer than the connection allows for finding one.
 */
function hasTime(host: TransactionHost, error: LucentError | undefined, started: number): boolean {
  if (error === undefined) return false
  const elapsed = performance.now() - started
  const reached = error.serverCode !== undefined || !UNREACHABLE.has(error.code)
  if (reached) return elapsed < PATIENCE
  return elapsed < selectionTimeout(host.config)
}

/**
 * Runs `callback` in a transaction, commits when it resolves and rolls back when it rejects.
 * Repeats it when the server says that another attempt may succeed.
 */
export async function runTransaction<Result>(
  host: TransactionHost,
  options: TransactionOptions,
  callback: (trx: TransactionClient) => Promise<Result> | Result,
): Promise<Result> {
  const leave = host.enter()
  try {
    return await repeated(host, options, callback)
  } finally {
    leave()
  }
}

async function repeated<Result>(
  host: TransactionHost,
  options: TransactionOptions,
  callback: (trx: TransactionClient) => Promise<Result> | Result,
): Promise<Result> {
  const started = performance.now()
  const trx = new TransactionClient(host, options)
  for (let attempt = 0; ; attempt++) {
    const mayRepeat = (error: unknown) =>
      hasTime(host, labelled(error, 'TransientTransactionError'), started)
    let result: Result
    try {
      await trx.begin()
      result = await within(host, trx, callback)
    } catch (error) {
      if (trx.isCompleted || !mayRepeat(error)) {
        await rollbackAfter(trx)
        throw error
      }
      await again(trx, attempt)
      continue
    }
    if (trx.isCompleted) return result
    try {
      await trx.tryCommit()
      return result
    } catch (error) {
      if (trx.isCompleted || !mayRepeat(error)) {
        await rollbackAfter(trx)
        throw error
      }
    }
    await again(trx, attempt)
  }
}

/** The caller gets the error that ended the transaction; what callbacks threw is a warning. */
async function rollbackAfter(trx: TransactionClient): Promise<void> {
  if (trx.isCompleted) return
  try {
    await trx.rollback()
  } catch (error) {
    const { cause } = error as Error
    const causes = cause instanceof AggregateError ? cause.errors : [error]
    for (const one of causes) process.emitWarning(one instanceof Error ? one : String(one))
  }
}

async function again(trx: TransactionClient, attempt: number): Promise<void> {
  await trx.restart()
  const longest = Math.min(FIRST_WAIT * GROWTH ** attempt, LONGEST_WAIT)
  await delay(Math.random() * longest)
}
