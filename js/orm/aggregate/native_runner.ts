/** Pipelines through the native core. */

import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import { withDetails } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { ExplainVerbosity, Stage } from '../../query/aggregate/index.ts'
import { refuseForeignConditions } from '../../query/foreign.ts'
import { redactedPlan } from '../../redaction/redact.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { tellOfEncrypted } from '../definition/encrypted_models.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { type Call, callOf, routeOf, writeTimeout } from '../operation/call.ts'
import { reported, type Sending, teller } from '../operation/report.ts'
import { adopt } from '../persistence/enlist.ts'
import { Batches, BatchReader } from '../query_builder/batches.ts'
import type { AggregateRunner, RunOptions } from './runner.ts'

/** Runs the pipelines of one model where `given` says. */
export class NativeRunner implements AggregateRunner {
  readonly #definition: ModelDefinition
  readonly #options: ModelAdapterOptions

  constructor(definition: ModelDefinition, given: ModelAdapterOptions | undefined) {
    this.#definition = definition
    this.#options = own(given)
  }

  run(pipeline: readonly Stage[], options: RunOptions): Promise<readonly unknown[]> {
    const call = callOf(this.#definition, this.#options)
    const sending = this.#sending('aggregate', pipeline, options)
    return reported(call, sending, () => this.#run(call, pipeline, options))
  }

  #sending(operation: string, pipeline: readonly Stage[], { command }: RunOptions): Sending {
    return { definition: this.#definition, operation, query: () => ({ pipeline, ...command }) }
  }

  async #run(
    call: Call,
    pipeline: readonly Stage[],
    options: RunOptions,
  ): Promise<readonly unknown[]> {
    const { aggregate } = native.Operation
    const reply = await native.read(aggregate, routeOf(call), this.#handle(options), (body) =>
      this.#write(body, call, pipeline, options, false),
    )
    if (reply instanceof native.Failure) this.#fail(call, reply)
    return this.#rows(call, options, reply)
  }

  async *stream(
    pipeline: readonly Stage[],
    options: RunOptions,
  ): AsyncGenerator<readonly unknown[], void> {
    const call = callOf(this.#definition, this.#options)
    const { aggregate } = native.Operation
    const batches = new Batches({
      open: () =>
        new BatchReader(aggregate, routeOf(call), this.#handle(options), (body) =>
          this.#write(body, call, pipeline, options, true),
        ),
      fail: (failure) => this.#fail(call, failure),
      tell: teller(call, this.#sending('aggregate', pipeline, options)),
    })
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

  explain(
    pipeline: readonly Stage[],
    options: RunOptions,
    verbosity: ExplainVerbosity,
  ): Promise<Record<string, unknown>> {
    const call = callOf(this.#definition, this.#options)
    const sending = this.#sending('explain', pipeline, options)
    return reported(call, sending, () => this.#explain(call, pipeline, options, verbosity))
  }

  async #explain(
    call: Call,
    pipeline: readonly Stage[],
    { command, onDatabase }: RunOptions,
    verbosity: ExplainVerbosity,
  ): Promise<Record<string, unknown>> {
    const { maxTimeMS, readPreference: _mode, batchSize: _size, ...options } = command
    const aggregate = onDatabase ? 1 : this.#definition.collection
    const explain = { aggregate, pipeline, cursor: {}, ...options }
    const { hiddenNames } = this.#definition
    const reply = await native.request<Record<string, unknown>>(
      native.Operation.command,
      routeOf(call),
      onDatabase ? 0 : this.#definition.plainHandle(),
      (body) => {
        refuseForeignConditions(this.#definition, pipeline, 'aggregate')
        tellOfEncrypted(pipeline)
        const head = body.beginDocument()
        const limit = maxTimeMS === undefined ? {} : { maxTimeMS }
        this.#element(body, 'command', { explain, verbosity, ...limit })
        writeTimeout(body, call.timeout)
        body.endDocument(head)
      },
    )
    if (reply instanceof native.Failure) this.#fail(call, reply)
    return hiddenNames.size === 0 ? reply : redactedPlan(reply, hiddenNames)
  }

  #handle({ models }: RunOptions): number {
    return models ? this.#definition.handle() : this.#definition.plainHandle()
  }

  #write(
    body: Body,
    call: Call,
    pipeline: readonly Stage[],
    { command, onDatabase }: RunOptions,
    stream: boolean,
  ): void {
    refuseForeignConditions(this.#definition, pipeline, 'aggregate')
    tellOfEncrypted(pipeline)
    const head = body.beginDocument()
    this.#element(body, 'pipeline', pipeline)
    const { readConcern, ...options } = command
    for (const [name, value] of Object.entries(options)) this.#element(body, name, value)
    if (readConcern !== undefined) body.element('readConcern', readConcern.level)
    if (onDatabase) body.element('onDatabase', true)
    if (stream) body.element('stream', true)
    writeTimeout(body, call.timeout)
    body.endDocument(head)
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

  #fail(call: Call, failure: native.Failure): never {
    throw failure.toError({
      model: this.#definition.name,
      operation: 'aggregate',
      connection: call.client.connectionName,
    })
  }
}
