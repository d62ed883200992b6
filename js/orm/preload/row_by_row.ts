/** Relations that are loaded row by row, though one query read the rows: found out while developing. */
import { fileURLToPath } from 'node:url'
import { CHUNK, ROW } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import type { QueryClient } from '../../database/client.ts'
import type { Model } from '../contracts/index.ts'
import { definitionFor } from '../instance/attributes.ts'

/** So many rows of one chunk, each with a request of its own, are no accident. */
const MANY = 3

/** Where nothing else is said: while applications are developed. */
const isDevelopment = !['production', 'test'].includes(process.env.NODE_ENV ?? '')

/** Found out when it is needed: a bundle has no files of the package. */
const packageFolder = () => fileURLToPath(new URL('../../', import.meta.url))

/** The rows of a chunk that had a relation loaded by themselves. */
const seen = new WeakMap<Chunk, Map<string, Set<number>>>()
/** What was reported, each once. */
const reported = new Set<string>()

/** Where the application calls; undefined where nobody wants to know. */
export function callerOf({ config }: QueryClient): string | undefined {
  if (!(config.reportRowByRow ?? isDevelopment)) return undefined
  const frames = new Error().stack?.split('\n').slice(1) ?? []
  const own = packageFolder()
  const caller = frames.find((frame) => !frame.includes(own) && !frame.includes('node:'))
  return caller?.trim().replace(/^at /, '') ?? 'an unknown place'
}

/** Notes that a request was sent for the relations of one row. */
export function noteRow(instance: Model, relations: readonly string[], caller?: string): void {
  const chunk = instance[CHUNK]
  if (caller === undefined || chunk === null || chunk === undefined || chunk.rows < MANY) return
  const known = seen.get(chunk) ?? new Map<string, Set<number>>()
  seen.set(chunk, known)
  for (const relation of relations) {
    const rows = known.get(relation) ?? new Set<number>()
    known.set(relation, rows.add(instance[ROW]))
    if (rows.size >= MANY) report(definitionFor(instance).name, relation, caller)
  }
}

function report(model: string, relation: string, caller: string): void {
  const name = `${model}.${relation} ${caller}`
  if (reported.has(name)) return
  reported.add(name)
  process.emitWarning(
    `${model}.${relation} is loaded row by row, a request for each row of one query, at ${caller}. ` +
      `Load it with the rows: .preload('${relation}')`,
    { code: 'LUCENT_ROW_BY_ROW' },
  )
}
