/** Pipelines that read other collections: what they ask of others' encrypted columns is not sealed. */
import { errors } from '../errors/index.ts'
import { Secret } from '../redaction/secret.ts'
import { isPlainObject } from './values.ts'

/** Whose pipeline it is. */
export interface PipelineOwner {
  readonly name: string
  readonly collection: string
}

/**
 * Errors: `E_ENCRYPTED_COLUMN_QUERY` when a stage that reads another collection has a condition on an
 * encrypted column: the core seals those of its own collection only, so it would go out in plain.
 */
export function refuseForeignConditions(
  { name, collection }: PipelineOwner,
  pipeline: readonly unknown[],
  operation: string,
): void {
  for (const inner of foreign(pipeline, collection)) {
    const secret = findSecret(inner)
    if (secret === undefined) continue
    const column = Secret.columnOf(secret)
    throw new errors.E_ENCRYPTED_COLUMN_QUERY(
      `${name}: a condition on the encrypted column "${column}" can only be asked of its own ` +
        'collection; find the keys of what matches there first',
      { model: name, operation },
    )
  }
}

const SOURCES: Readonly<Record<string, string>> = {
  $lookup: 'from',
  $graphLookup: 'from',
  $unionWith: 'coll',
}

function* foreign(pipeline: readonly unknown[], collection: string): Iterable<unknown> {
  for (const stage of pipeline) {
    if (!isPlainObject(stage)) continue
    for (const [operator, options] of Object.entries(stage)) {
      if (!isPlainObject(options)) continue
      if (operator === '$facet') {
        for (const inner of Object.values(options)) {
          if (Array.isArray(inner)) yield* foreign(inner, collection)
        }
      } else if (Object.hasOwn(SOURCES, operator)) {
        const source = options[SOURCES[operator] as string]
        if (source !== collection) yield options
        else if (Array.isArray(options.pipeline)) yield* foreign(options.pipeline, collection)
      }
    }
  }
}

function findSecret(value: unknown): Secret | undefined {
  if (value instanceof Secret) return value
  const inner = Array.isArray(value) ? value : isPlainObject(value) ? Object.values(value) : []
  for (const one of inner) {
    const found = findSecret(one)
    if (found !== undefined) return found
  }
  return undefined
}
