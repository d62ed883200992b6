/** Primary keys of new documents. */
import { randomUUID } from 'node:crypto'
import { generateObjectId } from '../../codec/object_id.ts'
import { refuse } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn, setColumn } from '../instance/attributes.ts'
import type { Call } from '../operation/call.ts'
import { takeFromSequence } from './sequence.ts'

/** Whether keys come from elsewhere, or from the application: {@link reserveKeys} fetches them. */
export function reservesKeys({ primary }: ModelDefinition): boolean {
  return primary.generate === 'sequence' || typeof primary.generate === 'function'
}

/** Gives keys to the instances that have none, where {@link reservesKeys}. */
export async function reserveKeys(
  definition: ModelDefinition,
  call: Call,
  instances: readonly Model[],
): Promise<void> {
  const { primary } = definition
  const { generate } = primary
  const without = instances.filter((one) => !hasKey(definition, one))
  if (without.length === 0) return
  if (typeof generate === 'function') {
    for (const instance of without) {
      setColumn(instance, definition, primary, await generate(instance))
    }
    return
  }
  const first = await takeFromSequence(definition, call, without.length)
  for (const [place, instance] of without.entries()) {
    setColumn(instance, definition, primary, first + place)
  }
}

/**
 * Gives the instance a primary key that is made here, unless it has one. Errors: `E_UNDEFINED_VALUE`
 * where it cannot be made here.
 */
export function assignKey(definition: ModelDefinition, instance: Model): void {
  if (hasKey(definition, instance)) return
  const { primary, model, name } = definition
  const { generate } = primary
  if (model.selfAssignPrimaryKey || reservesKeys(definition)) {
    const why =
      typeof generate === 'function'
        ? '`generate` answered nothing'
        : 'the model assigns its own primary keys'
    refuse(
      'E_UNDEFINED_VALUE',
      name,
      'create',
      `.${primary.attribute} has no value, and ${why}`,
      primary.attribute,
    )
  }
  setColumn(instance, definition, primary, makeKey(definition))
}

/** A key of the kinds that are made here. */
export function makeKey({ primary }: ModelDefinition): string {
  return primary.generate === 'uuid' ? randomUUID() : generateObjectId()
}

/** Keys for documents without an instance, where {@link reservesKeys}. */
export async function takeKeys(
  definition: ModelDefinition,
  call: Call,
  count: number,
): Promise<unknown[]> {
  const { generate } = definition.primary
  const keys: unknown[] = []
  if (count === 0) return keys
  if (typeof generate === 'function') {
    while (keys.length < count) keys.push(await generate(new definition.model()))
    return keys
  }
  const first = await takeFromSequence(definition, call, count)
  while (keys.length < count) keys.push(first + keys.length)
  return keys
}

function hasKey(definition: ModelDefinition, instance: Model): boolean {
  const present = getColumn(instance, definition, definition.primary)
  return present !== undefined && present !== null
}
