import type { QueryColumn, QueryTarget } from '../../target.ts'

/** What pipelines need to know about a model. */
export interface PipelineTarget extends QueryTarget {
  /** The collection that holds the model's documents. */
  readonly collection: string
  column(key: string): PipelineColumn | undefined
  names(): Iterable<string>
}

/** A column as pipelines see it. */
export interface PipelineColumn extends QueryColumn {
  /** Ids read as text. */
  readonly idAsText?: boolean
}

/** Finds a model by its class; `undefined` for what is no model class. */
export type ModelResolver = (model: unknown) => PipelineTarget | undefined
