/** Numbers of the counter of a model's collection. */
import * as native from '../../native/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { request } from '../operation/send.ts'

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
  const reply = await request<{ first: number }>(
    call,
    native.Operation.sequence,
    (body) => {
      const head = body.beginDocument()
      body.element('count', count)
      call.writeTimeout(body)
      body.endDocument(head)
    },
    definition.plainHandle(),
    call.routeOutside(),
  )
  if (!(reply instanceof native.Failure)) return reply.first
  throw reply.toError({ ...call.as('create').details, column: definition.primary.attribute })
}
