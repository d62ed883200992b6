/** Documents that updates did not find. */
import type { Body } from '../../codec/body.ts'
import * as native from '../../native/index.ts'
import type { Call } from '../operation/call.ts'
import { rows, settled } from '../operation/send.ts'

/** Whether there is no document with each of these primary keys. Keys are as they are stored. */
export async function missingDocuments(call: Call, ids: readonly unknown[]): Promise<boolean[]> {
  const encode = (body: Body) => {
    const head = body.beginDocument()
    body.element('filter', { _id: { $in: ids } })
    body.element('projection', { _id: 1 })
    call.writeTimeout(body)
    body.endDocument(head)
  }
  const plain = call.definition.plainHandle()
  const present = new Set<string>()
  for (const chunk of settled(call, await rows(call, native.Operation.find, encode, plain))) {
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
