import { BSONRegExp } from 'bson'

const SPECIAL = /[\\^$.|?*+()[\]{}]/

/**
 * An SQL LIKE pattern as a regular expression: `%` any run of characters, `_` one character, line
 * breaks included, everything else itself; `\%`, `\_` and `\\` are the characters. The whole string
 * must match.
 *
 * A leading or trailing `%` is left out with its anchor, since `^abc` can walk an index where
 * `^abc.*\z` reads on (MongoDB manual, `$regex`, "Index Use"). `\z` because `$` also matches before
 * a line break at the end.
 */
export function likeToRegExp(pattern: string, fold: boolean): BSONRegExp {
  const parts: string[] = []
  const characters = [...pattern]
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string
    const next = characters[i + 1]
    if (character === '\\' && (next === '%' || next === '_' || next === '\\')) {
      parts.push(escapeCharacter(next))
      i++
    } else if (character === '%') {
      if (parts.at(-1) !== '.*') parts.push('.*')
    } else if (character === '_') parts.push('.')
    else parts.push(escapeCharacter(character))
  }
  const open = parts.at(-1) === '.*'
  if (open) parts.pop()
  const floating = parts[0] === '.*' || (open && parts.length === 0)
  if (parts[0] === '.*') parts.shift()
  const source = `${floating ? '' : '^'}${parts.join('')}${open ? '' : '\\z'}`
  return new BSONRegExp(source, fold ? 'is' : 's')
}

function escapeCharacter(character: string): string {
  // A BSON regular expression is a C string.
  if (character === '\0') return '\\x00'
  return SPECIAL.test(character) ? `\\${character}` : character
}

/**
 * Makes text match itself in a LIKE pattern: `%`, `_` and `\` are escaped.
 *
 * @example
 * query.whereILike('title', `%${escapeLike(request.input('q'))}%`)
 */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
