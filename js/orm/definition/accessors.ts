/** Getters and setters that a class declares for its columns itself. */
import { type Accessor, type Accessors, compileAccessors } from '../../codec/accessors.ts'
import type { Chunk, HeldPaths } from '../../codec/chunk.ts'
import { refuse } from '../../errors/index.ts'
import { idsAsText } from '../columns/ids.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'

/** What a class, or a parent, declares for a property; each part may be missing. */
export interface DeclaredAccessor {
  readonly get: (() => unknown) | undefined
  readonly set: ((value: unknown) => void) | undefined
}

/** Getters and setters that were made, as opposed to the ones that classes declare. */
const generated = new WeakSet<object>()

function declared<Part extends object>(part: Part | undefined): Part | undefined {
  return part === undefined || generated.has(part) ? undefined : part
}

/** The getter and setter that stand in the class, or in the nearest parent that has either. */
export function declaredAccessor(prototype: object, attribute: string): DeclaredAccessor {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, attribute)
    if (found !== undefined) return { get: declared(found.get), set: declared(found.set) }
  }
  return { get: undefined, set: undefined }
}

/**
 * Gives the prototype a column's accessor. What the class declares itself wins, getter and setter
 * each by itself. Answers whether it declares either.
 */
export function defineAccessor(prototype: object, attribute: string, accessor: Accessor): boolean {
  const { get, set } = declaredAccessor(prototype, attribute)
  if (get === undefined || set === undefined) {
    Object.defineProperty(prototype, attribute, {
      get: get ?? accessor.get,
      set: set ?? accessor.set,
      configurable: true,
      enumerable: true,
    })
    generated.add(accessor.get)
    generated.add(accessor.set)
  }
  return get !== undefined || set !== undefined
}

/** The accessors of columns, which refuse to set anything on a deleted instance. */
export function accessorsOf(model: string, columns: readonly Column[]): Accessors {
  const refuseToSet = (_: unknown, index: number): never => {
    const column = columns[index]?.attribute
    refuse(
      'E_MODEL_DELETED',
      model,
      'set',
      `.${column} cannot be set: the instance was deleted`,
      column,
    )
  }
  return compileAccessors(
    columns.map(({ consume, attribute, idAsText, stored, kind, embeds, accept }) => ({
      consume:
        consume === undefined
          ? undefined
          : (raw, instance) => consume(raw, attribute, instance as Model),
      nested: idAsText ? idsAsText : undefined,
      cell:
        embeds === undefined
          ? undefined
          : (chunk, cell) => embeds.readCell(chunk, cell, heldInside(chunk, stored)),
      reveal: kind.reveal,
      accept,
    })),
    { key: FLAGS, mask: Flag.deleted, refuse: refuseToSet },
  )
}

/** What documents inside of a column were read of; null for all of it. */
function heldInside({ held }: Chunk, stored: string): HeldPaths | null {
  const inside = held?.get(stored)
  return typeof inside === 'object' ? inside : null
}
