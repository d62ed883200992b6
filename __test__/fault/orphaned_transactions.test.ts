/** Transactions of which the server holds what nobody commits: the attempt that follows must not wait for them. */
import { BaseModel, type BelongsTo, belongsTo, column, Database } from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'

const APP_NAME = 'orphans'

let server: OwnMongod
let witness: MongoClient
let proxy: TcpProxy
let database: Database

class Shelf extends BaseModel {
  static override collection = 'shelves'
  @column({ isPrimary: true }) declare id: string
  @column() declare booksCount: number
}

class Book extends BaseModel {
  static override collection = 'books'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column.objectId() declare shelfId: string | null
  @belongsTo(() => Shelf, { counterCache: 'booksCount' }) declare shelf: BelongsTo<typeof Shelf>
}

class Note extends BaseModel {
  static override collection = 'notes'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
}

beforeAll(async () => {
  server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'], { replicaSet: true })
  witness = new MongoClient(server.uri)
  proxy = await TcpProxy.start(server.port)
  // The server ends an orphan by itself after a minute, which is longer than a test may take.
  const url = `${proxy.uri}&heartbeatFrequencyMS=500`
  database = new Database({
    connection: 'main',
    connections: { main: { url, database: 'orphans', appName: APP_NAME } },
  })
  for (const model of [Shelf, Book, Note]) model.useDatabase(database)
}, 60_000)
afterAll(async () => {
  await database.closeAll()
  await proxy.stop()
  await witness.close()
  await server.stop()
})

let shelf: Shelf
let notes: Note[]
beforeEach(async () => {
  await witness.db('orphans').dropDatabase()
  shelf = await Shelf.create({ booksCount: 0 })
  await Book.createCollection()
  notes = await Note.createMany([{ title: 'a' }, { title: 'b' }])
})
afterEach(() => proxy.heal())

/** Ways to write in a transaction: the command whose reply is lost, and what is stored in the end. */
const WAYS: Record<
  string,
  { command: string; run(): Promise<unknown>; stored(): Promise<unknown>; is: unknown }
> = {
  createMany: {
    command: 'insert',
    run: () => Note.createMany([{ title: 'c' }, { title: 'c' }]),
    stored: () => Note.query().where('title', 'c').count(),
    is: 2,
  },
  saveMany: {
    command: 'update',
    run: () =>
      Note.bulkSave(
        notes.map((note) => note.merge({ title: 'c' })),
        { atomic: true },
      ),
    stored: () => Note.query().where('title', 'c').count(),
    is: 2,
  },
  'a transaction that is repeated': {
    command: 'insert',
    run: () =>
      database.transaction(async (client) => {
        const [first] = notes
        const note = await Note.create({ id: '0123456789abcdef01234567', title: 'c' }, { client })
        await Note.query({ client })
          .where('id', first?.id as string)
          .update({ title: note.title })
      }),
    stored: () => Note.query().where('title', 'c').count(),
    is: 2,
  },
  'a count of the core': {
    command: 'insert',
    run: () => Book.create({ title: 'c', shelfId: shelf.id }),
    stored: async () => (await Shelf.findOrFail(shelf.id)).booksCount,
    is: 1,
  },
}

describe.each(Object.entries(WAYS))('%s', (_, { command, run, stored, is }) => {
  it('is done once when the reply of its first command is lost', async () => {
    proxy.loseReplyTo(command)
    await run()
    expect(await stored()).toBe(is)
  })

  it.each(['abortTransaction', 'killSessions'])(
    'is done once when %s is lost too',
    async (lost) => {
      const data = { failCommands: [lost], closeConnection: true, appName: APP_NAME }
      await withFailPoint(witness, data, { times: 3 }, async () => {
        proxy.loseReplyTo(command)
        await run()
      })
      expect(await stored()).toBe(is)
    },
  )
})
