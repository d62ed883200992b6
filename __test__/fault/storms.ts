/** Storms of operations that are given up on, by models and by the npm driver. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Collection } from 'mongodb'
import type { FaultModel } from './operations.ts'

/** How an operation is given up on. */
export const WAYS = ['aborted', 'timed out'] as const
export type Way = (typeof WAYS)[number]

/** How long an operation has before it is given up on, in milliseconds. */
const PATIENCE = 4

type Limits = { signal: AbortSignal } | { timeout: number }

/** Something that can be given up on. */
type Attempt = (limits: Limits) => Promise<unknown>

/** What models do in a storm, in turn. */
export function attemptsOf(Model: FaultModel): Attempt[] {
  return [
    (limits) => Model.query(limits).where('text', 'kept').exec(),
    (limits) => Model.query(limits).count(),
    (limits) => Model.create({ text: 'storm' }, limits),
  ]
}

/** The like by the npm driver, whose operations are aborted in either case. */
export function attemptsOfDriver(collection: Collection): Attempt[] {
  const signalOf = (limits: Limits) =>
    'signal' in limits ? limits : { signal: AbortSignal.timeout(limits.timeout) }
  return [
    (limits) => collection.find({ text: 'kept' }, signalOf(limits)).toArray(),
    (limits) => collection.countDocuments({}, signalOf(limits)),
  ]
}

/** What a storm is like. */
export interface Storm {
  way: Way
  inFlight: number
  /** How many operations there are. */
  operations: number
}

/** Carries a storm out, whatever becomes of its operations. Answers how many were given up on. */
export async function storm(attempts: Attempt[], { way, inFlight, operations }: Storm) {
  let begun = 0
  let failed = 0
  const one = async (): Promise<void> => {
    while (begun < operations) {
      const attempt = attempts[begun++ % attempts.length] as Attempt
      const controller = new AbortController()
      const limits = way === 'aborted' ? { signal: controller.signal } : { timeout: PATIENCE }
      const timer = setTimeout(() => controller.abort(), PATIENCE)
      await attempt(limits).catch(() => failed++)
      clearTimeout(timer)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, one))
  return failed
}

/** How long work takes, in milliseconds. */
export async function taken(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Resolves to what the work does, or fails after so many milliseconds. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = new AbortController()
  const timer = wait(milliseconds, undefined, { signal: late.signal }).then(() => {
    throw new Error(`nothing after ${milliseconds} ms`)
  })
  try {
    return await Promise.race([work, timer])
  } finally {
    timer.catch(() => undefined)
    late.abort()
  }
}
