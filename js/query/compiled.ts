/** What the core makes of a query, with the values that it was given. */
import { BSONRegExp } from 'bson'
import type { Body } from '../codec/body.ts'
import { decodeDocument } from '../codec/decode.ts'
import { BsonType } from '../codec/values.ts'
import type { ErrorCode } from '../errors/index.ts'
import { compileQuery, type Encode } from '../native/index.ts'
import type { Clause } from './clauses.ts'
import {
  Asks,
  type DescribedQuery,
  heldPlace,
  type KeyAnswer,
  NOTHING_SAID,
  writeDescription,
} from './description.ts'
import { fail } from './messages.ts'
import { record } from './record.ts'
import type { QueryTarget } from './target.ts'
import type { CompiledQuery } from './types.ts'

/** The parts of a query that the core compiles; the other options are not among them. */
export type CompiledParts = Pick<
  CompiledQuery,
  'filter' | 'pipeline' | 'sort' | 'projection' | 'limit' | 'skip'
>

/** Writes a description; values that go into the list are held. */
type Describe = (body: Body, held: unknown[]) => void

/**
 * Asks the core for what is sent, as objects without a prototype. Values are those of the query, not
 * copies.
 *
 * Throws `E_INVALID_QUERY` for what a query cannot ask, `E_DOCUMENT_TOO_DEEP`.
 */
export function compileParts(target: QueryTarget, describe: Describe): CompiledParts {
  const held: unknown[] = []
  const parts = asked(target, (body) => describe(body, held))
  return new Reader(parts, held).document(0) as unknown as CompiledParts
}

/** What the conditions of a query say of `_id`. Throws what {@link compileParts} does. */
export function keyAnswer(target: QueryTarget, query: DescribedQuery): KeyAnswer {
  const answer = asked(target, (body) => writeDescription(body, query, Asks.key))
  return (decodeDocument(answer) as { key: KeyAnswer }).key
}

function asked(target: QueryTarget, encode: Encode): Buffer {
  const { parts, failure } = compileQuery(encode)
  if (parts !== undefined) return parts
  const { code, message, column } = failure
  return fail(code as ErrorCode, target, message, column)
}

/** The filter of conditions alone. */
export function compileConditions(
  target: QueryTarget,
  clauses: readonly Clause[],
): Record<string, unknown> {
  const query: DescribedQuery = { ...NOTHING_SAID, clauses }
  return compileParts(target, (body, held) =>
    writeDescription(body, query, Asks.filter, undefined, held),
  ).filter
}

/** Reads documents that the core made; they have few types of values. */
class Reader {
  readonly #bytes: Buffer
  readonly #held: readonly unknown[]
  #at = 0

  constructor(bytes: Buffer, held: readonly unknown[]) {
    this.#bytes = bytes
    this.#held = held
  }

  document(start: number): Record<string, unknown> {
    const document = record()
    this.#at = start + 4
    for (;;) {
      const type = this.#bytes[this.#at++]
      if (type === 0 || type === undefined) return document
      const name = this.#text()
      document[name] = this.#value(type)
    }
  }

  /** Text that ends with a NUL. */
  #text(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text
  }

  #skip(length: number): number {
    const start = this.#at
    this.#at += length
    return start
  }

  #value(type: number): unknown {
    const bytes = this.#bytes
    switch (type) {
      case BsonType.document:
        return this.document(this.#at)
      case BsonType.array:
        return Object.values(this.document(this.#at))
      case BsonType.string: {
        const length = bytes.readInt32LE(this.#skip(4))
        const start = this.#skip(length)
        return bytes.toString('utf8', start, start + length - 1)
      }
      case BsonType.int32:
        return bytes.readInt32LE(this.#skip(4))
      case BsonType.double:
        return bytes.readDoubleLE(this.#skip(8))
      case BsonType.boolean:
        return bytes[this.#skip(1)] === 1
      case BsonType.null:
        return null
      case BsonType.regex: {
        const pattern = this.#text()
        return new BSONRegExp(pattern, this.#text())
      }
      default:
        return this.#held[heldPlace(bytes, this.#skip(17))]
    }
  }
}
