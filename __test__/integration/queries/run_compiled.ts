/** Runs what a query compiles to with the npm driver: nothing of this package is in between. */
import type { Collection, Document } from 'mongodb'
import { QueryBuilder, type QueryColumn, type QueryTarget } from '../../../js/query/index.ts'

/** A query on a collection of the test. */
export class DriverQuery<M> extends QueryBuilder<M> {
  protected fresh(): this {
    return new DriverQuery<M>(this.target) as this
  }
}

/** Columns by their property names, with their stored names where those differ. */
export function targetOf(
  collection: string,
  columns: Readonly<Record<string, string | Partial<QueryColumn>>>,
): QueryTarget {
  const all = Object.entries(columns).map(([attribute, given]): QueryColumn => {
    const more = typeof given === 'string' ? { stored: given } : given
    return { attribute, stored: attribute, objectId: false, ...more }
  })
  return {
    name: 'Row',
    collection,
    column: (key) =>
      all.find(({ attribute }) => attribute === key) ?? all.find(({ stored }) => stored === key),
    names: () => all.map(({ attribute }) => attribute),
  }
}

/** The rows of a query. */
export function rowsOf<M>(collection: Collection, query: QueryBuilder<M>): Promise<Document[]> {
  const { filter, pipeline, sort, projection, limit, skip, collation } = query.toMongo()
  const options = collation === undefined ? {} : { collation }
  if (pipeline !== undefined) return collection.aggregate(pipeline, options).toArray()
  let cursor = collection.find(filter, options)
  if (sort !== undefined) cursor = cursor.sort(sort)
  if (projection !== undefined) cursor = cursor.project(projection)
  if (skip !== undefined) cursor = cursor.skip(skip)
  if (limit !== undefined) cursor = cursor.limit(limit)
  return cursor.toArray()
}

/** How many rows a query says it has. */
export async function countOf<M>(collection: Collection, query: QueryBuilder<M>): Promise<number> {
  const { filter, pipeline, limit, skip } = query.compileCount()
  if (pipeline === undefined) {
    return collection.countDocuments(filter, {
      ...(limit === undefined ? {} : { limit }),
      ...(skip === undefined ? {} : { skip }),
    })
  }
  const [row] = await collection.aggregate(pipeline).toArray()
  return row?.count ?? 0
}
