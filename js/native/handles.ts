/** What the core keeps for the package by number: connections, sessions, keys, models, runs. */

import { decodeDocument } from '../codec/decode.ts'
import { BsonWriter } from '../codec/writer.ts'
import { type ErrorDetails, errors } from '../errors/index.ts'
import type { Operation } from '../protocol.generated.ts'
import { core, DocumentReceiver, environment, freeSlot, receive, takeSlot } from './completions.ts'
import { type FailureReport, thrown } from './failure.ts'
import { encrypted } from './keys.ts'
import { contextFlags, type Encode, encode, encoded, type Prepared } from './writers.ts'

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

/** Declares another database of a connection's servers. Throws `E_CONFIGURATION`. */
export function openDatabase(connection: number, name: string, context: ErrorDetails): number {
  try {
    return core().openDatabase(environment, connection, name)
  } catch (error) {
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
  /** Columns that stamp themselves. */
  readonly stamps?: object
  /** Where its documents are counted. */
  readonly counters?: readonly object[]
  /** What tells its documents from those of other models in the collection. */
  readonly kind?: object
  /** Which members of a replica set its documents are read from. */
  readonly readPreference?: string
  /** What holds for all of its documents. */
  readonly rules?: readonly { readonly name: string }[]
}

/** Declares a model. Throws `E_MODEL_DEFINITION`. */
export function defineModel(descriptor: ModelDescriptor, context: ErrorDetails): number {
  try {
    const handle = core().defineModel(
      environment,
      encode((body) => body.document(descriptor)),
    )
    if (descriptor.encrypted !== undefined) {
      encrypted.set(handle, descriptor.rules?.some(({ name }) => name === 'tenant') === true)
    }
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

/** What a command would be sent as, or why it would not be; on connection 0, wherever it may be sent. */
export function preview(
  operation: Operation,
  connection: number,
  model: number,
  encode: Encode,
  context?: Uint8Array,
): Compiled {
  return compiled(encode, (body) => {
    const what = operation | contextFlags(body, context)
    return core().preview(environment, what, connection, model, body.buffer, body.position)
  })
}

function compiled(encode: Encode, ask: (body: Prepared) => Buffer): Compiled {
  return encoded(encode, (body) => {
    try {
      const answer = ask(body)
      const document = answer.subarray(1)
      if (answer[0] === 0) return { parts: document }
      return { failure: decodeDocument(document) as FailureReport }
    } catch (error) {
      return { failure: thrown(error).report }
    }
  })
}

/** Starts a lifecycle run on `slot` and answers its first step; `muted` has a bit for each silent event. */
export function beginRun(
  slot: number,
  model: number,
  operation: number,
  rows: number,
  muted: number,
): number {
  return core().begin(environment, slot, model, operation, rows, muted)
}

/** Reports how the last step went and answers the next one. */
export function advanceRun(slot: number, outcome: number): number {
  return core().advance(environment, slot, outcome)
}
