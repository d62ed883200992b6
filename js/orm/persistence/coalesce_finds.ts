/** Finds by primary key of one tick, answered by one query. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { boundContext, contextKey } from '../../context/index.ts'
import type { Connection } from '../../database/connection.ts'
import * as native from '../../native/index.ts'
import type { Column } from '../columns/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { Call } from '../operation/call.ts'
import { read, rows } from '../operation/send.ts'
import { afterTick } from '../operation/tick.ts'

/** Where a document was found. */
export interface Found {
  readonly chunk: Chunk
  readonly row: number
}

interface Waiting {
  readonly key: unknown
  settle(found: Found | null | native.Failure): void
}

/** Failures that one key, or the document that it finds, can cause. */
const OF_ONE: ReadonlySet<string> = new Set([
  'E_DECRYPTION_FAILED',
  'E_DOCUMENT_TOO_LARGE',
  'E_INVALID_DOCUMENT',
  'E_INVALID_VALUE',
  'E_NATIVE_PANIC',
  'E_UNKNOWN_KEY',
])

/** Whether one of several that were read together can have caused a failure. */
export function isOfOne(error: unknown): boolean {
  return OF_ONE.has(String((error as { code?: unknown } | null)?.code))
}

function failed({ code = 'E_SERVER_ERROR', message }: { code?: string; message: string }) {
  return new native.Failure({ code, message })
}

/** Keys in one query at most. */
const MOST = 1000
/** Bytes of the keys in one query at most; a key that has more is read by itself. */
const MOST_BYTES = 1024 * 1024

/** Bytes of a key at most: texts are the only ones without a limit. */
function sizeOf(key: unknown): number {
  return typeof key === 'string' ? 3 * key.length : 24
}

class FindQueue {
  readonly #definition: ModelDefinition
  /** That of all. */
  readonly #call: Call
  readonly #inContext = boundContext()
  #waiting: Waiting[] = []
  #bytes = 0
  #scheduled = false

  constructor(definition: ModelDefinition, connection: Connection) {
    this.#definition = definition
    this.#call = new Call(definition, connection, 'find', {})
  }

  find(key: unknown): Promise<Found | null | native.Failure> {
    return new Promise((resolve) => {
      const leave = this.#call.client.enter()
      const settle = (found: Found | null | native.Failure) => {
        leave()
        resolve(found)
      }
      const size = sizeOf(key)
      if (this.#bytes + size > MOST_BYTES) this.#send()
      this.#bytes += size
      this.#waiting.push({ key, settle })
      if (this.#waiting.length >= MOST) this.#send()
      else if (!this.#scheduled) {
        this.#scheduled = true
        afterTick(() => {
          this.#scheduled = false
          this.#send()
        })
      }
    })
  }

  #send(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    this.#bytes = 0
    this.#read(waiting).then(
      (reply) => {
        if (reply instanceof native.Failure) {
          this.#fail(waiting, reply)
          return
        }
        const found = this.#byKey(reply)
        const { primary } = this.#definition
        for (const { key, settle } of waiting) settle(found.get(identity(key, primary)) ?? null)
      },
      (error: { code?: string; message: string }) => this.#fail(waiting, failed(error)),
    )
  }

