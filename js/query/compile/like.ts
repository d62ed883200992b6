import { BSONRegExp } from 'bson'

const SPECIAL = /[\\^$.|?*+()[\]{}]/

/**
 * An SQL LIKE pattern as a regular expression: `%` any run of characters, `_` one character, line
 * breaks included, everything else itself; `\%`, `\_` and `\\` are the characters. The whole string
 * must match.
 *
 * The pieces between `%` have a fixed length. So the first place where a piece is found is as good as
 * any later one, and the last piece can only be at the end: nothing has to be tried twice. Atomic
 * groups tell the server so, whose limit of steps would else be reached by long texts, which then
 * neither match nor fail. Where a single piece floats there is nothing to try again either.
 *
 * `^abc` can walk an index where other patterns read on (MongoDB manual, `$regex`, "Index Use"). `\z`
 * because `$` also matches before a line break at the end.
 */
export function likeToRegExp(pattern: string, fold: boolean): BSONRegExp {
  return new BSONRegExp(sourceOf(piecesOf(pattern)), fold ? 'is' : 's')
}

/** What stands between the `%`, each character as a regular expression has it. */
function piecesOf(pattern: string): string[][] {
  let piece: string[] = []
  const pieces = [piece]
  const characters = [...pattern]
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string
    const next = characters[i + 1]
    if (character === '\\' && (next === '%' || next === '_' || next === '\\')) {
      piece.push(escapeCharacter(next))
      i++
    } else if (character === '%') {
      piece = []
      pieces.push(piece)
    } else piece.push(character === '_' ? '.' : escapeCharacter(character))
  }
  return pieces
}

function sourceOf(pieces: readonly string[][]): string {
  const [first = [], ...rest] = pieces
  const last = rest.pop()
  const start = first.join('')
  if (last === undefined) return `^${start}\\z`
  const inner = rest.filter((piece) => piece.length > 0).map((piece) => piece.join(''))
  const end = last.join('')
  if (start === '' && inner.length + (end === '' ? 0 : 1) <= 1) {
    return end === '' ? inner.join('') : `${end}\\z`
  }
  const found = inner.map((piece) => `(?>.*?${piece})`).join('')
  return `^${start}${found}${end === '' ? '' : `(?>.{${last.length},})(?<=${end})\\z`}`
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
