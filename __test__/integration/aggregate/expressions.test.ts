import type { DateTime } from 'luxon'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BaseModel, column, Database, expr } from '../../../js/index.ts'
import { testDatabase } from '../../helpers/server.ts'
import {
  ACCUMULATORS,
  DOCUMENT,
  EXPRESSIONS,
  WINDOWS,
} from '../../unit/aggregate/expression_cases.ts'

const { db, uri, name } = testDatabase()
const database = new Database({
  connection: 'main',
  connections: { main: { url: uri, database: name } },
})
BaseModel.useDatabase(database)
afterAll(() => database.closeAll())

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare teamId: string
  @column() declare firstName: string
  @column() declare nickname: string | null
  @column() declare status: 'active' | 'banned'
  @column() declare age: number
  @column() declare score: number
  @column() declare tags: string[]
  @column({ columnName: 'addr' }) declare address: { city: string; zip: string }
  @column() declare items: { sku: string; price: number; quantity: number }[]
  @column.dateTime() declare createdAt: DateTime
}

class Figure extends User {
  static override collection = 'figures'
}

/** What expressions of the option `let` see. */
const variables = { least: 3, point: { x: 1 } }

beforeAll(async () => {
  await db.collection('users').insertOne({ ...DOCUMENT })
  await db.collection('figures').insertMany(
    [1, 2, 3, 4].map((age) => ({
      age,
      score: age * 10,
      status: 'active',
      created_at: new Date(0),
    })),
  )
})

describe('expressions on a server', () => {
  it.each(EXPRESSIONS)('%s', async (_, expression, _compiled, expected) => {
    const row = await User.aggregate().let(variables).project({ x: expression }).first()
    expect(row?.x).toEqual(expected)
  })

  it.each(ACCUMULATORS)('%s in group()', async (_, accumulator, _compiled, expected) => {
    const row = await Figure.aggregate().sort('age').group({ by: null, x: accumulator }).first()
    if (typeof expected === 'number') expect(row?.x).toBeCloseTo(expected, 10)
    else expect(row?.x).toEqual(expected)
  })

  it.each(WINDOWS)('%s in setWindowFields()', async (_, computed, _compiled, expected) => {
    const rows = await Figure.aggregate()
      .setWindowFields({ sortBy: { age: 'asc' }, output: { x: computed } })
      .sort('age')
    expect(rows.map(({ x }) => x)).toEqual(expected)
  })

  it('keep, prune and descend in redact()', async () => {
    const by = (status: string) =>
      User.aggregate().redact(
        expr.switch(
          [
            [expr.eq(expr.type('status'), 'missing'), expr.prune()],
            [expr.eq(expr.field('status'), status), expr.descend()],
          ],
          expr.keep(),
        ),
      )
    // Going down, documents without a status are cut off.
    expect(await by('active').first()).not.toHaveProperty('address')
    expect(await by('banned').first()).toHaveProperty('address.city', 'Paris')
  })

  it('asks for MongoDB 7 where it is needed', async () => {
    const { version } = await db.admin().serverInfo()
    const run = Figure.aggregate()
      .group({ by: null, p: expr.percentile('age', [0.5]), m: expr.median('age') })
      .exec()
    if (Number.parseInt(version, 10) < 7)
      await expect(run).rejects.toMatchObject({ code: 'E_SERVER_ERROR' })
    else expect((await run)[0]).toMatchObject({ p: [2], m: 2 })
  })
})
