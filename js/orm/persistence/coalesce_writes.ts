/**
 * Writes of one tick, sent as one unordered command. Each caller gets its own outcome: the core
 * reports failures by place, and finds out which updates missed before anything settles.
 */
import { boundContext, contextKey } from '../../context/index.ts'
import type { Connection } from '../../database/connection.ts'
import * as native from '../../native/index.ts'
import { Limit } from '../../protocol.generated.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { Call } from '../operation/call.ts'
import { request, settled } from '../operation/send.ts'
import { afterTick } from '../operation/tick.ts'

interface Waiting<Reply> {
  readonly bytes: Buffer
  settle(reply: Reply | native.Failure): void
}

/** Statements in one command at most, so that a failure is found and a reply read quickly. */
const MOST = 1000
/** Bytes in one command at most, unless a single statement has more. */
const MOST_BYTES = 8 * 1024 * 1024

/**
 * Failures of a whole command that one of its statements can cause, before anything is sent: the
 * others are sent again, each by itself.
 */
const OF_ONE: ReadonlySet<string> = new Set([
  'E_DOCUMENT_TOO_DEEP',
  'E_DOCUMENT_TOO_LARGE',
  'E_ENCRYPTED_COLUMN_QUERY',
  'E_ENCRYPTION_LIMIT',
  'E_INVALID_VALUE',
  'E_UNSAFE_OPERATOR',
])

interface UpdateReply {
  matched: number
  /** Failures, each with the `position` of its statement. */
  items: native.FailureReport[]
  /** Places of the updates whose document is not there. */
  missed: number[]
}

/** Statements that wait for their command. */
class Batch<Reply> {
  waiting: Waiting<Reply>[] = []
  /** The model that the command is sent for. */
  definition: ModelDefinition
  #bytes = 0

  constructor(definition: ModelDefinition) {
    this.definition = definition
  }

  /**
   * Whether another statement of this length has to go into the next command. Statements of a model
   * are sealed by its own encrypted columns, and held by its own rules.
   */
  isFull(length: number, definition: ModelDefinition): boolean {
    const { waiting } = this
    if (waiting.length === 0) return false
    if (waiting.length >= MOST || this.#bytes + length > MOST_BYTES) return true
    if (definition === this.definition) return false
    return [definition, this.definition].some(
      ({ encrypted, rules }) => encrypted.length + rules.all.length > 0,
    )
  }

  add(definition: ModelDefinition, bytes: Buffer, settle: Waiting<Reply>['settle']): void {
    this.definition = definition
    this.waiting.push({ bytes, settle })
    this.#bytes += bytes.length
  }

  /** Empties the batch and answers what was in it. */
  take(): Waiting<Reply>[] {
    const { waiting } = this
    this.waiting = []
    this.#bytes = 0
    return waiting
  }
}

function tooLarge(bytes: Buffer): native.Failure | undefined {
  if (bytes.length <= Limit.documentBytes) return undefined
  const message = `the document has over ${Limit.documentBytes} bytes, MongoDB's limit`
  return new native.Failure({ code: 'E_DOCUMENT_TOO_LARGE', message })
}

/** The writes that wait for the end of the tick, for one collection of one connection. */
class WriteQueue {
  readonly #connection: Connection
  readonly #inContext = boundContext()
  readonly #inserts: Batch<{ inserted: number }>
  readonly #updates: Batch<{ matched: number }>
  #updatedIds = new Set<string>()
  /** Commands under way, by the documents they update: the next update of one waits. */
  readonly #underWay = new Map<string, Promise<void>>()
  #scheduled = false

  constructor(definition: ModelDefinition, connection: Connection) {
    this.#connection = connection
    this.#inserts = new Batch(definition)
    this.#updates = new Batch(definition)
  }

