import { fail, quote } from '../../messages.ts'
import { resolvePath } from '../../names.ts'
import type { QueryTarget } from '../../target.ts'
import { preparedElement } from '../../values.ts'
import type { PipelineColumn, PipelineTarget } from './target.ts'

/** What is known of a value. */
export interface Known {
  /** The column that the value was read from: what it is compared with is cast through it. */
  readonly column?: PipelineColumn | undefined
  /** The shape of the document, or of the documents of the array, that the value is. */
  readonly shape?: Shape | undefined
}

/** A field of a row. */
export interface ShapeField extends Known {
  /** Its name for the server. */
  readonly stored: string
}

type Fields = ReadonlyMap<string, ShapeField>

const NOTHING: Known = {}
const POSITIONS = /^\d+(\.\d+)*$/
const LEADING_POSITIONS = /^(\d+\.)+/

/**
 * The fields that rows have at one place of a pipeline: the model's columns first, then what stages
 * make of them. It finds names as the query compiler wants them found.
 */
export class Shape implements QueryTarget {
  /** The model's name, for messages. */
  readonly name: string
  readonly operation = 'aggregate'
  /** Rows may have other fields too, under names that nobody told. */
  readonly open: boolean
  readonly #fields: Fields
  readonly #byStored = new Map<string, string>()

  private constructor(name: string, fields: Fields, open: boolean) {
    this.name = name
    this.open = open
    this.#fields = fields
    for (const [attribute, { stored }] of fields) this.#byStored.set(stored, attribute)
  }

  /** Documents of a model. */
  static ofModel(target: PipelineTarget): Shape {
    const fields = new Map<string, ShapeField>()
    for (const name of target.names()) {
      const column = target.column(name)
      if (column !== undefined) fields.set(name, { stored: column.stored, column })
    }
    return new Shape(target.name, fields, false)
  }

  /** Rows with these fields and no others, stored as they are named. */
  static of(name: string, fields: Iterable<readonly [string, Known]>): Shape {
    const map = new Map<string, ShapeField>()
    for (const [key, known] of fields) map.set(key, { ...known, stored: key })
    return new Shape(name, map, false)
  }

  /** Rows of which nothing is known. */
  static unknown(name: string): Shape {
    return new Shape(name, new Map(), true)
  }

  /** Fields by the names that are written. */
  get fields(): Fields {
    return this.#fields
  }

  names(): Iterable<string> {
    return this.#fields.keys()
  }

  /** A field by its name, or by its stored name. */
  field(key: string): ShapeField | undefined {
    return this.#fields.get(this.#attribute(key))
  }

  #attribute(key: string): string {
    return this.#fields.has(key) ? key : (this.#byStored.get(key) ?? key)
  }

  /** The field, or what is inside of it, as if it were a column. */
  column(key: string): PipelineColumn | undefined {
    const whole = this.field(key)
    if (whole !== undefined) return asColumn(key, whole.stored, whole.column)
    const dot = key.indexOf('.')
    const head = dot < 0 ? undefined : this.field(key.slice(0, dot))
    if (head === undefined) return this.open ? asColumn(key, key, undefined) : undefined
    if (head.shape === undefined) return undefined
    const rest = key.slice(dot + 1)
    if (POSITIONS.test(rest)) return asColumn(key, `${head.stored}.${rest}`, undefined)
    const positions = LEADING_POSITIONS.exec(rest)?.[0] ?? ''
    const path = resolvePath(head.shape, rest.slice(positions.length))
    const stored = `${head.stored}.${positions}${path.field}`
    return asColumn(key, stored, path.whole ? path.column : undefined)
  }

  /** What is known of the value at a path. */
  known(path: string): Known {
    const whole = this.field(path)
    if (whole !== undefined) return whole
    const dot = path.indexOf('.')
    const head = dot < 0 ? undefined : this.field(path.slice(0, dot))
    if (head?.shape === undefined) return NOTHING
    const rest = path.slice(dot + 1)
    if (POSITIONS.test(rest)) return head
    return head.shape.known(rest.replace(LEADING_POSITIONS, ''))
  }

  /** This shape with fields added or replaced. A field that has the name keeps its stored name. */
  with(added: Iterable<readonly [string, Known]>): Shape {
    const fields = new Map(this.#fields)
    for (const [key, { column, shape }] of added) {
      const name = this.#attribute(key)
      fields.set(name, { column, shape, stored: this.#fields.get(name)?.stored ?? key })
    }
    return new Shape(this.name, fields, this.open)
  }

  /** This shape without the fields. */
  without(removed: Iterable<string>): Shape {
    const fields = new Map(this.#fields)
    for (const key of removed) fields.delete(this.#attribute(key))
    return new Shape(this.name, fields, this.open)
  }

  /** This shape with the named fields only. */
  only(kept: Iterable<string>): Shape {
    const names = new Set(Array.from(kept, (key) => this.#attribute(key)))
    const fields = [...this.#fields].filter(([name]) => names.has(name))
    return new Shape(this.name, new Map(fields), false)
  }

  /** This shape with fields stored under other names: new ones by those they had. */
  storedAs(names: ReadonlyMap<string, string>): Shape {
    const fields = [...this.#fields].map(([name, field]): [string, ShapeField] => [
      name,
      { ...field, stored: names.get(field.stored) ?? field.stored },
    ])
    return new Shape(this.name, new Map(fields), this.open)
  }

  /** Rows of this shape and of another one, mixed. */
  or(other: Shape, place: string): Shape {
    const fields = new Map(other.#fields)
    for (const [name, field] of this.#fields) {
      const same = other.#fields.get(name)
      const clash = same !== undefined ? same.stored : this.#taken(other, name, field)
      if (clash !== undefined && clash !== field.stored) {
        const ways = `${field.stored} here and ${clash} there`
        fail(
          'E_INVALID_QUERY',
          this,
          `${place}: ${quote(name)} is stored as ${ways}; project() both first`,
        )
      }
      fields.set(name, {
        stored: field.stored,
        column: field.column ?? same?.column,
        shape: field.shape ?? same?.shape,
      })
    }
    return new Shape(this.name, fields, this.open || other.open)
  }

  /** The name that the other shape's rows give to what is stored as this field is. */
  #taken(other: Shape, name: string, field: ShapeField): string | undefined {
    const theirs = other.#byStored.get(field.stored)
    return theirs === undefined || theirs === name ? undefined : `part of ${theirs}`
  }
}

/** A column whose field holds an element of what the column holds. */
export function asElement(target: QueryTarget, column: PipelineColumn): PipelineColumn {
  const { prepare, preparesWhole, ...rest } = column
  if (prepare === undefined || preparesWhole !== true) return column
  return {
    ...rest,
    prepare: (value) => preparedElement(target, column, value),
  }
}

function asColumn(key: string, stored: string, source: PipelineColumn | undefined): PipelineColumn {
  if (source === undefined) return { attribute: key, stored, objectId: false }
  if (source.attribute === key && source.stored === stored) return source
  const { objectId, idAsText = false, opaque } = source
  const named = { attribute: key, stored, objectId, idAsText, opaque }
  return {
    ...named,
    ...(source.prepare !== undefined && {
      prepare: (value: unknown) => source.prepare?.(value),
      preparesWhole: source.preparesWhole === true,
    }),
    ...(source.conceal !== undefined && {
      // Under whatever name, the value is one of that column.
      conceal: (_field: string, value: unknown) => source.conceal?.(source.stored, value),
    }),
  }
}
