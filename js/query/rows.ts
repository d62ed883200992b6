/** What a query asks of its rows beyond which documents and in what order. */
import type { Clause } from './clauses.ts'
import { GrowingList } from './growing_list.ts'
import type { QueryColumn } from './target.ts'

/** One selected field: a stored path, `'*'`, or a path under another name. */
export type Selected = string | SelectedAs

export interface SelectedAs {
  readonly alias: string
  readonly field: string
}

/** A stored path (or an alias) with its direction, and where rows without a value go. */
export interface SortKey {
  readonly field: string
  readonly direction: 1 | -1 | { readonly $meta: 'textScore' }
  readonly nulls: 'first' | 'last' | undefined
}

export type AggregateFunction = 'count' | 'min' | 'max' | 'sum' | 'avg'

/** A field of the rows of a grouped query. */
export interface Aggregate {
  readonly alias: string
  readonly calculate: AggregateFunction
  /** Each different value once. */
  readonly distinct: boolean
  /** Stored paths; none for `count('*')`. More than one only for distinct counts. */
  readonly fields: readonly string[]
  /** The column whose values the aggregate answers, where it answers one of them. */
  readonly column: QueryColumn | undefined
}

/** Rows of another query that are added. */
export interface Union {
  /** Keeps rows that are there already. */
  readonly all: boolean
  readonly collection: string
  /** The builder of the other query. */
  readonly member: object
}

/** A point that rows are sorted by their distance from. Distances in metres. */
export interface Near {
  readonly field: string
  /** A GeoJSON point. */
  readonly center: Readonly<Record<string, unknown>>
  readonly most: number | undefined
  readonly least: number | undefined
}

/** Everything but conditions, order, selection and page. Few queries have any of it. */
export class Shape {
  groups = new GrowingList<string>((path) => path)
  aggregates = new GrowingList<Aggregate>(({ alias }) => alias)
  having = new GrowingList<Clause>()
  distinct = false
  distinctOn = new GrowingList<string>((path) => path)
  unions = new GrowingList<Union>()
  near: Near | undefined = undefined
  /** Name for the distance from `near`. */
  distance: string | undefined = undefined
  /** Name for the score of a text search. */
  score: string | undefined = undefined

  copy(): Shape {
    const copy = Object.assign(new Shape(), this)
    copy.groups = this.groups.copy()
    copy.aggregates = this.aggregates.copy()
    copy.having = this.having.copy()
    copy.distinctOn = this.distinctOn.copy()
    copy.unions = this.unions.copy()
    return copy
  }

  /** Forgets everything that a selection says. */
  clearSelected(): void {
    const empty = new Shape()
    this.aggregates = empty.aggregates
    this.distinct = false
    this.distinctOn = empty.distinctOn
    this.distance = undefined
    this.score = undefined
  }

  /** Rows are groups of documents. */
  get isGrouped(): boolean {
    return this.groups.length > 0 || this.aggregates.length > 0
  }

  /** There may be more or fewer rows than documents that match. */
  get changesRows(): boolean {
    return (
      this.isGrouped ||
      this.having.length > 0 ||
      this.distinct ||
      this.distinctOn.length > 0 ||
      this.unions.length > 0
    )
  }

  /** More than `find` can do. */
  get needsPipeline(): boolean {
    return this.changesRows || this.distance !== undefined
  }

  /** More than a filter can count. */
  get needsCountPipeline(): boolean {
    return this.changesRows || this.near !== undefined
  }
}
