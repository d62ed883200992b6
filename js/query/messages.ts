import { types } from 'node:util'
import { type ErrorCode, errors } from '../errors/index.ts'
import type { QueryTarget } from './target.ts'

/** Throws the error of `code` with the model's name in front of the message. */
export function fail(
  code: ErrorCode,
  target: Pick<QueryTarget, 'name' | 'operation'>,
  message: string,
  column?: string,
): never {
  throw new errors[code](`${target.name}: ${message}`, {
    model: target.name,
    column,
    operation: target.operation ?? 'query',
  })
}

/** A name or an operator for a message: quoted, and cut because it may come from outside. */
export function quote(name: unknown): string {
  if (typeof name !== 'string') return describe(name)
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name)
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
