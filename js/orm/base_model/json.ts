/** What instances look like elsewhere. */
import { errors } from '../../errors/index.ts'
import type { CherryPick, ModelColumnValues, ModelObject, Related } from '../contracts/options.ts'
import { absorb, modelOf } from '../instance/attributes.ts'
import * as serializing from '../instance/serialize/index.ts'
import { inspect } from '../instance/serialize/inspect.ts'
import { ModelState } from './state.ts'

/** The part of `BaseModel` that makes JSON and plain objects of an instance. */
export abstract class ModelJson extends ModelState {
  /**
   * A plain object for JSON, by serialised names: columns, preloaded relations, computed properties,
   * and what `serializeExtras` of the class asks for (`true`: `$extras` as `meta`; a function: the
   * object it returns). Integers and decimals that a number cannot hold are text, ids their digits,
   * binary values base64.
   *
   * Errors: `E_INVALID_VALUE` when a pick is no array of names.
   *
   * @example
   * user.serialize({ fields: { omit: ['email'] }, relations: { posts: { fields: ['title'] } } })
   */
  serialize(cherryPick?: CherryPick): ModelObject {
    return serializing.serialize(this, cherryPick)
  }

  /** The columns' part of `serialize`; `raw` leaves the values as they are. */
  serializeAttributes(fields?: CherryPick['fields'], raw = false): ModelObject {
    absorb(this)
    return serializing.serializeAttributes(this, fields, raw)
  }

  /** The computed properties' part of `serialize`. */
  serializeComputed(fields?: CherryPick['fields']): ModelObject {
    absorb(this)
    return serializing.serializeComputed(this, fields)
  }

  /** The relations' part of `serialize`; `raw` gives the rows themselves. */
  serializeRelations(relations: undefined, raw: true): Record<string, Related>
  serializeRelations(relations?: CherryPick['relations'], raw?: boolean): ModelObject
  serializeRelations(relations?: CherryPick['relations'], raw = false): ModelObject {
    return serializing.serializeRelations(this, relations, raw)
  }

  /** What `JSON.stringify` writes: `serialize()`. */
  toJSON(): ModelObject {
    return this.serialize()
  }

  /** Attributes by property name as they are, preloaded relations, computed properties, `$extras`. */
  toObject(): ModelObject {
    absorb(this)
    return serializing.toObject(this)
  }

  /**
   * The columns that have a value, by property name, as the properties read. The type has the
   * properties that `$columns` lists, where the class declares it; else those that can be set.
   */
  toAttributes(): ModelColumnValues<this> {
    absorb(this)
    return serializing.toAttributes(this, this.$columns) as ModelColumnValues<this>
  }

  /**
   * A model has nothing of its own that could be stored inside another document: as a value it would
   * become an empty object.
   *
   * @internal
   */
  toBSON(): never {
    throw new errors.E_INVALID_VALUE(
      `a ${modelOf(this).name} is no value; store its primary key, or a plain object`,
    )
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    show: (value: unknown, options: object) => string,
  ): string {
    absorb(this)
    return `${modelOf(this).name} ${show(inspect(this), options)}`
  }
}