  /** The failure of one is not the failure of the others. */
  #fail(waiting: readonly Waiting[], failure: native.Failure): void {
    if (waiting.length > 1 && OF_ONE.has(failure.report.code)) this.#readApart(waiting)
    else for (const { settle } of waiting) settle(failure)
  }

  #readApart(waiting: readonly Waiting[]): void {
    const byKey = new Map<unknown, Promise<Chunk[] | native.Failure>>()
    for (const { key, settle } of waiting) {
      const reply = byKey.get(key) ?? this.#rows([key])
      byKey.set(key, reply)
      reply.then(
        (found) => {
          if (found instanceof native.Failure) settle(found)
          else settle(this.#byKey(found).get(identity(key, this.#definition.primary)) ?? null)
        },
        (error: { code?: string; message: string }) => settle(failed(error)),
      )
    }
  }

  #read(waiting: readonly Waiting[]): Promise<Chunk[] | native.Failure> {
    const keys = [...new Set(waiting.map(({ key }) => key))]
    return this.#rows(keys)
  }

  async #rows(keys: readonly unknown[]): Promise<Chunk[] | native.Failure> {
    return this.#inContext(() =>
      rows(this.#call, native.Operation.find, keysQuery(this.#call, keys)),
    )
  }

  #byKey(chunks: readonly Chunk[]): Map<string, Found> {
    const found = new Map<string, Found>()
    const { primary } = this.#definition
    const accessors = this.#definition.seal()
    for (const chunk of chunks) {
      for (let row = 0; row < chunk.rows; row++) {
        const instance = { [CHUNK]: chunk, [ROW]: row, [VALUES]: null }
        const key = accessors.readColumn(instance, primary.index)
        found.set(identity(key, primary), { chunk, row })
      }
    }
    return found
  }
}

/**
 * Whether a key can share a query: its text must tell it from all others, and MongoDB must take it
 * for a value. Objects could be operators, and dates, say, have texts that are not theirs alone. What
 * the application prepares or consumes is not compared with what is stored.
 */
export function canCoalesce({ primary }: ModelDefinition, key: unknown): boolean {
  if (key === null || primary.date !== undefined || primary.preparesWhole === true) return false
  if (primary.consume !== undefined && primary.kind.shownAs === undefined) return false
  return primary.objectId || typeof key === 'string' || Number.isSafeInteger(key)
}

const NUMBERS: ReadonlySet<unknown> = new Set(['Long', 'Decimal128', 'Double', 'Int32'])

/**
 * 1 and '1' are different keys, 1 and Decimal128 '1.0' the same; an ObjectId or a UUID and its
 * digits, in either case, are the same too.
 */
function identity(key: unknown, { objectId, kind }: Column): string {
  if (objectId || kind.uuid) return String(key).toLowerCase()
  const type = (key as { _bsontype?: unknown } | null)?._bsontype
  const value = NUMBERS.has(type) ? Number(String(key)) : key
  return `${typeof value} ${String(value)}`
}

/** By whom they are for, connection and model. */
const queues = new WeakMap<object, WeakMap<Connection, WeakMap<ModelDefinition, FindQueue>>>()

/** Finds a document by primary key together with those of the same tick. */
export function coalesceFind(
  { definition }: Call,
  connection: Connection,
  key: unknown,
): Promise<Found | null | native.Failure> {
  const whose = contextKey()
  const byConnection = queues.get(whose) ?? new WeakMap()
  queues.set(whose, byConnection)
  let byModel: WeakMap<ModelDefinition, FindQueue> | undefined = byConnection.get(connection)
  if (byModel === undefined) {
    byModel = new WeakMap()
    byConnection.set(connection, byModel)
  }
  let queue = byModel.get(definition)
  if (queue === undefined) {
    queue = new FindQueue(definition, connection)
    byModel.set(definition, queue)
  }
  return queue.find(key)
}

/** Finds a document by primary key with a query of its own, and tells those who listen. */
export async function findAlone(call: Call, key: unknown): Promise<Found | null> {
  const [chunk] = await read(call, native.Operation.find, keysQuery(call, [key]))
  return chunk === undefined || chunk.rows === 0 ? null : { chunk, row: 0 }
}

function keysQuery(call: Call, given: readonly unknown[]): native.Encode {
  const { primary } = call.definition
  return (body) => {
    const keys = primary.kind.uuid ? given.map((key) => primary.prepare?.(key)) : given
    const write = (name: string | Column['element'], value: unknown) => {
      if (primary.objectId) body.objectIdElement(name, value, primary.attribute)
      else body.element(name, value, primary.attribute)
    }
    call.writeHead(body, () => {
      const filter = body.beginDocumentElement('filter')
      if (keys.length === 1) write(primary.element, keys[0])
      else {
        const operators = body.beginDocumentElement(primary.element)
        write('$in', keys)
        body.endDocument(operators)
      }
      body.endDocument(filter)
      body.element('limit', keys.length)
    })
  }
}
