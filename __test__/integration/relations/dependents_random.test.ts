/** What goes with deleted rows in any graph is what a plain model of it says. */

import fc from 'fast-check'
import { BaseModel, column, type HasMany, hasMany } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'

const { db } = lucentDatabase()

/** Rows refer to each other by three keys, each with another end. */
class Knot extends BaseModel {
  @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  @column() declare ownerId: number | null
  @column() declare friendId: number | null
  @column() declare keeperId: number | null
  @hasMany(() => Knot, { foreignKey: 'ownerId', onDelete: 'cascade' })
  declare owned: HasMany<typeof Knot>
  @hasMany(() => Knot, { foreignKey: 'friendId', onDelete: 'nullify' })
  declare friends: HasMany<typeof Knot>
  @hasMany(() => Knot, { foreignKey: 'keeperId', onDelete: 'restrict' })
  declare kept: HasMany<typeof Knot>
}

interface Stored {
  _id: number
  owner_id: number | null
  friend_id: number | null
  keeper_id: number | null
}

const knots = db.collection<Stored>('knots')
afterEach(() => knots.deleteMany({}))

interface Row {
  owner: number | null
  friend: number | null
  keeper: number | null
}
type Graph = Map<number, Row>

class Restricted extends Error {}

/** Deletes rows of a graph as the guide has it. */
class ByHand {
  readonly graph: Graph
  readonly #doomed = new Set<number>()

  constructor(graph: Graph) {
    this.graph = graph
  }

  delete(ids: readonly number[]): void {
    const there = ids.filter((id) => this.graph.has(id))
    const fresh = there.filter((id) => !this.#doomed.has(id))
    for (const id of fresh) this.#doomed.add(id)
    const referring = (key: keyof Row) =>
      [...this.graph].flatMap(([id, row]) => {
        const to = row[key]
        return to !== null && fresh.includes(to) && !this.#doomed.has(id) ? [id] : []
      })
    if (referring('keeper').length > 0) throw new Restricted()
    const owned = referring('owner')
    if (owned.length > 0) this.delete(owned)
    for (const id of referring('friend')) (this.graph.get(id) as Row).friend = null
    for (const id of there) this.graph.delete(id)
    for (const id of fresh) this.#doomed.delete(id)
  }
}

type Many = (ids: readonly number[]) => Promise<unknown>
type One = (id: number) => Promise<unknown>

const MANY: Readonly<Record<string, Many>> = {
  'query delete': (ids) => Knot.query().whereIn('id', ids).delete(),
  bulkDelete: async (ids) => Knot.bulkDelete(await Knot.findMany(ids)),
  'bulkWrite: deleteMany': (ids) =>
    Knot.bulkWrite((bulk) => bulk.deleteMany((query) => query.whereIn('id', [...ids]))),
  'bulkWrite: deleteOne': (ids) =>
    Knot.bulkWrite((bulk) => {
      for (const id of ids) bulk.deleteOne({ id })
    }),
}

const ONE: Readonly<Record<string, One>> = {
  delete: async (id) => (await Knot.findOrFail(id)).delete(),
  deleteQuietly: async (id) => (await Knot.findOrFail(id)).deleteQuietly(),
  deleteOne: (id) => Knot.query().where('id', id).deleteOne(),
  'deleteOne in order': (id) => Knot.query().where('id', id).orderBy('id').deleteOne(),
  findOneAndDelete: (id) => Knot.query().where('id', id).findOneAndDelete(),
  del: (id) => Knot.query().where('id', id).del(),
}

const SIZE = 9
const key = (often: number) =>
  fc.oneof(
    { weight: often, arbitrary: fc.nat(SIZE - 1) },
    { weight: 4, arbitrary: fc.constant(null) },
  )
const graphs = fc.array(
  // Rows that keep others are rare: most graphs would be refused.
  fc.record<Row>({
    owner: key(6),
    friend: key(4),
    keeper: fc.oneof(
      { weight: 1, arbitrary: fc.nat(SIZE - 1) },
      { weight: 24, arbitrary: fc.constant(null) },
    ),
  }),
  { minLength: SIZE, maxLength: SIZE },
)

async function store(rows: readonly Row[]): Promise<Graph> {
  await knots.deleteMany({})
  await knots.insertMany(
    rows.map(({ owner, friend, keeper }, _id) => ({
      _id,
      owner_id: owner,
      friend_id: friend,
      keeper_id: keeper,
    })),
  )
  return new Map(rows.map((row, id) => [id, { ...row }]))
}

async function stored(): Promise<unknown[]> {
  const rows = await knots.find().sort({ _id: 1 }).toArray()
  return rows.map(({ _id, owner_id, friend_id, keeper_id }) => [
    _id,
    owner_id,
    friend_id,
    keeper_id,
  ])
}

const shown = (graph: Graph) =>
  [...graph].map(([id, { owner, friend, keeper }]) => [id, owner, friend, keeper])

async function compare(rows: readonly Row[], ids: readonly number[], run: () => Promise<unknown>) {
  const graph = await store(rows)
  const before = shown(graph)
  let expected: unknown[] = before
  let code: unknown
  try {
    new ByHand(graph).delete(ids)
    expected = shown(graph)
  } catch (error) {
    if (!(error instanceof Restricted)) throw error
    code = 'E_DELETE_RESTRICTED'
  }
  const failed: unknown = await run().then(
    () => undefined,
    (error) => error.code,
  )
  expect(failed).toBe(code)
  expect(await stored()).toEqual(expected)
}

describe('rows that go together, in random graphs', () => {
  it.each(Object.entries(MANY))('%s', { timeout: 120_000 }, async (_, run) => {
    const some = fc.uniqueArray(fc.nat(SIZE - 1), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(graphs, some, (rows, ids) => compare(rows, ids, () => run(ids))),
      tries(30),
    )
  })

  it.each(Object.entries(ONE))('%s', { timeout: 120_000 }, async (_, run) => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.nat(SIZE - 1), (rows, id) => compare(rows, [id], () => run(id))),
      tries(25),
    )
  })
})
