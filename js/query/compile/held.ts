/** Which paths of documents the rows of a query have. */
import type { HeldPaths } from '../../codec/chunk.ts'
import type { CompiledQuery } from '../types/compiled.ts'

type Tree = Map<string, Tree | true>

/** The paths that a query reads; null when it reads whole documents. */
export function heldPaths({ projection, pipeline }: CompiledQuery): HeldPaths | null {
  if (pipeline !== undefined) return ofStages(pipeline)
  return projection === undefined ? null : ofProjection(projection)
}

/** A projection that names no field to read only adds to the document. */
function ofProjection(projection: object): HeldPaths | null {
  const entries = Object.entries(projection)
  return entries.some(([, value]) => value === 1) ? treeOf(entries) : null
}

function treeOf(entries: readonly (readonly [string, unknown])[]): HeldPaths {
  const tree: Tree = new Map()
  for (const [path, value] of entries) if (value !== 0) put(tree, path.split('.'))
  return tree
}

function put(tree: Tree, [name = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) {
    tree.set(name, true)
    return
  }
  const inner = tree.get(name) ?? new Map()
  tree.set(name, inner)
  if (inner !== true) put(inner, rest)
}

/** Rows of a union have for certain what the rows of all its members have. */
function ofStages(stages: readonly Record<string, unknown>[]): HeldPaths | null {
  let held: HeldPaths | null = null
  for (const stage of stages) {
    if ('$project' in stage) held = treeOf(Object.entries(stage.$project as object))
    else if ('$unionWith' in stage) {
      const { pipeline } = stage.$unionWith as { pipeline: Record<string, unknown>[] }
      held = both(held, ofStages(pipeline))
    }
  }
  return held
}

function both(one: HeldPaths | null, other: HeldPaths | null): HeldPaths | null {
  if (one === null || other === null) return one ?? other
  const tree = new Map<string, HeldPaths | true>()
  for (const [name, inner] of one) {
    const same = other.get(name)
    if (same === undefined) continue
    if (inner === true || same === true) tree.set(name, inner === true ? same : inner)
    else tree.set(name, both(inner, same) as HeldPaths)
  }
  return tree
}
