import { describe, fail, quote } from '../../messages.ts'
import type { Shape } from './shape.ts'

const VARIABLE = /^[a-z][A-Za-z0-9_]*$/

/** A name that a stage gives to a field. Throws `E_INVALID_QUERY` for what cannot be one. */
export function ownName(shape: Shape, place: string, name: unknown): string {
  if (typeof name !== 'string') {
    return fail('E_INVALID_QUERY', shape, `${place} needs a name, got ${describe(name)}`)
  }
  let reason: string | undefined
  if (name === '') reason = 'a name must not be empty'
  else if (name.startsWith('$')) {
    reason = 'a name must not start with $; operators are written with expr, or in raw()'
  } else if (name.includes('\0')) reason = 'a name must not contain NUL'
  else if (name === '__proto__') reason = 'no field can have that name'
  else if (name.includes('.')) {
    reason = `a dot would nest it; write ${quote(name.replaceAll('.', '_'))}, or give an object`
  }
  if (reason === undefined) return name
  return fail('E_INVALID_QUERY', shape, `${place} cannot name a field ${quote(name)}: ${reason}`)
}

/** The name of a variable, without `$$`. Throws `E_INVALID_QUERY`. */
export function variableName(shape: Shape, place: string, name: unknown): string {
  if (typeof name === 'string' && VARIABLE.test(name)) return name
  const rule = 'a lower-case letter, then letters, digits and _'
  return fail('E_INVALID_QUERY', shape, `${place}: ${quote(name)} is no variable: ${rule}`)
}

/** A collection's name. Throws `E_INVALID_QUERY`. */
export function collectionName(shape: Shape, place: string, name: unknown): string {
  if (typeof name === 'string' && name !== '' && !/[$\0]/.test(name)) return name
  return fail('E_INVALID_QUERY', shape, `${place} needs a model class or the name of a collection`)
}
