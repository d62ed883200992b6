/** Names that a query gives to fields of its rows. */
import { fail, quote } from './messages.ts'
import { checkName } from './names.ts'
import type { QueryTarget } from './target.ts'

const AS = /^(.+?)\s+as\s+(\S+)$/is

/** `'column as alias'` in two; without an alias, the column alone. */
export function splitAlias(text: string): [column: string, alias: string | undefined] {
  const parts = AS.exec(text.trim())
  return parts === null ? [text, undefined] : [parts[1] as string, parts[2] as string]
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
