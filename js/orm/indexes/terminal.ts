/** Reports on a terminal, and the models that a command is about. */
import type { IndexReport, IndexShape } from '../../database/indexes.ts'
import type { ModelClass } from '../contracts/index.ts'
import { definitionOf } from '../definition/index.ts'
import { declares } from './describe.ts'

/** What is found out of models that were loaded: those that declare something, and stand in no document of another. */
export function indexedModels<M extends ModelClass>(models: Iterable<M>): Map<string, M> {
  const all = new Map([...models].map((model) => [model.name, model]))
  const inner = [...all.values()].flatMap((model) =>
    definitionOf(model).embedded.map(({ embeds }) => embeds?.model()),
  )
  const isOwn = ([, model]: [string, M]) => !inner.includes(model) && declares(definitionOf(model))
  return new Map([...all].filter(isOwn))
}

/** Those whose database is the same for everybody. */
export function inOneDatabase<M extends ModelClass>(
  models: ReadonlyMap<string, M>,
): Map<string, M> {
  return new Map([...models].filter(([, model]) => definitionOf(model).rules.places.length === 0))
}

function shape({ name, keys, ...options }: IndexShape): string {
  const said = Object.keys(options).length === 0 ? '' : ` ${JSON.stringify(options)}`
  return `${name} ${JSON.stringify(keys)}${said}`
}

/** What a report says, a line each, the collection first. */
export function reportLines(report: IndexReport): string[] {
  const { collection, models, declared, exists, missing, stale, different, unused = [] } = report
  const state = report.inSync ? 'as declared' : exists ? 'differs' : 'is not there'
  return [
    `${collection} (${models.join(', ')}): ${declared.length} indexes declared, ${state}`,
    ...report.done.map(({ does, names }) => `  done       ${does} ${names.join(', ')}`),
    ...missing.map((one) => `  missing    ${shape(one)}`),
    ...different.map(({ name, options, inPlace }) => {
      const how = inPlace ? 'changed by a sync' : 'has to be built again (rebuild)'
      return `  different  ${name}: ${options.join(', ')}; ${how}`
    }),
    ...report.options.map(({ option, inPlace }) => {
      const how = inPlace ? 'changed by a sync' : 'takes another collection'
      return `  different  ${option} of the collection; ${how}`
    }),
    ...stale.map((one) => `  stale      ${shape(one)}`),
    ...unused.map(({ name, since }) => `  unused     ${name}, since ${since.toISOString()}`),
  ]
}
