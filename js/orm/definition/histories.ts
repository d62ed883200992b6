/** What the core is told of the histories of a model, and of the classes that extend it. */
import { refuse } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import { snakeCase } from '../naming_strategies/words.ts'
import { type HistoryOf, type Rule, WHO } from '../rules/index.ts'
import type { Kind } from './kinds.ts'

type Source = Pick<Kind, 'name' | 'columns' | 'rules' | 'kinds' | 'attribute'>

const NONE: ReadonlySet<string> = new Set()

/** Where the rows of a history of the documents in a collection are. */
export function historyCollection(collection: string, { keeps, collection: own }: HistoryOf) {
  return own ?? `${collection}_${keeps === 'changes' ? 'audits' : 'versions'}`
}

/** Stored names that rows have for values of the context, by these. */
export function contextNames({ context = WHO }: HistoryOf): Record<string, string> {
  return Object.fromEntries(context.map((name) => [name, snakeCase(name)]))
}

/** Columns whose values rows have as documents do: rules, and classes that share a collection, go by them. */
export function carriedColumns({ rules, kinds }: Pick<Source, 'rules' | 'kinds'>): Column[] {
  const { column } = kinds
  return column === undefined ? [...rules.pinned] : [...rules.pinned, column]
}

/** Errors: `E_MODEL_DEFINITION` for what is no column, and a limit that is none. */
export function historiesOf(source: Source, collection: string, inherited = NONE): object[] {
  const { rules, kinds } = source
  const all = rules.all.filter(({ history }) => history !== undefined)
  const own = all.filter(({ name }) => !inherited.has(name))
  const { column } = kinds
  const when = inherited !== NONE && column !== undefined && { [column.stored]: kinds.values }
  const known = new Set(all.map(({ name }) => name))
  return [
    ...own.map((rule) => ({ ...describe(source, collection, rule), ...(when && { when }) })),
    ...kinds.children.flatMap((child) => historiesOf(child, collection, known)),
  ]
}

function describe(source: Source, collection: string, { name, history }: Rule): object {
  const of = history as HistoryOf
  const { limit, except = [], keeps } = of
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0 && limit < 2 ** 31)) {
    const what = `.rules: the limit of "${name}" must be a positive whole number`
    refuse('E_MODEL_DEFINITION', source, undefined, what)
  }
  const { columns } = source
  return {
    name,
    keeps,
    collection: historyCollection(collection, of),
    limit,
    omitted: except.map((property) => omitted(source, property)),
    redacted: columns.filter(({ isHidden }) => isHidden).map(({ stored }) => stored),
    carried: carriedColumns(source).map(({ stored }) => stored),
    names: Object.fromEntries(
      columns.flatMap(({ stored, attribute }) =>
        stored === attribute ? [] : [[stored, attribute]],
      ),
    ),
    context: contextNames(of),
  }
}

function omitted(source: Source, property: string): string {
  const column = source.attribute(property)
  if (column !== undefined && !column.isPrimary) return column.stored
  const why = column === undefined ? 'is no column' : 'is the primary key, which histories go by'
  refuse('E_MODEL_DEFINITION', source, undefined, `.rules: "${property}" ${why}`, property)
}
