/**
 * The native core: loads it, sends requests, settles their promises.
 *
 * The only module besides `codec/` that knows buffers. `docs/internal/boundary.md` has the layout of
 * what crosses; `src/bridge/` is the other end.
 */
import { createRequire } from 'node:module'
import { Chunk } from './codec/chunk.ts'
import { decodeDocument } from './codec/decode.ts'
import { BsonWriter } from './codec/writer.ts'
import { type ErrorCode, type ErrorDetails, errors, type LucentError } from './errors/index.ts'

/** What the add-on exports; the names and order are those of `src/bridge/exports.rs`. */
interface Addon {
  attach(onWake: () => void): number
  openConnection(environment: number, options: Uint8Array): number
  defineModel(environment: number, descriptor: Uint8Array): number
  forgetModel(environment: number, model: number): void
  begin(environment: number, slot: number, model: number, operation: number, rows: number): number
  advance(environment: number, slot: number, outcome: number): number
  submit(
    environment: number,
    slot: number,
    operation: number,
    connection: number,
    model: number,
    body: Uint8Array,
    length: number,
    after: number | null,
  ): void
  closeConnection(environment: number, slot: number, connection: number, patience: number): void
  grant(environment: number, slot: number): void
  cancel(environment: number, slot: number): void
  drain(environment: number): Buffer[]
}

/** Operations of the core, by their number. */
export const Operation = {
  find: 0,
  count: 1,
  insert: 2,
  update: 3,
  updateEach: 4,
  delete: 5,
  ping: 6,
} as const
export type Operation = (typeof Operation)[keyof typeof Operation]

/** A failure as it crossed. It becomes an error in the caller's own frame, for the stack's sake. */
export class Failure {
  readonly report: FailureReport

  constructor(report: FailureReport) {
    this.report = report
  }

  /** The error to throw, with what the caller knows added. */
  toError(context: ErrorDetails = {}): LucentError {
    const { code, message, position, items: _items, written: _written, ...details } = this.report
    const where = context.model === undefined ? '' : `${context.model}: `
    const what = context.operation === undefined ? '' : ` (${context.operation})`
    const known = code in errors ? (code as ErrorCode) : 'E_SERVER_ERROR'
    return new errors[known](`${where}${message}${what}`, { ...context, ...details, position })
  }
}

/** The document of a failure, as `src/error/mod.rs` writes it. */
export interface FailureReport {
  code: string
  message: string
  serverCode?: number
  serverCodeName?: string
  errorLabels?: string[]
  keys?: string[]
  index?: string
  position?: number
  errInfo?: unknown
  /** Each failure, where one command carried several writes. */
  items?: FailureReport[]
  /** How many of the command's documents were written all the same. */
  written?: number
}

const TRIPLES: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
}

function addonName(): string {
  const triple = TRIPLES[`${process.platform}-${process.arch}`]
  if (triple === undefined) {
    throw new errors.E_NATIVE_MISSING(
      `lucent-odm has no native core for ${process.platform} on ${process.arch}`,
    )
  }
  if (process.platform !== 'linux') return `${triple}${process.platform === 'win32' ? '-msvc' : ''}`
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } }
  return `${triple}-${report?.header?.glibcVersionRuntime ? 'gnu' : 'musl'}`
}

function load(): Addon {
  const file = `lucent-odm.${addonName()}.node`
  try {
    return createRequire(import.meta.url)(`../${file}`) as Addon
  } catch (cause) {
    throw new errors.E_NATIVE_MISSING(
      `the native core ${file} could not be loaded; run "npm run build" in the package, ` +
        'or install it again on this platform',
      { cause },
    )
  }
}

let addon: Addon | undefined
/** This module's number among those of the thread that loaded the add-on. */
let environment = 0

function core(): Addon {
  if (addon === undefined) {
    const loaded = load()
    environment = loaded.attach(onWake)
    addon = loaded
  }
  return addon
}

/** What waits for the completions of one slot. */
interface Receiver {
  chunks(chunks: Chunk[], more: boolean): void
  document(document: unknown): void
  failed(failure: Failure): void
}

const receivers: (Receiver | undefined)[] = []
const freeSlots: number[] = []

/** Slots number operations and lifecycle runs alike. */
export function takeSlot(): number {
  return freeSlots.pop() ?? receivers.push(undefined) - 1
}

export function freeSlot(slot: number): void {
  receivers[slot] = undefined
  freeSlots.push(slot)
}

const FAILED = 1
const MORE = 2
const RECORD = 16
const NO_CHUNKS: Chunk[] = []

