/** JavaScript values to BSON bytes. */
import { errors } from '../errors/index.ts'
import { uuidHint } from '../query/messages.ts'
import type { Body } from './body.ts'
import { writeObjectId } from './bson_values.ts'
import { typeNameOf } from './classify.ts'
import { parseObjectId } from './object_id.ts'
import { ValueWriter } from './value_writer.ts'
import { BsonType, bsonTypeName } from './values.ts'
import { compileName, type ElementName, nameOfKey, WriteSite } from './write_shapes.ts'

export { generateObjectId, parseObjectId } from './object_id.ts'
export { compileName, ElementName, WriteSite } from './write_shapes.ts'

/** Levels that `begin…` may open. */
const MAX_OPEN = 200

/**
 * Writes BSON into one growable buffer, which serves again after {@link BsonWriter.reset}.
 *
 * A name is a string or, for what is written often, an {@link ElementName}. A `column` is the
 * property that an error shall name. After an error the writer holds half a document: reset it.
 *
 * @example
 * writer.reset()
 * const start = writer.beginDocument()
 * writer.element('name', 'Ada')
 * writer.endDocument(start)
 * send(writer.buffer, writer.position)
 */
export class BsonWriter extends ValueWriter implements Body {
  private open = 0

  /** Whether a document is begun and not ended: code that runs meanwhile needs another writer. */
  get busy(): boolean {
    return this.open > 0
  }

  override reset(): void {
    super.reset()
    this.open = 0
    this.column = undefined
  }

  /** See {@link Body.rewind}. */
  rewind(position: number): void {
    const kept = Buffer.from(this.buffer.subarray(0, position))
    this.reset()
    this.bytes(kept)
  }

  /** Begins a root document; the result is for {@link BsonWriter.endDocument}. */
  beginDocument(): number {
    if (this.open === 0) this.rootStart = this.position
    return this.begin()
  }

  /** Begins a document inside the one that is open. */
  beginDocumentElement(name: string | ElementName): number {
    const head = this.position
    this.name(typeof name === 'string' ? this.compiled(name) : name)
    this.buffer[head] = BsonType.document
    return this.begin()
  }

  /** Begins an array inside the document that is open; `endDocument` ends it. */
  beginArrayElement(name: string | ElementName): number {
    const head = this.position
    this.name(typeof name === 'string' ? this.compiled(name) : name)
    this.buffer[head] = BsonType.array
    return this.begin()
  }

  /** Begins a document as the element `index` of the array that is open. */
  beginDocumentItem(index: number): number {
    const head = this.position
    this.index(index)
    this.buffer[head] = BsonType.document
    return this.begin()
  }

  /** Ends the document or array that began at `start`. */
  endDocument(start: number): void {
    this.open--
    this.need(8)
    this.buffer[this.position++] = 0
    this.view.setInt32(start, this.position - start, true)
  }

  private begin(): number {
    if (this.open >= MAX_OPEN) throw this.tooDeep(2)
    this.open++
    this.need(8)
    const start = this.position
    this.position = start + 4
    return start
  }

  /**
   * Writes one element; `undefined` writes nothing.
   *
   * @throws E_INVALID_VALUE for what BSON cannot hold, naming path and type, never the value;
   * E_DOCUMENT_TOO_DEEP beyond 100 levels, which a cycle reaches too; E_DOCUMENT_TOO_LARGE.
   */
  element(name: string | ElementName, value: unknown, column?: string): void {
    this.column = column
    const compiled = typeof name === 'string' ? this.compiled(name) : name
    const head = this.position
    this.name(compiled)
    let type: number
    if (typeof value === 'string') {
      this.text(value)
      type = BsonType.string
    } else if (typeof value === 'number') {
      type = this.number(value)
    } else {
      this.path[1] = compiled.text
      const site = typeof name === 'string' ? undefined : siteOf(name)
      type = this.write(value, 2, site)
    }
    if (type === 0) this.position = head
    else this.buffer[head] = type
  }

