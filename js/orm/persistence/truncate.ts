/** Emptying a collection. */
import * as native from '../../native/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { definitionOf } from '../definition/index.ts'
import { callOf, routeOf, writeTimeout } from '../operation/call.ts'
import { restartSequence } from './sequence.ts'

/**
 * Deletes every document; indexes and validators stay. A sequence of primary keys starts again, unless
 * this is part of a transaction, of which counters are none.
 */
export async function truncate(model: ModelClass, options?: ModelAdapterOptions): Promise<void> {
  const definition = definitionOf(model)
  const call = callOf(definition, own(options))
  const reply = await native.request(
    native.Operation.delete,
    routeOf(call),
    definition.handle(),
    (body) => {
      const head = body.beginDocument()
      body.element('filter', {})
      body.element('multi', true)
      writeTimeout(body, call.timeout)
      body.endDocument(head)
    },
  )
  if (reply instanceof native.Failure) {
    throw reply.toError({
      model: definition.name,
      operation: 'truncate',
      connection: call.client.connectionName,
    })
  }
  if (definition.primary.generate === 'sequence' && !call.client.isTransaction) {
    await restartSequence(definition, call)
  }
}
