import { createRequire } from 'node:module'
import { BSON, type Document } from 'mongodb'
import { afterAll } from 'vitest'
import type { Addon } from '../../js/native/addon.ts'
import { CompletionFlag, Left, Limit, Submission } from '../../js/protocol.generated.ts'

export { Operation as Kind } from '../../js/protocol.generated.ts'

interface Waiting {
  batch: (chunks: Document[][], more: boolean) => void
  resolve: (reply: Document) => void
  reject: (failure: Document) => void
  chunks: boolean
}

/** What a request needs besides its bytes. */
export interface Where {
  connection?: number
  model?: number
  ring?: number
  after?: number
  session?: number
  /** Bits of `Submission`. */
  flags?: number
}

/** A reply on its way, and the slot to cancel it by. */
export interface Raw<Reply> {
  slot: number
  reply: Promise<Reply>
}

/** The native core without the package around it: requests as documents, replies as documents. */
export class RawCore {
  readonly addon: Addon
  readonly environment: number
  readonly connection: number
  readonly #waiting: (Waiting | undefined)[] = []
  readonly #others: number[] = []
  #closed = false

  constructor(options: Document) {
    const require = createRequire(import.meta.url)
    const addon: Addon = require('../../lucent-odm.linux-x64-gnu.node')
    this.addon = addon
    this.environment = addon.attach(() => this.#drain(), undefined)
    this.connection = addon.openConnection(this.environment, BSON.serialize(options))
    afterAll(() => this.close())
  }

  /** Opens another connection of the same environment. */
  open(options: Document): number {
    const connection = this.addon.openConnection(this.environment, BSON.serialize(options))
    this.#others.push(connection)
    return connection
  }

  openKeyRing(keys: Document): number {
    return this.addon.openKeyRing(this.environment, BSON.serialize(keys))
  }

  /** Declares a model without columns, or with these, and with more in its descriptor. */
  model(
    collection: string,
    columns: Document[] = [],
    hooks: number[] = [],
    more?: Document,
  ): number {
    const descriptor = { name: 'Raw', collection, columns, hooks, ...more }
    return this.addon.defineModel(this.environment, BSON.serialize(descriptor))
  }

  openSession(): number {
    return this.addon.openSession(this.environment, this.connection)
  }

  closeSession(session: number): void {
    this.addon.closeSession(this.environment, session)
  }

  /** Sends a request that answers with one document. */
  send(kind: number, head: Document, where: Where = {}, payload: Document[] = []): Raw<Document> {
    const slot = this.#waiting.length
    const reply = new Promise<Document>((resolve, reject) => {
      this.#waiting.push({ batch: () => {}, resolve, reject, chunks: false })
    })
    this.#submit(slot, kind, head, where, payload)
    return { slot, reply }
  }

  /** As `send`, for the reply alone. */
  run(kind: number, head: Document, where?: Where, payload?: Document[]): Promise<Document> {
    return this.send(kind, head, where, payload).reply
  }

  /**
   * Sends a request that answers with documents. Each batch goes to `onBatch`; the next is granted
   * when that has resolved.
   */
  read(
    kind: number,
    head: Document,
    where: Where = {},
    onBatch: (documents: Document[]) => unknown = () => {},
  ): Raw<Document[]> {
    const { slot, reply } = this.chunks(kind, head, where, [], (chunks) => onBatch(chunks.flat()))
    return { slot, reply: reply.then((chunks) => chunks.flat()) }
  }

  /** As `read`, with what each chunk holds, and with a payload. */
  chunks(
    kind: number,
    head: Document,
    where: Where = {},
    payload: Document[] = [],
    onBatch: (chunks: Document[][]) => unknown = () => {},
  ): Raw<Document[][]> {
    const slot = this.#waiting.length
    const all: Document[][] = []
    let handled: Promise<unknown> = Promise.resolve()
    const reply = new Promise<Document[][]>((resolve, reject) => {
      this.#waiting.push({
        batch: (chunks, more) => {
          all.push(...chunks)
          handled = handled.then(() => onBatch(chunks))
          const next = () => (more ? this.addon.grant(this.environment, slot) : resolve(all))
          handled.then(next, reject)
        },
        resolve: () => resolve(all),
        reject,
        chunks: true,
      })
    })
    this.#submit(slot, kind, head, where, payload)
    return { slot, reply }
  }

  cancel(slot: number): void {
    this.addon.cancel(this.environment, slot)
  }

  /** Closes all connections, which happens after the file's tests at the latest. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const connection of [this.connection, ...this.#others]) await this.#close(connection)
  }

  async #close(connection: number): Promise<void> {
    const slot = this.#waiting.length
    await new Promise<Document>((resolve, reject) => {
      this.#waiting.push({ batch: () => {}, resolve, reject, chunks: false })
      this.addon.closeConnection(this.environment, slot, connection, 5_000)
    })
  }

  #submit(slot: number, kind: number, head: Document, where: Where, payload: Document[]): void {
    const { connection = this.connection, model = 0, ring = 0 } = where
    const { after = Submission.nobody, session = 0, flags = 0 } = where
    const words = Uint32Array.of(slot, kind, connection, model, after, session, ring, flags)
    const documents = [head, ...payload].map((one) => BSON.serialize(one))
    const body = Buffer.concat([Buffer.from(words.buffer), ...documents])
    this.addon.submit(this.environment, body, body.length)
  }

  #drain(): void {
    for (;;) {
      const slab = Buffer.alloc(Limit.slabBytes)
      const answer = this.addon.drain(this.environment, slab, 0)
      this.#settleAll(slab.subarray(0, answer >>> 2), [])
      if ((answer & 3) === Left.slab) continue
      if ((answer & 3) === Left.attachments) this.#drainAttached()
      return
    }
  }

  #drainAttached(): void {
    const [table, ...attachments] = this.addon.drainAttached(this.environment)
    if (!Buffer.isBuffer(table)) return
    // A large drain is followed by no wake.
    if (table.length + attachments.length * Limit.inlineBytes >= Limit.turnBytes)
      setImmediate(() => this.#drain())
    this.#settleAll(table, attachments)
  }

  #settleAll(table: Buffer, attachments: (Buffer | string)[]): void {
    for (let at = 0; at < table.length; ) {
      const [slot, flags, attached, length] = [0, 4, 8, 12].map((word) =>
        table.readUInt32LE(at + word),
      ) as [number, number, number, number]
      const payload = table.subarray(at + 16, at + 16 + length)
      this.#settle(slot, flags, payload, attachments.splice(0, attached))
      at += 16 + ((length + 7) & ~7)
    }
  }

  #settle(slot: number, flags: number, payload: Buffer, attachments: (Buffer | string)[]): void {
    const waiting = this.#waiting[slot]
    const more = (flags & CompletionFlag.more) !== 0
    if (waiting === undefined) throw new Error(`a reply for slot ${slot}, which is over`)
    if (!more) this.#waiting[slot] = undefined
    if ((flags & CompletionFlag.failed) !== 0) waiting.reject(BSON.deserialize(payload))
    else if (waiting.chunks) {
      const chunks = payload.length > 0 ? [payload] : attachments
      // A batch of JSON text is a chunk of one document here.
      const isText = (flags & CompletionFlag.json) !== 0
      waiting.batch(chunks.map(isText ? (text) => [{ json: text }] : documentsOf), more)
    } else waiting.resolve(BSON.deserialize(payload))
  }
}

function documentsOf(chunk: Buffer | string): Document[] {
  if (typeof chunk === 'string') throw new Error('text, where documents were asked for')
  const [rows, columns] = [chunk.readUInt32LE(0), chunk.readUInt32LE(4)]
  const cells = rows * columns
  const text = 16 + 4 * (rows + 1) + 4 * cells + ((cells + 3) & ~3)
  return Array.from({ length: rows }, (_, row) => {
    const start = chunk.readUInt32LE(16 + 4 * row)
    const end = chunk.readUInt32LE(20 + 4 * row)
    return BSON.deserialize(chunk.subarray(text + start, text + end))
  })
}
