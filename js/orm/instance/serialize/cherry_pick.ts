import { refuse } from '../../../errors/index.ts'
import type { CherryPick } from '../../contracts/options.ts'
import { own } from '../../contracts/own.ts'

/** As `Array.isArray`, whose type knows nothing of read-only arrays. */
function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function names(given: unknown, model: string, what: string): readonly unknown[] | undefined {
  if (given === undefined || given === null) return undefined
  if (isArray(given)) return given
  // A string would pick by parts of names.
  refuse(
    'E_INVALID_VALUE',
    model,
    'serialize',
    `: ${what} of a serialisation must be an array of names, and is of type ${typeof given}`,
  )
}

/** Whether a serialised name is wanted. Errors: `E_INVALID_VALUE` for what is no array of names. */
export function pickerOf(fields: CherryPick['fields'], model: string): (name: string) => boolean {
  if (fields === undefined || fields === null) return () => true
  const isMap = typeof fields === 'object' && !isArray(fields)
  const given: { pick?: unknown; omit?: unknown } = isMap ? own(fields) : { pick: fields }
  const pick = names(given.pick, model, isMap ? '"pick"' : '"fields"')
  const omit = names(given.omit, model, '"omit"')
  return (name) => (pick === undefined || pick.includes(name)) && !omit?.includes(name)
}

/** What to take of one relation's rows. */
export function relationPick(
  relations: CherryPick['relations'],
  name: string,
): CherryPick | undefined {
  return relations !== undefined && Object.hasOwn(relations, name) ? relations[name] : undefined
}
