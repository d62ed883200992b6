/** Writing documents inside of others, and telling which of their paths changed. */
import { CHUNK, HOLE, ROW, VALUES } from '../../../codec/accessors.ts'
import type { Body } from '../../../codec/body.ts'
import type { RawValue } from '../../../codec/chunk.ts'
import { fieldsOf, positionsOf } from '../../../codec/stored_values.ts'
import { BsonType } from '../../../codec/values.ts'
import type { Part, Where } from '../../columns/options.ts'
import type { Model } from '../../contracts/index.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { definitionFor } from '../attributes.ts'
import { type Change, collectChanges, writeColumn } from '../changes.ts'
import { sameStored } from '../parts.ts'
import { storedChunk } from '../stored.ts'

/**
 * Writes the fields of an embedded document. Of one that was read, what did not change is copied, with what
 * is no column.
 */
export function writeFields(body: Body, instance: Model): void {
  const definition = definitionFor(instance)
  const chunk = storedChunk(definition, instance)
  if (chunk === null) {
    for (const column of definition.columns) {
      const value = instance[VALUES]?.[column.index]
      if (value !== HOLE) writeColumn(body, column, value, instance)
    }
    return
  }
  const { items, bytes, start } = collectChanges(definition, instance)
  const changes = new Map(items.map((change) => [change.column.stored, change]))
  const put = ({ type, start: from, end }: Change) => {
    if (type !== 0) body.copy(bytes, start + from, start + end)
  }
  const document = chunk.documentBytes(instance[ROW])
  for (const [name, at, end] of positionsOf(document)) {
    const change = changes.get(name)
    if (change === undefined) body.copy(document, at, end)
    else put(change)
    changes.delete(name)
  }
  for (const change of changes.values()) put(change)
}

/** Whether the items of an array are those that were read, or stored last, in their places. */
export function isInPlace(items: readonly Model[]): boolean {
  return items.every((item, at) => item[CHUNK] !== null && item[ROW] === at)
}

function below({ path, filtered }: Where, name: string): Where {
  return {
    path: `${path}.${name}`,
    filtered: filtered && { ...filtered, path: `${filtered.path}.${name}` },
  }
}

/** Compares embedded documents as they are stored with what instances have. */
export class EmbeddedParts {
  readonly parts: Part[] = []

  /** The fields of one document. */
  compare(where: Where, instance: Model, before: RawValue, now: RawValue): void {
    const definition = definitionFor(instance)
    const had = fieldsOf(before)
    const has = fieldsOf(now)
    for (const name of new Set([...had.keys(), ...has.keys()])) {
      const [was, is] = [had.get(name) ?? null, has.get(name) ?? null]
      if (sameStored(was, is)) continue
      const column = definition.column(name)
      const path = below(where, name)
      const current = column === undefined ? undefined : instance[VALUES]?.[column.index]
      const embeds = is === null || column?.isSealed ? undefined : column?.embeds
      const inner = embeds?.parts(path, was, is as RawValue, current)
      if (inner === undefined) this.parts.push({ ...path, value: is })
      else this.parts.push(...inner)
    }
  }

  /**
   * The items of an array, each in its place: one that has a primary key is found by that, so that it may
   * stand elsewhere meanwhile. Answers whether they could be compared: where items were added, taken out
   * or moved, the array is written as a whole.
   */
  compareItems(
    { path, filtered }: Where,
    definition: ModelDefinition,
    items: readonly Model[],
    before: RawValue,
    now: RawValue,
  ): boolean {
    const had = [...fieldsOf(before).values()]
    const has = [...fieldsOf(now).values()]
    const same = had.length === items.length && has.length === items.length
    if (!same || !isInPlace(items)) return false
    if (had.some(({ type }) => type !== BsonType.document)) return false
    const ids = idsOf(definition, had)
    for (const [place, item] of items.entries()) {
      const [was, is] = [had[place] as RawValue, has[place] as RawValue]
      if (sameStored(was, is)) continue
      const outer = filtered ?? { path, ids: NONE }
      const id = ids?.[place]
      const name = filterName(`${path}.${place}`)
      const found =
        id === undefined
          ? filtered && { ...filtered, path: `${filtered.path}.${place}` }
          : { path: `${outer.path}.$[${name}]`, ids: new Map([...outer.ids, [name, id]]) }
      this.compare({ path: `${path}.${place}`, filtered: found }, item, was, is)
    }
    return true
  }
}

const NONE: ReadonlyMap<string, RawValue> = new Map()

/** The name of an array filter for what stands at a path: letters and digits, another for each path. */
function filterName(path: string): string {
  const escaped = path.replaceAll(/x|[^a-zA-Z0-9]/g, (one) =>
    one === 'x' ? 'xx' : `x${one.codePointAt(0)?.toString(16)}`,
  )
  return `i${escaped}`
}

/** The ids of stored items; undefined where one has none, or two have the same. */
function idsOf(
  { schema, primary }: ModelDefinition,
  items: readonly RawValue[],
): readonly RawValue[] | undefined {
  if (!schema.declares(primary)) return undefined
  const ids: RawValue[] = []
  const known = new Set<string>()
  for (const item of items) {
    const id = fieldsOf(item).get(primary.stored)
    if (id === undefined || id.type === BsonType.null) return undefined
    known.add(`${id.type} ${id.bytes.toString('latin1', id.start, id.end)}`)
    ids.push(id)
  }
  return known.size === ids.length ? ids : undefined
}
