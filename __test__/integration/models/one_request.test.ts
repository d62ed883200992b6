/** What the server is asked between the beginning and the end of a step without hooks is one request. */
import {
  afterFind,
  BaseModel,
  beforeCreate,
  beforeFind,
  column,
  errors,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { Kind, RawCore } from '../../helpers/raw_core.ts'
import { operationsOf } from '../../helpers/recorded_operations.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase({ maxPoolSize: 50, encryption: TEST_KEYS })
const { database, db } = server
const tags = db.collection('one_tags')

const log: string[] = []

class Tag extends BaseModel {
  static override collection = 'one_tags'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare group: string
  @column() declare color: string

  @beforeCreate() static made() {
    log.push('beforeCreate')
  }
  @beforeFind() static sought(query: ModelQueryBuilder<Tag>) {
    log.push('beforeFind')
    query.whereRaw({ group: { $ne: 'hidden' } })
  }
  @afterFind() static found(tag: Tag | null) {
    log.push(tag === null ? 'afterFind of nothing' : `afterFind of ${tag.name}`)
  }
}

/** Somebody else inserts the same while the hooks run. */
class Raced extends Tag {
  static override collection = 'one_tags'
  @beforeCreate() static async lose(tag: Raced) {
    await tags.insertOne({ name: tag.name, color: 'other' })
  }
}

class Numbered extends BaseModel {
  static override collection = 'one_numbers'
  @column({ isPrimary: true, generate: 'sequence' }) declare number: number
}

const range = (count: number) => Array.from({ length: count }, (_, place) => place)

// What the server can do is asked once a connection.
beforeAll(() => database.connection().supportsTransactions())

beforeEach(async () => {
  for (const name of ['one_tags', 'one_numbers', 'counters']) await db.collection(name).drop()
  await tags.createIndex({ name: 1 }, { unique: true })
  log.length = 0
})

describe('finding or making', () => {
  const cases: Record<string, [() => Promise<unknown>, string[]]> = {
    'firstOrCreate, missing': [
      () => Tag.firstOrCreate({ name: 'a' }),
      ['find', 'insertUnlessFound'],
    ],
    'firstOrCreate of a lost race': [
      () => Raced.firstOrCreate({ name: 'a' }),
      ['find', 'insertUnlessFound'],
    ],
    'firstOrCreate, found': [() => Tag.firstOrCreate({ name: 'there' }), ['find']],
    'updateOrCreate, missing': [
      () => Tag.updateOrCreate({ name: 'a' }, { color: 'red' }),
      ['startTransaction', 'find', 'insert', 'commitTransaction'],
    ],
    'fetchOrCreateMany, missing': [
      () => Tag.fetchOrCreateMany('name', [{ name: 'a' }]),
      ['find', 'startTransaction', 'insert', 'commitTransaction'],
    ],
  }
  it.each(Object.entries(cases))('%s', async (_, [work, expected]) => {
    await tags.insertOne({ name: 'there' })
    expect(await operationsOf(work)).toEqual(expected)
  })

  it('who lost a race gets the other document, and runs the find hooks on it', async () => {
    const tag = await Raced.firstOrCreate({ name: 'a' }, { color: 'mine' })
    expect(tag).toMatchObject({ color: 'other', $isPersisted: true, $isLocal: false })
    expect(log).toEqual([
      'beforeFind',
      'afterFind of nothing',
      'beforeCreate',
      'beforeFind',
      'afterFind of a',
    ])
    await tag.merge({ color: 'saved' }).save()
    expect(await tags.findOne()).toMatchObject({ name: 'a', color: 'saved' })
  })

  it('what hooks ask beyond conditions is read', async () => {
    class Narrow extends Raced {
      static override collection = 'one_tags'
      @beforeFind() static narrow(query: ModelQueryBuilder<Narrow>) {
        query.select('name')
      }
    }
    let tag: Narrow | undefined
    const operations = await operationsOf(async () => {
      tag = await Narrow.firstOrCreate({ name: 'a' })
    })
    expect(operations).toEqual(['find', 'insertUnlessFound', 'find'])
    expect(tag?.$attributes).toEqual({ id: expect.any(String), name: 'a' })
  })

  it('a filter that says two things of a field inserts all the same, in the one request', async () => {
    class Twice extends Tag {
      static override collection = 'one_tags'
      @beforeFind() static twice(query: ModelQueryBuilder<Twice>) {
        query.where('group', 'x').where('group', 'y')
      }
    }
    let tag: Twice | undefined
    const operations = await operationsOf(async () => {
      tag = await Twice.firstOrCreate({ name: 'a' }, { color: 'red' })
    })
    expect(operations).toEqual(['find', 'insertUnlessFound'])
    expect(await tags.find().toArray()).toEqual([
      { _id: expect.anything(), name: 'a', color: 'red' },
    ])
    expect(tag).toMatchObject({ name: 'a', color: 'red', $isPersisted: true, $isDirty: false })
    await expect(Twice.firstOrCreate({ name: 'a' })).rejects.toMatchObject({
      code: 'E_DUPLICATE_KEY',
      keys: ['name'],
    })
  })

  it('a hundred at once ask twice each, at most', async () => {
    const submitted = await operationsOf(() =>
      Promise.all(range(100).map(() => Tag.firstOrCreate({ name: 'a' }))),
    )
    expect(submitted.filter((one) => one === 'find')).toHaveLength(100)
    expect(submitted.length).toBeLessThanOrEqual(200)
    expect(await tags.countDocuments()).toBe(1)
  })

  it('an encrypted column is searched by, and stored as what was searched by', async () => {
    class Patient extends BaseModel {
      static override collection = 'one_patients'
      @column({ isPrimary: true }) declare id: string
      @column.encrypted({ blind: { unique: true } }) declare ssn: string
      @column() declare name: string
    }
    const patients = db.collection('one_patients')
    await patients.drop()
    await patients.createIndex({ ssn__blind: 1 }, { unique: true })
    const all = await Promise.all(
      range(20).map((n) => Patient.firstOrCreate({ ssn: '123' }, { name: `n${n}` })),
    )
    expect(await patients.countDocuments()).toBe(1)
    expect(JSON.stringify(await patients.findOne())).not.toContain('123"')
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(new Set(all.map(({ ssn }) => ssn))).toEqual(new Set(['123']))
    // Whose entry was put beside another value is not taken for it.
    await patients.updateOne({}, { $unset: { ssn: '' } })
    await expect(Patient.firstOrCreate({ ssn: '123' })).rejects.toMatchObject({
      code: 'E_DECRYPTION_FAILED',
    })
  })

  it('a duplicate of what does not match runs the before hooks once', async () => {
    await tags.insertOne({ name: 'a', group: 'hidden' })
    const attempt = Tag.firstOrCreate({ name: 'a', group: 'shown' })
    await expect(attempt).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY', keys: ['name'] })
    expect(log.filter((one) => one === 'beforeCreate')).toHaveLength(1)
  })
})

describe('numbers of a sequence', () => {
  it('are one request, whatever happens beside it', async () => {
    expect(await operationsOf(() => Numbered.create({}))).toEqual(['sequence', 'insert'])
    const submitted = await operationsOf(() =>
      Promise.all(range(50).map(() => Numbered.createMany([{}, {}], { atomic: false }))),
    )
    expect(submitted.filter((one) => one === 'sequence')).toHaveLength(50)
    expect(submitted).toHaveLength(100)
    expect(await db.collection('one_numbers').distinct('_id')).toEqual(range(101).map((n) => n + 1))
  })

  it('begin again when the collection is emptied, by the same request', async () => {
    await Numbered.createMany([{}, {}])
    expect(await operationsOf(() => Numbered.truncate())).toEqual(['delete'])
    expect(await db.collection('counters').countDocuments()).toBe(0)
    expect((await Numbered.create({})).number).toBe(1)
  })
})

describe('locks', () => {
  const around = (operation: string) => ['startTransaction', operation, 'commitTransaction']

  it('are one request with the read', async () => {
    const tag = await Tag.create({ name: 'a' })
    expect(await operationsOf(() => tag.lockForUpdate(() => 1))).toEqual(around('findAndLock'))
    await Tag.createMany(range(30).map((n) => ({ name: `t${n}` })))
    let rows: Tag[] = []
    const submitted = await operationsOf(() =>
      database.transaction(async (client) => {
        rows = await Tag.query({ client }).orderBy('name').batchSize(7).forUpdate()
      }),
    )
    expect(submitted).toEqual(around('findAndLock'))
    expect(rows.map(({ name }) => name)).toEqual(['a', ...range(30).map((n) => `t${n}`)].sort())
  })

  it('fail in their own name', async () => {
    const tag = await Tag.create({ name: 'a' })
    const [one, two] = [await database.transaction(), await database.transaction()]
    try {
      await Tag.query({ client: one }).forUpdate()
      await expect(Tag.query({ client: two }).forUpdate().first()).rejects.toMatchObject({
        code: 'E_WRITE_CONFLICT',
        model: 'Tag',
        operation: 'lock',
      })
    } finally {
      await one.rollback()
      await two.rollback()
    }
    await expect(tag.lockForUpdate(() => 'free')).resolves.toBe('free')
  })

  it('hold for a page by cursor too', async () => {
    await Tag.createMany(range(5).map((n) => ({ name: `t${n}` })))
    await database.transaction(async (client) => {
      const query = () => Tag.query({ client }).orderBy('name').forUpdate()
      const first = await query().paginateCursor({ limit: 3 })
      expect(first.all().map(({ name }) => name)).toEqual(['t0', 't1', 't2'])
      const rest = await query().paginateCursor({ limit: 3, after: first.nextCursor })
      expect(rest.all().map(({ name }) => name)).toEqual(['t3', 't4'])
      expect(rest.nextCursor).toBeNull()
      const other = await database.transaction()
      const refused = Tag.query({ client: other }).where('name', 't4').update({ color: 'red' })
      await expect(refused).rejects.toBeInstanceOf(errors.E_WRITE_CONFLICT)
      await other.rollback()
    })
  })

  it('need a session', async () => {
    const core = new RawCore({ name: 'main', url: server.uri, database: server.name })
    const model = core.model('one_tags')
    await expect(core.read(Kind.findAndLock, {}, { model }).reply).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
    })
  })
})