  insert(
    definition: ModelDefinition,
    bytes: Buffer,
  ): Promise<{ inserted: number } | native.Failure> {
    const failure = tooLarge(bytes)
    if (failure !== undefined) return Promise.resolve(failure)
    if (this.#inserts.isFull(bytes.length, definition)) this.#sendInserts()
    return new Promise((settle) => {
      this.#inserts.add(definition, bytes, settle)
      this.#schedule()
    })
  }

  /** Two writes to one document never share a command: the second waits for the first. */
  update(
    definition: ModelDefinition,
    id: string,
    bytes: Buffer,
  ): Promise<{ matched: number } | native.Failure> {
    const failure = tooLarge(bytes)
    if (failure !== undefined) return Promise.resolve(failure)
    const { length } = bytes
    if (this.#updatedIds.has(id) || this.#updates.isFull(length, definition)) this.#sendUpdates()
    return new Promise((settle) => {
      this.#updatedIds.add(id)
      this.#updates.add(definition, bytes, settle)
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    afterTick(() => {
      this.#scheduled = false
      this.#sendInserts()
      this.#sendUpdates()
    })
  }

  #sendInserts(): void {
    const { definition } = this.#inserts
    const waiting = this.#inserts.take()
    if (waiting.length === 0) return
    const head = { unordered: true }
    const { insert } = native.Operation
    void this.#send<{ inserted: number }>(insert, definition, waiting, head).then((reply) => {
      if (isOfOne(reply, waiting)) {
        for (const one of waiting) this.#insertAlone(definition, one)
        return
      }
      const failures = failuresByPlace(reply)
      waiting.forEach(({ settle }, place) => {
        const failure = failures === undefined ? (reply as native.Failure) : failures.get(place)
        settle(failure ?? { inserted: 1 })
      })
    })
  }

  #insertAlone(definition: ModelDefinition, one: Waiting<{ inserted: number }>): void {
    const { insert } = native.Operation
    void this.#send<{ inserted: number }>(insert, definition, [one], {}).then((reply) => {
      one.settle(failuresByPlace(reply)?.get(0) ?? reply)
    })
  }

  #sendUpdates(): void {
    const { definition } = this.#updates
    const waiting = this.#updates.take()
    if (waiting.length === 0) return
    const ids = this.#updatedIds
    this.#updatedIds = new Set()
    const earlier = new Set<Promise<void>>()
    for (const id of ids) {
      const update = this.#underWay.get(id)
      if (update !== undefined) earlier.add(update)
    }
    const sent =
      earlier.size === 0
        ? this.#update(definition, waiting)
        : Promise.all(earlier).then(() => this.#update(definition, waiting))
    for (const id of ids) this.#underWay.set(id, sent)
    void sent.then(() => {
      for (const id of ids) if (this.#underWay.get(id) === sent) this.#underWay.delete(id)
    })
  }

  async #update(
    definition: ModelDefinition,
    waiting: readonly Waiting<{ matched: number }>[],
  ): Promise<void> {
    const { updateEach } = native.Operation
    const reply = await this.#send<UpdateReply>(updateEach, definition, waiting, {})
    if (isOfOne(reply, waiting)) {
      await Promise.all(waiting.map((one) => this.#update(definition, [one])))
      return
    }
    const failures = failuresByPlace(reply)
    const missed = reply instanceof native.Failure ? undefined : new Set(reply.missed)
    waiting.forEach(({ settle }, place) => {
      const failure = failures === undefined ? (reply as native.Failure) : failures.get(place)
      settle(failure ?? { matched: missed?.has(place) ? 0 : 1 })
    })
  }

  async #send<Reply>(
    operation: native.Operation,
    definition: ModelDefinition,
    waiting: readonly Waiting<never>[],
    head: object,
  ): Promise<Reply | native.Failure> {
    try {
      const call = new Call(definition, this.#connection, '', {})
      const encode: native.Encode = (body) => {
        body.document(head)
        for (const { bytes } of waiting) body.bytes(bytes)
      }
      return await this.#inContext(() => request<Reply>(call, operation, encode))
    } catch (error) {
      const { code = 'E_SERVER_ERROR', message } = error as { code?: string; message: string }
      return new native.Failure({ code, message })
    }
  }
}

function isOfOne(reply: unknown, waiting: readonly unknown[]): boolean {
  if (waiting.length < 2 || !(reply instanceof native.Failure)) return false
  return reply.report.items === undefined && OF_ONE.has(reply.report.code)
}

/** Failures by place; undefined when the command failed as a whole. */
function failuresByPlace(reply: unknown): Map<number, native.Failure> | undefined {
  const items =
    reply instanceof native.Failure
      ? reply.report.items
      : ((reply as { items?: native.FailureReport[] }).items ?? [])
  if (items === undefined) return undefined
  return new Map(
    items.map((item) => {
      const { position, ...report } = item
      return [position ?? 0, new native.Failure(report)]
    }),
  )
}

/** By whom they are for, connection and collection. */
const queues = new WeakMap<object, WeakMap<Connection, Map<string, WriteQueue>>>()

/** Queues are by collection, not by model: two models may share one. */
function queueOf(definition: ModelDefinition, connection: Connection): WriteQueue {
  const whose = contextKey()
  const byConnection = queues.get(whose) ?? new WeakMap<Connection, Map<string, WriteQueue>>()
  queues.set(whose, byConnection)
  let byCollection = byConnection.get(connection)
  if (byCollection === undefined) {
    byCollection = new Map()
    byConnection.set(connection, byCollection)
  }
  const { collection } = definition
  let queue = byCollection.get(collection)
  if (queue === undefined) {
    queue = new WriteQueue(definition, connection)
    byCollection.set(collection, queue)
  }
  return queue
}

/** Inserts a document together with those of the same tick. */
export async function coalesceInsert(
  call: Call,
  connection: Connection,
  encode: native.Encode,
): Promise<{ inserted: number }> {
  const { definition } = call
  const bytes = native.encode(encode)
  return settled(call, await queueOf(definition, connection).insert(definition, bytes))
}

/** Updates a document together with those of the same tick. `id` tells documents apart. */
export async function coalesceUpdate(
  call: Call,
  connection: Connection,
  id: string,
  encode: native.Encode,
): Promise<{ matched: number }> {
  const { definition } = call
  const bytes = native.encode(encode)
  return settled(call, await queueOf(definition, connection).update(definition, id, bytes))
}
