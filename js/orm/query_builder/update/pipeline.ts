/** Updates with a native pipeline. */
import type { Body } from '../../../codec/body.ts'
import { errors, LucentError, refuse } from '../../../errors/index.ts'
import { describe, quote } from '../../../query/messages.ts'
import { copyNativeFilter } from '../../../query/native_values.ts'
import type { Document } from '../../../query/record.ts'
import { isPlainObject } from '../../../query/values.ts'
import type { ModelDefinition } from '../../definition/index.ts'

/** A stage of an update: one operator with its argument, in MongoDB's own words. */
export type UpdateStage = Readonly<Record<string, unknown>>

const STAGES: ReadonlySet<string> = new Set([
  '$set',
  '$addFields',
  '$unset',
  '$project',
  '$replaceWith',
  '$replaceRoot',
])

/** A checked copy of a pipeline. */
export class UpdatePipeline {
  readonly #stages: readonly Document[]

  constructor(stages: readonly Document[]) {
    this.#stages = stages
  }

  readonly isPlain = false

  async hash(): Promise<void> {}

  arrayFilters(): undefined {
    return undefined
  }

  /** Writes the pipeline as the element `name`. */
  write(body: Body, name: string): void {
    body.element(name, this.#stages)
  }
}

/** Errors: `E_INVALID_QUERY`, `E_UNSAFE_OPERATOR`, `E_UNDEFINED_VALUE`, `E_INVALID_VALUE`. */
export function readPipeline(
  definition: ModelDefinition,
  operation: string,
  stages: unknown,
): UpdatePipeline {
  if (!Array.isArray(stages) || stages.length === 0) {
    const message = `${operation} needs an array of stages, got ${describe(stages)}`
    refuse('E_INVALID_QUERY', definition, operation, `: ${message}`)
  }
  const copies = Array.from(stages, (stage: unknown, place) =>
    copyStage(definition, operation, stage, place),
  )
  for (const { stored, attribute } of definition.hashed) {
    if (!copies.some((stage) => sets(stage, stored))) continue
    const message = `${operation} cannot hash "${attribute}"; set it with update()`
    refuse('E_INVALID_QUERY', definition, operation, `: ${message}`, attribute)
  }
  return new UpdatePipeline(copies)
}

function copyStage(
  definition: ModelDefinition,
  operation: string,
  stage: unknown,
  place: number,
): Document {
  const names = isPlainObject(stage) ? Object.keys(stage) : []
  const [name] = names
  if (names.length !== 1 || name === undefined || !STAGES.has(name)) {
    const what = isPlainObject(stage) ? names.map(quote).join(', ') || '{}' : describe(stage)
    const message = `a stage of ${operation} is one of ${[...STAGES].join(', ')}; stage ${place} is ${what}`
    refuse('E_INVALID_QUERY', definition, operation, `: ${message}`)
  }
  try {
    return copyNativeFilter(definition, stage)
  } catch (error) {
    if (!(error instanceof LucentError)) throw error
    const message = error.message.replaceAll('whereRaw()', operation)
    throw new errors[error.code](message, { ...error, operation })
  }
}

/** Whether the stage itself says what the field shall be. */
function sets(stage: Document, stored: string): boolean {
  return ['$set', '$addFields'].some((name) => {
    const fields = stage[name]
    return isPlainObject(fields) && Object.hasOwn(fields, stored)
  })
}
