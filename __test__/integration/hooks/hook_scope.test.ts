import { BaseModel, beforeFetch, beforeFind, column, type ModelQueryBuilder } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

/** What a hook adds holds for every row, whatever the application wrote before. */
class Scoped extends BaseModel {
  static override collection = 'scoped'
  @column() declare name: string
  @column() declare active: boolean

  @beforeFind()
  @beforeFetch()
  static onlyActive(query: ModelQueryBuilder<Scoped>): void {
    query.where('active', true)
  }
}

const rows = db.collection('scoped')

beforeEach(async () => {
  await rows.deleteMany({})
  await rows.insertMany([
    { name: 'a', active: true },
    { name: 'b', active: false },
    { name: 'c', active: true },
    { name: 'd', active: false },
  ])
})

const either = () => Scoped.query().where('name', 'a').orWhere('name', 'b')
const collected = async (rows: AsyncIterable<Scoped>) => {
  const found: Scoped[] = []
  for await (const row of rows) found.push(row)
  return found
}
const names = (found: readonly Scoped[]) => found.map(({ name }) => name)

describe('a condition of a hook holds beside orWhere', () => {
  it.each([
    ['await', async () => names(await either())],
    ['exec', async () => names(await either().exec())],
    [
      'first',
      async () =>
        names([await either().orderBy('name', 'desc').first()].flatMap((one) => one ?? [])),
    ],
    ['paginate', async () => names((await either().paginate(1, 10)).all())],
    ['cursor', async () => names(await collected(either().cursor()))],
  ])('%s', async (_, run) => {
    expect(await run()).toEqual(['a'])
  })

  it('in the total of a page', async () => {
    expect((await either().paginate(1, 10)).total).toBe(1)
  })

  it('the last alternative alone would not have held', async () => {
    const query = either().where('active', true)
    expect(await query.count()).toBe(1)
    expect(query.toMongo().filter).toEqual({
      $or: [{ name: 'a' }, { name: 'b', active: true }],
    })
    expect(names(await Scoped.query().where('name', 'b').orWhere('name', 'c'))).toEqual(['c'])
  })
})
