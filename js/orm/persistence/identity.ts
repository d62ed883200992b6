/** Which document an instance stands for. */
import type { Body } from '../../codec/body.ts'
import { errors, type LucentError, refuse } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn, setColumn } from '../instance/attributes.ts'
import { writeColumn } from '../instance/changes.ts'
import { storedValue } from '../instance/stored.ts'
import type { Call } from '../operation/call.ts'

/**
 * The primary key of the instance's document: the stored one, or its value where nothing is known to be
 * stored.
 *
 * Errors: `E_UNDEFINED_VALUE` for rows that are no documents, such as groups.
 */
export function keyOf(definition: ModelDefinition, instance: Model): unknown {
  const { primary, name } = definition
  const key = storedValue(instance, definition, primary) ?? getColumn(instance, definition, primary)
  if (key !== undefined) return key
  refuse(
    'E_UNDEFINED_VALUE',
    name,
    undefined,
    ': the instance has no primary key, so it stands for no document; rows of groups and of ' +
      `distinct() have none, unless "${primary.attribute}" is selected`,
    primary.attribute,
  )
}

/**
 * Writes the filter of the instance's document: by its stored primary key and, where documents have
 * a version, as it was when it was read.
 */
export function writeIdentity(
  body: Body,
  name: string,
  definition: ModelDefinition,
  instance: Model,
): void {
  const { primary, version } = definition
  const filter = body.beginDocumentElement(name)
  writeColumn(body, primary, keyOf(definition, instance), instance)
  if (version !== undefined) {
    // Null matches documents from before the model had versions.
    body.element(version.element, storedValue(instance, definition, version) ?? null)
  }
  body.endDocument(filter)
}

/** Gives the instance the version that its document has after the write. */
export function setVersion(definition: ModelDefinition, instance: Model, creating: boolean): void {
  const { version } = definition
  if (version === undefined) return
  const stored = creating ? 0 : Number(storedValue(instance, definition, version) ?? 0)
  setColumn(instance, definition, version, stored + 1)
}

/** The error of a write that did not find the document as it was read. */
export function stale({ definition, operation, details }: Call): LucentError {
  const { name, version } = definition
  const why =
    version === undefined
      ? 'the document is no longer there'
      : 'the document was changed or deleted since it was read'
  return new errors.E_STALE_MODEL(
    `${name}: ${why}, so the ${operation} was not carried out`,
    details,
  )
}
