import type { Model } from '../contracts/index.ts'
import { FindAndModifyQuery } from './find_and_modify.ts'

/**
 * A query for models. Nothing is sent until it is awaited, or one of `exec`, `first`, `count`,
 * `paginate`, `update`, `delete`, … is called; each of these sends it anew.
 *
 * @example
 * const users = await User.query().where('status', 'active').orderBy('createdAt', 'desc').limit(10)
 */
export class ModelQueryBuilder<M extends Model, Result = M> extends FindAndModifyQuery<M, Result> {
  protected fresh(): this {
    return new ModelQueryBuilder<M, Result>(this.definition, this.options).copyState(this) as this
  }

  /**
   * Reads plain documents with their stored names instead of models. No hooks run.
   *
   * @example
   * const rows = await User.query().where('status', 'active').pojo<{ email: string }>()
   */
  pojo<Row = Record<string, unknown>>(): ModelQueryBuilder<M, Row> {
    this.plain = true
    return this as unknown as ModelQueryBuilder<M, Row>
  }

  /**
   * Gives up on what the query does when the signal is aborted: it fails with `E_ABORTED`, its
   * cause the signal's reason.
   *
   * @example
   * await Report.query().signal(AbortSignal.timeout(2000))
   */
  signal(signal: AbortSignal): this {
    this.options.signal = signal
    return this
  }
}
