/** Columns that hold JSON text in the store and its value in the model. */
import { isDeepStrictEqual } from 'node:util'
import { refuse } from '../../errors/index.ts'
import { describe } from '../../query/messages.ts'
import type { Model } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import type { ColumnKind, ColumnOptions } from './options.ts'
import { refuseOptions } from './options.ts'

/** Options of `@column.json()`. */
export interface JsonColumnOptions<Value = unknown>
  extends Omit<ColumnOptions<Value>, 'isPrimary' | 'generate' | 'prepare' | 'consume'> {
  /** Second argument of `JSON.stringify`. */
  replacer?: (this: unknown, key: string, value: unknown) => unknown
  /** Second argument of `JSON.parse`; makes of a value what `replacer` was given. */
  reviver?: (this: unknown, key: string, value: unknown) => unknown
}

const OPAQUE =
  'holds JSON text; the same value has many texts, so they are not compared, ordered or looked into. ' +
  'whereJson() and its like, and paths such as "a.b", need a sub-document, which a column that is ' +
  'declared with @column() holds; whereRaw() compares the text'

function unreadable(attribute: string, model: Model, what: string, cause?: unknown): never {
  const details = { column: attribute, cause }
  refuse('E_INVALID_VALUE', model.constructor, undefined, `.${attribute}${what}`, details)
}

/** The document that an error is about, by its primary key. */
function document(model: Model): string {
  const key: unknown = Reflect.get(model, '$primaryKeyValue')
  return key !== undefined && key !== null
    ? ` of the document with the primary key ${String(key)}`
    : ''
}

class JsonText {
  readonly #replacer: JsonColumnOptions['replacer']
  readonly #reviver: JsonColumnOptions['reviver']

  constructor(replacer: JsonColumnOptions['replacer'], reviver: JsonColumnOptions['reviver']) {
    this.#replacer = replacer
    this.#reviver = reviver
  }

  write(value: unknown, attribute: string, model: Model): string | null | undefined {
    if (value === null || value === undefined) return value
    let text: string | undefined
    try {
      text = JSON.stringify(value, this.#replacer)
    } catch (cause) {
      unreadable(attribute, model, ' has a value that cannot be written as JSON', cause)
    }
    // The type says that there is always a text.
    if (typeof text === 'string') return text
    return unreadable(attribute, model, `: ${describe(value)} cannot be written as JSON`)
  }

  read(stored: unknown, attribute: string, model: Model): unknown {
    if (stored === null || stored === undefined) return stored
    if (typeof stored !== 'string') {
      unreadable(attribute, model, `${document(model)} holds ${describe(stored)} and no JSON text`)
    }
    try {
      return JSON.parse(stored, this.#reviver)
    } catch (error) {
      // The parser's own message quotes the text.
      const cause = error instanceof SyntaxError ? undefined : error
      unreadable(attribute, model, `${document(model)} holds text that is not JSON`, cause)
    }
  }

  /** Whether two values say the same in JSON, whatever the order of their keys. */
  isSame(one: unknown, other: unknown, attribute: string, model: Model): boolean {
    const [text, otherText] = [one, other].map((value) => this.write(value, attribute, model))
    if (text === otherText) return true
    if (typeof text !== 'string' || typeof otherText !== 'string') return false
    return isDeepStrictEqual(JSON.parse(text), JSON.parse(otherText))
  }
}

function show(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return '[not JSON]'
  }
}

/** Options and kind of a JSON column. Errors: `E_MODEL_DEFINITION`. */
export function jsonColumn(
  where: { readonly model: string; readonly attribute: string },
  given: JsonColumnOptions,
): { options: ColumnOptions; kind: ColumnKind } {
  const { replacer, reviver, ...rest } = own(given)
  refuseOptions('@column.json()', where, rest, ['isPrimary', 'generate', 'prepare', 'consume'])
  const text = new JsonText(replacer, reviver)
  return {
    options: {
      ...rest,
      prepare: (value, attribute, model) => text.write(value, attribute, model),
      consume: (value, attribute, model) => text.read(value, attribute, model),
    },
    kind: {
      opaque: OPAQUE,
      same: (one, other, attribute, model) => text.isSame(one, other, attribute, model),
      show,
    },
  }
}
