/** Conditions of a pipeline. Those of its own stages cross as they were recorded. */
import type { Body } from '../../codec/body.ts'
import type { Clause } from '../clauses.ts'
import { compileConditions } from '../compiled.ts'
import { writeConditions } from '../description.ts'
import type { Document } from '../record.ts'
import type { QueryTarget } from '../target.ts'

/** Conditions in the place of the filter that the core compiles them to. */
export class Conditions {
  readonly clauses: readonly Clause[]
  readonly #target: QueryTarget
  #filter: Document | undefined

  constructor(target: QueryTarget, clauses: readonly Clause[]) {
    this.clauses = clauses
    this.#target = target
  }

  /** Where somebody looks, or the stage is inside of another. */
  toBSON(): Document {
    this.#filter ??= compileConditions(this.#target, this.clauses)
    return this.#filter
  }
}

/** Writes stages behind a request's head. */
export function writePipeline(body: Body, stages: readonly Document[]): void {
  const description = body.beginDocument()
  const list = body.beginArrayElement('r')
  for (const [index, stage] of stages.entries()) {
    const { $match: conditions } = stage
    if (conditions instanceof Conditions) {
      writeConditions(body, String(index), conditions.clauses)
    } else body.item(index, stage)
  }
  body.endDocument(list)
  body.endDocument(description)
}
