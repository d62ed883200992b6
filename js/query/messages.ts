import { types } from 'node:util'
import { type ErrorCode, type ErrorDetails, errors } from '../errors/index.ts'
import type { QueryTarget } from './target.ts'

/** Throws the error of `code` with the model's name in front of the message. */
export function fail(
  code: ErrorCode,
  target: Pick<QueryTarget, 'name' | 'operation'>,
  message: string,
  column?: string,
  details?: Pick<ErrorDetails, 'operation' | 'status'>,
): never {
  throw new errors[code](`${target.name}: ${message}`, {
    model: target.name,
    column,
    operation: target.operation ?? 'query',
    ...details,
  })
}

/** Throws what a method of Lucid that MongoDB has nothing for says. */
export function unsupported(target: QueryTarget, method: string, instead: string): never {
  return fail('E_UNSUPPORTED', target, `MongoDB has no ${method}(): ${instead}`)
}

/** A name or an operator for a message: quoted, and cut because it may come from outside. */
export function quote(name: unknown): string {
  if (typeof name !== 'string') return describe(name)
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What to do about a UUID where an ObjectId is needed; nothing for other values. */
export function uuidHint(value: unknown): string {
  if (typeof value !== 'string' || !UUID.test(value)) return ''
  const columns =
    "@column.uuid(), and primary keys with @column({ isPrimary: true, generate: 'uuid' })"
  return `. It is a UUID: columns that hold those are declared with ${columns}`
}

/** Whether a callback was async: it answered a promise, which nobody will look at. */
export function wasAsync(answer: unknown): boolean {
  if (!types.isPromise(answer)) return false
  answer.catch(() => {})
  return true
}

/** The type of a value for a message. Never the value, which may be personal or secret. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date'
  if (types.isRegExp(value)) return 'a RegExp'
  switch (typeof value) {
    case 'undefined':
      return 'undefined'
    case 'object':
      return 'an object'
    default:
      return `a ${typeof value}`
  }
}
