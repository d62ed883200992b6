// Pieces of work with a name, a duration and an outcome.

export class StepFailed extends Error {}

/** @param {number} since */
export function elapsed(since) {
  const seconds = (Date.now() - since) / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/**
 * Names a piece of work before and after it, with its duration.
 *
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const started = Date.now()
  console.error(`> ${name}`)
  try {
    const result = await work()
    console.error(`  ${name}: done in ${elapsed(started)}`)
    return result
  } catch (error) {
    console.error(`  ${name}: FAILED after ${elapsed(started)}`)
    throw error
  }
}

/**
 * Runs every piece of work even when an earlier one failed, then fails if any did.
 *
 * @param {(() => Promise<unknown>)[]} works
 */
export async function all(works) {
  const failures = []
  for (const work of works) {
    try {
      await work()
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  if (failures.length > 0) throw new StepFailed(failures.join('\n'))
}
