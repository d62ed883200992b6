import { expect, it } from 'vitest'
import { ownDatabase } from '../../helpers/own_database.ts'
import { Kind, RawCore } from '../../helpers/raw_core.ts'
import { withFailPoint } from '../../helpers/server.ts'

const { uri, name, db, client } = await ownDatabase()
// Fail points must not meet the witness's commands.
const APP_NAME = 'deadlines'
const options = { url: uri, database: name, appName: APP_NAME }
const core = new RawCore({ name: 'main', ...options })
const hasty = new RawCore({ name: 'hasty', ...options, timeoutMS: 100 })
const model = core.model('entries')
const hastyModel = hasty.model('entries')

const slow = <T>(commands: string[], milliseconds: number, times: number, work: () => Promise<T>) =>
  withFailPoint(
    client,
    { failCommands: commands, blockConnection: true, blockTimeMS: milliseconds, appName: APP_NAME },
    { times },
    work,
  )

const timeout = { code: 'E_TIMEOUT', message: expect.stringContaining('within 100 ms') }

it('ends what is not over in time, and the pool goes on', async () => {
  await slow(['count', 'aggregate', 'insert', 'ping'], 3_000, 4, async () => {
    const started = Date.now()
    const late = await Promise.allSettled([
      core.run(Kind.count, { timeoutMS: 100 }, { model }),
      core.run(Kind.insert, { timeoutMS: 100 }, { model }, [{ text: 'late' }]),
      core.run(Kind.ping, { timeoutMS: 100 }),
      hasty.run(Kind.count, {}, { model: hastyModel }),
    ])
    for (const one of late) {
      expect(one).toMatchObject({ status: 'rejected', reason: timeout })
    }
    expect(Date.now() - started).toBeLessThan(2_000)
  })
  const after = Array.from({ length: 150 }, () =>
    core.run(Kind.count, { timeoutMS: 5_000 }, { model }),
  )
  expect(await Promise.all(after)).toHaveLength(150)
})

it('a request says more than its connection, and zero is no limit', async () => {
  for (const timeoutMS of [0, 5_000]) {
    await slow(['aggregate'], 300, 1, () =>
      expect(hasty.run(Kind.count, { timeoutMS }, { model: hastyModel })).resolves.toHaveProperty(
        'count',
      ),
    )
  }
})

it('counts for the whole of a read, or for each batch of a stream', async () => {
  await db.collection('batches').insertMany(Array.from({ length: 20 }, () => ({})))
  const where = { model: core.model('batches') }
  const head = { batchSize: 5, timeoutMS: 250 }
  const pause = () => new Promise((resolve) => setTimeout(resolve, 120))
  const read = (more: object, commands: number, milliseconds: number) =>
    slow(['getMore'], milliseconds, commands, async () => {
      const { reply } = core.read(Kind.find, { ...head, ...more }, where, pause)
      return (await reply).length
    })
  // Each batch is late by little, all of them by much; the reader's own pauses do not count.
  expect(await read({ stream: true }, 4, 120)).toBe(20)
  await expect(read({}, 4, 120)).rejects.toMatchObject({ code: 'E_TIMEOUT' })
  await expect(read({ stream: true }, 1, 2_000)).rejects.toMatchObject({
    code: 'E_TIMEOUT',
    message: expect.stringContaining('next batch'),
  })
})

it('a commit that is not over in time may have been carried out, and may be repeated', async () => {
  await db.createCollection('commits')
  const where = { model: core.model('commits') }
  const session = core.openSession()
  await core.run(Kind.startTransaction, {}, { session })
  await core.run(Kind.insert, {}, { ...where, session }, [{ text: 'once' }])
  await slow(['commitTransaction'], 600, 1, async () => {
    const commit = core.run(Kind.commitTransaction, { timeoutMS: 100 }, { session })
    await expect(commit).rejects.toMatchObject({
      code: 'E_TIMEOUT',
      errorLabels: ['UnknownTransactionCommitResult'],
    })
    await core.run(Kind.commitTransaction, {}, { session })
  })
  core.closeSession(session)
  expect(await db.collection('commits').countDocuments()).toBe(1)
})
