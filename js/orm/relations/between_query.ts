import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'

/** A query for the documents between. */
export class BetweenQuery extends ModelQueryBuilder<Model> {
  override call(operation: string): Call {
    return super.call(operation)
  }
}
