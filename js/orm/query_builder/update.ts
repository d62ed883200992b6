/** The modifications of a query update. */
import { DateTime } from 'luxon'
import type { BsonWriter } from '../../codec/writer.ts'
import { errors, withDetails } from '../../errors/index.ts'
import { castValue, resolvePath } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'

/** Update operators with their fields by stored name. */
export interface Modifications {
  set: Map<string, unknown>
  increment: Map<string, number>
}

function fail(
  definition: ModelDefinition,
  code: 'E_INVALID_QUERY' | 'E_UNDEFINED_VALUE' | 'E_INVALID_VALUE',
  operation: string,
  message: string,
  column?: string,
): never {
  const details = { model: definition.name, operation, column }
  throw new errors[code](`${definition.name}: ${message}`, details)
}

function entriesOf(
  definition: ModelDefinition,
  operation: string,
  args: readonly unknown[],
  fallback?: unknown,
): [string, unknown][] {
  const [first, second = fallback] = args
  if (typeof first === 'string') return [[first, second]]
  if (typeof first === 'object' && first !== null && !Array.isArray(first)) {
    const entries = Object.entries(first)
    if (entries.length > 0) return entries
  }
  return fail(
    definition,
    'E_INVALID_QUERY',
    operation,
    `${operation} needs a column and a value, or an object with at least one column`,
  )
}

/** Arguments of `update`: a column and a value, or an object. */
export function readUpdate(definition: ModelDefinition, args: readonly unknown[]): Modifications {
  const set = new Map<string, unknown>()
  // `prepare` is given an instance without values: there is none behind a query update.
  const nobody = new (definition.model as new () => Model)()
  for (const [key, given] of entriesOf(definition, 'update', args)) {
    const path = resolvePath(definition, key)
    if (given === undefined) {
      fail(definition, 'E_UNDEFINED_VALUE', 'update', `"${key}" is undefined; use null`, key)
    }
    const column = definition.column(key)
    if (column?.isPrimary) {
      fail(definition, 'E_INVALID_QUERY', 'update', `the primary key "${key}" cannot change`, key)
    }
    const prepared = column === undefined ? given : column.toStored(given, nobody)
    const value = column?.objectId ? castAll(definition, path, prepared) : prepared
    set.set(path.field, value)
  }
  const modifications = { set, increment: new Map<string, number>() }
  stamp(definition, modifications, nobody)
  return modifications
}

function castAll(
  definition: ModelDefinition,
  path: ReturnType<typeof resolvePath>,
  value: unknown,
): unknown {
  if (Array.isArray(value)) return value.map((one) => castAll(definition, path, one))
  return value === null ? null : castValue(definition, path, value)
}

/** Arguments of `increment` and `decrement`: a column and an amount, or an object of amounts. */
export function readIncrements(
  definition: ModelDefinition,
  args: readonly unknown[],
  sign: 1 | -1,
): Modifications {
  const operation = sign === 1 ? 'increment' : 'decrement'
  const increment = new Map<string, number>()
  for (const [key, amount] of entriesOf(definition, operation, args, 1)) {
    const { field } = resolvePath(definition, key)
    if (typeof amount !== 'number' || !Number.isFinite(amount)) {
      const given = typeof amount === 'number' ? 'no finite number' : `a ${typeof amount}`
      fail(
        definition,
        'E_INVALID_VALUE',
        operation,
        `${operation} of "${key}" needs a number and got ${given}`,
        key,
      )
    }
    increment.set(field, sign * amount)
  }
  const modifications = { set: new Map<string, unknown>(), increment }
  stamp(definition, modifications, new (definition.model as new () => Model)())
  return modifications
}

/** `autoUpdate` dates and versions hold on every way of updating. */
function stamp(definition: ModelDefinition, { set, increment }: Modifications, nobody: Model) {
  const { version } = definition
  if (version !== undefined && !set.has(version.stored) && !increment.has(version.stored)) {
    increment.set(version.stored, 1)
  }
  const moment = DateTime.now()
  for (const column of definition.dated) {
    if (!column.date?.autoUpdate || set.has(column.stored) || increment.has(column.stored)) continue
    set.set(column.stored, column.toStored(column.date.at(moment), nobody))
  }
}

/** Writes `update: { $set, $inc }`. */
export function writeModifications(
  body: BsonWriter,
  definition: ModelDefinition,
  { set, increment }: Modifications,
): void {
  const update = body.beginDocumentElement('update')
  for (const [operator, fields] of [
    ['$set', set],
    ['$inc', increment],
  ] as const) {
    if (fields.size === 0) continue
    const start = body.beginDocumentElement(operator)
    for (const [name, value] of fields) {
      const column = definition.column(name.split('.', 1)[0] as string)?.attribute
      try {
        body.element(name, value, column)
      } catch (error) {
        throw withDetails(error, { model: definition.name, column, operation: 'update' })
      }
    }
    body.endDocument(start)
  }
  body.endDocument(update)
}
