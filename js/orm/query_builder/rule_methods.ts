import type { Model } from '../contracts/index.ts'
import { removalColumns } from '../persistence/restore.ts'
import { readChanges } from './update/read.ts'
import { WriteMethods } from './write_methods.ts'

/** What a query says of the rules of its model. Unions and joins with the same collection go by it too. */
export abstract class RuleMethods<M extends Model, Result> extends WriteMethods<M, Result> {
  /** Finds deleted documents too, of a model with `SoftDeletes`. Errors: `E_INVALID_QUERY` for others. */
  withTrashed(): this {
    return this.lift('trashed', true, 'withTrashed')
  }

  /** Another name of {@link withTrashed}. */
  includeDeleted(): this {
    return this.lift('trashed', true, 'includeDeleted')
  }

  /** Finds deleted documents alone. Errors: `E_INVALID_QUERY` for a model without `SoftDeletes`. */
  onlyTrashed(): this {
    return this.lift('trashed', 'only', 'onlyTrashed')
  }

  /**
   * Goes without the rule of tenants. Say why: it is there to be found. Pipelines and relations that reach
   * other models hold theirs; see `context.withoutTenant`. Errors: `E_INVALID_QUERY` without a reason, and for
   * a model without `TenantScoped`.
   *
   * @example
   * await Invoice.query().withoutTenant('monthly report').where('paid', false)
   */
  withoutTenant(reason: string): this {
    return this.lift('tenant', { reason: this.reasonOf('withoutTenant', reason) }, 'withoutTenant')
  }

  /** Goes without a rule of the model, by its name. Errors: `E_INVALID_QUERY` for one that there is not. */
  withoutRule(name: string, reason = 'asked for'): this {
    return this.lift(name, { reason: this.reasonOf('withoutRule', reason) }, 'withoutRule')
  }

  /** What a rule hides alone, of one that says what that is. Errors: `E_INVALID_QUERY`. */
  onlyRule(name: string): this {
    return this.lift(name, 'only', 'onlyRule')
  }

  /**
   * Brings back every deleted document that matches. Runs no hooks. Errors: as `update`.
   *
   * @returns `[restored]`, how many documents were restored
   * @example
   * await Post.query().where('authorId', author.id).restore()
   */
  async restore(): Promise<[number]> {
    const query = this.clone().onlyTrashed()
    const values = Object.fromEntries(
      removalColumns(this.definition).map(({ attribute }) => [attribute, null]),
    )
    const modifications = readChanges(query.updateContext('restore'), [values])
    const plan = query.planWrite('restore')
    return [(await query.sendUpdate('restore', plan, modifications, true)).matched]
  }

  /**
   * Deletes every document that matches for good: those that are there, with `withTrashed()` or
   * `onlyTrashed()` those that were deleted before. Runs no hooks. Errors: as `delete`.
   *
   * @returns `[deleted]`, how many documents were deleted
   */
  async forceDelete(): Promise<[number]> {
    const operation = 'forceDelete'
    return [await this.sendDelete(operation, this.planWrite(operation), true, true)]
  }

  /** @internal */
  reasonOf(operation: string, reason: unknown): string {
    if (typeof reason === 'string' && reason !== '') return reason
    return this.refuseWrite(operation, 'it needs a reason, which is a text')
  }

  /** @internal */
  lift(name: string, how: unknown, operation: string): this {
    const rule = this.definition.rules.named(name, operation)
    if (how === 'only' && rule.only === undefined) {
      this.refuseWrite(operation, `the rule "${name}" does not say what it hides`)
    }
    return this.setOption('lift', { ...this.options.lift, [name]: how })
  }
}
