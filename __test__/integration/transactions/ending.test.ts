import { BaseModel, column, errors, type TransactionClient } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { OwnMongod } from '../../helpers/own_mongod.ts'

const server = lucentDatabase()
const { database, db } = server

class Entry extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
}

afterEach(() => db.collection('entries').deleteMany({}))

const count = () => db.collection('entries').countDocuments()

describe('a manual transaction', () => {
  it('is committed', async () => {
    const trx = await database.transaction()
    await Entry.create({ text: 'a' }, { client: trx })
    expect(trx.isCompleted).toBe(false)
    expect(await count()).toBe(0)
    await trx.commit()
    expect(trx.isCompleted).toBe(true)
    expect(await count()).toBe(1)
  })

  it('is rolled back', async () => {
    const trx = await Entry.transaction()
    await Entry.create({ text: 'a' }, { client: trx })
    await trx.rollback()
    expect(trx.isCompleted).toBe(true)
    expect(await count()).toBe(0)
  })

  it('is ended without having done anything', async () => {
    await (await database.transaction()).commit()
    await (await database.transaction()).rollback()
  })

  it('knows its connection', async () => {
    const trx = await database.connection().transaction()
    expect(trx).toMatchObject({ isTransaction: true, connectionName: 'main' })
    await trx.rollback()
  })
})

describe('after its end', () => {
  const AFTER: Record<string, (trx: TransactionClient) => unknown> = {
    commit: (trx) => trx.commit(),
    rollback: (trx) => trx.rollback(),
    after: async (trx) => trx.after('commit', () => undefined),
    transaction: (trx) => trx.transaction(),
    'an operation': (trx) => Entry.create({ text: 'late' }, { client: trx }),
    'a read': (trx) => Entry.query({ client: trx }),
  }
  const ENDS = { commit: 'committed', rollback: 'rolled back' } as const

  it.each(
    Object.keys(AFTER).flatMap((name) => Object.keys(ENDS).map((end) => [name, end] as const)),
  )('%s is refused: %s', async (name, end) => {
    const trx = await database.transaction()
    await trx[end as keyof typeof ENDS]()
    const error = await Promise.resolve()
      .then(() => AFTER[name]?.(trx))
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(errors.E_TRANSACTION_COMPLETED)
    expect(await count()).toBe(0)
  })

  it('instances that took part are saved without it', async () => {
    const trx = await database.transaction()
    const entry = await Entry.create({ text: 'a' }, { client: trx })
    expect(entry.$trx).toBe(trx)
    await trx.commit()
    expect(entry.$trx).toBeUndefined()
    await entry.merge({ text: 'b' }).save()
    expect(await db.collection('entries').findOne()).toMatchObject({ text: 'b' })
  })
})

describe('callbacks', () => {
  it.each(['commit', 'rollback'] as const)(
    'of after(%s) run in order, those of the other end do not',
    async (end) => {
      const ran: string[] = []
      const trx = await database.transaction()
      trx.after('commit', async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        ran.push('commit 1')
      })
      trx.after('rollback', () => ran.push('rollback 1'))
      trx.after('commit', () => ran.push('commit 2'))
      trx.after('rollback', () => ran.push('rollback 2'))
      await trx[end]()
      expect(ran).toEqual([`${end} 1`, `${end} 2`])
    },
  )

  it.each(['commit', 'rollback'] as const)(
    'all run though others throw, and each error is reported: %s',
    async (end) => {
      const ran: number[] = []
      const [first, second] = [new Error('first'), new Error('second')]
      const trx = await database.transaction()
      await Entry.create({ text: 'a' }, { client: trx })
      trx.after(end, () => {
        throw first
      })
      trx.after(end, () => ran.push(1))
      trx.after(end, () => Promise.reject(second))
      trx.after(end, () => ran.push(2))
      const error = await trx[end]().catch((error: unknown) => error)
      expect(ran).toEqual([1, 2])
      expect(error).toBeInstanceOf(errors.E_TRANSACTION_CALLBACK)
      expect(((error as Error).cause as AggregateError).errors).toEqual([first, second])
      expect(await count()).toBe(end === 'commit' ? 1 : 0)
    },
  )

  it('of a managed transaction run after its commit', async () => {
    let seen = -1
    await database.transaction(async (trx) => {
      await Entry.create({ text: 'a' }, { client: trx })
      trx.after('commit', async () => {
        seen = await count()
      })
    })
    expect(seen).toBe(1)
  })

  it('that throw after a rollback do not hide what ended the transaction', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    const [reason, late] = [new Error('reason'), new Error('late')]
    const attempt = database.transaction((trx) => {
      trx.after('rollback', () => {
        throw late
      })
      throw reason
    })
    await expect(attempt).rejects.toBe(reason)
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('warning', listen)
    expect(warnings).toContain(late)
  })
})

