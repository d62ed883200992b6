/**
 * The native core: sends requests, settles their promises.
 *
 * The only room besides `codec/` that knows buffers. `docs/internal/boundary.md` has the layout of
 * what crosses; `src/bridge/` is the other end.
 */

import type { Body } from '../codec/body.ts'
import type { Chunk } from '../codec/chunk.ts'
import { decodeDocument } from '../codec/decode.ts'
import { BsonWriter } from '../codec/writer.ts'
import { type ErrorDetails, errors } from '../errors/index.ts'
import type { Operation } from '../protocol.generated.ts'
import {
  type BatchListener,
  BatchReceiver,
  ChunksReceiver,
  core,
  DocumentReceiver,
  environment,
  freeSlot,
  type Receiver,
  receive,
  type Settle,
  takeSlot,
} from './completions.ts'
import { Failure, type FailureReport, thrown } from './failure.ts'
import { type JsonPart, JsonReceiver } from './json.ts'

export { Operation, READS } from '../protocol.generated.ts'
export type { BatchListener } from './completions.ts'
export { freeSlot, takeSlot } from './completions.ts'
export { Failure, type FailureReport, failureListeners } from './failure.ts'

/** Where the keys of encrypted columns come from. */
export interface KeySource {
  /** The core's handle of the ring for the operation under way. */
  ring(): number | Promise<number>
}

/** Where a command goes, and who may call it off. */
export interface Route {
  /** The core's handle of the connection. */
  readonly connection: number
  /** The core's handle of the session, 0 for none. */
  readonly session: number
  /** Is told of every command that takes this way. */
  readonly sending?: (operation: Operation) => void
  /** Keys for models with encrypted columns. */
  readonly keys?: KeySource
  /** Gives up on the command when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** Sees what the core answers to each command, in the order of the answers. */
  readonly watch?: Watch
}

/** Looks at a reply, and answers what the caller gets. */
export type Watch = (reply: unknown) => unknown

/** Writes a request's head and payload. */
export type Encode = (body: Body) => void

const idleWriters: BsonWriter[] = []

/**
 * Submits what was encoded. The core copies the bytes, so writers are used again at once; there is
 * more than one only while an encoder (a column's `prepare`, say) starts another request.
 */
function submit(
  receiver: Receiver,
  slot: number,
  operation: Operation,
  { connection, session, keys, sending }: Route,
  model: number,
  body: BsonWriter,
  after: number | null = null,
): void {
  sending?.(operation)
  receive(slot, receiver)
  const send = (ring: number) => {
    try {
      const { buffer, position } = body
      core().submit(
        environment,
        slot,
        operation,
        connection,
        model,
        buffer,
        position,
        after,
        session,
        ring,
      )
    } catch (error) {
      freeSlot(slot)
      receiver.failed(thrown(error))
    }
    idleWriters.push(body)
  }
  if (!encrypted.has(model)) send(0)
  else sendSealed(receiver, slot, keys, body, send)
}

/** Handles of models with encrypted columns. */
const encrypted = new Set<number>()
/** Slots that wait for keys; true once they were called off. */
const awaitingKeys = new Map<number, boolean>()

/** Sends a command of a model with encrypted columns once its keys are there. */
function sendSealed(
  receiver: Receiver,
  slot: number,
  keys: KeySource | undefined,
  body: BsonWriter,
  send: (ring: number) => void,
): void {
  warnOfWornKeys()
  const fail = (error: unknown) => {
    release(body)
    freeSlot(slot)
    const cause = error instanceof Error ? error.cause : undefined
    const failure = thrown(error)
    receiver.failed(cause === undefined ? failure : failure.because(cause))
  }
  let ring: number | Promise<number>
  try {
    ring = keys?.ring() ?? 0
  } catch (error) {
    fail(error)
    return
  }
  if (typeof ring === 'number') {
    send(ring)
    return
  }
  awaitingKeys.set(slot, false)
  const arrived = () => {
    const off = awaitingKeys.get(slot)
    awaitingKeys.delete(slot)
    return off !== true
  }
  ring.then(
    (handle) => {
      if (arrived()) send(handle)
      else
        fail(Object.assign(new Error('the caller gave up on the operation'), { code: 'E_ABORTED' }))
    },
    (error: unknown) => {
      arrived()
      fail(error)
    },
  )
}

/** Commands between two looks at how worn the keys are. */
const WEAR_INTERVAL = 4096
let untilLook = 0
let reported = 0

