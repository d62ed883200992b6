/** What `updateOrCreate` promises holds through an adapter of the application's, too. */
import { Adapter, BaseModel, beforeSave, column, type Model } from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()
const counters = db.collection('counters_of_adapters')

class Recorder extends Adapter {
  static readonly inTransaction: boolean[] = []

  override modelClient(instance: Model) {
    const client = super.modelClient(instance)
    Recorder.inTransaction.push(client.isTransaction)
    return client
  }
}

class Counter extends BaseModel {
  static override collection = 'counters_of_adapters'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare count: number
  @column() declare by: number

  @beforeSave() static add(counter: Counter) {
    counter.count = (counter.count ?? 0) + 1
  }
}
Counter.useAdapter(new Recorder())

const CALLERS = Array.from({ length: 8 }, (_, by) => by)

beforeAll(() => counters.createIndex({ name: 1 }, { unique: true }))
beforeEach(async () => {
  await counters.deleteMany({})
  Recorder.inTransaction.length = 0
})

describe('10: through an adapter of its own no update is lost', () => {
  it.each<[string, (by: number) => Promise<unknown>]>([
    ['updateOrCreate', (by) => Counter.updateOrCreate({ name: 'a' }, { by })],
    ['updateOrCreateMany', (by) => Counter.updateOrCreateMany('name', [{ name: 'a', by }])],
  ])('%s, by eight at once', async (_, run) => {
    await Promise.all(CALLERS.map(run))
    expect(await counters.find().toArray()).toMatchObject([{ name: 'a', count: 8 }])
    await Promise.all(CALLERS.map(run))
    expect(await counters.find().toArray()).toMatchObject([{ name: 'a', count: 16 }])
    expect(Recorder.inTransaction).not.toContain(false)
  })

  it('updateOrCreateMany stores all or none', async () => {
    await counters.insertOne({ name: 'taken' })
    const rows = [
      { name: 'a', by: 1 },
      { name: 'b', by: { toBSON: () => Symbol('never') } as never },
    ]
    await expect(Counter.updateOrCreateMany('name', rows)).rejects.toMatchObject({
      code: 'E_INVALID_VALUE',
    })
    expect(await counters.countDocuments()).toBe(1)
  })
})
