import { expect, inject, it } from 'vitest'
import { testDatabase, withFailPoint } from './server.ts'

// The fail point must not meet the commands of other test files.
const APP_NAME = 'fail point check'
const { client, db, name } = testDatabase({ appName: APP_NAME })

it('has a primary with transactions and change streams', async () => {
  const stream = db.collection('notes').watch()
  const next = stream.next()
  await client.withSession((session) =>
    session.withTransaction(() =>
      db.collection('notes').insertOne({ title: 'first' }, { session }),
    ),
  )
  const change = await next
  expect(change.operationType).toBe('insert')
  await stream.close()
  expect(await db.collection('notes').countDocuments()).toBe(1)
  expect(name).toMatch(/^test_/)
})

// A server that somebody else runs need not allow them.
it.skipIf(process.env.MONGODB_URI)('has fail points', async () => {
  const data = { failCommands: ['insert'], errorCode: 11601, appName: APP_NAME }
  await withFailPoint(client, data, { times: 1 }, () =>
    expect(db.collection('notes').insertOne({})).rejects.toMatchObject({ code: 11601 }),
  )
  await db.collection('notes').insertOne({})
  expect(inject('mongoUri')).toContain('mongodb://')
})
