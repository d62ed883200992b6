import type { Model } from '../contracts/index.ts'
import { modelOf } from '../instance/attributes.ts'
import { BelongsToClient, RelationClient } from './client.ts'
import type { MorphTo } from './morph_to.ts'

/** `morphTo`: the parent has the related row's key, and the name of its model. */
export class MorphToClient extends RelationClient {
  get #morph(): MorphTo {
    return this.relation as MorphTo
  }

  async associate(row: Model): Promise<void> {
    await new BelongsToClient(this.#morph.armTo(modelOf(row)), this.parent).associate(row)
  }

  async dissociate(): Promise<void> {
    const [arm] = this.#morph.arms.values()
    if (arm !== undefined) await new BelongsToClient(arm, this.parent).dissociate()
  }
}
