import { BaseModel, column, errors } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase()
const { database, db, client } = server

class Entry extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
  @column() declare balance: number
}

afterEach(() => db.collection('entries').deleteMany({}))

const count = () => db.collection('entries').countDocuments()
const TRANSIENT = 'TransientTransactionError'
const UNKNOWN = 'UnknownTransactionCommitResult'

/** Runs an insert in a managed transaction; answers how often the callback ran. */
async function attempts(): Promise<number> {
  let ran = 0
  await database.transaction(async (trx) => {
    ran++
    await Entry.create({ text: `${ran}` }, { client: trx })
  })
  return ran
}

describe('a managed transaction is repeated', () => {
  it('when an operation met a conflict', async () => {
    const fail = { failCommands: ['insert'], errorCode: 112, errorLabels: [TRANSIENT] }
    expect(await withFailPoint(client, fail, { times: 3 }, attempts)).toBe(4)
    expect(await count()).toBe(1)
  })

  it('when the commit met a conflict', async () => {
    const fail = { failCommands: ['commitTransaction'], errorCode: 112, errorLabels: [TRANSIENT] }
    expect(await withFailPoint(client, fail, { times: 2 }, attempts)).toBe(3)
    expect(await count()).toBe(1)
  })

  it('when the network broke during an operation', async () => {
    const fail = { failCommands: ['insert'], closeConnection: true }
    expect(await withFailPoint(client, fail, { times: 1 }, attempts)).toBe(2)
    expect(await count()).toBe(1)
  })

  it('when the error is the cause of what the callback threw', async () => {
    let ran = 0
    const fail = { failCommands: ['insert'], errorCode: 112, errorLabels: [TRANSIENT] }
    await withFailPoint(client, fail, { times: 1 }, () =>
      database.transaction(async (trx) => {
        ran++
        try {
          await Entry.create({ text: 'a' }, { client: trx })
        } catch (cause) {
          throw new Error('wrapped', { cause })
        }
      }),
    )
    expect(ran).toBe(2)
  })

  it('with callbacks of the attempt that stands alone', async () => {
    const ran: string[] = []
    let attempt = 0
    const fail = { failCommands: ['commitTransaction'], errorCode: 112, errorLabels: [TRANSIENT] }
    await withFailPoint(client, fail, { times: 2 }, () =>
      database.transaction(async (trx) => {
        const number = ++attempt
        trx.after('commit', () => ran.push(`commit ${number}`))
        trx.after('rollback', () => ran.push(`rollback ${number}`))
        await Entry.create({ text: 'a' }, { client: trx })
      }),
    )
    expect(ran).toEqual(['commit 3'])
  })
})

describe('only the commit is repeated', () => {
  it.each([
    ['a broken network', { closeConnection: true }],
    [
      'a write concern that was not met',
      { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
    ],
    ['an unknown result', { errorCode: 64, errorLabels: [UNKNOWN] }],
  ])('after %s', async (_, data) => {
    const fail = { failCommands: ['commitTransaction'], ...data }
    expect(await withFailPoint(client, fail, { times: 2 }, attempts)).toBe(1)
    expect(await count()).toBe(1)
  })
})

describe('nothing is repeated', () => {
  it('after an error of the callback', async () => {
    let ran = 0
    const attempt = database.transaction(() => {
      ran++
      throw new Error('mine')
    })
    await expect(attempt).rejects.toThrow('mine')
    expect(ran).toBe(1)
  })

  it('after a duplicate key', async () => {
    const { id } = await Entry.create({ text: 'a' })
    let ran = 0
    const attempt = database.transaction((trx) => {
      ran++
      return Entry.create({ id, text: 'b' }, { client: trx })
    })
    await expect(attempt).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
    expect(ran).toBe(1)
  })

  it('in a manual transaction: the conflict is an error with its label', async () => {
    const trx = await database.transaction()
    const fail = { failCommands: ['insert'], errorCode: 112, errorLabels: [TRANSIENT] }
    const error = await withFailPoint(client, fail, { times: 1 }, () =>
      Entry.create({ text: 'a' }, { client: trx }).catch((error: unknown) => error),
    )
    expect(error).toBeInstanceOf(errors.E_WRITE_CONFLICT)
    expect((error as InstanceType<typeof errors.E_WRITE_CONFLICT>).hasErrorLabel(TRANSIENT)).toBe(
      true,
    )
    await trx.rollback()
  })
})

describe('transfers between accounts', () => {
  /** Moves money; both accounts change or none. */
  async function transfer(from: string, to: string, amount: number): Promise<void> {
    await database.transaction(async (trx) => {
      const payer = await Entry.findOrFail(from, { client: trx })
      const payee = await Entry.findOrFail(to, { client: trx })
      if (payer.balance < amount) throw new RangeError('insufficient balance')
      await payer.merge({ balance: payer.balance - amount }).save()
      await payee.merge({ balance: payee.balance + amount }).save()
    })
  }

  const total = async () => {
    const rows = await db.collection('entries').find().toArray()
    return rows.reduce((sum, row) => sum + row.balance, 0)
  }

  it('by 64 workers at once, with conflicts on top, keep the total', async () => {
    const accounts = await Entry.createMany(
      Array.from({ length: 10 }, (_, place) => ({ text: `${place}`, balance: 100 })),
    )
    const pick = (number: number) => accounts[number % accounts.length]?.id ?? ''
    let refused = 0
    const fail = {
      failCommands: ['update', 'commitTransaction'],
      errorCode: 112,
      errorLabels: [TRANSIENT],
      namespace: `${db.databaseName}.entries`,
    }
    await withFailPoint(client, fail, { times: 40 }, () =>
      Promise.all(
        Array.from({ length: 64 }, async (_, worker) => {
          for (let round = 0; round < 3; round++) {
            const from = pick(worker + round)
            const to = pick(worker * 7 + round * 3 + 1)
            if (from === to) continue
            await transfer(from, to, 1 + ((worker * 13 + round) % 60)).catch((error: unknown) => {
              if (!(error instanceof RangeError)) throw error
              refused++
            })
          }
        }),
      ),
    )
    expect(await total()).toBe(1000)
    expect((await Entry.all()).every(({ balance }) => balance >= 0)).toBe(true)
    expect(refused).toBeLessThan(150)
  }, 60_000)

  it('that fail half-way change neither account', async () => {
    const [rich, poor] = await Entry.createMany([{ balance: 10 }, { balance: 0 }])
    await expect(transfer(poor?.id ?? '', rich?.id ?? '', 5)).rejects.toThrow('insufficient')
    await expect(transfer(rich?.id ?? '', '0'.repeat(24), 5)).rejects.toBeInstanceOf(
      errors.E_ROW_NOT_FOUND,
    )
    const fail = { failCommands: ['update'], errorCode: 2 }
    await withFailPoint(client, fail, { times: 1 }, () =>
      expect(transfer(rich?.id ?? '', poor?.id ?? '', 5)).rejects.toThrow(),
    )
    expect((await Entry.query().orderBy('balance')).map(({ balance }) => balance)).toEqual([0, 10])
  })
})
