/** Validation rules that look into the database. */
import vine, { VineNumber, VineString } from '@vinejs/vine'
import type { FieldContext } from '@vinejs/vine/types'
import type { BaseModel, Database, ModelQueryBuilder } from 'lucent-odm'
import { countDocuments } from '../database/collections.ts'

/** What is looked for, and where. */
export interface DocumentSearch<M extends BaseModel = BaseModel> {
  /** The model to search with; or `table`. */
  model?: typeof BaseModel & (new () => M)
  /** Name of the collection, where there is no model; `column` is then a stored name. */
  table?: string
  /** The field's own name by default. */
  column?: string
  connection?: string
  /** Takes upper and lower case for the same; the index needs the collation `{ locale: 'en', strength: 2 }`. */
  caseInsensitive?: boolean
  /** Narrows the search; with `model` only. */
  filter?: (
    query: ModelQueryBuilder<M>,
    value: unknown,
    field: FieldContext,
  ) => void | Promise<void>
}

/** A search, or the whole decision: whether the value is fine. */
export type DocumentRule<M extends BaseModel = BaseModel> =
  | DocumentSearch<M>
  | ((db: Database, value: unknown, field: FieldContext) => Promise<boolean> | boolean)

declare module '@vinejs/vine' {
  interface VineString {
    /** No document has the value. */
    mongoUnique<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
    /** A document has the value. */
    mongoExists<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
  }
  interface VineNumber {
    /** No document has the value. */
    mongoUnique<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
    /** A document has the value. */
    mongoExists<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
  }
}

const MESSAGES = {
  'database.unique': 'The {{ field }} has already been taken',
  'database.exists': 'The selected {{ field }} is invalid',
} as const

const CASE_INSENSITIVE = { locale: 'en', strength: 2 } as const

/** The database of the application that booted last; macros outlive applications. */
let database: Database | undefined

function currentDatabase(): Database {
  if (database === undefined) throw new Error('the application is not booted')
  return database
}

async function isThere(
  search: DocumentSearch,
  value: unknown,
  field: FieldContext,
): Promise<boolean> {
  const { model, table, connection, caseInsensitive = false, filter } = search
  const column = search.column ?? String(field.name)
  if (model === undefined) {
    if (table === undefined) throw new Error('a rule needs a `model`, or a `table`')
    const options = { limit: 1, ...(caseInsensitive && { collation: CASE_INSENSITIVE }) }
    const client = currentDatabase().connection(connection)
    return (await countDocuments(client, table, { [column]: value }, options)) > 0
  }
  const query = model.query(connection === undefined ? {} : { connection }).where(column, value)
  if (caseInsensitive) query.collation(CASE_INSENSITIVE)
  await filter?.(query, value, field)
  return (await query.pojo().first()) !== null
}

function ruleOf(name: keyof typeof MESSAGES, wanted: boolean) {
  return vine.createRule<DocumentRule>(async (value, rule, field) => {
    if (!field.isValid) return
    const fine =
      typeof rule === 'function'
        ? await rule(currentDatabase(), value, field)
        : (await isThere(rule, value, field)) === wanted
    if (!fine) field.report(MESSAGES[name], name, field)
  })
}

/** Adds the rules to strings and numbers. */
export function defineRules(db: Database, { lucidNames }: { lucidNames: boolean }): void {
  database = db
  const unique = ruleOf('database.unique', false)
  const exists = ruleOf('database.exists', true)
  const rules = { mongoUnique: unique, mongoExists: exists }
  const all = Object.entries(lucidNames ? { ...rules, unique, exists } : rules)
  for (const [name, rule] of all) {
    addMacro(VineString, name, function (this: VineString, given: DocumentRule) {
      return this.use(rule(given))
    })
    addMacro(VineNumber, name, function (this: VineNumber, given: DocumentRule) {
      return this.use(rule(given))
    })
  }
}

/** The names are decided at run time, where the types of macros want literal ones. */
function addMacro(type: { macro: unknown }, name: string, value: unknown): void {
  ;(type as { macro(name: string, value: unknown): void }).macro(name, value)
}
