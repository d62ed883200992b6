/** What is selected. */
import { readAlias, splitAlias } from './aliases.ts'
import { resolvePath } from './names.ts'
import type { Selected } from './rows.ts'
import type { QueryTarget } from './target.ts'
import { isPlainObject } from './values.ts'

/** Reads the arguments of `select()`. `'*'` stands for every column. */
export function readColumns(target: QueryTarget, columns: readonly unknown[]): Selected[] {
  return columns
    .flatMap((column) => (Array.isArray(column) ? Array.from<unknown>(column) : [column]))
    .flatMap((column) =>
      isPlainObject(column) ? readAliases(target, column) : [readOne(target, column)],
    )
}

function readOne(target: QueryTarget, column: unknown): Selected {
  if (column === '*') return '*'
  if (typeof column !== 'string') return resolvePath(target, column).field
  const [name, alias] = splitAlias(column)
  const path = resolvePath(target, name).field
  return alias === undefined ? path : { alias: readAlias(target, 'select()', alias), field: path }
}

function readAliases(target: QueryTarget, aliases: Record<string, unknown>): Selected[] {
  return Object.keys(aliases).map((alias) => ({
    field: resolvePath(target, aliases[alias]).field,
    alias: readAlias(target, 'select()', alias),
  }))
}

/** `find` can read everything, or fields under other names, but not both. */
export function addsToEverything(selected: readonly Selected[]): boolean {
  return selected.includes('*') && selected.some((one) => typeof one !== 'string')
}
