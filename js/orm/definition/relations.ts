import { errors } from '../../errors/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { Related } from '../contracts/options.ts'
import type { RelationContract } from '../contracts/relation.ts'
import { defineAccessor } from './accessors.ts'
import { relatedOf, setRelated } from './related.ts'
import type { Schema } from './schema.ts'

/** The relations of one model class by property name, inherited ones first. */
export class Relations extends Map<string, RelationContract> {
  readonly #model: ModelClass
  readonly #schema: Schema

  constructor(model: ModelClass, schema: Schema, parent?: Relations) {
    super()
    this.#model = model
    this.#schema = schema
    for (const [name, relation] of parent ?? []) this.set(name, relation.clone(model))
  }

  /** Errors: `E_MODEL_DEFINITION` for the name of a column, and once the model is in use. */
  add(relation: RelationContract): void {
    const { relationName: name } = relation
    if (this.#schema.isFixed) {
      this.#refuse(name, 'relations must be declared before the model is first used')
    }
    if (name.startsWith('$') || name === '__proto__' || name === 'constructor') {
      this.#refuse(name, 'that cannot be the name of a relation')
    }
    this.set(name, relation)
  }

  /** The relation of a name. Errors: `E_UNDEFINED_RELATIONSHIP`. */
  named(name: unknown, operation: string): RelationContract {
    const relation = this.get(name as string)
    if (relation !== undefined) return relation
    const { name: model } = this.#model
    const known = this.size === 0 ? 'it has none' : `there are: ${[...this.keys()].join(', ')}`
    throw new errors.E_UNDEFINED_RELATIONSHIP(
      `${model} has no relation "${String(name)}"; ${known}`,
      { model, operation },
    )
  }

  /** Gives the prototype the properties of the relations. Errors: `E_MODEL_DEFINITION`. */
  giveAccessors(): void {
    for (const name of this.keys()) {
      if (this.#schema.attribute(name) !== undefined || this.#schema.isTransient(name)) {
        this.#refuse(name, 'that is an attribute, and a relation')
      }
      defineAccessor(this.#model.prototype, name, {
        get(this: object) {
          return relatedOf(this as Model, name)
        },
        set(this: object, rows: unknown) {
          setRelated(this as Model, name, rows as Related)
        },
      })
    }
  }

  #refuse(name: string, why: string): never {
    const { name: model } = this.#model
    throw new errors.E_MODEL_DEFINITION(`${model}.${name}: ${why}`, { model, column: name })
  }
}
