/** What changed inside of a column that was read in part. */
import type { HeldPaths, RawValue } from '../../codec/chunk.ts'
import { decodeStored, fieldsOf } from '../../codec/stored_values.ts'
import { BsonType } from '../../codec/values.ts'
import { refuse } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import type { Part } from '../columns/options.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { withScratch } from './scratch.ts'

/** Compares what was read of one column with what the instance has. */
export class PartialColumn {
  readonly #definition: ModelDefinition
  readonly #column: Column
  readonly #parts: Part[] = []

  constructor(definition: ModelDefinition, column: Column) {
    this.#definition = definition
    this.#column = column
  }

  /**
   * The paths that differ, all of them among those that were read.
   *
   * Errors: `E_PARTIALLY_READ` for a change that would store something else in the place of what was
   * not read: a path that was left out, an array of objects that were read in part, another value than
   * an object.
   */
  changes(held: HeldPaths, before: RawValue | null, now: RawValue): readonly Part[] {
    this.#compare(held, this.#column.stored, before, now)
    return this.#parts
  }

  #compare(held: HeldPaths, path: string, before: RawValue | null, now: RawValue | null): void {
    if (sameStored(before, now)) return
    if (now?.type !== BsonType.document || before?.type === BsonType.array) this.#refuse(path)
    const had = before?.type === BsonType.document ? fieldsOf(before) : new Map<string, RawValue>()
    const has = fieldsOf(now)
    for (const [name, value] of has) {
      this.#compareField(held.get(name), `${path}.${name}`, had.get(name) ?? null, value)
    }
    for (const [name, value] of had) {
      if (!has.has(name)) this.#compareField(held.get(name), `${path}.${name}`, value, null)
    }
  }

  #compareField(
    held: HeldPaths | true | undefined,
    path: string,
    before: RawValue | null,
    now: RawValue | null,
  ): void {
    if (held === undefined) this.#refuse(path)
    else if (held !== true) this.#compare(held, path, before, now)
    else if (!sameStored(before, now)) this.#parts.push({ path, value: now })
  }

  #refuse(path: string): never {
    const { name } = this.#definition
    const { attribute } = this.#column
    refuse(
      'E_PARTIALLY_READ',
      name,
      'update',
      `.${attribute} was read in part, and saving "${this.#definition.writtenAs(path)}" would ` +
        `overwrite what was left out; select "${attribute}" as a whole, or update it by a query`,
      attribute,
    )
  }
}

/** Whether two stored values read as the same. */
export function sameStored(before: RawValue | null, now: RawValue | null): boolean {
  if (before === null || now === null) return before === now
  const bytes = now.bytes.subarray(now.start, now.end)
  if (before.type === now.type && before.bytes.subarray(before.start, before.end).equals(bytes)) {
    return true
  }
  return withScratch((scratch) => {
    try {
      // Other programs store integers as int64 or double.
      const type = scratch.value(decodeStored(before))
      return type === now.type && scratch.buffer.subarray(0, scratch.position).equals(bytes)
    } catch {
      return false
    }
  })
}
