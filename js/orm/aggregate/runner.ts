import type { AggregateOptions, ExplainVerbosity, Stage } from '../../query/aggregate/index.ts'

/** How a pipeline is to be run, beside the options of the command. */
export interface RunOptions {
  /** Options of the command, without a prototype. */
  readonly command: AggregateOptions
  /** Run on the database rather than on the model's collection (`aggregate: 1`). */
  readonly onDatabase: boolean
  /** The pipeline writes (`$out`, `$merge`) and answers with no rows. */
  readonly writes: boolean
  /** Answer with instances of the model instead of plain documents. */
  readonly models: boolean
  /** It counts rows anew: it changes counts alone, also where rules say what is written. */
  readonly recounts?: boolean
  /** The history of the model that it reads, in place of the documents. */
  readonly history?: string
  /** What it makes of rules of the model, by their names. */
  readonly lift?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Runs pipelines for one model on one connection. Stages and options are not to be changed; values are
 * those that the filters of queries have.
 */
export interface AggregateRunner {
  /** All rows. */
  run(pipeline: readonly Stage[], options: RunOptions): Promise<readonly unknown[]>
  /** Rows a batch at a time. Ending the iteration early closes the server's cursor. */
  stream(pipeline: readonly Stage[], options: RunOptions): AsyncIterable<readonly unknown[]>
  /** The stages as MongoDB gets them; those that cannot be sent, as they were written. */
  sent(pipeline: readonly Stage[], options: RunOptions): Stage[]
  /** The server's account of how it runs the pipeline. */
  explain(
    pipeline: readonly Stage[],
    options: RunOptions,
    verbosity: ExplainVerbosity,
  ): Promise<Record<string, unknown>>
}
