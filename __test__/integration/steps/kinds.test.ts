/** Classes that share a collection, on every way to every operation. */
import { BaseModel, column } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { type Given, type Keyed, type Way, waysThat, waysTo } from '../../helpers/ways.ts'

const { db, database } = lucentDatabase()

class Paper extends BaseModel {
  static override collection = 'papers'
  static override discriminator: { key: string; value?: string } = { key: 'kind' }
  @column({ isPrimary: true }) declare id: string
  @column({ columnName: 'k' }) declare kind: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
}

class Letter extends Paper {
  static override discriminator = { key: 'kind', value: 'letter' }
  @column() declare sender: string
}

class Bill extends Paper {
  static override discriminator = { key: 'kind', value: 'bill' }
}

const papers = () => db.collection('papers')
let given: Given

beforeEach(async () => {
  await papers().deleteMany({})
  const { id } = await Letter.create({ key: 'a letter', count: 1, list: ['a'] })
  const found = (await Letter.findOrFail(id)) as unknown as Keyed
  const key = 'a letter'
  given = { database, model: Letter, key, filter: { key }, values: { count: 7 }, found }
})

/** The document as the server has it, of another class. */
async function hide(): Promise<unknown> {
  await papers().updateOne({ key: given.key }, { $set: { k: 'bill' } })
  return document()
}
const document = () => papers().findOne({ key: given.key, k: 'bill' })

const answerOf = (way: Way, filter: Given['filter']): Promise<string> =>
  way.run({ ...given, filter }).then(JSON.stringify, ({ code }) => String(code))

const reads = waysThat('read')

describe.each(reads.filter((way) => way.filtered))('$operation: $name', (way) => {
  it('finds nothing of another class', async () => {
    const nothing = await answerOf(way, { key: 'of nobody' })
    expect(await answerOf(way, given.filter)).not.toBe(nothing)
    await hide()
    expect(await answerOf(way, given.filter)).toBe(nothing)
  })
})

describe.each(reads.filter((way) => !way.filtered))('$operation: $name', (way) => {
  it('finds nothing of another class', async () => {
    const { id } = given.found
    expect(await answerOf(way, given.filter)).toContain(id)
    await hide()
    expect(await answerOf(way, given.filter)).not.toContain(id)
  })
})

describe.each(waysThat('update', 'delete'))('$operation: $name', (way) => {
  it('changes nothing of another class', async () => {
    const hidden = await hide()
    await way.run(given).catch(() => {})
    expect(await document()).toEqual(hidden)
  })
})

describe.each(waysThat('insert'))('$operation: $name', (way) => {
  it('gives what is new the value of the class', async () => {
    await way.run(given)
    const made = await papers()
      .find({ key: { $ne: given.key } })
      .toArray()
    expect(made.length).toBeGreaterThan(0)
    expect(made.map(({ k }) => k)).toEqual(made.map(() => 'letter'))
  })
})

describe.each(waysTo('insertUnlessFound'))('insertUnlessFound: $name', (way) => {
  it('does not take another class for found', async () => {
    const key = `${given.key}, made`
    await Bill.create({ key })
    await way.run(given)
    expect(await papers().countDocuments({ key, k: 'letter' })).toBe(1)
  })
})
