/** Models of the rows that histories keep. */
import type { DateTime } from 'luxon'
import { refuse } from '../../errors/index.ts'
import { BaseModel } from '../base_model/index.ts'
import { likeKey } from '../columns/keys.ts'
import type { ModelClass } from '../contracts/index.ts'
import { column } from '../decorators/column.ts'
import { carriedColumns, contextNames, historyCollection } from '../definition/histories.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { condition, type HistoryOf, type Rule } from '../rules/index.ts'

/** What became of a document. */
export type AuditedOperation = 'created' | 'updated' | 'deleted' | 'restored' | 'forceDeleted'

/** What became of a column: its stored values, or that nobody may see them. */
export interface AuditedChange {
  readonly before?: unknown
  readonly after?: unknown
  /** The column is encrypted, hashed or hidden: its values are not kept. */
  readonly redacted?: true
}

/** One change of one document. */
export class Audit extends BaseModel {
  /** Of the row: it begins with the key of the document, then has the moment. */
  declare id: unknown
  /** The key of the document. */
  declare documentId: unknown
  /** The class by which the document was written. */
  declare model: string
  declare operation: AuditedOperation
  declare at: DateTime
  /** `userId` of the context. */
  declare userId: unknown
  /** `requestId` of the context. */
  declare requestId: unknown
  /** The columns that changed, by property. */
  declare changes: Readonly<Record<string, AuditedChange>>
}

column({ isPrimary: true, serializeAs: null })(Audit.prototype, 'id')
column()(Audit.prototype, 'model')
column()(Audit.prototype, 'operation')
column.dateTime()(Audit.prototype, 'at')
column()(Audit.prototype, 'changes')

/** What rows share with the model of their documents. */
const SHARED = ['connection', '$database', '$adapter'] as const

const made = new WeakMap<ModelClass, Map<string, typeof Audit>>()

/** The history of a name. Errors: `E_INVALID_QUERY` for one that the model does not have, or that keeps something else. */
export function historyOf(
  { rules, name: model }: ModelDefinition,
  name: string,
  keeps: HistoryOf['keeps'],
): HistoryOf {
  const found = rules.all.find((rule) => rule.name === name)?.history
  if (found?.keeps === keeps) return found
  return refuse('E_INVALID_QUERY', model, undefined, `: no history "${name}" keeps ${keeps}`)
}

/** The model of the rows of a history of changes, which the rules of the documents' model hold for. */
export function auditRows(model: ModelClass, name: string): typeof Audit {
  const known = made.get(model)?.get(name)
  if (known !== undefined) return known
  const definition = definitionOf(model)
  const of = historyOf(definition, name, 'changes')
  class Rows extends Audit {
    static override collection = historyCollection(definition.collection, of)
    static override rules = rulesOf(definition)
  }
  Object.defineProperty(Rows, 'name', { value: `${model.name}Audit` })
  for (const shared of SHARED) {
    Object.defineProperty(Rows, shared, { get: () => model[shared], configurable: true })
  }
  const { schema } = definitionOf(Rows)
  schema.addColumn('documentId', ...likeKey('document_id', definition.primary))
  for (const [value, stored] of Object.entries(contextNames(of))) {
    schema.addColumn(value, { columnName: stored })
  }
  for (const { attribute, stored, options, kind } of carriedColumns(definition)) {
    schema.addColumn(attribute, { ...options, columnName: stored }, kind)
  }
  const all = made.get(model) ?? new Map<string, typeof Audit>()
  made.set(model, all.set(name, Rows))
  return Rows
}

/** Whether a rule says whose documents are, or in which database: that holds for the rows too. */
export function saysWhere({ pin, database }: Rule): boolean {
  return pin !== undefined || database !== undefined
}

/** Rows answer the rules that say what is written; those of a class that shares its collection, its value too. */
function rulesOf({ rules, kinds }: ModelDefinition): Rule[] {
  const held = rules.all.filter(saysWhere)
  const { column: told, value, values } = kinds
  if (told === undefined || value === undefined) return held
  return [...held, condition('kind', { [told.attribute]: { $in: values } })]
}
