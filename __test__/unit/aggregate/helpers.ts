import { LucentError } from '../../../js/errors/index.ts'
import {
  PipelineBuilder,
  type PipelineColumn,
  type PipelineTarget,
  type Stage,
} from '../../../js/query/aggregate/index.ts'

export class User {
  declare id: string
  declare teamId: string
  declare firstName: string
  declare nickname: string | null
  declare status: 'active' | 'banned'
  declare age: number
  declare score: number
  declare tags: string[]
  declare address: { city: string; zip: string }
  declare items: { sku: string; price: number; quantity: number }[]
  declare createdAt: Date
}

export class Post {
  declare id: string
  declare userId: string
  declare title: string
  declare createdAt: Date
}

type Given = string | (Partial<PipelineColumn> & { attribute: string })

function target(name: string, collection: string, given: readonly Given[]): PipelineTarget {
  const columns = given.map((column): PipelineColumn => {
    const options = typeof column === 'string' ? { attribute: column } : column
    const stored = options.attribute.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return { stored, objectId: false, ...options }
  })
  const byName = new Map<string, PipelineColumn>()
  for (const column of columns) byName.set(column.stored, column)
  for (const column of columns) byName.set(column.attribute, column)
  return {
    name,
    collection,
    column: (key) => byName.get(key),
    names: () => columns.map(({ attribute }) => attribute),
  }
}

const ID = { objectId: true, idAsText: true }
const DATE = { prepare: (value: unknown) => (typeof value === 'string' ? new Date(value) : value) }

export const users = target('User', 'users', [
  { attribute: 'id', stored: '_id', ...ID },
  { attribute: 'teamId', ...ID },
  'firstName',
  'nickname',
  'status',
  'age',
  'score',
  'tags',
  { attribute: 'address', stored: 'addr' },
  'items',
  { attribute: 'createdAt', ...DATE },
])

export const posts = target('Post', 'posts', [
  { attribute: 'id', stored: '_id', ...ID },
  { attribute: 'userId', ...ID },
  'title',
  { attribute: 'createdAt', stored: 'created', ...DATE },
])

const models = new Map<unknown, PipelineTarget>([
  [User, users],
  [Post, posts],
])

/** A pipeline on users. */
export function pipeline(): PipelineBuilder<User> {
  return new PipelineBuilder<User>(users, (model) => models.get(model))
}

/** The same without types: what arrives from a request or from JavaScript. */
// biome-ignore lint/suspicious/noExplicitAny: what this is for
export function untyped(): any {
  return pipeline()
}

/** The stages of a pipeline; what its types are does not matter. */
export function stages(built: { toMongo(): Stage[] }): Stage[] {
  return built.toMongo()
}

/** A row of the server's as it is handed out behind the pipeline. */
export function readRow(
  built: { compile(): { readRow: ((row: unknown) => unknown) | undefined } },
  row: unknown,
): unknown {
  const read = built.compile().readRow
  return read === undefined ? row : read(row)
}

/** The error that `run` throws. */
export function thrown(run: () => unknown): LucentError {
  try {
    run()
  } catch (error) {
    if (error instanceof LucentError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
