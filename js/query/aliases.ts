/** Names that a query gives to fields of its rows. */
import { fail, quote } from './messages.ts'
import { checkName } from './names.ts'
import type { QueryTarget } from './target.ts'

/**
 * `'column as alias'` in two; without an alias, the column alone. Names come from requests, so the text
 * is read once, from its end: a regular expression would look at long white space again and again.
 */
export function splitAlias(text: string): [column: string, alias: string | undefined] {
  const whole = text.trim()
  const [before, alias] = splitWord(whole)
  const [column, as] = splitWord(before)
  return as.toLowerCase() === 'as' && column !== '' ? [column, alias] : [text, undefined]
}

/** The last word, and what stands before it and its white space. */
function splitWord(text: string): [before: string, word: string] {
  let start = text.length
  while (start > 0 && text.charAt(start - 1).trim() !== '') start--
  return [text.slice(0, start).trimEnd(), text.slice(start)]
}

/**
 * An alias that MongoDB can take. It must not be the name of a column: the row's property of that
 * name would hold something else.
 *
 * Throws `E_INVALID_QUERY`.
 */
export function readAlias(target: QueryTarget, method: string, alias: unknown): string {
  if (typeof alias !== 'string') {
    fail('E_INVALID_QUERY', target, `an alias of ${method} is a string, got ${quote(alias)}`)
  }
  checkName(target, alias, 'an alias')
  if (target.column(alias) !== undefined) {
    const message = `${quote(alias)} is a column; ${method} needs another alias`
    fail('E_INVALID_QUERY', target, message, alias)
  }
  return alias
}
