/** Counters: one document a sequence, in the collection `counters`. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Body } from '../../codec/body.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { request, rows, settled } from '../operation/send.ts'

/** Collection of the counters. */
const COUNTERS = 'counters'
/** Attempts at a counter that others make at the same moment. */
const MOST_ATTEMPTS = 10

let handle: number | undefined

function countersHandle(): number {
  const descriptor = { name: COUNTERS, collection: COUNTERS, columns: [], hooks: [] }
  handle ??= native.defineModel(descriptor, { model: COUNTERS })
  return handle
}

/**
 * Takes `count` numbers in a row and answers the first. Never part of a transaction: two that count
 * would conflict, and one of them be repeated.
 *
 * Errors: `E_INVALID_VALUE` when the counter holds no integer.
 */
export async function takeFromSequence(
  definition: ModelDefinition,
  call: Call,
  count: number,
): Promise<number> {
  const { name, primary, collection } = definition
  const details = { ...call.as('create').details, column: primary.attribute }
  const route = call.routeOutside()
  const encode = (body: Body) => {
    const head = body.beginDocument()
    body.element('filter', { _id: collection })
    body.element('update', { $inc: { value: count } })
    body.element('upsert', true)
    body.element('returnNew', true)
    call.writeTimeout(body)
    body.endDocument(head)
  }
  for (let attempt = 1; ; attempt++) {
    const { findAndModify } = native.Operation
    const reply = await rows(call, findAndModify, encode, countersHandle(), route)
    if (reply instanceof native.Failure) {
      if (reply.report.code === 'E_DUPLICATE_KEY' && attempt < MOST_ATTEMPTS) {
        await delay(Math.random() * attempt)
        continue
      }
      throw reply.toError(details)
    }
    const counter = reply[0]?.document(0) as { value?: unknown } | undefined
    const last = counter?.value
    if (typeof last === 'number' && Number.isSafeInteger(last)) return last - count + 1
    throw new errors.E_INVALID_VALUE(
      `${name}: the counter "${collection}" in the collection ${COUNTERS} holds no integer`,
      details,
    )
  }
}

/** Forgets the counter, so that the next key is 1. */
export async function restartSequence(call: Call): Promise<void> {
  const { delete: remove } = native.Operation
  const encode = (body: Body) => {
    const head = body.beginDocument()
    body.element('filter', { _id: call.definition.collection })
    body.element('multi', false)
    call.writeTimeout(body)
    body.endDocument(head)
  }
  settled(call, await request(call, remove, encode, countersHandle()))
}
