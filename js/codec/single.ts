/** Chunks of documents that JavaScript itself wrote, or cut out of others. */
import type { Chunk } from './chunk.ts'
import { endOfText, measureValue } from './measure.ts'
import { WrittenRows } from './written_rows.ts'

/**
 * Lays out one document as the core would.
 *
 * @param places index of each column by stored name
 */
export function chunkOfDocument(document: Buffer, places: ReadonlyMap<string, number>): Chunk {
  return chunkOfDocuments(document, places, 1)
}

/** Lays out `count` documents that stand back to back. */
export function chunkOfDocuments(
  documents: Buffer,
  places: ReadonlyMap<string, number>,
  count: number,
): Chunk {
  const rows = new WrittenRows(places.size, count)
  let start = 0
  for (let row = 0; row < count; row++) {
    const next = start + documents.readInt32LE(start)
    rows.begin(start)
    for (let at = start + 4; at < next - 1; ) {
      const type = documents[at] as number
      const end = endOfText(documents, at + 1, next - 1)
      const value = end + 1
      const place = places.get(documents.toString('utf8', at + 1, end))
      if (place !== undefined) rows.cell(place, type, value)
      at = value + measureValue(type, documents, value)
    }
    rows.end(next)
    start = next
  }
  return rows.take(documents)
}