describe('a managed transaction', () => {
  it('answers what its callback answers', async () => {
    expect(await database.transaction(() => 'sync')).toBe('sync')
    expect(await database.transaction(async () => ({ a: 1 }))).toEqual({ a: 1 })
  })

  it('may be ended by its callback', async () => {
    await database.transaction(async (trx) => {
      await Entry.create({ text: 'a' }, { client: trx })
      await trx.rollback()
    })
    expect(await count()).toBe(0)
    await database.transaction(async (trx) => {
      await Entry.create({ text: 'a' }, { client: trx })
      await trx.commit()
    })
    expect(await count()).toBe(1)
  })

  it.each([new Error('e'), 'text', undefined, null, { frozen: true }])(
    'rejects with what was thrown: %s',
    async (thrown) => {
      const attempt = database.transaction(async (trx) => {
        await Entry.create({ text: 'a' }, { client: trx })
        throw thrown
      })
      expect(
        await attempt.then(
          () => 'resolved',
          (error: unknown) => ({ error }),
        ),
      ).toEqual({ error: thrown })
      expect(await count()).toBe(0)
    },
  )

  it('takes in a nested one', async () => {
    await database.transaction(async (trx) => {
      const nested = await trx.transaction(async (inner) => {
        await Entry.create({ text: 'a' }, { client: inner })
        return inner
      })
      expect(nested).toBe(trx)
      expect(await trx.transaction()).toBe(trx)
    })
    expect(await count()).toBe(1)
  })

  it('cannot be committed when a nested one failed, even if that was caught', async () => {
    const attempt = database.transaction(async (trx) => {
      await Entry.create({ text: 'outer' }, { client: trx })
      await trx
        .transaction(async (inner) => {
          await Entry.create({ text: 'inner' }, { client: inner })
          throw new Error('inner')
        })
        .catch(() => undefined)
    })
    await expect(attempt).rejects.toBeInstanceOf(errors.E_TRANSACTION_DOOMED)
    expect(await count()).toBe(0)
  })
})

describe('options', () => {
  it.each(['read uncommitted', 'read committed', 'repeatable read', 'snapshot'] as const)(
    'isolation level %s',
    async (isolationLevel) => {
      await database.transaction((trx) => Entry.create({ text: 'a' }, { client: trx }), {
        isolationLevel,
      })
      expect(await count()).toBe(1)
    },
  )

  it('serializable is refused', async () => {
    const attempt = database.transaction(() => undefined, { isolationLevel: 'serializable' })
    await expect(attempt).rejects.toBeInstanceOf(errors.E_UNSUPPORTED)
    await expect(database.transaction({ isolationLevel: 'none' as never })).rejects.toBeInstanceOf(
      errors.E_CONFIGURATION,
    )
  })

  it('read and write concern', async () => {
    const trx = await database.transaction({
      readConcern: 'majority',
      writeConcern: { w: 1, journal: false },
      readPreference: 'primary',
      maxCommitTimeMS: 1000,
    })
    await Entry.create({ text: 'a' }, { client: trx })
    await trx.commit()
    expect(await count()).toBe(1)
  })

  it('a snapshot does not see what is committed meanwhile', async () => {
    await database.transaction(async (trx) => {
      expect(await Entry.query({ client: trx }).count()).toBe(0)
      await Entry.create({ text: 'outside' })
      expect(await Entry.query({ client: trx }).count()).toBe(0)
    })
    expect(await count()).toBe(1)
  })
})

describe('a server without transactions', () => {
  it('refuses them, and createMany stores in order', async () => {
    const alone = await OwnMongod.start()
    class Row extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare text: string
    }
    const { Database } = await import('lucent-odm')
    const lonely = new Database({
      connection: 'alone',
      connections: { alone: { url: alone.uri, database: 'alone' } },
    })
    Row.useDatabase(lonely)
    try {
      expect(await lonely.connection().supportsTransactions()).toBe(false)
      const attempt = lonely.transaction((trx) => Row.create({ text: 'a' }, { client: trx }))
      await expect(attempt).rejects.toBeInstanceOf(errors.E_TRANSACTIONS_UNSUPPORTED)
      const [first] = await Row.createMany([{ text: 'a' }, { text: 'b' }])
      const rows = [{ text: 'c' }, { id: first?.id ?? '', text: 'twice' }, { text: 'd' }]
      await expect(Row.createMany(rows)).rejects.toMatchObject({
        code: 'E_DUPLICATE_KEY',
        position: 1,
      })
      expect((await Row.query().orderBy('text')).map(({ text }) => text)).toEqual(['a', 'b', 'c'])
    } finally {
      await lonely.closeAll()
      await alone.stop()
    }
  })
})
