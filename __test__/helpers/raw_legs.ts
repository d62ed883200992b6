/** What the core answers to requests with legs, as `docs/internal/boundary.md` lays it out. */
import type { Binary, Document } from 'mongodb'

/** A row with the rows of each leg, and with the documents between that made the links. */
export interface Linked {
  row: Document
  legs: Linked[][]
  pivots: (Document[] | undefined)[]
  counts: unknown[]
}

interface Level {
  legs: Answered[]
  counts?: { numbers?: Binary; values?: unknown[] }[]
}

interface Answered extends Level {
  between?: number
  chunks: number
  links: Binary
  pivots?: Binary
}

const numbersOf = ({ buffer }: Binary) => {
  const bytes = Uint8Array.from(buffer)
  return new Uint32Array(bytes.buffer)
}

const chunksOf = (legs: readonly Answered[]): number =>
  legs.reduce((sum, leg) => sum + (leg.between ?? 0) + leg.chunks + chunksOf(leg.legs), 0)

/**
 * Rows with what belongs to them, from the chunks of a reply; behind them the chunk of a page's cursors, if there
 * is one.
 */
export function linked(reply: readonly Document[][]): { rows: Linked[]; cursors?: Document } {
  const [answer] = reply.at(-1) as [Level]
  const first = reply.length - 1 - chunksOf(answer.legs)
  let next = first
  const take = (count: number) => {
    next += count
    return reply.slice(next - count, next).flat()
  }
  const lookedAt = ({ legs, counts = [] }: Level, above: readonly Document[]): Linked[] => {
    const rows: Linked[] = above.map((row) => ({ row, legs: [], pivots: [], counts: [] }))
    for (const { numbers, values } of counts) {
      const results = numbers === undefined ? values : numbersOf(numbers)
      for (const [place, one] of rows.entries()) one.counts.push(results?.[place])
    }
    for (const leg of legs) {
      const between = leg.between === undefined ? undefined : take(leg.between)
      const related = take(leg.chunks)
      const below = lookedAt(leg, related)
      const links = numbersOf(leg.links)
      const pivots = leg.pivots && numbersOf(leg.pivots)
      for (const [place, one] of rows.entries()) {
        const [from, to] = [links[place], links[place + 1]] as [number, number]
        const places = Array.from({ length: to - from }, (_, n) => from + n)
        const base = rows.length + 1
        one.legs.push(places.map((n) => below[links[base + n] as number] as Linked))
        one.pivots.push(pivots && places.map((n) => between?.[pivots[n] as number] as Document))
      }
    }
    return rows
  }
  const above = reply.slice(0, first)
  const isPage = above.length > 0 && 'next' in (above.at(-1)?.[0] ?? {})
  const cursors = isPage ? above.pop()?.[0] : undefined
  return { rows: lookedAt(answer, above.flat()), ...(cursors && { cursors }) }
}

/** The ids of the rows of each leg, all the way down: `[id, [ids…], …]`. */
export function idsOf({ row, legs }: Linked): unknown[] {
  return [
    row._id,
    ...legs.map((leg) => leg.map((one) => (one.legs.length > 0 ? idsOf(one) : one.row._id))),
  ]
}
