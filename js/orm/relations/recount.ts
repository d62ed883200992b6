/** Counting anew what `counterCache` keeps. */
import { refuse } from '../../errors/index.ts'
import type { Stage } from '../../query/aggregate/index.ts'
import { record } from '../../query/record.ts'
import { NativeRunner } from '../aggregate/native_runner.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import type { Counter } from '../contracts/relation.ts'
import { definitionOf } from '../definition/index.ts'
import { relationOf } from './relation.ts'

/** Errors: `E_INVALID_QUERY` for a relation of which nothing is counted. */
export async function recount(
  model: ModelClass,
  name: string,
  options: ModelAdapterOptions | undefined,
): Promise<void> {
  const owner = definitionOf(model)
  const relation = relationOf(owner, name, 'recount')
  const { counters } = relation
  const [counted, all] =
    counters.length > 0
      ? [owner, counters]
      : [relation.related, countersOn(relation.related, owner.collection, relation)]
  if (all.length === 0) {
    const why = `: ${owner.name}.${name} has no counterCache, and no relation does that leads here`
    refuse('E_INVALID_QUERY', owner, 'recount', why)
  }
  const runner = new NativeRunner(counted, options)
  const command = record<never>()
  const way = { command, onDatabase: false, writes: true, models: false, recounts: true }
  for (const counter of all) await runner.run(stages(counter), way)
}

type Relation = ReturnType<typeof relationOf>

/** The counters of a model that the rows of this relation are counted by. */
function countersOn(
  { relations }: Relation['related'],
  collection: string,
  { keys, options }: Relation,
): Counter[] {
  const foreign = keys.match.stored
  return [...relations.values()]
    .flatMap(({ counters }) => counters)
    .filter((one) => one.collection === collection && one.foreign === foreign)
    .filter(() => options.relatedForeignKeys === undefined)
}

/** All rows with 0, and those that are referred to with their number. */
function stages({ collection, key, field, foreign, when }: Counter): Stage[] {
  const names = Object.entries(when).map(([name, values]) => [name, { $in: values }])
  const rows = [{ $project: { _id: `$${key}`, n: { $literal: 0 } } }]
  return [
    { $match: { [foreign]: { $ne: null }, ...Object.fromEntries(names) } },
    { $group: { _id: `$${foreign}`, n: { $sum: 1 } } },
    { $unionWith: { coll: collection, pipeline: rows } },
    { $group: { _id: '$_id', n: { $sum: '$n' } } },
    { $project: { _id: 0, [key]: '$_id', n: 1 } },
    {
      $merge: {
        into: collection,
        on: key,
        let: { n: '$n' },
        whenMatched: [{ $set: { [field]: '$$n' } }],
        whenNotMatched: 'discard',
      },
    },
  ] as Stage[]
}
