/** What array filters may ask of elements in which something is encrypted. */

import type { Document } from '../../../query/record.ts'
import { isPlainObject } from '../../../query/values.ts'
import { isHidden, plainPath } from '../../../redaction/redact.ts'

/** Where elements that a filter is for stand: the array's stored path. */
export interface FilteredPlace {
  readonly identifier: string
  readonly array: string
}

/** The places of the filters that a changed path names. */
export function* placesIn(field: string, identifiers: readonly string[]): Iterable<FilteredPlace> {
  for (const identifier of identifiers) {
    yield { identifier, array: field.slice(0, field.indexOf(`.$[${identifier}]`)) }
  }
}

const PRESENCE: ReadonlySet<string> = new Set(['$exists', '$type', '$size'])

/** A path of the filter that is encrypted, or has something encrypted inside, and is compared. */
export function encryptedIn(
  filter: Document,
  place: FilteredPlace,
  hidden: ReadonlySet<string>,
): string | undefined {
  for (const [key, value] of Object.entries(filter)) {
    if (key.startsWith('$')) {
      for (const one of Array.isArray(value) ? value : []) {
        const found = isPlainObject(one) ? encryptedIn(one, place, hidden) : undefined
        if (found !== undefined) return found
      }
      continue
    }
    const path = plainPath(`${place.array}${key.slice(place.identifier.length)}`)
    const isAbove = [...hidden].some((one) => one.startsWith(`${path}.`))
    if ((isHidden(path, hidden) || isAbove) && !asksForPresence(value)) return path
  }
  return undefined
}

function asksForPresence(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).every((operator) => PRESENCE.has(operator))
}
