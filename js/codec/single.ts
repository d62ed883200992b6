/** A chunk of one document that JavaScript itself wrote. */
import { Limit, Tag } from '../protocol.generated.ts'
import { Chunk } from './chunk.ts'
import { endOfText, measureValue } from './measure.ts'
import { BsonType } from './values.ts'

/**
 * Lays out one document as the core would.
 *
 * @param places index of each column by stored name
 * @param idAsText whether an ObjectId of a column reads as text, by index
 */
export function chunkOfDocument(
  document: Buffer,
  places: ReadonlyMap<string, number>,
  idAsText: readonly boolean[],
): Chunk {
  const columns = places.size
  const cellsAt = Limit.chunkHeadBytes + 8
  const tagsAt = cellsAt + 4 * columns
  const textAt = tagsAt + ((columns + 3) & ~3)
  const buffer = Buffer.alloc(textAt + document.length + Limit.idDigits * columns)
  document.copy(buffer, textAt)
  let text = document.length
  for (let at = 4; at < document.length - 1; ) {
    const type = document[at] as number
    const end = endOfText(document, at + 1, document.length - 1)
    const value = end + 1
    const place = places.get(document.toString('utf8', at + 1, end))
    at = value + measureValue(type, document, value)
    if (place === undefined) continue
    let tag: number = type
    let cell = value
    if (type === BsonType.objectId && idAsText[place] === true) {
      cell = text
      text += buffer.write(document.toString('hex', value, value + 12), textAt + text, 'latin1')
    } else if (type === BsonType.objectId) tag = Tag.idBytes
    // What is not known to be ASCII may be called wide.
    else if (type === BsonType.string) tag = Tag.wideString
    else if (type === BsonType.document) tag = Tag.wideDocument
    else if (type === BsonType.array) tag = Tag.wideArray
    buffer.writeUInt32LE(cell, cellsAt + 4 * place)
    buffer[tagsAt + place] = tag
  }
  buffer.writeUInt32LE(1, 0)
  buffer.writeUInt32LE(columns, 4)
  buffer.writeUInt32LE(text, 8)
  buffer.writeUInt32LE(document.length, Limit.chunkHeadBytes + 4)
  return new Chunk(buffer)
}
