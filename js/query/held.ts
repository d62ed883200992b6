/** Which paths of documents the rows of a query have. */
import type { HeldPaths } from '../codec/chunk.ts'
import type { Selected, SortKey } from './rows.ts'

type Tree = Map<string, Tree | true>

/** The paths that a selection reads; null for everything. */
export function heldBySelection(
  selected: readonly Selected[],
  score: string | undefined,
): Tree | null {
  if (selected.length === 0 || selected.includes('*')) return null
  const tree: Tree = new Map([['_id', true]])
  for (const one of selected) put(tree, typeof one === 'string' ? one.split('.') : [one.alias])
  if (score !== undefined) put(tree, [score])
  return tree
}

/** The same of a page by cursor, which reads what its order needs too. */
export function heldByPage(
  selected: readonly Selected[],
  score: string | undefined,
  order: readonly SortKey[],
): HeldPaths | null {
  const tree = heldBySelection(selected, score)
  if (tree !== null) for (const { field } of order) put(tree, field.split('.'))
  return tree
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
export function heldByStages(stages: readonly Record<string, unknown>[]): HeldPaths | null {
  let held: HeldPaths | null = null
  for (const stage of stages) {
    if ('$project' in stage) held = treeOf(Object.entries(stage.$project as object))
    else if ('$unionWith' in stage) {
      const { pipeline } = stage.$unionWith as { pipeline: Record<string, unknown>[] }
      held = both(held, heldByStages(pipeline))
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
