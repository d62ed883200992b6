/** Makes chunks as the native core does, for tests of what reads them. */
import { measureValue } from '../../../js/codec/measure.ts'

export interface ChunkColumn {
  name: string
  /** Whether an ObjectId reads as text. */
  id?: boolean
}

const TEXTS = new Set([2, 12, 13, 14])

/** Lays out `docs`, BSON documents, by `columns`. */
export function encodeChunk(docs: readonly Uint8Array[], columns: readonly ChunkColumn[]): Buffer {
  const cells = new Uint32Array(docs.length * columns.length)
  const tags = new Uint8Array(docs.length * columns.length)
  const starts = new Uint32Array(docs.length + 1)
  const text: Uint8Array[] = [...docs]
  let length = 0
  docs.forEach((doc, row) => {
    starts[row] = length
    length += doc.length
  })
  starts[docs.length] = length
  docs.forEach((doc, row) => {
    for (const { name, type, at, end } of elements(doc, 0)) {
      const column = columns.findIndex((known) => known.name === name)
      if (column < 0) continue
      const cell = row * columns.length + column
      cells[cell] = (starts[row] as number) + at
      tags[cell] = type
      if (type === 7 && columns[column]?.id) {
        cells[cell] = length
        text.push(Buffer.from(Buffer.from(doc.subarray(at, end)).toString('hex'), 'latin1'))
        length += 24
      } else if (type === 7 || ([2, 3, 4].includes(type) && !isNarrow(doc, type, at, end))) {
        tags[cell] = type | 0x80
      }
    }
  })
  const padding = (tags.length + 3) & ~3
  const head = new Uint32Array([docs.length, columns.length, length, 0])
  return Buffer.concat([
    new Uint8Array(head.buffer),
    new Uint8Array(starts.buffer),
    new Uint8Array(cells.buffer),
    tags,
    new Uint8Array(padding - tags.length),
    ...text,
  ])
}

function* elements(doc: Uint8Array, start: number) {
  let at = start + 4
  while (doc[at] !== 0) {
    const nul = doc.indexOf(0, at + 1)
    const type = doc[at] as number
    const end = nul + 1 + measureValue(type, doc, nul + 1)
    const name = Buffer.from(doc.subarray(at + 1, nul)).toString('utf8')
    yield { name, nameAt: at + 1, type, at: nul + 1, end }
    at = end
  }
}

function isNarrow(doc: Uint8Array, type: number, at: number, end: number): boolean {
  const ascii = (from: number, to: number) => doc.subarray(from, to).every((byte) => byte < 128)
  if (TEXTS.has(type)) return ascii(at + 4, at + 4 + Buffer.from(doc).readInt32LE(at))
  if (type === 11) return ascii(at, end)
  if (type === 15) return false
  if (type !== 3 && type !== 4) return true
  return [...elements(doc, at)].every(
    (inner) => ascii(inner.nameAt, inner.at) && isNarrow(doc, inner.type, inner.at, inner.end),
  )
}