  /** Writes element `index` of the array that is open; `undefined` becomes null. */
  item(index: number, value: unknown, column?: string): void {
    this.column = column
    const head = this.position
    this.index(index)
    this.path[1] = index
    const type = this.write(value, 2)
    this.buffer[head] = type === 0 ? BsonType.null : type
  }

  /**
   * Writes one element of a column that holds ids: 24 hexadecimal digits become an ObjectId, an
   * `ObjectId` stays one, an array may hold both and null; null stays and `undefined` writes
   * nothing.
   *
   * @throws E_INVALID_OBJECT_ID for anything else.
   */
  objectIdElement(name: string | ElementName, value: unknown, column?: string): void {
    if (value === undefined) return
    this.column = column
    const compiled = typeof name === 'string' ? this.compiled(name) : name
    const head = this.position
    this.name(compiled)
    const type = Array.isArray(value)
      ? this.objectIds(compiled.text, value)
      : this.objectId(compiled.text, value)
    this.buffer[head] = type
  }

  private objectIds(name: string, values: readonly unknown[]): number {
    const start = this.begin()
    for (let index = 0; index < values.length; index++) {
      const head = this.position
      this.index(index)
      this.buffer[head] = this.objectId(name, values[index])
    }
    this.endDocument(start)
    return BsonType.array
  }

  private objectId(name: string, value: unknown): number {
    if (typeof value === 'string') {
      if (!parseObjectId(value, this.buffer, this.position)) throw this.noObjectId(name, value)
      this.position += 12
      return BsonType.objectId
    }
    if (value === null || value === undefined) return BsonType.null
    if (
      typeof value !== 'object' ||
      bsonTypeName(Object.getPrototypeOf(value)) !== 'ObjectId' ||
      !writeObjectId(this, value)
    ) {
      throw this.noObjectId(name, value)
    }
    return BsonType.objectId
  }

  private noObjectId(name: string, value: unknown): Error {
    const what =
      typeof value === 'string'
        ? `a string that is not 24 hexadecimal digits`
        : `a value of type ${typeNameOf(value)}`
    const column = this.column ?? name
    const message = `"${column}" needs an ObjectId and was given ${what}${uuidHint(value)}`
    return new errors.E_INVALID_OBJECT_ID(message, { column: this.column })
  }

  /** Copies a stored value: its BSON type, and its bytes from `start` to `end`. */
  rawElement(
    name: string | ElementName,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const head = this.position
    this.name(typeof name === 'string' ? this.compiled(name) : name)
    this.copy(bytes, start, end)
    this.buffer[head] = type
  }

  /**
   * Writes a whole document: an object, a `Map`, or what `toBSON()` makes of it. A `site` makes
   * documents that look alike faster.
   *
   * @throws as {@link BsonWriter.element}; E_INVALID_VALUE when `value` is no document.
   */
  document(value: object, column?: string, site?: WriteSite): void {
    this.column = column
    if (this.open === 0) this.rootStart = this.position
    this.open++
    this.need(24)
    const type = typeof value === 'object' && value !== null ? this.object(value, 1, site) : 0
    if (type !== BsonType.document) {
      throw new errors.E_INVALID_VALUE(
        `A document must be an object, and was given a value of type ${typeNameOf(value)}`,
        { column },
      )
    }
    this.open--
  }

  /**
   * Writes a value without type and name, to compare it with stored bytes.
   *
   * @returns the BSON type; 0 for `undefined`, which writes nothing.
   * @throws as {@link BsonWriter.element}.
   */
  value(value: unknown, column?: string): number {
    this.column = column
    this.path[1] = column ?? ''
    this.need(24)
    return this.write(value, 2)
  }

  private compiled(name: string): ElementName {
    return nameOfKey(name) ?? compileName(name)
  }
}

function siteOf(name: ElementName): WriteSite {
  name.site ??= new WriteSite()
  return name.site
}
