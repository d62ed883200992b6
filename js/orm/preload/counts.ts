/** What is calculated of the related rows of each row, without reading them. */
import type { Body } from '../../codec/body.ts'
import type { Binary } from '../../codec/values.ts'
import { Calculate } from '../../protocol.generated.ts'
import type { Aggregate } from '../../query/rows.ts'
import { type RelatedPart, writePart, writeThrough } from './part.ts'

/** One number, or other value, for each row. */
export interface Calculation {
  readonly part: RelatedPart
  /** Its name in `$extras`. */
  readonly alias: string
  /** What is calculated; by default how many rows there are. */
  readonly aggregate: Aggregate | undefined
  /** A value as the application gets it. */
  read(stored: unknown): unknown
}

/** What the core says of one calculation. */
export interface Calculated {
  readonly numbers?: Binary
  readonly values?: readonly unknown[]
}

export function writeCalculation(
  body: Body,
  { part, aggregate }: Calculation,
  rings: readonly number[],
): void {
  const { rows, handle, between } = part
  writePart(body, rows, handle, rings[0])
  if (between !== undefined) writeThrough(body, between, rings[1])
  if (aggregate === undefined) return
  const start = body.beginDocumentElement('a')
  body.element('k', Calculate[aggregate.calculate])
  body.element('f', aggregate.fields[0])
  if (aggregate.distinct) body.element('d', true)
  body.endDocument(start)
}

/** The value of each row. */
export function valuesOf(
  { read }: Calculation,
  { numbers, values = [] }: Calculated,
): (row: number) => unknown {
  if (numbers === undefined) return (row) => read(values[row] ?? null)
  const words = wordsOf(numbers)
  return (row) => words[row]
}

/** Numbers of 32 bits. */
export function wordsOf({ buffer, position }: Binary): Uint32Array {
  // Copied: words begin at multiples of four.
  const bytes = new Uint8Array(buffer.subarray(0, position))
  return new Uint32Array(bytes.buffer, 0, position >> 2)
}
