/** Validation rules that look into the database. */
import vine, { VineNumber, VineString } from '@vinejs/vine'
import type { FieldContext } from '@vinejs/vine/types'
import { type BaseModel, type Database, errors, type ModelQueryBuilder } from 'lucent-odm'
import { countDocuments } from '../database/collections.ts'
import { isMalformed } from './malformed.ts'

/** What is looked for, and where. */
export interface DocumentSearch<M extends BaseModel = BaseModel> {
  /**
   * The model to search with; or `table`. What its `beforeFind` and `beforeFetch` hooks hide is not
   * there for the rule either.
   */
  model?: typeof BaseModel & (new () => M)
  /** Name of the collection, where there is no model; `column` is then a stored name. */
  table?: string
  /** The field's own name by default. */
  column?: string
  connection?: string
  /** Takes upper and lower case for the same; the index needs the collation `{ locale: 'en', strength: 2 }`. */
  caseInsensitive?: boolean
  /** Narrows the search, whatever it says: an `orWhere` of it is in parentheses. With `model` only. */
  filter?: (
    query: ModelQueryBuilder<M>,
    value: unknown,
    field: FieldContext,
  ) => void | Promise<void>
  /** `false` looks at what the model's hooks hide too, as a unique index does. With `model` only. */
  hooks?: boolean
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
  'database.invalid': 'The {{ field }} field has a value that is not valid here',
} as const
/** What rules are made for. */
type Wanted = 'database.unique' | 'database.exists'

const CASE_INSENSITIVE = { locale: 'en', strength: 2 } as const

/** The database of the application that booted last; macros outlive applications. */
let database: Database | undefined

function currentDatabase(): Database {
  if (database === undefined) throw new Error('the application is not booted')
  return database
}

type Answer = 'there' | 'missing' | 'malformed'

async function lookFor(
  search: DocumentSearch,
  value: unknown,
  field: FieldContext,
): Promise<Answer> {
  const { model, table = '', connection, caseInsensitive = false, filter, hooks = true } = search
  const column = search.column ?? String(field.name)
  if (model === undefined) {
    const options = { limit: 1, ...(caseInsensitive && { collation: CASE_INSENSITIVE }) }
    const client = currentDatabase().connection(connection)
    const found = await countDocuments(client, table, { [column]: value }, options)
    return found > 0 ? 'there' : 'missing'
  }
  const client = connection === undefined ? {} : { connection }
  // By itself: an error of the filter is the application's, and no fault of the value.
  if (isMalformed(() => model.query(client).where(column, value).toMongo())) return 'malformed'
  const query = model.query(client)
  await filter?.(query, value, field)
  if (query.toMongo().pipeline?.some((stage) => '$unionWith' in stage)) {
    throw new errors.E_INVALID_QUERY(
      `${model.name}: the filter of a rule narrows the search, and a union adds rows to it`,
      { model: model.name, operation: 'validate' },
    )
  }
  query.wrapExisting().where(column, value)
  if (caseInsensitive) query.collation(CASE_INSENSITIVE)
  return (await (hooks ? query.existsForReaders() : query.exists())) ? 'there' : 'missing'
}

/** What a rule is made of, looked at when it is made. Errors: `E_CONFIGURATION`. */
function checkRule(name: string, rule: unknown): void {
  if (typeof rule === 'function') return
  const wrong = (what: string): never => {
    throw new errors.E_CONFIGURATION(`the rule ${name}() ${what}`)
  }
  const search: DocumentSearch = typeof rule === 'object' && rule !== null ? rule : {}
  const { model, table, filter, hooks } = search
  if (model === undefined && table === undefined) wrong('needs a `model`, a `table`, or a function')
  if (model !== undefined && table !== undefined) wrong('takes a `model` or a `table`, not both')
  if (model === undefined && (filter !== undefined || hooks !== undefined)) {
    wrong('takes `filter` and `hooks` with a `model` only')
  }
}

function ruleOf(name: Wanted) {
  const wanted = name === 'database.exists' ? 'there' : 'missing'
  return vine.createRule<DocumentRule>(async (value, rule, field) => {
    if (!field.isValid) return
    if (typeof rule === 'function') {
      if (!(await rule(currentDatabase(), value, field))) field.report(MESSAGES[name], name, field)
      return
    }
    const answer = await lookFor(rule, value, field)
    if (answer === wanted) return
    const told = answer === 'malformed' && name === 'database.unique' ? 'database.invalid' : name
    field.report(MESSAGES[told], told, field)
  })
}

/** Adds the rules to strings and numbers. */
export function defineRules(db: Database, { lucidNames }: { lucidNames: boolean }): void {
  database = db
  const unique = ruleOf('database.unique')
  const exists = ruleOf('database.exists')
  const rules = { mongoUnique: unique, mongoExists: exists }
  const all = Object.entries(lucidNames ? { ...rules, unique, exists } : rules)
  for (const [name, rule] of all) {
    addMacro(VineString, name, function (this: VineString, given: DocumentRule) {
      checkRule(name, given)
      return this.use(rule(given))
    })
    addMacro(VineNumber, name, function (this: VineNumber, given: DocumentRule) {
      checkRule(name, given)
      return this.use(rule(given))
    })
  }
}

/** The names are decided at run time, where the types of macros want literal ones. */
function addMacro(type: { macro: unknown }, name: string, value: unknown): void {
  ;(type as { macro(name: string, value: unknown): void }).macro(name, value)
}
