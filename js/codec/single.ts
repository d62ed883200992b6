/** A chunk of one document that JavaScript itself wrote. */
import type { Chunk } from './chunk.ts'
import { endOfText, measureValue } from './measure.ts'
import { WrittenRows } from './written_rows.ts'

/**
 * Lays out one document as the core would.
 *
 * @param places index of each column by stored name
 */
export function chunkOfDocument(document: Buffer, places: ReadonlyMap<string, number>): Chunk {
  const rows = new WrittenRows(places.size, 1)
  rows.begin(0)
  for (let at = 4; at < document.length - 1; ) {
    const type = document[at] as number
    const end = endOfText(document, at + 1, document.length - 1)
    const value = end + 1
    const place = places.get(document.toString('utf8', at + 1, end))
    if (place !== undefined) rows.cell(place, type, value)
    at = value + measureValue(type, document, value)
  }
  rows.end(document.length)
  return rows.take(document)
}
