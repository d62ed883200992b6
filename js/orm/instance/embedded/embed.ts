/** Columns that hold documents with a model of their own. */
import { CHUNK, ROW, VALUES } from '../../../codec/accessors.ts'
import type { Body } from '../../../codec/body.ts'
import {
  type Chunk,
  type HeldPaths,
  type RawValue,
  type Relatives,
  sourceOf,
  typeOfTag,
} from '../../../codec/chunk.ts'
import { decodeDocument, decodeRaw } from '../../../codec/decode.ts'
import { itemsOf } from '../../../codec/inside.ts'
import type { Source } from '../../../codec/shapes.ts'
import { BsonType } from '../../../codec/values.ts'
import { errors, refuse } from '../../../errors/index.ts'
import { describe } from '../../../query/messages.ts'
import type { QueryTarget } from '../../../query/target.ts'
import type { EncryptedField } from '../../columns/encrypted.ts'
import type { EmbedBehaviour, Part, Where } from '../../columns/options.ts'
import type { Model, ModelClass } from '../../contracts/index.ts'
import { FLAGS, Flag, REST } from '../../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../../definition/index.ts'
import { jsonFields } from '../../definition/json_plan.ts'
import type { Hydrating } from '../../definition/kinds.ts'
import { definitionFor } from '../attributes.ts'
import { propertyOf, rememberProperty } from '../changes.ts'
import { withScratch } from '../scratch.ts'
import { rawStored, replaceStored } from '../stored.ts'
import { castOne, type EmbedPlace, inside, mark } from './cast.ts'
import { EmbeddedList, type ListSource } from './list.ts'
import { EmbeddedParts, writeFields } from './write.ts'

/** Gives the model when it is asked for: it may be declared later. */
export type LazyEmbedded = () => unknown

/** What a column of `@embedsOne()` or `@embedsMany()` does with its documents. */
export class Embed implements EmbedBehaviour {
  readonly many: boolean
  readonly #place: EmbedPlace
  readonly #related: LazyEmbedded
  #definition: ModelDefinition | undefined
  #listed: ListSource | undefined
  /** It is being asked what its documents are: they may have the same column. */
  #asked = false

  constructor(place: EmbedPlace, related: LazyEmbedded, many: boolean) {
    this.#place = place
    this.#related = related
    this.many = many
  }

