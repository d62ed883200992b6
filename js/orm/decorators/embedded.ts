import type { EmbedOptions } from '../columns/options.ts'
import { refuseOptions } from '../columns/options.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf } from '../definition/index.ts'
import { Embed, type LazyEmbedded } from '../instance/embedded/embed.ts'
import type { PropertyDecoratorOf } from './column.ts'

const OPTIONS: ReadonlySet<string> = new Set(['columnName', 'serializeAs', 'encrypted', 'meta'])

function embeds(decorator: string, related: LazyEmbedded, given: EmbedOptions, many: boolean) {
  return (target: Model, property: string): void => {
    const model = target.constructor as ModelClass
    const where = { model: model.name, attribute: property }
    const options = own(given)
    const foreign = Object.keys(options).filter((name) => !OPTIONS.has(name))
    refuseOptions(decorator, where, options, foreign)
    definitionOf(model).schema.addColumn(property, options, {
      embeds: new Embed(where, related, many),
    })
  }
}

/**
 * A column that holds a document with a model of its own, or null. The model is any class that extends
 * `BaseModel`; its documents are stored inside of the outer one, with which they are saved. A plain object
 * that is assigned, or given to `create`, `merge` and the like, becomes an instance; a name that the model
 * does not have is refused with the path to it.
 *
 * It is read when the property is touched. A save sends the paths that changed (`address.city`); an
 * instance that is new replaces what there was. Columns of every kind work as they do in documents, but for
 * versions, keys that come from elsewhere, and blind indexes (`E_MODEL_DEFINITION`). Hooks of the embedded
 * model run within those of the outer one, see the guide.
 *
 * Errors: `E_UNKNOWN_COLUMN`, `E_INVALID_VALUE` for what is no object; `E_MODEL_DEFINITION`.
 *
 * @example
 * class Address extends BaseModel {
 *   @column() declare city: string
 * }
 * class User extends BaseModel {
 *   @embedsOne(() => Address) declare address: EmbedsOne<typeof Address> | null
 * }
 * const user = await User.create({ address: { city: 'Rome' } })
 * await User.query().where('address.city', 'Rome')
 */
export function embedsOne(related: LazyEmbedded, options: EmbedOptions = {}): PropertyDecoratorOf {
  return embeds('@embedsOne()', related, options, false)
}

/**
 * A column that holds an array of documents with a model of their own: see `embedsOne`. Items that changed
 * in their places are sent by paths, found by their primary keys where the model declares one and by their
 * places otherwise; an array of which items were added, taken out or moved is sent as a whole.
 *
 * @example
 * class Order extends BaseModel {
 *   @embedsMany(() => Item) declare items: EmbedsMany<typeof Item>
 * }
 * order.items[0].price = 5
 * await order.save()
 */
export function embedsMany(related: LazyEmbedded, options: EmbedOptions = {}): PropertyDecoratorOf {
  return embeds('@embedsMany()', related, options, true)
}
