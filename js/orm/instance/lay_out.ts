/** Documents that were written here, as if they had been read. */

import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import * as native from '../../native/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { chunkOf } from './stored.ts'

/** Lays out the document that `write` fills as one that was read. */
export function layOut(definition: ModelDefinition, write: (body: Body) => void): Chunk {
  const bytes = native.encode((body) => {
    const start = body.beginDocument()
    write(body)
    body.endDocument(start)
  })
  return chunkOf(definition, bytes)
}