  /** For queries of lists. */
  get #source(): ListSource {
    this.#listed ??= { target: this.definition, stored: (row) => this.toStored(row) }
    return this.#listed
  }

  /** Of the embedded model. Errors: `E_MODEL_DEFINITION`. */
  get definition(): ModelDefinition {
    this.#definition ??= this.#find()
    return this.#definition
  }

  #find(): ModelDefinition {
    const found = this.#related() as ModelClass | undefined
    if (typeof found !== 'function' || !('namingStrategy' in found)) {
      this.#refuse('needs a function that answers a model class, such as () => Address')
    }
    const definition = definitionOf(found)
    const { name, version, primary, columns } = definition
    if (version !== undefined)
      this.#refuse(`${name} has a version, which only whole documents have`)
    if (primary.generate === 'sequence' || typeof primary.generate === 'function') {
      this.#refuse(`${name} takes its keys from elsewhere, which embedded documents do not`)
    }
    if (columns.some((one) => one.embeds === undefined && one.encryption?.blind !== undefined)) {
      this.#refuse(
        `${name} has a blind index, which is a field of the document itself; use a column of the outer model`,
      )
    }
    return definition
  }

  #refuse(what: string): never {
    const { model, attribute } = this.#place
    refuse('E_MODEL_DEFINITION', model, undefined, `.${attribute}: ${what}`, attribute)
  }

  model(): ModelClass {
    return this.definition.model
  }

  target(): QueryTarget {
    return this.definition
  }

  encrypted(): readonly EncryptedField[] {
    const { definition } = this
    if (this.#asked) {
      const own = definition.columns.some((one) => one.embeds === undefined && one.encryption)
      if (own)
        this.#refuse(`${definition.name} embeds itself, so that nothing in it can be encrypted`)
      return []
    }
    this.#asked = true
    try {
      const kinds = [definition, ...definition.kinds.all]
      return kinds.flatMap(({ encrypted }) =>
        encrypted.flatMap(({ encryption }) => encryption?.fields ?? []),
      )
    } finally {
      this.#asked = false
    }
  }

  hides(): boolean {
    if (this.#asked) return false
    this.#asked = true
    try {
      return this.definition.columns.some((column) => column.isHidden)
    } finally {
      this.#asked = false
    }
  }

  jsonFields(): unknown {
    // What embeds itself is written by JavaScript.
    if (this.#asked) return []
    this.#asked = true
    try {
      return jsonFields(this.definition.columns)
    } finally {
      this.#asked = false
    }
  }

  read({ type, bytes, start, end }: RawValue, held: HeldPaths | null, how?: Hydrating): unknown {
    return this.#read(sourceOf(bytes.subarray(start, end)), type, 0, { held, related: null, how })
  }

  readCell(chunk: Chunk, cell: number, held: HeldPaths | null): unknown {
    const row = Math.trunc(cell / chunk.columns)
    const related = chunk.related?.inside(this.#place.attribute, row) ?? null
    const [tag, at] = [chunk.tags[cell] as number, chunk.cells[cell] as number]
    return this.#read(chunk, tag, at, { held, related })
  }

  #read(source: Source, tag: number, at: number, known: Known): unknown {
    const type = typeOfTag(tag)
    // The core says of wide values that their text is not all ASCII; of bytes alone nobody does.
    const ascii = tag === type && source.openText() !== null
    if (type === BsonType.document) return this.#rows(source, [at], ascii, known)[0]
    if (!this.many || type !== BsonType.array) return decodeAt(source, type, at)
    const { types, places } = itemsOf(source, at)
    const isDocument = (_: number, item: number) => types[item] === BsonType.document
    const rows = this.#rows(source, places.filter(isDocument), ascii, known)
    if (rows.length === types.length) return EmbeddedList.holding(this.#source, rows)
    let next = 0
    const items = types.map((one, item) =>
      one === BsonType.document ? rows[next++] : decodeAt(source, one, places[item] as number),
    )
    return EmbeddedList.holding(this.#source, items as Model[])
  }

  #rows(
    source: Source,
    starts: readonly number[],
    ascii: boolean,
    { held, related, how }: Known,
  ): Model[] {
    const { definition } = this
    if (starts.length === 0) return []
    const chunk = definition.layOut(source, starts, ascii)
    chunk.held = held
    chunk.related = related
    return starts.map((_, row) => mark(definition.hydrate(chunk, row, how)))
  }

  consume(stored: unknown): unknown {
    if (typeof stored !== 'object' || stored === null) return stored
    const raw = withScratch((scratch) => {
      const type = scratch.value(stored)
      const bytes = Buffer.from(scratch.buffer.subarray(0, scratch.position))
      return { type, bytes, start: 0, end: bytes.length }
    })
    return this.read(raw, null)
  }

  accept(value: unknown): unknown {
    if (value === undefined || value === null) return value
    if (!this.many) return castOne(this.#place, this.definition, value)
    if (!Array.isArray(value)) {
      const what = `takes an array of objects, and was given ${describe(value)}`
      inside(this.#place, undefined, () => {
        throw new errors.E_INVALID_VALUE(what, { status: 422 })
      })
    }
    const given = value as unknown[]
    const list =
      given instanceof EmbeddedList ? given : EmbeddedList.holding<Model>(this.#source, [])
    for (let at = 0; at < given.length; at++) {
      list[at] = castOne(this.#place, this.definition, given[at], at)
    }
    return list
  }

  toStored(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.toStored(one))
    if (typeof value !== 'object' || value === null) return value
    return withScratch((scratch) => {
      const start = scratch.beginDocument()
      writeFields(scratch, castOne(this.#place, this.definition, value))
      scratch.endDocument(start)
      return decodeDocument(Buffer.from(scratch.buffer.subarray(0, scratch.position)))
    })
  }

  write(
    body: Body,
    { element }: { readonly element: Parameters<Body['element']>[0] },
    value: unknown,
  ): void {
    const { definition } = this
    const fields = (instance: Model, item?: number) =>
      inside(this.#place, item, () => writeFields(body, instance))
    if (value === null || value === undefined) body.element(element, value)
    else if (this.many) {
      const array = body.beginArrayElement(element)
      for (const [at, item] of this.instances(value).entries()) {
        const start = body.beginDocumentItem(at)
        fields(item, at)
        body.endDocument(start)
      }
      body.endDocument(array)
    } else {
      const start = body.beginDocumentElement(element)
      fields(castOne(this.#place, definition, value))
      body.endDocument(start)
    }
  }

  instances(value: unknown): readonly Model[] {
    if (typeof value !== 'object' || value === null) return []
    return [this.accept(value)].flat() as Model[]
  }

  parts(
    where: Where,
    before: RawValue | null,
    now: RawValue,
    current: unknown,
  ): Part[] | undefined {
    if (before === null || before.type !== now.type) return undefined
    const { definition } = this
    const found = new EmbeddedParts()
    if (now.type === BsonType.document) {
      const instance = current as Model
      // What was put into the place of another document replaces all of it.
      if (!instance.$isPersisted) return undefined
      found.compare(where, instance, before, now)
      return found.parts
    }
    if (now.type !== BsonType.array) return undefined
    const items = this.instances(current)
    return found.compareItems(where, definition, items, before, now) ? found.parts : undefined
  }

  settle(value: unknown, raw: RawValue | null): void {
    if (raw === null || typeof value !== 'object' || value === null) return
    const instances = this.instances(value)
    const stored = [
      this.read(raw, instances[0]?.[CHUNK]?.held ?? null, 'hydrateBare'),
    ].flat() as Model[]
    for (const [place, instance] of instances.entries()) {
      const from = stored[place]
      if (from === undefined) return
      const definition = definitionFor(instance)
      for (const column of definition.columns) {
        const current = definition.seal().readColumn(instance, column.index)
        if (column.remembersProperty)
          rememberProperty(instance, column, propertyOf(column, current))
      }
      takeOver(definition, instance, from)
    }
  }
}

/** What is known of documents beside their bytes: which paths were read, what belongs to them, and whose hooks run. */
interface Known {
  readonly held: HeldPaths | null
  readonly related: Relatives | null
  readonly how?: Hydrating | undefined
}

function decodeAt({ bytes, view }: Source, type: number, at: number): unknown {
  return decodeRaw(type, bytes, view, at, null, false)
}

/** The instance's document is that of `from` now, and so for what is embedded in it. */
function takeOver(definition: ModelDefinition, instance: Model, from: Model): void {
  const { gone } = instance[REST] ?? {}
  gone?.clear()
  replaceStored(instance, from[CHUNK], from[ROW])
  instance[FLAGS] |= Flag.persisted
  settleEmbedded(definition, instance)
}

/** Embedded documents of an instance that was stored are what was stored. */
export function settleEmbedded(definition: ModelDefinition, instance: Model): void {
  for (const column of definition.embedded) {
    const value = instance[VALUES]?.[column.index]
    column.embeds?.settle(value, rawStored(definition, instance, column))
  }
}
