/** Updates that insert where nothing matches. */
import { refuse } from '../../../errors/index.ts'
import { KeyAnswer, type QueryPlan } from '../../../query/index.ts'
import { describe } from '../../../query/messages.ts'
import { isPlainObject } from '../../../query/values.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import type { Call } from '../../operation/call.ts'
import { makeKey, reservesKeys, takeKeys } from '../../persistence/keys.ts'
import type { UpdateBuilder } from './builder.ts'
import type { Modifications } from './modifications.ts'
import type { UpdateValues } from './values.ts'

/** An upsert as it is prepared: what it changes, and whether a key has to be fetched for it. */
export interface Upsert {
  readonly modifications: Modifications
  readonly values: UpdateValues
  /** An inserted document still needs its primary key: see {@link giveKeys}. */
  readonly lacksKey: boolean
}

/**
 * The modifications of an upsert, and what an inserted document has beside them. What `query` fixes
 * fields to is a part of it, and not set here.
 *
 * Errors: `E_UNDEFINED_VALUE` when a document would be inserted with a key of the server's, and the
 * model's are of another kind.
 */
export function finishUpsert(
  update: UpdateBuilder<never>,
  query: QueryPlan,
  onInsert: unknown,
): Upsert {
  const { modifications, values } = update
  const { definition, operation } = modifications
  const id = setOnInsert(update, onInsert)
  let lacksKey = false
  if (id !== undefined) setKey(modifications, id)
  else if (query.saysOfKey() !== KeyAnswer.nothing) requirePrimaryKey(definition, operation, query)
  else if (reservesKeys(definition)) lacksKey = true
  else if (definition.model.selfAssignPrimaryKey) requirePrimaryKey(definition, operation, query)
  else setKey(modifications, values.id(makeKey(definition)))
  const { column, value, values: kinds } = definition.kinds
  // A condition with one value is a part of what is inserted.
  if (column !== undefined && value !== undefined && kinds.length > 1) {
    modifications.addColumn('$setOnInsert', column.stored, value, column.attribute)
  }
  return { modifications, values, lacksKey }
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
 * Whether the conditions give the key of what an upsert inserts, or the server makes one of the model's
 * kind. Errors: `E_UNDEFINED_VALUE` when neither is so.
 */
export function requirePrimaryKey(
  { primary, model, name }: ModelDefinition,
  operation: string,
  query: QueryPlan,
): void {
  const { generate = 'objectId' } = primary
  if (generate === 'objectId' && !model.selfAssignPrimaryKey) return
  if (query.saysOfKey() === KeyAnswer.value) return
  refuse(
    'E_UNDEFINED_VALUE',
    name,
    operation,
    `: ${operation} may insert, and the server does not make the model's primary keys; give ` +
      `"${primary.attribute}" in a condition`,
    primary.attribute,
  )
}
