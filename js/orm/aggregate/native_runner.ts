/** Pipelines through the native core. */

import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import { withDetails } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import {
  type ExplainVerbosity,
  type Stage,
  shownStages,
  writePipeline,
} from '../../query/aggregate/index.ts'
import { redactedPlan } from '../../redaction/redact.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { reachesOthers, tellOfEncrypted } from '../definition/encrypted_models.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { Batches } from '../operation/batches.ts'
import { type Call, callOf } from '../operation/call.ts'
import { type About, reportOf } from '../operation/report.ts'
import { read, send, shown } from '../operation/send.ts'
import { adopt } from '../persistence/enlist.ts'
import type { AggregateRunner, RunOptions } from './runner.ts'

/** Runs the pipelines of one model where `given` says. */
export class NativeRunner implements AggregateRunner {
  readonly #definition: ModelDefinition
  readonly #options: ModelAdapterOptions

  constructor(definition: ModelDefinition, given: ModelAdapterOptions | undefined) {
    this.#definition = definition
    this.#options = own(given)
  }

  async run(pipeline: readonly Stage[], options: RunOptions): Promise<readonly unknown[]> {
    const call = callOf(this.#definition, 'aggregate', this.#options)
    const { aggregate } = native.Operation
    const encode = (body: Body) => this.#write(body, call, pipeline, options, false)
    const about = this.#about(pipeline, options)
    const chunks = await read(call, aggregate, encode, about, this.#handle(options))
    return this.#rows(call, options, chunks)
  }

  async *stream(
    pipeline: readonly Stage[],
    options: RunOptions,
  ): AsyncGenerator<readonly unknown[], void> {
    const call = callOf(this.#definition, 'aggregate', this.#options)
    const { aggregate } = native.Operation
    const encode = (body: Body) => this.#write(body, call, pipeline, options, true)
    const report = reportOf(call, this.#about(pipeline, options))
    const batches = new Batches(call, aggregate, this.#handle(options), encode, report)
    try {
      for (;;) {
        const batch = await batches.next()
        if (batch === undefined) return
        yield this.#rows(call, options, batch)
      }
    } finally {
      batches.close()
    }
  }

  async explain(
    pipeline: readonly Stage[],
    options: RunOptions,
    verbosity: ExplainVerbosity,
  ): Promise<Record<string, unknown>> {
    const call = callOf(this.#definition, 'explain', this.#options)
    const { command, onDatabase } = options
    const { maxTimeMS, readPreference: _mode, batchSize: _size, ...rest } = command
    const aggregate = onDatabase ? 1 : this.#definition.collection
    const explain = { aggregate, pipeline, cursor: {}, ...rest }
    const encode = (body: Body) => {
      if (reachesOthers(pipeline)) tellOfEncrypted()
      const head = body.beginDocument()
      const limit = maxTimeMS === undefined ? {} : { maxTimeMS }
      this.#element(body, 'command', { explain, verbosity, ...limit })
      body.element('lift', options.lift)
      call.writeTimeout(body)
      body.endDocument(head)
    }
    const handle = onDatabase ? 0 : this.#definition.plainHandle()
    const about = this.#about(pipeline, options)
    const reply = await send<Record<string, unknown>>(
      call,
      native.Operation.command,
      encode,
      about,
      handle,
    )
    const { hiddenNames } = this.#definition
    return hiddenNames.size === 0 ? reply : redactedPlan(reply, hiddenNames)
  }

  sent(pipeline: readonly Stage[], options: RunOptions): Stage[] {
    const { aggregate } = native.Operation
    const encode = (body: Body) => this.#write(body, undefined, pipeline, options, false)
    const model = this.#handle(options)
    const sent = shown<{ pipeline: Stage[] }>(this.#definition, aggregate, encode, { model })
    return sent?.pipeline ?? shownStages(pipeline)
  }

  #about(pipeline: readonly Stage[], options: RunOptions): About {
    return { query: () => ({ pipeline: this.sent(pipeline, options), ...options.command }) }
  }

  #handle({ models }: RunOptions): number {
    return models ? this.#definition.handle() : this.#definition.plainHandle()
  }

  #write(
    body: Body,
    call: Call | undefined,
    pipeline: readonly Stage[],
    { command, onDatabase, lift, recounts, history }: RunOptions,
    stream: boolean,
  ): void {
    if (reachesOthers(pipeline)) tellOfEncrypted()
    const head = body.beginDocument()
    const { readConcern, ...options } = command
    for (const [name, value] of Object.entries(options)) this.#element(body, name, value)
    if (readConcern !== undefined) body.element('readConcern', readConcern.level)
    if (onDatabase) body.element('onDatabase', true)
    if (recounts) body.element('recounts', true)
    if (history !== undefined) body.element('history', history)
    body.element('lift', lift)
    if (stream) body.element('stream', true)
    call?.writeTimeout(body)
    body.endDocument(head)
    try {
      writePipeline(body, pipeline)
    } catch (error) {
      throw withDetails(error, { model: this.#definition.name, operation: 'aggregate' })
    }
  }

  #element(body: Body, name: string, value: unknown): void {
    try {
      body.element(name, value)
    } catch (error) {
      throw withDetails(error, { model: this.#definition.name, operation: 'aggregate' })
    }
  }

  #rows(call: Call, { models }: RunOptions, chunks: readonly Chunk[]): unknown[] {
    if (!models) {
      const site = new ValueSite()
      return chunks.flatMap((chunk) =>
        Array.from({ length: chunk.rows }, (_, row) => chunk.document(row, site)),
      )
    }
    const instances = this.#definition.hydrateAll(chunks)
    const { client, connection } = this.#options
    const way = client ?? (call.client.isTransaction ? call.client : undefined)
    if (way !== undefined || connection !== undefined) {
      for (const instance of instances) adopt(instance, way, connection)
    }
    return instances
  }
}
