/** Work that nobody waits for: what was deferred, and listeners that are told of events. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { Listeners } from '../database/listeners.ts'
import { errors } from '../errors/index.ts'

/** What failed with nobody waiting for it. */
export interface BackgroundFailure {
  readonly error: unknown
  /** A listener of a model's events, or deferred work. */
  readonly source: 'listener' | 'deferred'
  /** Which one: `User.on('created') sendWelcome`. */
  readonly name: string
}

/** What is known of work before it fails. */
export type BackgroundWork = Omit<BackgroundFailure, 'error'>

/** A transaction, as far as work waits for it. */
interface Committing {
  readonly isTransaction: true
  readonly isCompleted: boolean
  after(end: 'commit', callback: () => unknown): unknown
}

/** Options of `context.defer`. */
export interface DeferOptions {
  /** The transaction whose commit it waits for; by default the one whose callback is around. */
  client?: Committing | { readonly isTransaction: false } | undefined
}

/** Who is told of failures. Without anybody they are warnings of the process. */
export const backgroundFailures = new Listeners<BackgroundFailure>()

/** What is under way, with its name. */
const underWay = new Map<Promise<void>, string>()
const transactions = new AsyncLocalStorage<Committing>()

/** Runs the callback of a transaction: what is deferred inside waits for its commit. */
export function during<Result>(trx: Committing, callback: () => Result): Result {
  return transactions.run(trx, callback)
}

function failed(work: BackgroundWork, error: unknown): void {
  if (backgroundFailures.isEmpty) {
    process.emitWarning(error instanceof Error ? error : String(error))
  } else backgroundFailures.tell({ ...work, error })
}

/** Does the work, reports what it fails with, and answers when it is over. Never rejects. */
export async function attended(about: BackgroundWork, work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    failed(about, error)
  }
}

/** The same for work that nobody waits for, but `settled`. Its synchronous part is done now. */
export function begin(about: BackgroundWork, work: () => unknown): void {
  const done = attended(about, work)
  underWay.set(done, about.name)
  void done.then(() => underWay.delete(done))
}

/**
 * Does work when what runs now has had its turn; in a transaction when that was committed, and never
 * when it was rolled back.
 */
export function defer(work: () => unknown, { client }: DeferOptions = {}): void {
  if (typeof work !== 'function') {
    throw new errors.E_INVALID_VALUE(`context.defer() needs a function, and got ${typeof work}`)
  }
  const about = { source: 'deferred', name: work.name || 'anonymous' } as const
  const start = () => begin(about, () => new Promise(setImmediate).then(work))
  const trx = client ?? transactions.getStore()
  if (trx?.isTransaction === true && !trx.isCompleted)
    trx.after('commit', AsyncResource.bind(start))
  else start()
}

/** Whether nothing is under way. */
export function isIdle(): boolean {
  return underWay.size === 0
}

/**
 * Waits until all is over that is under way by then, what it begins itself included, for `limit`
 * milliseconds. What is left is told of as a failure, `E_TIMEOUT`, and goes on. Answers whether nothing is.
 */
export async function settled(limit: number): Promise<boolean> {
  const end = performance.now() + limit
  while (underWay.size > 0) {
    const rest = end - performance.now()
    if (rest <= 0) break
    await within(rest, Promise.all(underWay.keys()))
  }
  for (const name of underWay.values()) {
    const why = `closeAll() waited ${limit} ms for what is done in the background; "${name}" goes on`
    failed({ source: 'deferred', name }, new errors.E_TIMEOUT(why, { operation: 'close' }))
  }
  return isIdle()
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}
