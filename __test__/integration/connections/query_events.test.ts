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
