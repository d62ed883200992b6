import type { Parameters } from 'fast-check'

/** How many times as often as usual properties are tried (`LUCENT_PROPERTY_RUNS`). */
export const PROPERTY_FACTOR = Math.max(1, Number(process.env.LUCENT_PROPERTY_RUNS ?? 1))

/**
 * What fast-check takes beside a property: how often it is tried, and where a test counts on certain
 * samples the seed of the usual run. A longer run tries other samples each time; the one that fails
 * is printed with its seed.
 */
export function tries<T>(numRuns = 100, seed?: number): Parameters<T> {
  if (PROPERTY_FACTOR > 1) return { numRuns: Math.ceil(numRuns * PROPERTY_FACTOR) }
  return seed === undefined ? { numRuns } : { numRuns, seed }
}
