/** Emptying a collection. */
import * as native from '../../native/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { definitionOf } from '../definition/index.ts'
import { callOf } from '../operation/call.ts'
import { request, settled } from '../operation/send.ts'

/**
 * Deletes every document; indexes and validators stay. A sequence of primary keys starts again, unless
 * this is part of a transaction, of which counters are none.
 */
export async function truncate(model: ModelClass, options?: ModelAdapterOptions): Promise<void> {
  const definition = definitionOf(model)
  const call = callOf(definition, 'truncate', own(options))
  const restarts = definition.primary.generate === 'sequence' && !call.client.isTransaction
  const reply = await request(call, native.Operation.delete, (body) => {
    const head = body.beginDocument()
    body.element('filter', {})
    body.element('everything', true)
    if (definition.rules.keepsDeleted) {
      body.element('force', true)
      body.element('lift', { trashed: true })
    }
    body.element('multi', true)
    body.element('restart', restarts)
    call.writeTimeout(body)
    body.endDocument(head)
  })
  settled(call, reply)
}
