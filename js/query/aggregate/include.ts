import { record } from '../record.ts'
import type { ProjectionValue } from '../types.ts'

/** A projection of these paths. */
export function include(paths: readonly string[]): Record<string, ProjectionValue> {
  const wanted = new Set(paths)
  const projection = record<ProjectionValue>()
  for (const path of wanted) {
    // The server refuses a projection of both a field and something inside it.
    if (!isInside(path, wanted)) projection[path] = 1
  }
  return projection
}

/** Whether `path` is below one of `paths`. */
function isInside(path: string, paths: ReadonlySet<string>): boolean {
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    if (paths.has(path.slice(0, dot))) return true
  }
  return false
}