function warnOfWornKeys(): void {
  if (untilLook-- > 0) return
  untilLook = WEAR_INTERVAL
  const worn = core().wornKeys()
  if (worn <= reported) return
  reported = worn
  process.emitWarning(
    'an encryption key has encrypted 2^30 values in this process; add a new primary key and rotate',
    { code: 'LUCENT_WORN_KEY' },
  )
}

/** What happens to the reply on `slot` before the caller has it. */
function settling<Reply>(
  route: Route,
  slot: number,
  settle: (reply: Reply | Failure) => void,
): (reply: Reply | Failure) => void {
  const { watch } = route
  const last = abortable(route, slot, settle)
  return watch === undefined ? last : (reply) => last(watch(reply) as Reply | Failure)
}

/**
 * Cancels the operation of `slot` when the signal is aborted. The slot is free for others once
 * `settle` is called, so the signal is let go there.
 */
function abortable<Reply>(
  { signal }: Route,
  slot: number,
  settle: (reply: Reply | Failure) => void,
): (reply: Reply | Failure) => void {
  if (signal === undefined) return settle
  const abort = () => cancel(slot)
  signal.addEventListener('abort', abort, { once: true })
  return (reply) => {
    signal.removeEventListener('abort', abort)
    settle(reply instanceof Failure && signal.aborted ? reply.because(signal.reason) : reply)
  }
}

/** The failure of a command that was called off before it was sent. */
function calledOff({ signal }: Route): Failure | undefined {
  if (signal?.aborted !== true) return undefined
  const message = 'the signal was aborted before the operation began'
  return new Failure({ code: 'E_ABORTED', message }).because(signal.reason)
}

/** A request that is encoded and not sent yet. */
export type Prepared = BsonWriter

