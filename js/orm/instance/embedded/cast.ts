/** Making documents inside of others of what properties are given. */
import { errors, LucentError } from '../../../errors/index.ts'
import { describe } from '../../../query/messages.ts'
import { isPlainObject } from '../../../query/values.ts'
import type { Model } from '../../contracts/index.ts'
import { FLAGS, Flag, REST } from '../../contracts/state.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { absorb, assign } from '../attributes.ts'
import { initialised } from '../initialised.ts'

/** The property that holds embedded documents, for errors. */
export interface EmbedPlace {
  /** Name of the model that has it. */
  readonly model: string
  readonly attribute: string
}

/** Runs what concerns a document inside of another one: errors name the path to it. */
export function inside<T>(
  { model, attribute }: EmbedPlace,
  item: number | undefined,
  run: () => T,
): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof LucentError)) throw error
    const path = item === undefined ? attribute : `${attribute}.${item}`
    const column = error.column === undefined ? path : `${path}.${error.column}`
    throw new errors[error.code](`${model}.${path}: ${error.message}`, { ...error, model, column })
  }
}

/** An instance of the embedded model. Errors: `E_INVALID_VALUE`, `E_UNKNOWN_COLUMN`. */
export function castOne(
  place: EmbedPlace,
  definition: ModelDefinition,
  given: unknown,
  item?: number,
): Model {
  if (given instanceof definition.model) return adopted(definition, given)
  if (isPlainObject(given)) {
    return inside(place, item, () => {
      const key = definition.kinds.column?.attribute
      const kind = key === undefined ? definition : definition.kinds.named(given[key])
      const made = mark(new kind.model())
      assign(made, given, false)
      return initialised(made)
    })
  }
  const { name } = definition
  return inside(place, item, () => {
    const what = `takes an object, or an instance of ${name}, and was given ${describe(given)}`
    throw new errors.E_INVALID_VALUE(what, { status: 422 })
  })
}

/**
 * An instance that becomes a part of another document. One that is a document of its own stays that: the
 * part is a copy of its values.
 */
function adopted(definition: ModelDefinition, given: Model): Model {
  absorb(given)
  if ((given[FLAGS] & Flag.embedded) !== 0) return given
  if (!given.$isPersisted && given[REST]?.trx === undefined) return mark(given)
  const copy = mark(new definition.model())
  for (const { attribute, index } of definition.columns) {
    const value = definition.seal().readColumn(given, index)
    if (value !== undefined) assign(copy, { [attribute]: value }, false)
  }
  return copy
}

/** Says that the instance is a part of another document, with which it is saved. */
export function mark<M extends Model>(instance: M): M {
  instance[FLAGS] |= Flag.embedded
  return instance
}
