import { BaseModel, column, type QueryEvent } from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const debugged = lucentDatabase({ debug: true })
const quiet = lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare fullName: string
}
User.useDatabase(debugged.database)

class Quiet extends User {
  static override collection = 'users'
}
Quiet.useDatabase(quiet.database)

let events: QueryEvent[] = []
let stop: (() => void)[] = []
beforeEach(() => {
  events = []
  stop = [debugged, quiet].map(({ database }) => database.onQuery((event) => events.push(event)))
})
afterEach(() => {
  for (const end of stop) end()
})

const operations = () => events.map(({ operation }) => operation)

describe('listeners of a connection with debug', () => {
  it('are told of what was sent', async () => {
    const user = await User.create({ fullName: 'Ada' })
    await user.merge({ fullName: 'Ada L.' }).save()
    await User.query().where('fullName', 'Ada L.').reporterData({ route: '/users' })
    await User.query().count()
    await User.query().where('fullName', 'Ada L.').update({ fullName: 'Ada' })
    await User.aggregate().limit(1)
    await user.delete()
    expect(operations()).toEqual([
      'create',
      'update',
      'find',
      'count',
      'update',
      'aggregate',
      'delete',
    ])
    expect(events[2]).toMatchObject({
      connection: 'main',
      model: 'User',
      collection: 'users',
      query: { filter: { full_name: 'Ada L.' } },
      inTransaction: false,
      data: { route: '/users' },
    })
    expect(events.every(({ milliseconds }) => milliseconds > 0)).toBe(true)
  })

  it('are told of failures and transactions', async () => {
    const { id } = await User.create({ fullName: 'Ada' })
    await User.create({ id, fullName: 'Ada' }).catch(() => undefined)
    await User.transaction((trx) => User.create({ fullName: 'Ben' }, { client: trx }))
    expect(events[1]?.error).toMatchObject({ code: 'E_DUPLICATE_KEY' })
    expect(events[2]).toMatchObject({ operation: 'create', inTransaction: true })
  })

  it('are told of what was sent, whatever is added to the query afterwards', async () => {
    const query = User.query().where('fullName', 'Ada')
    const running = query.update({ fullName: 'Ben' })
    query.where('fullName', 'Cleo')
    await running
    const counted = User.query().where('fullName', 'Ada')
    const counting = counted.count()
    counted.where('fullName', 'Cleo')
    await counting
    const filter = { full_name: 'Ada' }
    expect(events.map(({ query }) => query)).toMatchObject([{ filter }, { filter }])
    expect(JSON.stringify(events)).not.toContain('Cleo')
  })

  const refused = () => User.query().distinct('fullName').orderBy('id')
  const all = async (rows: AsyncIterable<unknown>) => {
    for await (const _ of rows);
  }
  it.each<[operation: string, () => PromiseLike<unknown>]>([
    ['find', () => refused()],
    ['count', () => refused().count()],
    ['cursor', () => all(refused().batches())],
  ])('are told of a query that the core refuses: %s', async (operation, act) => {
    const failure = { code: 'E_INVALID_QUERY', model: 'User', operation, connection: 'main' }
    await expect(act()).rejects.toMatchObject(failure)
    expect(events).toMatchObject([{ operation, error: failure }])
    expect(events[0]).not.toHaveProperty('query')
  })

  const grouped = () => User.query().where('fullName', 'Ada').groupBy('fullName').count('*')
  const READS: Record<string, [string, () => PromiseLike<unknown>]> = {
    'a count of groups': ['count', () => grouped().clone().count()],
    'a page of groups': ['count', () => User.query().distinctOn('fullName').paginate(1)],
    'a cursor': ['cursor', () => all(User.query().cursor({ batchSize: 1 }))],
    'batches of plain rows': ['cursor', () => all(User.query().pojo().batches())],
    'a cursor that is left': [
      'cursor',
      async () => {
        for await (const _ of User.query().cursor({ batchSize: 1 })) break
      },
    ],
    'a cursor of groups': ['cursor', () => all(grouped().cursor())],
    'a cursor of a pipeline': ['aggregate', () => all(User.aggregate().cursor({ batchSize: 1 }))],
    'the explanation of a pipeline': ['explain', () => User.aggregate().limit(1).explain()],
    toJson: ['toJson', () => User.query().pojo().toJson()],
    findOneAndUpdate: [
      'findOneAndUpdate',
      () => User.query().where('fullName', 'Ada').findOneAndUpdate({ fullName: 'Ada' }),
    ],
  }

  it.each(Object.entries(READS))('are told of %s, once', async (_name, [operation, read]) => {
    await User.createMany(['Ada', 'Ben', 'Cid'].map((fullName) => ({ fullName })))
    events = []
    await read()
    const [event, ...others] = events
    expect(event).toMatchObject({ operation, model: 'User', query: expect.any(Object) })
    expect(event?.milliseconds).toBeGreaterThan(0)
    expect(event).not.toHaveProperty('error')
    expect(others.filter((other) => other.operation === operation)).toEqual([])
  })

  it('are told of a bulk write, once, and why a part of it failed', async () => {
    const [ada] = await User.createMany([{ fullName: 'Ada' }])
    const again = { id: ada?.id ?? '', fullName: 'Ada' }
    const writes: Record<string, () => Promise<unknown>> = {
      bulkWrite: () => User.bulkWrite((bulk) => bulk.insert({ fullName: 'Ben' })),
      upsertMany: () => User.upsertMany([{ fullName: 'Cid' }], { by: ['fullName'] }),
      bulkSave: () => User.bulkSave([new User().merge({ fullName: 'Dan' })]),
      bulkDelete: () => User.bulkDelete(ada === undefined ? [] : [ada]),
    }
    for (const [operation, write] of Object.entries(writes)) {
      events = []
      await write()
      expect(events).toMatchObject([{ operation, model: 'User', milliseconds: expect.any(Number) }])
      expect(events[0]).not.toHaveProperty('error')
    }
    await User.create(again)
    events = []
    await User.bulkWrite((bulk) => bulk.insert(again)).catch(() => undefined)
    await User.bulkWrite(() => undefined)
    expect(events).toMatchObject([{ operation: 'bulkWrite', error: { code: 'E_DUPLICATE_KEY' } }])
  })

  it('are told of what a cursor asked for, and what it waited', async () => {
    await User.createMany(['Ada', 'Ben'].map((fullName) => ({ fullName })))
    events = []
    const query = User.query().whereIn('fullName', ['Ada', 'Ben']).reporterData({ route: '/x' })
    for await (const _ of query.cursor({ batchSize: 1 })) {
      expect(events).toEqual([])
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(events).toMatchObject([
      { query: { filter: { full_name: { $in: ['Ada', 'Ben'] } } }, data: { route: '/x' } },
    ])
    expect(events[0]?.milliseconds).toBeLessThan(400)
  })

  it('are told why a cursor, or a count of groups, failed', async () => {
    const failing: Record<string, () => PromiseLike<unknown>> = {
      cursor: () => all(User.query().hint('no_such_index').cursor()),
      count: () => grouped().hint('no_such_index').count(),
      aggregate: () => all(User.aggregate().stage({ $nothing: {} }).cursor()),
      explain: () => User.aggregate().stage({ $nothing: {} }).explain(),
      toJson: () => User.query().pojo().hint('no_such_index').toJson(),
      findOneAndUpdate: () =>
        User.query()
          .where('fullName', 'Ada')
          .hint('no_such_index')
          .findOneAndUpdate({ fullName: 'Ada' }),
    }
    for (const [operation, run] of Object.entries(failing)) {
      events = []
      const error: unknown = await Promise.resolve()
        .then(run)
        .catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'E_SERVER_ERROR' })
      expect(events, operation).toMatchObject([{ operation, error }])
    }
  })

  it('are told of a cursor with hooks, and of one that is not begun nothing', async () => {
    class Hooked extends User {
      static override collection = 'users'
    }
    Hooked.useDatabase(debugged.database)
    Hooked.after('fetch', () => {})
    await Hooked.createMany(['Ada', 'Ben'].map((fullName) => ({ fullName })))
    events = []
    await Hooked.query().cursor().return(undefined)
    await User.aggregate().cursor().return(undefined)
    expect(events).toEqual([])
    await all(Hooked.query().cursor({ batchSize: 1 }))
    expect(operations()).toEqual(['cursor'])
  })

  it('may fail without harm, and may leave', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve))
    const mine = new Error('mine')
    const end = debugged.database.onQuery(() => {
      throw mine
    })
    await User.query().count()
    expect(await warned).toBe(mine)
    end()
    for (const leave of stop) leave()
    events = []
    await User.query().count()
    expect(events).toEqual([])
  })
})

it('a query may ask for it, or ask to be left out', async () => {
  await Quiet.query().count()
  await Quiet.query().debug(true)
  await User.query().debug(false)
  expect(events.map(({ model }) => model)).toEqual(['Quiet'])
})