/** Encodes a request that is sent later, by `requestPrepared`, or given back by `release`. */
export function prepare(encode: Encode): Prepared {
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
export function release(body: Prepared): void {
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

/**
 * Sends a command that answers with one document. Resolves to a `Failure` when the core fails;
 * rejects only with what `encode` throws.
 */
export function request<Reply>(
  operation: Operation,
  route: Route,
  model: number,
  encode: Encode,
): Promise<Reply | Failure> {
  return new Promise((resolve) => {
    const body = prepare(encode)
    const off = calledOff(route)
    if (off !== undefined) {
      release(body)
      resolve(off)
      return
    }
    const slot = takeSlot()
    const receiver = new DocumentReceiver(settling(route, slot, resolve as Settle<unknown>))
    submit(receiver, slot, operation, route, model, body)
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
  route: Route,
  model: number,
  body: Prepared,
  after?: Pending<unknown>,
): Pending<Reply> {
  const off = calledOff(route)
  if (off !== undefined) {
    release(body)
    return { slot: -1, reply: Promise.resolve(off), settled: off }
  }
  const slot = takeSlot()
  let settle: Settle<unknown> = () => {}
  const reply = new Promise<Reply | Failure>((resolve) => {
    settle = resolve as Settle<unknown>
  })
  const pending: Pending<Reply> = { slot, reply, settled: undefined }
  const receiver = new DocumentReceiver(
    settling(route, slot, (value) => {
      pending.settled = value as Reply | Failure
      settle(value)
    }),
  )
  // A reply that is here already was looked at by the caller; its slot may be another's by now.
  const previous = after === undefined || after.settled !== undefined ? null : after.slot
  submit(receiver, slot, operation, route, model, body, previous)
  return pending
}

/** Sends a read and collects its chunks. Resolves and rejects as `request` does. */
export function read(
  operation: Operation,
  route: Route,
  model: number,
  encode: Encode,
): Promise<Chunk[] | Failure> {
  return new Promise((resolve) => {
    const body = prepare(encode)
    const off = calledOff(route)
    if (off !== undefined) {
      release(body)
      resolve(off)
      return
    }
    const slot = takeSlot()
    const receiver = new ChunksReceiver(slot, settling(route, slot, resolve))
    submit(receiver, slot, operation, route, model, body)
  })
}

/** Sends a read that asks for JSON. Resolves and rejects as `request` does. */
export function readJson(
  operation: Operation,
  route: Route,
  model: number,
  encode: Encode,
): Promise<JsonPart[] | Failure> {
  return new Promise((resolve) => {
    const body = prepare(encode)
    const off = calledOff(route)
    if (off !== undefined) {
      release(body)
      resolve(off)
      return
    }
    const slot = takeSlot()
    const receiver = new JsonReceiver(slot, settling(route, slot, resolve))
    submit(receiver, slot, operation, route, model, body)
  })
}

/**
 * Sends a read whose batches go to `listener` one at a time. Answers the slot to grant or cancel.
 * Throws what `encode` throws.
 */
export function readBatches(
  operation: Operation,
  route: Route,
  model: number,
  encode: Encode,
  listener: BatchListener,
): number {
  const body = prepare(encode)
  const slot = takeSlot()
  const receiver = new BatchReceiver(watched(listener, route.watch))
  submit(receiver, slot, operation, route, model, body)
  return slot
}

function watched(listener: BatchListener, watch: Watch | undefined): BatchListener {
  if (watch === undefined) return listener
  return {
    batch(chunks, more) {
      watch(chunks)
      listener.batch(chunks, more)
    },
    failed: (failure) => listener.failed(watch(failure) as Failure),
  }
}

export function grant(slot: number): void {
  core().grant(environment, slot)
}

export function cancel(slot: number): void {
  if (awaitingKeys.has(slot)) awaitingKeys.set(slot, true)
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
    receive(slot, receiver)
    try {
      core().closeConnection(environment, slot, connection, patience)
    } catch (error) {
      freeSlot(slot)
      receiver.failed(thrown(error))
    }
  })
}

/** Declares a session of a connection; it begins with its first operation. */
export function openSession(connection: number): number {
  return core().openSession(environment, connection)
}

/** Ends a session; a transaction that is still open is aborted. */
export function closeSession(session: number): void {
  core().closeSession(environment, session)
}

/** Reads encryption keys. Throws `E_CONFIGURATION`. */
export function openKeyRing(options: object, context: ErrorDetails): number {
  // A writer of its own: what the idle ones wrote stays in their memory until it is written over.
  const body = new BsonWriter(true)
  body.document(options)
  const bytes = body.toBuffer()
  body.wipe()
  try {
    return core().openKeyRing(environment, bytes)
  } catch (error) {
    if (error instanceof errors.E_NATIVE_MISSING) throw error
    throw thrown(error).toError(context)
  } finally {
    bytes.fill(0)
  }
}

export function closeKeyRing(ring: number): void {
  core().closeKeyRing(environment, ring)
}

/** What the core is told of a model. */
export interface ModelDescriptor {
  readonly name: string
  readonly collection: string
  readonly columns: readonly object[]
  readonly hooks: readonly number[]
  readonly json?: object
  /** Fields that are stored encrypted. */
  readonly encrypted?: readonly object[]
}

/** Declares a model. Throws `E_MODEL_DEFINITION`. */
export function defineModel(descriptor: ModelDescriptor, context: ErrorDetails): number {
  try {
    const handle = core().defineModel(
      environment,
      encode((body) => body.document(descriptor)),
    )
    if (descriptor.encrypted !== undefined) encrypted.add(handle)
    return handle
  } catch (error) {
    if (error instanceof errors.E_NATIVE_MISSING) throw error
    throw thrown(error).toError(context)
  }
}

export function forgetModel(model: number): void {
  encrypted.delete(model)
  core().forgetModel(environment, model)
}

/** What the core makes of the description of a query, or why it makes nothing of it. */
export type Compiled =
  | { readonly parts: Buffer; readonly failure?: undefined }
  | { readonly parts?: undefined; readonly failure: FailureReport }

/** Compiles the description of a query. */
export function compileQuery(describe: Encode): Compiled {
  return compiled(describe, ({ buffer, position }) => core().compileQuery(buffer, position))
}

/** What a command would be sent as, or why it would not be. */
export function preview(
  operation: Operation,
  { connection }: Route,
  model: number,
  encode: Encode,
): Compiled {
  return compiled(encode, ({ buffer, position }) =>
    core().preview(environment, operation, connection, model, buffer, position),
  )
}

function compiled(encode: Encode, ask: (body: Prepared) => Buffer): Compiled {
  const body = prepare(encode)
  release(body)
  try {
    const answer = ask(body)
    const document = answer.subarray(1)
    if (answer[0] === 0) return { parts: document }
    return { failure: decodeDocument(document) as FailureReport }
  } catch (error) {
    return { failure: thrown(error).report }
  }
}

/** Starts a lifecycle run on `slot` and answers its first step. */
export function beginRun(slot: number, model: number, operation: number, rows: number): number {
  return core().begin(environment, slot, model, operation, rows)
}

/** Reports how the last step went and answers the next one. */
export function advanceRun(slot: number, outcome: number): number {
  return core().advance(environment, slot, outcome)
}
