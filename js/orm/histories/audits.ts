/** Queries over what became of documents. */
import { MaxKey } from '../../codec/values.ts'
import { castValue, resolvePath } from '../../query/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { KeyValue, ModelAdapterOptions } from '../contracts/options.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import { query } from '../query_builder/of_model.ts'
import { type Audit, auditRows } from './rows.ts'

/** Where a history is read, and which. */
export interface HistoryOptions extends ModelAdapterOptions {
  /** The name of the rule, where it is one of the application's own. */
  readonly history?: string
}

/**
 * What became of a document, or of all of the model, the newest first. The rule of tenants holds for the rows too.
 * Errors: `E_INVALID_QUERY` where the model has no such history.
 *
 * @example
 * await auditsOf(Invoice, invoice.id, { history: 'trail' }).where('operation', 'deleted')
 */
export function auditsOf<M extends Model>(
  model: ModelClass<M>,
  id?: KeyValue<M>,
  { history = 'audits', ...options }: HistoryOptions = {},
): ModelQueryBuilder<Audit> {
  const rows = query(auditRows(model, history), options)
  if (id === undefined) return rows.orderBy('at', 'desc').orderBy('id', 'desc')
  return rows.whereRaw(rangeOf(definitionOf(model), id, 'at')).orderBy('id', 'desc')
}

/** The rows of a document stand together in the index of `_id`, which begins with the document's own. */
export function rangeOf(
  definition: ModelDefinition,
  id: unknown,
  order: 'at' | 'number',
): { _id: Record<string, unknown> } {
  const { attribute } = definition.primary
  const document = castValue(definition, resolvePath(definition, attribute), id)
  return { _id: { $gt: { document }, $lte: { document, [order]: new MaxKey() } } }
}
