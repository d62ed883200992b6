/** Comparing collections with what models declare of them, and bringing them in line. */
import type { Body } from '../../codec/body.ts'
import type { QueryClient } from '../../database/client.ts'
import {
  type DiffIndexOptions,
  type IndexReport,
  type IndexStep,
  indexing,
  type SyncIndexOptions,
} from '../../database/indexes.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { type Call, callOf } from '../operation/call.ts'
import { request, settled } from '../operation/send.ts'
import { describeCollection, familyOf } from './describe.ts'

type Reply = Omit<IndexReport, 'collection' | 'connection' | 'models' | 'done' | 'inSync'> & {
  readonly done?: IndexStep
  readonly left?: number
}

/** The longest time that a server is given, in milliseconds: an index may take days. */
const LONGEST = 2_147_483_647
/** How often one step is done: others may undo it, or the server keeps it otherwise than it was told. */
const MOST_REPEATS = 20

/** How the model's collection differs from what is declared. */
export async function diffIndexes(
  model: ModelClass,
  options: DiffIndexOptions = {},
): Promise<IndexReport> {
  return syncIndexes(model, { ...own(options), dryRun: true })
}

/** Brings the model's collection in line. */
export async function syncIndexes(
  model: ModelClass,
  options: SyncIndexOptions = {},
): Promise<IndexReport> {
  return new Sync(familyOf(definitionOf(model)), 'syncIndexes', own(options)).run()
}

/** Creates the collection, or changes its options, and looks at no index. */
export async function createCollection(
  model: ModelClass,
  options: DiffIndexOptions = {},
): Promise<boolean> {
  const family = familyOf(definitionOf(model))
  const { done } = await new Sync(family, 'createCollection', own(options)).run()
  return done.some(({ does }) => does === 'createCollection')
}

/** The same for many, each collection once; `clientOf` gives connections by name where models do not. */
export async function syncAll(
  models: readonly ModelClass[],
  options: SyncIndexOptions,
  clientOf?: (connection?: string) => QueryClient,
): Promise<IndexReport[]> {
  const collections = new Map<string, Set<ModelDefinition>>()
  for (const model of models) {
    const family = familyOf(definitionOf(model))
    const [first] = family
    const places = first?.rules.places.map(({ database }) => database) ?? []
    const connection = options.connection ?? model.connection
    const key = [connection, ...places, first?.collection].join('\n')
    const known = collections.get(key) ?? new Set()
    collections.set(key, new Set([...known, ...family]))
  }
  const syncs = [...collections.values()].map((definitions) => {
    const [first] = definitions
    const client = options.client ?? clientOf?.(options.connection ?? first?.model.connection)
    const way = client === undefined ? options : { ...options, client }
    return new Sync([...definitions], 'syncIndexes', way)
  })
  const outcomes = await Promise.allSettled(syncs.map((one) => one.run()))
  return outcomes.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

indexing.sync = (models, options, clientOf) =>
  syncAll(models as readonly ModelClass[], options, clientOf)

/** The work on one collection. */
class Sync {
  readonly #call: Call
  readonly #definitions: readonly ModelDefinition[]
  readonly #options: SyncIndexOptions
  readonly #head: object

  constructor(
    definitions: readonly ModelDefinition[],
    operation: string,
    options: SyncIndexOptions,
  ) {
    const { dropStale = false, rebuild = false, unused = false, timeout = 0 } = options
    this.#definitions = definitions
    this.#options = options
    this.#call = callOf(definitions[0] as ModelDefinition, operation, options)
    this.#head = {
      ...describeCollection(definitions),
      ...{ dropStale, rebuild, unused, timeoutMS: timeout, maxTimeMS: LONGEST },
      withoutIndexes: operation === 'createCollection',
    }
  }

  async run(): Promise<IndexReport> {
    const { dryRun = false, onProgress } = this.#options
    const done: IndexStep[] = []
    for (;;) {
      const reply = await this.#ask(!dryRun)
      const { done: step, left = 0, ...found } = reply
      if (step === undefined) return this.#report(found, done)
      done.push(step)
      this.#checkRepeats(step, done)
      const { collection } = this.#call.definition
      onProgress?.({ collection, step, done: done.length, total: done.length + left })
    }
  }

  async #ask(apply: boolean): Promise<Reply> {
    const call = this.#call
    const { indexes } = native.Operation
    const head = { ...this.#head, apply }
    const encode = (body: Body) => body.document(head)
    const { definition } = call
    // Models that are kept in databases of tenants say in which; looking is no use of any other.
    const model = definition.rules.places.length > 0 ? definition.plainHandle() : 0
    const reply = request<Reply>(call, indexes, encode, model, call.routeOutside())
    return settled(call, await reply)
  }

  #checkRepeats({ does, names }: IndexStep, done: readonly IndexStep[]): void {
    const same = (one: IndexStep) => one.does === does && String(one.names) === String(names)
    if (done.filter(same).length <= MOST_REPEATS) return
    throw new errors.E_SERVER_ERROR(
      `${this.#call.definition.name}: ${does} (${names.join(', ')}) has no lasting effect: the server keeps it ` +
        'otherwise than it is declared, or others undo it',
      this.#call.details,
    )
  }

  #report(found: Omit<Reply, 'done' | 'left'>, done: readonly IndexStep[]): IndexReport {
    const { missing, stale, different, options, steps } = found
    const parts = [missing, stale, different, options, steps]
    return {
      collection: this.#call.definition.collection,
      connection: this.#call.client.connectionName,
      models: this.#definitions.map(({ name }) => name),
      ...found,
      done,
      inSync: parts.every(({ length }) => length === 0),
    }
  }
}
