import type { Body } from '../../codec/body.ts'
import { refuse } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Asks, type AttributeName, resolvePath } from '../../query/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { send } from '../operation/send.ts'
import { ReadRun } from './read_run.ts'
import { ReadingQuery } from './reading.ts'

/** Reads of one row and of many, and the hooks that narrow them. */
const READERS = [
  ['find', 'beforeFind'],
  ['fetch', 'beforeFetch'],
] as const

/** Type of a column that is an array: that of its elements. */
type SingleValue<T> = T extends readonly (infer Element)[] ? Element : T

/** Reading values rather than rows. Lucid has none of these methods. */
export abstract class ValueMethods<M extends Model, Result> extends ReadingQuery<M, Result> {
  /** Whether any document matches; at most one is looked for. Runs no hooks. */
  async exists(): Promise<boolean> {
    const query = this.clone().clearOrder().clearSelect()
    const { limit } = query.options
    if (limit === undefined || limit > 1) query.limit(1)
    return (await query.count()) > 0
  }

  /**
   * As `exists`, of what the `beforeFind` and `beforeFetch` hooks of the model leave: what they hide
   * from readers is not there. Runs no after hooks.
   *
   * @internal
   */
  async existsForReaders(): Promise<boolean> {
    const query = this.clone().clearOrder().clearSelect()
    const call = query.call('exists')
    for (const [operation, event] of READERS) {
      if (!this.definition.hooks.has(event, this.muted)) continue
      const run = new ReadRun(call, operation, query)
      try {
        await run.before()
      } finally {
        run.end()
      }
    }
    return query.exists()
  }

  /**
   * The values that one column has in the rows, one for each. Reads that column only, with the
   * query's order, limit and offset, and runs the fetch hooks.
   *
   * @example
   * const emails = await User.query().where('status', 'active').orderBy('email').pluck('email')
   */
  async pluck<Name extends AttributeName<M> & keyof M>(column: Name): Promise<M[Name][]> {
    const { attribute } = columnOf(this.definition, column, 'pluck')
    const query = this.clone()
      .clearSelect()
      .select(attribute as never)
    query.plain = false
    const rows = (await query.exec()) as unknown as M[]
    return rows.map((row) => row[attribute as Name])
  }

  /**
   * The different values that one column has in the documents that match, in no particular order: of
   * an array column, those of its elements. Runs no hooks.
   *
   * Errors: `E_INVALID_QUERY` with a limit or an offset, which MongoDB does not have for it.
   */
  async valuesOf<Name extends AttributeName<M> & keyof M>(
    column: Name,
  ): Promise<SingleValue<M[Name]>[]> {
    const { definition } = this
    const described = columnOf(definition, column, 'valuesOf')
    const plan = this.plan()
    const { limit, skip } = plan.options
    if (limit !== undefined || skip !== undefined) {
      const message = ': valuesOf() reads the values of every match, without limit or offset'
      refuse('E_INVALID_QUERY', definition, 'valuesOf', message)
    }
    const { distinct } = native.Operation
    const encode = (body: Body) => {
      const head = body.beginDocument()
      body.element('key', described.stored)
      this.writeOptions(body, plan)
      plan.writeOptions(body)
      plan.writeRelated(body)
      body.endDocument(head)
      this.writeQuery(body, plan, Asks.filter)
    }
    const call = this.call('valuesOf')
    const reply = await send<{ values: unknown[] }>(call, distinct, encode, this.about(plan))
    const nobody = new definition.model()
    return reply.values.map(
      (stored) => described.fromStored(stored, nobody) as SingleValue<M[Name]>,
    )
  }
}

function columnOf(definition: ModelDefinition, name: string, operation: string): Column {
  const { column, whole } = resolvePath(definition, name)
  const found = whole ? definition.attribute(column.attribute) : undefined
  const message = `: ${operation}() reads a column, and no value inside of one`
  return found ?? refuse('E_INVALID_QUERY', definition, operation, message)
}
