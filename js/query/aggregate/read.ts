/** Checks of what callers give to stages. */

import { describe, fail, quote } from '../messages.ts'
import { record } from '../record.ts'
import type { QueryTarget } from '../target.ts'
import { isPlainObject } from '../values.ts'

/**
 * The options of `place`: own properties only, without those that are `undefined`. Throws
 * `E_INVALID_QUERY` for what is no object and for options that `known` does not list.
 */
export function readOptions<Name extends string>(
  target: QueryTarget,
  place: string,
  given: unknown,
  known: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (!isPlainObject(given)) {
    fail('E_INVALID_QUERY', target, `${place} needs an object, got ${describe(given)}`)
  }
  const options = record() as Partial<Record<Name, unknown>>
  const names: readonly string[] = known
  for (const key of Object.keys(given)) {
    if (!names.includes(key)) {
      const list = known.join(', ')
      fail(
        'E_INVALID_QUERY',
        target,
        `${place} does not know the option ${quote(key)}; it has ${list}`,
      )
    }
    const value = given[key]
    if (value !== undefined) options[key as Name] = value
  }
  return options
}

/** The entries of an object that names fields. Throws `E_INVALID_QUERY` when there are none. */
export function readEntries(
  target: QueryTarget,
  place: string,
  given: unknown,
): [name: string, value: unknown][] {
  if (!isPlainObject(given)) {
    fail('E_INVALID_QUERY', target, `${place} needs an object of fields, got ${describe(given)}`)
  }
  const entries = Object.entries(given)
  if (entries.length === 0) fail('E_INVALID_QUERY', target, `${place} needs at least one field`)
  const missing = entries.find(([, value]) => value === undefined)
  if (missing !== undefined) {
    const name = quote(missing[0])
    fail('E_UNDEFINED_VALUE', target, `undefined as value of ${name} in ${place}`)
  }
  return entries
}

/** One of a few words. Throws `E_INVALID_QUERY`. */
export function readWord<Word extends string>(
  target: QueryTarget,
  place: string,
  given: unknown,
  words: readonly Word[],
): Word {
  const word = words.find((known) => known === given)
  if (word !== undefined) return word
  const list = words.map((known) => `'${known}'`).join(', ')
  return fail('E_INVALID_QUERY', target, `${place} must be one of ${list}, got ${quote(given)}`)
}

/** A finite number. Throws `E_INVALID_QUERY`. */
export function readNumber(target: QueryTarget, place: string, given: unknown): number {
  if (typeof given === 'number' && Number.isFinite(given)) return given
  return fail('E_INVALID_QUERY', target, `${place} needs a number, got ${describe(given)}`)
}

/** `true` or `false`. Throws `E_INVALID_QUERY`. */
export function readFlag(target: QueryTarget, place: string, given: unknown): boolean {
  if (typeof given === 'boolean') return given
  return fail('E_INVALID_QUERY', target, `${place} must be true or false, got ${describe(given)}`)
}

/** One name or a list of them. */
export function readList(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? Array.from<unknown>(given) : [given]
}
