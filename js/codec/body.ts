/** What the rest of the package sees of the writer: how a request's documents are put down. */
import type { ElementName } from './write_shapes.ts'

/** The documents of a request, while they are written. A name is text, or compiled where it is written often. */
export interface Body {
  /** Where the next byte goes. */
  readonly position: number
  /** What was written, up to `position`; another buffer once this one is full. */
  readonly buffer: Buffer
  /** Begins a root document; the result is for `endDocument`, as that of the other `begin…`. */
  beginDocument(): number
  /** Begins a document inside the one that is open. */
  beginDocumentElement(name: string | ElementName): number
  /** Begins an array inside the document that is open. */
  beginArrayElement(name: string | ElementName): number
  /** Begins a document as the element `index` of the array that is open. */
  beginDocumentItem(index: number): number
  endDocument(start: number): void
  /** Writes one element; `undefined` writes nothing. `column` is the property that errors name. */
  element(name: string | ElementName, value: unknown, column?: string): void
  /** Writes element `index` of the array that is open; `undefined` becomes null. */
  item(index: number, value: unknown, column?: string): void
  /** As `element`, for columns that hold ids. */
  objectIdElement(name: string | ElementName, value: unknown, column?: string): void
  /** Copies a stored value. */
  rawElement(
    name: string | ElementName,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void
  /** Copies what was encoded before. */
  bytes(source: Uint8Array): void
  /** Copies a part of what the package itself has encoded. */
  copy(source: Uint8Array, start: number, end: number): void
  /** Takes back what was written from `position` on, after an error too; no document may be open there. */
  rewind(position: number): void
  /** Writes a whole document. */
  document(value: object, column?: string): void
}
