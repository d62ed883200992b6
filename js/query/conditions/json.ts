/** Comparisons of nested objects and arrays as wholes and in parts. */
import { types } from 'node:util'
import { Secret } from '../../redaction/secret.ts'
import type { Condition } from '../clauses.ts'
import { fail, quote } from '../messages.ts'
import { type ResolvedPath, resolvePath } from '../names.ts'
import { type Document, field, record } from '../record.ts'
import type { QueryTarget } from '../target.ts'
import {
  bsonType,
  castValue,
  fromDateTime,
  isPattern,
  isPlainObject,
  type Meaning,
} from '../values.ts'
import { contained, contains, equals } from './containment.ts'
import { all, bind, type Expression, known, valueAt } from './expression.ts'

type Compare = (at: string, value: unknown) => Expression

export function jsonEquals(target: QueryTarget, key: unknown, given: unknown): Condition {
  const path = resolvePath(target, key)
  const value = readJson(target, path, given, 'value')
  if (value === null) return isNothing(path.field)
  return compare(path.field, value, equals, leavesOf(path.field, value))
}

/** Null or missing itself: an array with a null in it is a value. */
function isNothing(name: string): Condition {
  const value = known(valueAt(name))
  return {
    kind: 'either',
    whenTrue: [field(name, null), field('$expr', field('$not', [value]))],
    whenFalse: [field('$expr', value)],
    expression: true,
  }
}

export function jsonContains(target: QueryTarget, key: unknown, given: unknown): Condition {
  const path = resolvePath(target, key)
  const value = readPart(target, path, given)
  return compare(path.field, value, contains, leavesOf(path.field, value))
}

export function jsonContained(target: QueryTarget, key: unknown, given: unknown): Condition {
  const path = resolvePath(target, key)
  return compare(path.field, readPart(target, path, given), contained, [])
}

/** `needed` must hold where the comparison does, and can use an index. */
function compare(
  name: string,
  value: unknown,
  compares: Compare,
  needed: readonly Document[],
): Condition {
  const at = valueAt(name)
  const holds = typeof at === 'string' ? compares(at, value) : bind(at, compares('$$v', value))
  return {
    kind: 'either',
    whenTrue: [...needed, field('$expr', all([known(at), holds]))],
    whenFalse: [field('$expr', all([known(at), field('$not', [holds])]))],
    expression: true,
  }
}

/** Equalities of the single values in `value`, each by its path. */
function leavesOf(path: string, value: unknown): Document[] {
  if (isPlainObject(value)) {
    return Object.keys(value)
      .filter((key) => key !== '' && !/[.$\0]/.test(key))
      .flatMap((key) => leavesOf(`${path}.${key}`, value[key]))
  }
  if (!Array.isArray(value)) return isPattern(value) ? [] : [field(path, field('$eq', value))]
  const single = value.filter((item) => !isPlainObject(item) && !Array.isArray(item))
  return single.flatMap((item: unknown) => leavesOf(path, item))
}

function readPart(target: QueryTarget, path: ResolvedPath, given: unknown): unknown {
  const value = readJson(target, path, given, 'part')
  if (value !== null) return value
  const { attribute } = path.column
  const message = `null contains nothing; use whereNull() for ${quote(attribute)}`
  return fail('E_INVALID_QUERY', target, message, attribute)
}

function readJson(
  target: QueryTarget,
  path: ResolvedPath,
  given: unknown,
  meaning: Meaning,
): unknown {
  const value = castValue(target, path, given, meaning)
  if (value instanceof Secret) {
    const { attribute } = path.column
    const message = `${quote(attribute)} is encrypted, so nothing can be asked of what is inside`
    fail('E_ENCRYPTED_COLUMN_QUERY', target, message, attribute)
  }
  return copyJson(target, path, value)
}

/** What an instance of a class would be stored as is not known here, so there must be none. */
function copyJson(target: QueryTarget, path: ResolvedPath, given: unknown): unknown {
  const value = fromDateTime(given)
  if (typeof value !== 'object' || value === null || isAtom(value)) return value
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown) => copyJson(target, path, item))
  }
  if (isPlainObject(value)) {
    const copy = record()
    for (const key of Object.keys(value)) copy[key] = copyJson(target, path, value[key])
    return copy
  }
  const { attribute } = path.column
  const message = `${quote(attribute)} is compared with plain objects, not with those of a class`
  return fail('E_INVALID_VALUE', target, message, attribute)
}

function isAtom(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    ArrayBuffer.isView(value) ||
    bsonType(value) !== undefined
  )
}
