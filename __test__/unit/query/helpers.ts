import { LucentError } from '../../../js/errors/index.ts'
import { QueryBuilder, type QueryColumn, type QueryTarget } from '../../../js/query/index.ts'

export interface User {
  id: string
  teamId: string
  friendIds: string[]
  status: string
  password: string
  firstName: string
  age: number
  tags: string[]
  address: { city: string; zip: string }
  createdAt: Date
}

function column(attribute: string, stored = attribute, more: Partial<QueryColumn> = {}) {
  return { attribute, stored, objectId: false, ...more }
}

const COLUMNS: QueryColumn[] = [
  column('id', '_id', { objectId: true }),
  column('teamId', 'team_id', { objectId: true }),
  column('friendIds', 'friend_ids', { objectId: true }),
  column('status'),
  column('password'),
  column('firstName', 'first_name'),
  column('age'),
  column('tags'),
  column('address', 'addr'),
  column('createdAt', 'created_at', {
    prepare: (value) => (typeof value === 'string' ? new Date(value) : value),
  }),
]

const BY_NAME = new Map<string, QueryColumn>()
for (const known of COLUMNS) BY_NAME.set(known.stored, known)
for (const known of COLUMNS) BY_NAME.set(known.attribute, known)

export const target: QueryTarget = {
  name: 'User',
  column: (key) => BY_NAME.get(key),
  names: () => COLUMNS.map(({ attribute }) => attribute),
}

/** The least that the executing part adds: a way to make another one, and being thenable. */
export class TestQuery<M> extends QueryBuilder<M> {
  protected fresh(): this {
    return new TestQuery<M>(this.target) as this
  }

  // biome-ignore lint/suspicious/noThenProperty: builders that run are thenable
  then(resolve: (rows: unknown[]) => void): void {
    resolve([])
  }
}

export function query(): TestQuery<User> {
  return new TestQuery<User>(target)
}

/** The same without types: what arrives from a request or from JavaScript. */
// biome-ignore lint/suspicious/noExplicitAny: what this is for
export function untyped(): TestQuery<any> {
  // biome-ignore lint/suspicious/noExplicitAny: what this is for
  return new TestQuery<any>(target)
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
