/** Options of the aggregate command. */
import type { ReadConcernLevel, ReadPreferenceMode } from '../../database/concerns.ts'
import { describe, fail } from '../messages.ts'
import { MAX_INT32, needInteger } from '../options.ts'
import { record } from '../record.ts'
import type { Collation, IndexDirection } from '../types.ts'
import { checkLiteral, isPlainObject } from '../values.ts'
import { literalOf } from './expressions/compile.ts'
import { readOptions, readWord } from './read.ts'
import { variableName } from './shapes/names.ts'
import type { Shape } from './shapes/shape.ts'

const LEVELS = ['local', 'available', 'majority', 'linearizable', 'snapshot'] as const
const MODES = [
  'primary',
  'primaryPreferred',
  'secondary',
  'secondaryPreferred',
  'nearest',
] as const satisfies readonly ReadPreferenceMode[]

/** Which servers of a replica set are read from. */
export interface ReadPreference {
  readonly mode: ReadPreferenceMode
  /** Sets of tags that servers must have; the first set that some server has counts. */
  readonly tags?: readonly Readonly<Record<string, string>>[]
  /** How far behind the primary a server may be, in seconds; at least 90. */
  readonly maxStalenessSeconds?: number
}

/** Options of an aggregation, by the names that MongoDB has for them. */
export interface AggregateOptions {
  allowDiskUse?: boolean
  collation?: Collation
  hint?: string | Record<string, IndexDirection>
  comment?: string
  maxTimeMS?: number
  batchSize?: number
  readConcern?: { level: ReadConcernLevel }
  readPreference?: ReadPreference
  /** Values of variables. */
  let?: Record<string, unknown>
}

/** How thorough `explain()` is. */
export type ExplainVerbosity = 'queryPlanner' | 'executionStats' | 'allPlansExecution'

const VERBOSITIES = ['queryPlanner', 'executionStats', 'allPlansExecution'] as const

/** Throws `E_INVALID_QUERY` for a level that MongoDB does not have. */
export function readConcernLevel(shape: Shape, level: unknown): { level: ReadConcernLevel } {
  return { level: readWord(shape, 'readConcern()', level, LEVELS) }
}

/** Throws `E_INVALID_QUERY` for a mode that MongoDB does not have. */
export function readPreferenceOf(shape: Shape, given: unknown): ReadPreference {
  const place = 'readPreference()'
  if (typeof given === 'string') return { mode: readWord(shape, place, given, MODES) }
  const options = readOptions(shape, place, given, ['mode', 'tags', 'maxStalenessSeconds'])
  const mode = readWord(shape, `mode of ${place}`, options.mode, MODES)
  const { tags, maxStalenessSeconds: staleness } = options
  return {
    mode,
    ...(tags === undefined ? {} : { tags: readTags(shape, place, tags) }),
    ...(staleness === undefined
      ? {}
      : {
          maxStalenessSeconds: needInteger(
            shape,
            `maxStalenessSeconds of ${place}`,
            staleness,
            90,
            MAX_INT32,
          ),
        }),
  }
}

function readTags(shape: Shape, place: string, given: unknown): Record<string, string>[] {
  const refuse = () => {
    const message = `tags of ${place} are a list of objects with texts, got ${describe(given)}`
    return fail('E_INVALID_QUERY', shape, message)
  }
  if (!Array.isArray(given)) return refuse()
  return Array.from(given, (set: unknown) => {
    if (!isPlainObject(set)) return refuse()
    const tags = record<string>()
    for (const [name, value] of Object.entries(set)) {
      if (typeof value !== 'string') return refuse()
      tags[name] = value
    }
    return tags
  })
}

/** Values of variables, which are data. Throws `E_INVALID_QUERY`, `E_UNDEFINED_VALUE`. */
export function readVariables(shape: Shape, given: unknown): Record<string, unknown> {
  if (!isPlainObject(given)) {
    fail('E_INVALID_QUERY', shape, `let() needs an object of values, got ${describe(given)}`)
  }
  const variables = record()
  for (const [name, value] of Object.entries(given)) {
    checkLiteral(shape, `let().${name}`, value, 0)
    variables[variableName(shape, 'let()', name)] = literalOf(value)
  }
  return variables
}

/** Throws `E_INVALID_QUERY`. */
export function readVerbosity(shape: Shape, given: unknown): ExplainVerbosity {
  return readWord(shape, 'explain()', given, VERBOSITIES)
}
