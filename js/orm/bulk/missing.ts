/** Documents that updates did not find. */
import type { Body } from '../../codec/body.ts'
import * as native from '../../native/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { type Call, routeOf, writeTimeout } from '../operation/call.ts'

/** Whether there is no document with each of these primary keys. Keys are as they are stored. */
export async function missingDocuments(
  definition: ModelDefinition,
  call: Call,
  ids: readonly unknown[],
  operation: string,
): Promise<boolean[]> {
  const handle = definition.plainHandle()
  const chunks = await native.read(native.Operation.find, routeOf(call), handle, (body) => {
    const head = body.beginDocument()
    body.element('filter', { _id: { $in: ids } })
    body.element('projection', { _id: 1 })
    writeTimeout(body, call.timeout)
    body.endDocument(head)
  })
  if (chunks instanceof native.Failure) {
    throw chunks.toError({
      model: definition.name,
      operation,
      connection: call.client.connectionName,
    })
  }
  const present = new Set<string>()
  for (const chunk of chunks) {
    for (let row = 0; row < chunk.rows; row++) {
      present.add(keyOf((chunk.document(row) as { _id: unknown })._id))
    }
  }
  return ids.map((id) => !present.has(keyOf(id)))
}

/** Keys are equal when their bytes are; numbers are written in one way whatever they were. */
function keyOf(id: unknown): string {
  return native.encode((body: Body) => body.document({ id })).toString('latin1')
}