function onWake(): void {
  const buffers = core().drain(environment)
  const table = buffers[0]
  if (table === undefined) return
  let attachment = 1
  for (let at = 0; at < table.length; ) {
    const slot = table.readUInt32LE(at)
    const flags = table.readUInt32LE(at + 4)
    const attached = table.readUInt32LE(at + 8)
    const length = table.readUInt32LE(at + 12)
    const payload = at + RECORD
    const receiver = receivers[slot]
    const more = (flags & MORE) !== 0
    if (!more) freeSlot(slot)
    if (receiver !== undefined) {
      if ((flags & FAILED) !== 0) {
        receiver.failed(new Failure(decodeDocument(table, payload) as FailureReport))
      } else if (receiver instanceof DocumentReceiver) {
        receiver.document(decodeDocument(table, payload))
      } else if (length > 0) {
        receiver.chunks([new Chunk(table, payload)], more)
      } else if (attached > 0) {
        const chunks = buffers.slice(attachment, attachment + attached)
        receiver.chunks(
          chunks.map((buffer) => new Chunk(buffer, 0)),
          more,
        )
      } else {
        receiver.chunks(NO_CHUNKS, more)
      }
    }
    attachment += attached
    at = payload + ((length + 7) & ~7)
  }
}

type Settle<T> = (value: T | Failure) => void

class DocumentReceiver implements Receiver {
  readonly #settle: Settle<unknown>

  constructor(settle: Settle<unknown>) {
    this.#settle = settle
  }

  document(document: unknown): void {
    this.#settle(document)
  }

  failed(failure: Failure): void {
    this.#settle(failure)
  }

  chunks(): void {}
}

/** Collects every batch of a read; the next one is asked for as soon as one arrives. */
class ChunksReceiver implements Receiver {
  readonly #slot: number
  readonly #settle: Settle<Chunk[]>
  #chunks: Chunk[] | undefined

  constructor(slot: number, settle: Settle<Chunk[]>) {
    this.#slot = slot
    this.#settle = settle
  }

