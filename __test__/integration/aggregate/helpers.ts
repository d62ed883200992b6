/** Runs pipelines of models through the npm driver, in place of the native core. */
import { serialize } from 'bson'
import type { AggregationCursor, Db, Document, AggregateOptions as DriverOptions } from 'mongodb'
import { Chunk } from '../../../js/codec/chunk.ts'
import {
  type AggregateRunner,
  ModelAggregate,
  type RunOptions,
} from '../../../js/orm/aggregate/index.ts'
import type { ModelClass } from '../../../js/orm/contracts/index.ts'
import { definitionOf, type ModelDefinition } from '../../../js/orm/definition/index.ts'
import type { Stage } from '../../../js/query/aggregate/index.ts'
import { encodeChunk } from '../../unit/codec/encode_chunk.ts'

/** A runner over the driver, and how often a cursor of its was closed early. */
export class DriverRunner implements AggregateRunner {
  readonly #db: Db
  readonly #definition: ModelDefinition
  /** Cursors that were closed, exhausted or not. */
  closed = 0
  /** Batches that were taken. */
  batches = 0

  constructor(db: Db, definition: ModelDefinition) {
    this.#db = db
    this.#definition = definition
  }

  #cursor(pipeline: readonly Stage[], options: RunOptions): AggregationCursor<Document> {
    const { maxTimeMS, ...rest } = options.command
    const given = { ...rest, ...(maxTimeMS === undefined ? {} : { maxTimeMS }) } as DriverOptions
    const stages = [...pipeline] as Document[]
    return options.onDatabase
      ? this.#db.aggregate(stages, given)
      : this.#db.collection(this.#definition.collection).aggregate(stages, given)
  }

  #rows(documents: readonly Document[], { models }: RunOptions): readonly unknown[] {
    if (!models) return documents
    const columns = this.#definition.columns.map(({ stored, idAsText }) => ({
      name: stored,
      id: idAsText,
    }))
    const bytes = documents.map((document) => Buffer.from(serialize(document)))
    return this.#definition.hydrateAll([new Chunk(encodeChunk(bytes, columns))])
  }

  async run(pipeline: readonly Stage[], options: RunOptions): Promise<readonly unknown[]> {
    return this.#rows(await this.#cursor(pipeline, options).toArray(), options)
  }

  async *stream(
    pipeline: readonly Stage[],
    options: RunOptions,
  ): AsyncGenerator<readonly unknown[], void> {
    const cursor = this.#cursor(pipeline, options)
    try {
      while (await cursor.hasNext()) {
        this.batches++
        yield this.#rows(cursor.readBufferedDocuments(), options)
      }
    } finally {
      this.closed++
      await cursor.close()
    }
  }

  explain(
    pipeline: readonly Stage[],
    options: RunOptions,
    verbosity: 'queryPlanner' | 'executionStats' | 'allPlansExecution',
  ): Promise<Document> {
    return this.#cursor(pipeline, options).explain(verbosity)
  }
}

/** Aggregations on a model of the database. */
export function aggregator(db: Db) {
  return <M extends ModelClass>(model: M): ModelAggregate<InstanceType<M>> => {
    const definition = definitionOf(model)
    return new ModelAggregate<InstanceType<M>>(definition, new DriverRunner(db, definition))
  }
}
