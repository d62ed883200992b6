/** Others do the same at the same moment: finding out, and trying again. */
import { setTimeout as delay } from 'node:timers/promises'
import type { QueryClient } from '../../../database/client.ts'
import { errors, type LucentError } from '../../../errors/index.ts'
import type { Model } from '../../contracts/index.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import type { Call } from '../../operation/call.ts'

/** Attempts of one that finds a document in its way and then does not find it. */
const MOST_ATTEMPTS = 20
/** Attempts of one that loses. More than the callers that are likely: each of its losses is another's success. */
const MOST_LOSSES = 200
/**
 * Attempts that end with a duplicate key while as much is missing as before. The second finds who has
 * the key; when it does not, what is searched for is not what the index is about.
 */
const MOST_DUPLICATES = 3
/** Waits grow from the first by the factor, up to the longest, in milliseconds. */
const FIRST_WAIT = 2
const GROWTH = 1.5
const LONGEST_WAIT = 250

/** What is thrown through a transaction by an attempt that lost against another caller. */
class Lost extends Error {
  readonly reason: LucentError
  /** How many documents the attempt had not found. */
  readonly missing: number

  constructor(reason: LucentError, missing: number) {
    super(reason.message, { cause: reason })
    this.reason = reason
    this.missing = missing
  }
}

/** The answer of an attempt that found nothing, and then somebody else's document in its way. */
export const AGAIN: unique symbol = Symbol('again')

/** One operation that may have to be attempted again. */
export interface Race {
  readonly definition: ModelDefinition
  readonly operation: string
  /** Stored names of what is searched by. */
  readonly fields: ReadonlySet<string>
}

/**
 * Runs `attempt` until it is decided. Inside the caller's transaction it runs once: the server has
 * ended that one, and whoever began it repeats it.
 *
 * Errors: what the last attempt threw; `E_WRITE_CONFLICT` when there is no end to it.
 */
export async function untilDecided<Result>(
  { definition, operation }: Race,
  { client }: Call,
  attempt: () => Promise<Result | typeof AGAIN>,
): Promise<Result> {
  const leave = client.enter()
  try {
    const duplicates = new Duplicates()
    for (let attempts = 1; ; attempts++) {
      try {
        const result = await attempt()
        if (result !== AGAIN) return result
        if (attempts >= MOST_ATTEMPTS) throw endless(definition, operation, client)
      } catch (thrown) {
        if (!(thrown instanceof Lost)) throw thrown
        const isFinal =
          client.isTransaction || attempts >= MOST_LOSSES || duplicates.areFinal(thrown)
        if (isFinal) throw thrown.reason
      }
      if (attempts > 1) await delay(waitAfter(attempts))
    }
  } finally {
    leave()
  }
}

/** Counts the attempts that a duplicate key ended, and that brought nothing. */
class Duplicates {
  #count = 0
  #fewest = Number.POSITIVE_INFINITY

  areFinal({ reason, missing }: Lost): boolean {
    if (!(reason instanceof errors.E_DUPLICATE_KEY)) return false
    if (missing < this.#fewest) {
      this.#fewest = missing
      this.#count = 0
    }
    return ++this.#count >= MOST_DUPLICATES
  }
}

function waitAfter(attempts: number): number {
  return Math.random() * Math.min(FIRST_WAIT * GROWTH ** attempts, LONGEST_WAIT)
}

function endless({ name }: ModelDefinition, operation: string, client: QueryClient): LucentError {
  return new errors.E_WRITE_CONFLICT(
    `${name}: others create and remove the same document all the time`,
    { model: name, operation, connection: client.connectionName },
  )
}

/**
 * Runs work that stores instances, and tells losing against another caller from other failures: a
 * duplicate of what is searched by, or a document that was changed or removed since it was found.
 * `instances` are all that the attempt had not found, or the one that it changes.
 */
export async function unlessLost<Result>(
  race: Race,
  instances: readonly Model[],
  work: () => Promise<Result>,
): Promise<Result> {
  const stored = instances.map((one) => one.$isPersisted)
  try {
    return await work()
  } catch (error) {
    // What an after hook threw came after the write: nothing was lost.
    const wrote = instances.some((one, place) => one.$isPersisted && stored[place] !== true)
    if (wrote || !isLoss(race, error)) throw error
    throw new Lost(error, instances.length)
  }
}

function isLoss({ definition, fields }: Race, error: unknown): error is LucentError {
  if (error instanceof errors.E_STALE_MODEL) return error.model === definition.name
  if (!(error instanceof errors.E_DUPLICATE_KEY) || error.model !== definition.name) return false
  return error.keys === undefined || error.keys.some((key) => fields.has(key))
}