  chunks(chunks: Chunk[], more: boolean): void {
    if (this.#chunks === undefined) this.#chunks = chunks
    else for (const chunk of chunks) this.#chunks.push(chunk)
    if (more) core().grant(environment, this.#slot)
    else this.#settle(this.#chunks)
  }

  failed(failure: Failure): void {
    this.#settle(failure)
  }

  document(): void {}
}

/** Hands each batch over as it arrives; `grant` is the reader's to call. */
export interface BatchListener {
  batch(chunks: Chunk[], more: boolean): void
  failed(failure: Failure): void
}

class BatchReceiver implements Receiver {
  readonly #listener: BatchListener

  constructor(listener: BatchListener) {
    this.#listener = listener
  }

  chunks(chunks: Chunk[], more: boolean): void {
    this.#listener.batch(chunks, more)
  }

  failed(failure: Failure): void {
    this.#listener.failed(failure)
  }

  document(): void {}
}

/** Writes a request's head and payload. */
export type Encode = (body: BsonWriter) => void

const idleWriters: BsonWriter[] = []

/**
 * Encodes and submits. The core copies the bytes, so writers are used again at once; there is more
 * than one only while an encoder (a column's `prepare`, say) starts another request.
 */
function submit(
  receiver: Receiver,
  slot: number,
  operation: Operation,
  connection: number,
  model: number,
  encode: Encode,
): void {
  let body: BsonWriter
  try {
    body = prepare(encode)
  } catch (error) {
    freeSlot(slot)
    throw error
  }
  submitPrepared(receiver, slot, operation, connection, model, body)
}

function submitPrepared(
  receiver: Receiver,
  slot: number,
  operation: Operation,
  connection: number,
  model: number,
  body: BsonWriter,
  after: number | null = null,
): void {
  receivers[slot] = receiver
  try {
    const { buffer, position } = body
    core().submit(environment, slot, operation, connection, model, buffer, position, after)
  } catch (error) {
    freeSlot(slot)
    receiver.failed(thrown(error))
  }
  idleWriters.push(body)
}

/** Encodes a request that is sent later, by `requestPrepared`, or given back by `release`. */
export function prepare(encode: Encode): BsonWriter {
  const body = idleWriters.pop() ?? new BsonWriter()
  try {
    body.reset()
    encode(body)
  } catch (error) {
    idleWriters.push(body)
    throw error
  }
  return body
}

/** Gives back a prepared request that is not sent. */
export function release(body: BsonWriter): void {
  idleWriters.push(body)
}

/** The bytes that `encode` writes, copied. */
export function encode(write: Encode): Buffer {
  const body = idleWriters.pop() ?? new BsonWriter()
  try {
    body.reset()
    write(body)
    return Buffer.from(body.buffer.subarray(0, body.position))
  } finally {
    idleWriters.push(body)
  }
}

function thrown(error: unknown): Failure {
  const { code, message } = error as { code?: string; message?: string }
  return new Failure({ code: code ?? 'E_SERVER_ERROR', message: message ?? String(error) })
}

/**
 * Sends a command that answers with one document. Resolves to a `Failure` when the core fails;
 * rejects only with what `encode` throws.
 */
export function request<Reply>(
  operation: Operation,
  connection: number,
  model: number,
  encode: Encode,
): Promise<Reply | Failure> {
  return new Promise((resolve) => {
    const receiver = new DocumentReceiver(resolve as Settle<unknown>)
    submit(receiver, takeSlot(), operation, connection, model, encode)
  })
}

/** A command under way. */
export interface Pending<Reply> {
  readonly slot: number
  readonly reply: Promise<Reply | Failure>
  /** The reply once it is there. */
  settled: Reply | Failure | undefined
}

/**
 * Sends a prepared command. With `after`, it reaches the server only when that one has succeeded;
 * the core gets it ready meanwhile.
 */
export function requestPrepared<Reply>(
  operation: Operation,
  connection: number,
  model: number,
  body: BsonWriter,
  after?: Pending<unknown>,
): Pending<Reply> {
  const slot = takeSlot()
  let settle: Settle<unknown> = () => {}
  const reply = new Promise<Reply | Failure>((resolve) => {
    settle = resolve as Settle<unknown>
  })
  const pending: Pending<Reply> = { slot, reply, settled: undefined }
  const receiver = new DocumentReceiver((value) => {
    pending.settled = value as Reply | Failure
    settle(value)
  })
  // A reply that is here already was looked at by the caller; its slot may be another's by now.
  const previous = after === undefined || after.settled !== undefined ? null : after.slot
  submitPrepared(receiver, slot, operation, connection, model, body, previous)
  return pending
}

/** Sends a read and collects its chunks. Resolves and rejects as `request` does. */
export function read(
  connection: number,
  model: number,
  encode: Encode,
): Promise<Chunk[] | Failure> {
  return new Promise((resolve) => {
    const slot = takeSlot()
    submit(new ChunksReceiver(slot, resolve), slot, Operation.find, connection, model, encode)
  })
}

/** Sends a read whose batches go to `listener` one at a time. Answers the slot to grant or cancel. */
export function readBatches(
  connection: number,
  model: number,
  encode: Encode,
  listener: BatchListener,
): number {
  const slot = takeSlot()
  submit(new BatchReceiver(listener), slot, Operation.find, connection, model, encode)
  return slot
}

export function grant(slot: number): void {
  core().grant(environment, slot)
}

export function cancel(slot: number): void {
  core().cancel(environment, slot)
}

/** Declares a connection. Throws `E_CONFIGURATION`. */
export function openConnection(options: object, context: ErrorDetails): number {
  try {
    return core().openConnection(
      environment,
      encode((body) => body.document(options)),
    )
  } catch (error) {
    if (error instanceof errors.E_NATIVE_MISSING) throw error
    throw thrown(error).toError(context)
  }
}

/** Closes a connection; what is under way has `patience` milliseconds to finish. */
export function closeConnection(connection: number, patience: number): Promise<unknown> {
  return new Promise((resolve) => {
    const slot = takeSlot()
    const receiver = new DocumentReceiver(resolve)
    receivers[slot] = receiver
    try {
      core().closeConnection(environment, slot, connection, patience)
    } catch (error) {
      freeSlot(slot)
      receiver.failed(thrown(error))
    }
  })
}

/** Declares a model. Throws `E_MODEL_DEFINITION`. */
export function defineModel(descriptor: object, context: ErrorDetails): number {
  try {
    return core().defineModel(
      environment,
      encode((body) => body.document(descriptor)),
    )
  } catch (error) {
    if (error instanceof errors.E_NATIVE_MISSING) throw error
    throw thrown(error).toError(context)
  }
}

export function forgetModel(model: number): void {
  core().forgetModel(environment, model)
}

/** Starts a lifecycle run on `slot` and answers its first step. */
export function beginRun(slot: number, model: number, operation: number, rows: number): number {
  return core().begin(environment, slot, model, operation, rows)
}

/** Reports how the last step went and answers the next one. */
export function advanceRun(slot: number, outcome: number): number {
  return core().advance(environment, slot, outcome)
}
