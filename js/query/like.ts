/**
 * Makes text match itself in a LIKE pattern: `%`, `_` and `\` are escaped.
 *
 * @example
 * query.whereILike('title', `%${escapeLike(request.input('q'))}%`)
 */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
