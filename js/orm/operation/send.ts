/**
 * Sending: the one place where requests of models are handed to the core. What fails becomes an error
 * here, in the frame of whoever waits, and listeners are told.
 */
import type { Chunk } from '../../codec/chunk.ts'
import { decodeDocument } from '../../codec/decode.ts'
import { contextBytes } from '../../context/index.ts'
import * as native from '../../native/index.ts'
import type { JsonPart } from '../../native/json.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from './call.ts'
import { type About, reportOf } from './report.ts'

/** Carries out an operation, throws what the core failed with, and tells those who listen how it went. */
export async function reported<Reply>(
  call: Call,
  about: About | undefined,
  send: () => Promise<Reply | native.Failure>,
): Promise<Reply> {
  const report = reportOf(call, about)
  try {
    if (about?.open !== undefined) await about.open()
    const reply = settled(call, await send())
    report?.end()
    return reply
  } catch (error) {
    report?.end(error)
    throw error
  }
}

/** Sends a command that answers with one document. */
export function send<Reply>(
  call: Call,
  kind: native.Operation,
  encode: native.Encode,
  about?: About,
  model?: number,
): Promise<Reply> {
  return reported(call, about, () => request<Reply>(call, kind, encode, model))
}

/** Sends a read, and answers all of its rows. */
export function read(
  call: Call,
  kind: native.Operation,
  encode: native.Encode,
  about?: About,
  model?: number,
): Promise<Chunk[]> {
  return reported(call, about, () => rows(call, kind, encode, model))
}

/** Sends a read that asks for JSON. */
export function readJson(
  call: Call,
  kind: native.Operation,
  encode: native.Encode,
  about: About,
  model: number,
): Promise<JsonPart[]> {
  return reported(call, about, () => native.readJson(kind, call.route(), model, encode))
}

/**
 * As {@link send}, for a part of an operation: nobody is told, and what the core fails with is the
 * caller's to look at.
 */
export function request<Reply>(
  call: Call,
  kind: native.Operation,
  encode: native.Encode,
  model = call.definition.handle(),
  route = call.route(),
): Promise<Reply | native.Failure> {
  return native.request<Reply>(kind, route, model, encode)
}

/** As {@link read}, for a part of an operation. */
export function rows(
  call: Call,
  kind: native.Operation,
  encode: native.Encode,
  model = call.definition.handle(),
  route = call.route(),
): Promise<Chunk[] | native.Failure> {
  return native.read(kind, route, model, encode)
}

/** Sends a command that was encoded before; with `after`, once that one has succeeded. */
export function sendPrepared<Reply>(
  call: Call,
  kind: native.Operation,
  body: native.Prepared,
  after?: native.Pending<unknown>,
): native.Pending<Reply> {
  return native.requestPrepared<Reply>(kind, call.route(), call.definition.handle(), body, after)
}

/**
 * What a request would be sent as, behind all steps of the core; undefined for what cannot be sent. `call`
 * says where, which a page by cursor has to know.
 */
export function shown<Sent>(
  definition: ModelDefinition,
  kind: native.Operation,
  encode: native.Encode,
  { call, model = definition.handle() }: { call?: Call | undefined; model?: number } = {},
): Sent | undefined {
  const connection = call?.route().connection ?? 0
  try {
    const { parts } = native.preview(kind, connection, model, encode, contextBytes())
    return parts === undefined ? undefined : (decodeDocument(parts) as Sent)
  } catch {
    // What cannot be written cannot be sent.
    return undefined
  }
}

/** The core's handle of the keys for the documents of the call's model. Throws what getting them does. */
export async function ringOf(call: Call, model = call.definition.handle()): Promise<number> {
  return settled(call, await native.ringFor(model, call.route().keys))
}

/** The reply. Throws what the core failed with. */
export function settled<Reply>(call: Call, reply: Reply | native.Failure): Reply {
  if (reply instanceof native.Failure) throw call.error(reply)
  return reply
}
