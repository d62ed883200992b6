/**
 * The native core: sends requests, settles their promises.
 *
 * The only room besides `codec/` that knows buffers. `docs/internal/boundary.md` has the layout of
 * what crosses; `src/bridge/` is the other end.
 */

import type { Chunk } from '../codec/chunk.ts'
import { type Operation, Submission } from '../protocol.generated.ts'
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
import { type Failure, thrown } from './failure.ts'
import { type JsonPart, JsonReceiver } from './json.ts'
import { encrypted, sendSealed } from './keys.ts'
import { calledOff, type Route, settling, watched } from './route.ts'
import { contextFlags, type Encode, type Prepared, prepare, release } from './writers.ts'

export { Operation, READS } from '../protocol.generated.ts'
export type { BatchListener } from './completions.ts'
export { freeSlot, takeSlot } from './completions.ts'
export { Failure, type FailureReport, failureListeners } from './failure.ts'
export {
  advanceRun,
  beginRun,
  type Compiled,
  closeConnection,
  closeKeyRing,
  closeSession,
  compileQuery,
  defineModel,
  forgetModel,
  type ModelDescriptor,
  openConnection,
  openDatabase,
  openKeyRing,
  openSession,
  preview,
} from './handles.ts'
export { cancel, type KeySource, ringFor } from './keys.ts'
export type { Route, Watch } from './route.ts'
export { type Encode, encode, type Prepared, prepare, release } from './writers.ts'

/** Submits what was encoded. The core copies the bytes, so the writer is free for the next one. */
function submit(
  receiver: Receiver,
  slot: number,
  operation: Operation,
  { connection, session, keys, sending, context }: Route,
  model: number,
  body: Prepared,
  after: number = Submission.nobody,
): void {
  sending?.(operation)
  receive(slot, receiver)
  const send = (ring: number) => {
    try {
      const flags = contextFlags(body, context)
      body.words(0, slot, operation, connection, model, after, session, ring, flags)
      core().submit(environment, body.buffer, body.position)
    } catch (error) {
      freeSlot(slot)
      receiver.failed(thrown(error))
    }
    release(body)
  }
  const ofTenants = encrypted.get(model)
  if (ofTenants === undefined) send(0)
  else sendSealed(receiver, slot, keys, body, ofTenants, send)
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
  const previous =
    after === undefined || after.settled !== undefined ? Submission.nobody : after.slot
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

export function grant(slot: number): void {
  core().grant(environment, slot)
}
