import { BaseModel, column, errors, type TransactionClient, type TransactionEnd } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { database, db } = lucentDatabase()

class Entry extends BaseModel {
  @column() declare text: string
}

afterEach(() => db.collection('entries').deleteMany({}))

describe('30: trx.on() and trx.once()', () => {
  const METHODS = ['on', 'once'] as const
  const ENDS: readonly [TransactionEnd, (trx: TransactionClient) => Promise<void>][] = [
    ['commit', (trx) => trx.commit()],
    ['rollback', (trx) => trx.rollback()],
  ]

  it.each(METHODS.flatMap((method) => ENDS.map(([end, act]) => [method, end, act] as const)))(
    '%s, %s',
    async (method, end, act) => {
      const heard: unknown[] = []
      const trx = await database.transaction()
      await Entry.create({ text: 'a' }, { client: trx })
      const other = end === 'commit' ? 'rollback' : 'commit'
      expect(trx[method](end, (given) => heard.push(given, given.isCompleted))).toBe(trx)
      trx[method](other, () => heard.push('the other end'))
      await act(trx)
      expect(heard).toEqual([trx, true])
      expect(await db.collection('entries').countDocuments()).toBe(end === 'commit' ? 1 : 0)
    },
  )

  it('are called in order with the callbacks of after(), async ones awaited', async () => {
    const heard: string[] = []
    await database.transaction(async (trx) => {
      trx.on('commit', async () => {
        await Promise.resolve()
        heard.push('one')
      })
      trx.after('commit', () => heard.push('two')).once('commit', () => heard.push('three'))
    })
    expect(heard).toEqual(['one', 'two', 'three'])
  })

  it('off takes one back', async () => {
    const heard: string[] = []
    const listener = () => heard.push('heard')
    await database.transaction((trx) => {
      trx.on('commit', listener).once('commit', listener).off('commit', listener)
      trx.on('rollback', listener).off('rollback', listener).off('rollback', listener)
    })
    expect(heard).toEqual(['heard'])
  })

  it('what listeners throw is reported, and the commit stands', async () => {
    const trx = await database.transaction()
    await Entry.create({ text: 'a' }, { client: trx })
    trx.on('commit', () => {
      throw new Error('in a listener')
    })
    await expect(trx.commit()).rejects.toThrow(errors.E_TRANSACTION_CALLBACK)
    expect(await db.collection('entries').countDocuments()).toBe(1)
  })

  it('refuse other events, and a transaction that is over', async () => {
    const trx = await database.transaction()
    expect(() => trx.on('error' as never, () => {})).toThrow(errors.E_UNSUPPORTED)
    await trx.rollback()
    expect(() => trx.on('commit', () => {})).toThrow(errors.E_TRANSACTION_COMPLETED)
    expect(() => trx.once('rollback', () => {})).toThrow(errors.E_TRANSACTION_COMPLETED)
  })
})
