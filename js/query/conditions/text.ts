import type { Condition } from '../clauses.ts'
import { describe, fail, quote } from '../messages.ts'
import { readOptions } from '../options.ts'
import { field } from '../record.ts'
import type { QueryTarget } from '../target.ts'

/** Options of `whereText()`, what MongoDB calls them, and their types. */
const OPTIONS = {
  language: ['$language', 'string'],
  caseSensitive: ['$caseSensitive', 'boolean'],
  diacriticSensitive: ['$diacriticSensitive', 'boolean'],
} as const

/** Reads the arguments of `whereText()`. */
export function readText(target: QueryTarget, term: unknown, given: unknown): Condition {
  if (term === undefined) fail('E_UNDEFINED_VALUE', target, 'undefined as term of whereText()')
  if (typeof term !== 'string') {
    fail('E_INVALID_QUERY', target, `whereText() needs a string, got ${describe(term)}`)
  }
  const options = readOptions(target, 'whereText()', given, Object.keys(OPTIONS))
  const search = field('$search', term)
  for (const key of Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]) {
    const value = options[key]
    const [name, type] = OPTIONS[key]
    if (value === undefined) continue
    if (typeof value !== type) {
      const message = `${quote(key)} of whereText() must be a ${type}, got ${describe(value)}`
      fail('E_INVALID_QUERY', target, message)
    }
    search[name] = value
  }
  return { kind: 'text', search }
}
