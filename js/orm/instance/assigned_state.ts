/**
 * State that tests, factories and adapters set themselves: what the attributes are, what is stored of
 * them, and whether anything is.
 */
import { HOLE, VALUES } from '../../codec/accessors.ts'
import { refuse } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { absorb, getColumn, leaveOut, restOf, setColumn, valueFor } from './attributes.ts'
import { propertyOf, rememberProperty, writeColumn } from './changes.ts'
import { holding } from './held.ts'
import { layOut } from './lay_out.ts'
import { rawStored, replaceStored } from './stored.ts'

/** Puts these attributes, by property name, in the place of all others. Errors: `E_INVALID_VALUE`. */
export function setAttributes(instance: Model, given: unknown): void {
  const definition = absorb(instance)
  const values = objectOf(definition, '$attributes', given)
  for (const column of definition.columns) {
    const value = values[column.attribute]
    if (Object.hasOwn(values, column.attribute)) setColumn(instance, definition, column, value)
    else leaveOut(instance, definition, column, 'left out')
  }
}

/**
 * Takes these values, by property name, for what is stored; the attributes stay as they are. Errors:
 * `E_INVALID_VALUE`, those of `prepare`.
 */
export function setOriginal(instance: Model, given: unknown): void {
  const definition = absorb(instance)
  const values = objectOf(definition, '$original', given)
  keepAttributes(instance, definition)
  restOf(instance).properties = undefined
  const chunk = layOut(definition, (body) => {
    for (const column of definition.columns) {
      const value = valueFor(column, values[column.attribute])
      writeColumn(body, column, value, instance)
      if (value !== undefined) rememberProperty(instance, column, propertyOf(column, value))
    }
  })
  replaceStored(instance, chunk)
}

/**
 * Says whether the document is in the database. An instance that is not stored any more has its
 * attributes to be stored anew.
 */
export function setPersisted(instance: Model, persisted: boolean): void {
  const definition = absorb(instance)
  if (persisted) {
    instance[FLAGS] = (instance[FLAGS] | Flag.persisted) & ~Flag.deleted
    return
  }
  keepAttributes(instance, definition)
  instance[FLAGS] &= ~Flag.persisted
  replaceStored(instance, null)
}

/** Gives the instance values of its own for everything that it reads from its document. */
function keepAttributes(instance: Model, definition: ModelDefinition): void {
  const values = instance[VALUES]?.slice() ?? definition.columns.map(() => HOLE)
  for (const column of definition.columns) {
    if (values[column.index] !== HOLE) continue
    const value = getColumn(instance, definition, column)
    if (value !== undefined) values[column.index] = valueFor(column, value)
  }
  instance[VALUES] = values
  for (const column of definition.columns) {
    // What is stored from now on must not be read in its place.
    if (values[column.index] === HOLE) leaveOut(instance, definition, column, 'left out')
  }
}

function objectOf(
  { name }: ModelDefinition,
  property: string,
  given: unknown,
): Readonly<Record<string, unknown>> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return given as Readonly<Record<string, unknown>>
  }
  refuse('E_INVALID_VALUE', name, property, `: ${property} must be an object of properties`)
}

/**
 * Forgets every attribute before others are assigned: of a stored instance, what it holds of its
 * document becomes null, but for the primary key. What was not read, or only in part, is left alone.
 */
export function emptyAttributes(instance: Model, definition: ModelDefinition): void {
  const before = instance[VALUES]
  const { $isPersisted: stored } = instance
  instance[VALUES] = definition.columns.map((column) => {
    if (!stored) return HOLE
    if (column.isPrimary) return before?.[column.index] ?? HOLE
    const holds = holding(instance, column) === true
    return holds && rawStored(definition, instance, column) !== null ? null : HOLE
  })
  const rest = instance[REST]
  if (rest !== null) rest.gone = undefined
}
