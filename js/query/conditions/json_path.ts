/** JSON paths as MongoDB's dotted paths. */
import { fail, quote } from '../messages.ts'
import { resolvePath } from '../names.ts'
import type { QueryTarget } from '../target.ts'
import { equals, type Reading, readOperator } from './basic.ts'

/** `.name`, `['name']`, `["name"]`, `[0]`, `[*]`; `$` and the first dot may be left out. */
const STEP = /\.([^.[\]'"*?@()]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+)|(\*))\]/y

/** Reads the arguments of `whereJsonPath()`. */
export function readJsonPath(target: QueryTarget, args: readonly unknown[]): Reading {
  const [key, path] = args
  if (args.length !== 3 && args.length !== 4) {
    const message = `whereJsonPath() takes three or four arguments, got ${args.length}`
    fail('E_INVALID_QUERY', target, message)
  }
  const { column } = resolvePath(target, key)
  if (typeof path !== 'string') {
    const message = `whereJsonPath() needs a path such as "$.city", got ${quote(path)}`
    fail('E_INVALID_QUERY', target, message, column.attribute)
  }
  const full = [String(key), ...stepsOf(target, path)].join('.')
  return args.length === 3
    ? { condition: equals(target, full, args[2]), negated: false }
    : readOperator(target, full, args[2], args[3])
}

function stepsOf(target: QueryTarget, path: string): string[] {
  const rest = path.startsWith('$') ? path.slice(1) : /^[.[]/.test(path) ? path : `.${path}`
  const steps: string[] = []
  STEP.lastIndex = 0
  let at = 0
  while (at < rest.length) {
    STEP.lastIndex = at
    const step = STEP.exec(rest)
    if (step === null) {
      const known = 'names, positions and [*]'
      fail('E_UNSUPPORTED', target, `the path ${quote(path)} has more in it than ${known}`)
    }
    at = STEP.lastIndex
    const name = step[1] ?? step[2] ?? step[3] ?? step[4]
    if (name?.includes('.')) {
      fail('E_UNSUPPORTED', target, `MongoDB has no path to the name ${quote(name)}, with a dot`)
    }
    // MongoDB's paths go through arrays by themselves.
    if (name !== undefined) steps.push(name)
  }
  return steps
}