describe('a failure between the commands of a request', () => {
  const block = (failCommands: string[]) => ({
    failCommands,
    blockConnection: true,
    blockTimeMS: 1500,
  })
  const sending: Record<string, [string, (limits: object) => Promise<unknown>]> = {
    'a sequence': ['findAndModify', (limits) => Numbered.create({}, limits)],
    'insert unless found': [
      'findAndModify',
      (limits) => Tag.firstOrCreate({ name: 'a' }, {}, limits),
    ],
    'a lock': [
      'update',
      async (limits) => {
        const client = await database.transaction()
        try {
          await Tag.query({ client, ...limits }).forUpdate()
        } finally {
          await client.rollback()
        }
      },
    ],
  }

  describe.each(Object.entries(sending))('%s', (_, [command, work]) => {
    beforeEach(async () => {
      await tags.insertOne({ name: 'there' })
    })

    it('ends with the time', async () => {
      await withFailPoint(server.client, block([command]), { times: 1 }, () =>
        expect(work({ timeout: 300 })).rejects.toBeInstanceOf(errors.E_TIMEOUT),
      )
    })

    it('ends with the signal', async () => {
      await withFailPoint(server.client, block([command]), { times: 1 }, () =>
        expect(work({ signal: AbortSignal.timeout(300) })).rejects.toBeInstanceOf(errors.E_ABORTED),
      )
    })

    it('ends when the network is gone', async () => {
      const failing = { failCommands: [command], closeConnection: true }
      await withFailPoint(server.client, failing, 'alwaysOn', () =>
        expect(work({})).rejects.toBeInstanceOf(errors.E_CONNECTION_FAILED),
      )
      // Nothing is left that would keep the next from going well.
      await work({})
    })
  })

  it('a lost lock repeats the transaction', async () => {
    await tags.insertOne({ name: 'there' })
    const failing = {
      failCommands: ['update'],
      errorCode: 112,
      errorLabels: ['TransientTransactionError'],
    }
    let runs = 0
    await withFailPoint(server.client, failing, { times: 1 }, () =>
      database.transaction(async (client) => {
        runs++
        expect(await Tag.query({ client }).forUpdate()).toHaveLength(1)
      }),
    )
    expect(runs).toBe(2)
  })
})
