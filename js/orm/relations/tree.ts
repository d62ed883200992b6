/** Trees: rows of one model that refer to each other, followed from one to the next. */
import type { ModelClass } from '../contracts/index.ts'
import { definitionOf } from '../definition/index.ts'
import type { Keys } from './keys.ts'
import { Relation, relationOf } from './relation.ts'

/** Where trees lead: by a relation to the row above, or by one to the rows below. */
export const TREES = { ancestors: 'belongsTo', breadcrumbs: 'belongsTo', descendants: 'hasMany' }
export type TreeKind = keyof typeof TREES

/** Stored name, in what the core makes of a tree, of what leads to a row. */
const NODE = '__node'

/** The rows above one, or below it, at any distance. */
export class Tree extends Relation {
  #found: Keys | undefined

  constructor(kind: TreeKind, model: ModelClass, relationName: string, of: string) {
    super(kind, model, relationName, [() => model, undefined], { of })
  }

  override clone(model: ModelClass): Tree {
    return new Tree(this.type as TreeKind, model, this.relationName, this.options.of as string)
  }

  override get booted(): boolean {
    return this.#found !== undefined
  }

  override boot(): void {
    this.#found ??= this.#find()
  }

  override get keys(): Keys {
    this.boot()
    return this.#found as Keys
  }

  override get isCountable(): boolean {
    return false
  }

  #find(): Keys {
    const related = definitionOf(this.model)
    const step = relationOf(related, this.options.of, this.type)
    const needed = TREES[this.type as TreeKind]
    const { key, match } = step.keys
    if (step.type !== needed || step.related !== related) {
      this.refuse(`it needs a ${needed} relation to ${related.name} itself`)
    }
    if (key.encryption !== undefined || match.encryption !== undefined) {
      this.refuse('the keys of a tree cannot be encrypted')
    }
    const { primary } = related
    const tree = { from: key.stored, to: match.stored, own: this.type === 'breadcrumbs' }
    const between = {
      pivot: undefined,
      definition: related,
      match: primary.attribute,
      key: NODE,
      tree,
    }
    return { related, key: primary, match: primary, between }
  }
}
