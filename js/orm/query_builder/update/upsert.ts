/** Updates that insert where nothing matches. */
import { refuse } from '../../../errors/index.ts'
import { describe } from '../../../query/messages.ts'
import type { Document } from '../../../query/record.ts'
import { isPlainObject, isScalar } from '../../../query/values.ts'
import { Secret } from '../../../redaction/secret.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import type { Call } from '../../operation/call.ts'
import { makeKey, reservesKeys, takeKeys } from '../../persistence/keys.ts'
import type { UpdateBuilder } from './builder.ts'
import type { Modifications } from './modifications.ts'
import type { UpdateValues } from './values.ts'

/** The fields that a filter fixes to one value: MongoDB puts them into what an upsert inserts. */
export function fixedFields(filter: Document): ReadonlySet<string> {
  const fields = new Set<string>()
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) {
      for (const part of condition) for (const name of fixedFields(part)) fields.add(name)
    } else if (!key.startsWith('$') && fixes(condition)) fields.add(key)
  }
  return fields
}

function fixes(condition: unknown): boolean {
  if (condition === null || isScalar(condition)) return true
  return isPlainObject(condition) && Object.hasOwn(condition, '$eq')
}

/** Whether a filter says anything of a field. */
function mentions(filter: unknown, field: string): boolean {
  if (Array.isArray(filter)) return filter.some((part) => mentions(part, field))
  if (!isPlainObject(filter)) return false
  return Object.entries(filter).some(
    ([key, inner]) => key === field || (key.startsWith('$') && mentions(inner, field)),
  )
}

/** An upsert as it is prepared: what it changes, and whether a key has to be fetched for it. */
export interface Upsert {
  readonly modifications: Modifications
  readonly values: UpdateValues
  /** An inserted document still needs its primary key: see {@link giveKeys}. */
  readonly lacksKey: boolean
}

/**
 * The modifications of an upsert, and what an inserted document has beside them.
 *
 * Errors: `E_UNDEFINED_VALUE` when a document would be inserted with a key of the server's, and the
 * model's are of another kind.
 */
export function finishUpsert(
  update: UpdateBuilder<never>,
  filter: Document,
  onInsert: unknown,
): Upsert {
  const { modifications, values } = update
  const { definition, operation } = modifications
  const id = setOnInsert(update, onInsert)
  setNormalized(modifications, filter)
  let lacksKey = false
  if (id !== undefined) setKey(modifications, id)
  else if (mentions(filter, definition.primary.stored)) {
    requirePrimaryKey(definition, operation, filter)
  } else if (reservesKeys(definition)) lacksKey = true
  else if (definition.model.selfAssignPrimaryKey) requirePrimaryKey(definition, operation, filter)
  else setKey(modifications, values.id(makeKey(definition)))
  return { modifications, values, lacksKey }
}

/**
 * Sets what the filter fixes columns to whose blind index has the application's own normaliser: the
 * filter itself has what that made of the values.
 */
function setNormalized(modifications: Modifications, filter: Document): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) {
      for (const part of condition) setNormalized(modifications, part)
    }
    const column = modifications.definition.column(key)
    if (column?.stored !== key || column.encryption?.normalize === undefined) continue
    const value = onlyValue(condition)
    if (!(value instanceof Secret) || modifications.touches(key)) continue
    modifications.addColumn('$setOnInsert', key, Secret.asGiven(value), column.attribute)
  }
}

/** The one value that a condition fixes its field to; the server takes a list of one for the one. */
function onlyValue(condition: unknown): unknown {
  if (!isPlainObject(condition)) return condition
  const { $eq, $in } = condition
  return Array.isArray($in) && $in.length === 1 ? $in[0] : $eq
}

function setKey(modifications: Modifications, key: unknown): void {
  const { primary } = modifications.definition
  modifications.addColumn('$setOnInsert', primary.stored, key, primary.attribute)
}

/** Fetches the keys that upserts lack, all of them at once. */
export async function giveKeys(
  definition: ModelDefinition,
  call: Call,
  upserts: readonly Upsert[],
): Promise<void> {
  const lacking = upserts.filter(({ lacksKey }) => lacksKey)
  const keys = await takeKeys(definition, call, lacking.length)
  for (const [place, { modifications, values }] of lacking.entries()) {
    setKey(modifications, values.id(keys[place]))
  }
}

/** Sets what is for inserted documents only, and answers the primary key among it. */
function setOnInsert(update: UpdateBuilder<never>, given: unknown): unknown {
  const { modifications, values } = update
  const { definition, operation } = modifications
  if (given === undefined) return undefined
  if (!isPlainObject(given)) {
    const message = `onInsert of ${operation} needs an object of columns, got ${describe(given)}`
    refuse('E_INVALID_QUERY', definition, operation, `: ${message}`)
  }
  let id: unknown
  for (const [key, value] of Object.entries(given)) {
    if (definition.column(key)?.isPrimary !== true) update.setOnInsert({ [key]: value } as never)
    else if (value !== undefined) id = values.id(value)
  }
  return id
}

/**
 * Whether the filter gives the key of what an upsert inserts, or the server makes one of the model's
 * kind. Errors: `E_UNDEFINED_VALUE` when neither is so.
 */
export function requirePrimaryKey(
  { primary, model, name }: ModelDefinition,
  operation: string,
  filter: Document,
): void {
  const { generate = 'objectId' } = primary
  if (generate === 'objectId' && !model.selfAssignPrimaryKey) return
  if (fixedFields(filter).has(primary.stored)) return
  refuse(
    'E_UNDEFINED_VALUE',
    name,
    operation,
    `: ${operation} may insert, and the server does not make the model's primary keys; give ` +
      `"${primary.attribute}" in a condition`,
    primary.attribute,
  )
}
