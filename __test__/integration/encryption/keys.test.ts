import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Document } from 'bson'
import {
  BaseModel,
  type ConnectionConfig,
  column,
  Database,
  type DatabaseConfig,
  defineConfig,
  type EncryptionConfig,
  type EncryptionKeys,
  errors,
  generateEncryptionKey,
  type KeyRequest,
  parseEncryptionKeys,
  setEncryptionKeys,
} from 'lucent-odm'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testKey } from '../../helpers/encryption.ts'
import { testDatabase } from '../../helpers/server.ts'

const { db, uri, name } = testDatabase()
const messages = db.collection('messages')
const VARIABLE = 'LUCENT_ENCRYPTION_KEYS'

const ONE: EncryptionKeys = { keys: { one: testKey(1) } }
const TWO: EncryptionKeys = { keys: { two: testKey(2) } }
const BOTH: EncryptionKeys = { primary: 'two', keys: { one: testKey(1), two: testKey(2) } }

const open: Database[] = []
afterEach(async () => {
  setEncryptionKeys(undefined)
  delete process.env[VARIABLE]
  for (const database of open.splice(0)) await database.closeAll()
})
afterAll(() => setEncryptionKeys(undefined))
beforeEach(() => messages.deleteMany({}))

abstract class Columns extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare place: number
  @column.encrypted({ blind: true }) declare text: string
}

/** A model on a database with these settings. */
function modelWith(connection: Partial<ConnectionConfig> = {}, rest: Partial<DatabaseConfig> = {}) {
  const settings = { url: uri, database: name, ...connection }
  const database = new Database({ connection: 'main', connections: { main: settings }, ...rest })
  open.push(database)
  class Message extends Columns {}
  Message.useDatabase(database)
  return Object.assign(Message, { opened: database })
}

function afterSetting<T>(keys: EncryptionKeys, make: () => T): T {
  setEncryptionKeys(keys)
  return make()
}

/** Which key wrote a document: its number as it is stored. */
async function writerOf(place: number): Promise<string> {
  const stored = (await messages.findOne({ place })) as Document
  return Buffer.from(stored.text.value()).subarray(2, 6).toString('hex')
}

const numbers = new Map<string, string>()
/** The number that a key has where values are stored. */
async function numberOf(keys: EncryptionKeys): Promise<string> {
  const known = numbers.get(JSON.stringify(keys))
  if (known !== undefined) return known
  await modelWith({ encryption: keys }).create({ place: -9, text: 'x' })
  const number = await writerOf(-9)
  await messages.deleteOne({ place: -9 })
  numbers.set(JSON.stringify(keys), number)
  return number
}

describe('where keys come from', () => {
  const SOURCES: [string, () => ReturnType<typeof modelWith>, EncryptionKeys][] = [
    ['setEncryptionKeys', () => afterSetting(ONE, () => modelWith()), ONE],
    [
      'the environment',
      () => {
        process.env[VARIABLE] = `one:${testKey(1)}`
        return modelWith()
      },
      ONE,
    ],
    [
      'the environment, the first of several',
      () => {
        process.env[VARIABLE] = ` two:${testKey(2)}, one:${testKey(1)},`
        return modelWith()
      },
      TWO,
    ],
    [
      'setEncryptionKeys before the environment',
      () => {
        process.env[VARIABLE] = `one:${testKey(1)}`
        setEncryptionKeys(TWO)
        return modelWith()
      },
      TWO,
    ],
    [
      'the database before the process',
      () => afterSetting(ONE, () => modelWith({}, { encryption: TWO })),
      TWO,
    ],
    [
      'the connection before the database',
      () => afterSetting(ONE, () => modelWith({ encryption: TWO }, { encryption: ONE })),
      TWO,
    ],
    [
      'the process, where the connection has other settings only',
      () => afterSetting(TWO, () => modelWith({ encryption: { namespace: 'x' } })),
      TWO,
    ],
    ['a provider', () => modelWith({ encryption: { provider: () => TWO } }), TWO],
    [
      'a provider that takes its time',
      () =>
        modelWith({
          encryption: {
            provider: async () => {
              await new Promise((done) => setTimeout(done, 5))
              return TWO
            },
          },
        }),
      TWO,
    ],
    ['bytes', () => modelWith({ encryption: { keys: { k: Buffer.alloc(32, 2) } } }), TWO],
    ['the primary', () => modelWith({ encryption: BOTH }), TWO],
    [
      'the first, where no primary is named',
      () => modelWith({ encryption: { keys: BOTH.keys } }),
      ONE,
    ],
  ]

  it.each(SOURCES)('%s', async (_name, make, keys) => {
    const number = await numberOf(keys)
    const Message = make()
    await Message.create({ place: 1, text: 'a' })
    await Message.createMany([{ place: 2, text: 'b' }])
    await Message.query().where('place', 2).update({ text: 'c' })
    expect([await writerOf(1), await writerOf(2)]).toEqual([number, number])
    expect((await Message.findByOrFail('text', 'c')).place).toBe(2)
  })

  it('none: the error says what to do', async () => {
    const Message = modelWith()
    const ways: (() => PromiseLike<unknown>)[] = [
      () => Message.create({ text: 'never-told' }),
      () => Message.create({ text: 'never-told' }, { coalesce: true }),
      () => Message.createMany([{ text: 'never-told' }]),
      () => Message.all(),
      () => Message.find('5e5a5e5a5e5a5e5a5e5a5e5a'),
      () => Message.find('5e5a5e5a5e5a5e5a5e5a5e5a', { coalesce: true }),
      () => Message.query().where('text', 'never-told').count(),
      () => Message.query().where('place', 1).update({ text: 'never-told' }),
      () => Message.query().where('text', 'never-told').delete(),
      () => Message.query().toJson(),
      () => Message.aggregate().match({ text: 'never-told' }),
      () => Message.query().where('text', 'never-told').explain(),
      async () => {
        for await (const _ of Message.query().cursor());
      },
      () => Message.bulkWrite((bulk) => bulk.insert({ text: 'never-told' })),
      () => Message.transaction((client) => Message.create({ text: 'never-told' }, { client })),
    ]
    for (const run of ways) {
      const error = (await run().then(
        () => undefined,
        (reason: unknown) => reason,
      )) as Error & { code: string }
      expect(error?.code).toBe('E_CONFIGURATION')
      expect(error.message).toMatch(/"main".*LUCENT_ENCRYPTION_KEYS.*setEncryptionKeys.*encryption/)
      expect(error.message).not.toContain('never-told')
    }
    expect(await messages.countDocuments()).toBe(0)
    setEncryptionKeys(ONE)
    await Message.create({ place: 1, text: 'later' })
    expect((await Message.firstOrFail()).text).toBe('later')
  })

  it('a model without encrypted columns needs none', async () => {
    class Plain extends BaseModel {
      static override collection = 'plain'
      @column() declare text: string
    }
    Plain.useDatabase(
      modelWith({ encryption: { provider: () => Promise.reject(new Error('no')) } }).opened,
    )
    await Plain.create({ text: 'x' })
    expect((await Plain.firstOrFail()).text).toBe('x')
  })
})

describe('keys that are none', () => {
  const WRONG: [string, unknown, RegExp][] = [
    ['short', { keys: { k: Buffer.alloc(31) } }, /"k" must be 32 bytes.*31/],
    ['long', { keys: { k: Buffer.alloc(33) } }, /"k" must be 32 bytes.*33/],
    ['empty', { keys: { k: '' } }, /"k" must be 32 bytes/],
    [
      'base64 of another length',
      { keys: { k: Buffer.alloc(24, 9).toString('base64') } },
      /"k" must/,
    ],
    ['hexadecimal', { keys: { k: '09'.repeat(32) } }, /"k" must be 32 bytes/],
    ['a number', { keys: { k: 9 } }, /"k" must be 32 bytes/],
    ['null', { keys: { k: null } }, /"k" must be 32 bytes/],
    ['no keys', { keys: {} }, /generateEncryptionKey/],
    ['no object of keys', { keys: 'x' }, /keys/],
    ['an unknown primary', { primary: 'x', keys: { k: testKey(9) } }, /"x" is not among: k/],
    ['a name with a colon', { keys: { 'a:b': testKey(9) } }, /"a:b"/],
    ['a name with a space', { keys: { 'a b': testKey(9) } }, /"a b"/],
  ]

  it.each(WRONG)('%s', (_name, given, message) => {
    const keys = given as EncryptionKeys
    const connections = { main: { url: uri, database: name } }
    const ways = [
      () => setEncryptionKeys(keys),
      () => defineConfig({ connection: 'main', connections, encryption: keys }),
      () => new Database({ connection: 'main', connections, encryption: keys }),
      () =>
        new Database({
          connection: 'main',
          connections: { main: { ...connections.main, encryption: keys } },
        }),
    ]
    for (const [place, run] of ways.entries()) {
      // Settings of a connection may be without keys, but not say that they have them.
      let error: (Error & { code?: string }) | undefined
      try {
        run()
      } catch (thrown) {
        error = thrown as Error
      }
      expect([place, error?.code]).toEqual([place, 'E_CONFIGURATION'])
      expect(error?.message).toMatch(message)
      expect(error?.message).not.toContain(testKey(9).slice(0, 20))
      expect(error?.message).not.toContain('09'.repeat(8))
    }
  })

  it('one key under two names', async () => {
    setEncryptionKeys({ keys: { a: testKey(9), b: testKey(9) } })
    const failed = modelWith().create({ text: 'x' })
    await expect(failed).rejects.toMatchObject({
      code: 'E_CONFIGURATION',
      message: expect.stringMatching(/"a" and "b"/),
    })
  })

  it.each([
    ['no name', testKey(1), /entry 1/],
    ['an empty name', `:${testKey(1)}`, /entry 1/],
    ['a name twice', `a:${testKey(1)},a:${testKey(2)}`, /"a" is there twice/],
    ['a short key', 'a:AAAA', /"a" must be 32 bytes/],
    ['nothing between commas', ',', /there is none/],
  ])('in the environment: %s', async (_name, text, message) => {
    process.env[VARIABLE] = text
    await expect(modelWith().all()).rejects.toMatchObject({
      code: 'E_CONFIGURATION',
      message: expect.stringMatching(message),
    })
  })

  it.each<[string, unknown, RegExp]>([
    ['an unknown setting', { key: 'x' }, /unknown setting "key"/],
    ['keys and a provider', { ...ONE, provider: () => ONE }, /not both/],
    ['a provider that is none', { provider: 'x' }, /`provider`/],
    ['a tenant that is none', { tenant: 'x' }, /`tenant`/],
    ['an empty namespace', { namespace: '' }, /`namespace`/],
    ['no object', 'x', /object/],
  ])('in the settings: %s', (_name, encryption, message) => {
    const settings = { url: uri, encryption: encryption as EncryptionConfig }
    const make = () => new Database({ connection: 'main', connections: { main: settings } })
    expect(make).toThrow(errors.E_CONFIGURATION)
    expect(make).toThrow(message)
  })

  it('generates and parses keys', () => {
    const made = new Set(Array.from({ length: 100 }, generateEncryptionKey))
    expect(made.size).toBe(100)
    for (const key of made) expect(Buffer.from(key, 'base64')).toHaveLength(32)
    const parsed = parseEncryptionKeys(`b:${testKey(2)},a:${testKey(1)}`)
    expect(parsed.primary).toBe('b')
    expect({ ...parsed.keys }).toEqual({ b: testKey(2), a: testKey(1) })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(Object.keys(parseEncryptionKeys(`__proto__:${testKey(1)}`).keys)).toEqual(['__proto__'])
  })
})

describe('keys that change', () => {
  it('old ones read, the primary writes', async () => {
    setEncryptionKeys(ONE)
    const Message = modelWith()
    await Message.create({ place: 1, text: 'old' })
    setEncryptionKeys(BOTH)
    expect((await Message.findByOrFail('place', 1)).text).toBe('old')
    expect((await Message.findByOrFail('text', 'old')).place).toBe(1)
    await Message.create({ place: 2, text: 'new' })
    expect([await writerOf(1), await writerOf(2)]).toEqual([
      await numberOf(ONE),
      await numberOf(TWO),
    ])
    const [old] = await Message.query().whereIn('text', ['old']).orderBy('place')
    await old?.merge({ text: 'written again' }).save()
    expect(await writerOf(1)).toBe(await numberOf(TWO))
    expect(await Message.query().whereIn('text', ['written again', 'new']).count()).toBe(2)
    setEncryptionKeys(TWO)
    expect((await Message.query().orderBy('place')).map(({ text }) => text)).toEqual([
      'written again',
      'new',
    ])
    setEncryptionKeys(ONE)
    await expect(Message.all()).rejects.toMatchObject({ code: 'E_UNKNOWN_KEY' })
    setEncryptionKeys(undefined)
    await expect(Message.all()).rejects.toMatchObject({ code: 'E_CONFIGURATION' })
  })

  it('the environment is looked at again', async () => {
    process.env[VARIABLE] = `one:${testKey(1)}`
    const Message = modelWith()
    await Message.create({ place: 1, text: 'a' })
    process.env[VARIABLE] = `two:${testKey(2)},one:${testKey(1)}`
    await Message.create({ place: 2, text: 'b' })
    expect([await writerOf(1), await writerOf(2)]).toEqual([
      await numberOf(ONE),
      await numberOf(TWO),
    ])
  })

  it('while operations are under way', async () => {
    const Message = modelWith()
    setEncryptionKeys(ONE)
    const places = Array.from({ length: 60 }, (_, place) => place)
    await Promise.all(
      places.map(async (place) => {
        setEncryptionKeys(place % 2 === 0 ? BOTH : { ...BOTH, primary: 'one' })
        const made = await Message.create({ place, text: `text ${place}` })
        expect((await Message.findOrFail(made.id)).text).toBe(`text ${place}`)
      }),
    )
    setEncryptionKeys(BOTH)
    const rows = await Message.query().orderBy('place')
    expect(rows.map(({ text }) => text)).toEqual(places.map((place) => `text ${place}`))
  })

  it('without `unique` a document that was not rotated is found by its old hash', async () => {
    setEncryptionKeys(ONE)
    const Message = modelWith()
    await Message.create({ place: 1, text: 'same' })
    setEncryptionKeys(BOTH)
    await Message.create({ place: 2, text: 'same' })
    expect(await Message.query().where('text', 'same').count()).toBe(2)
    expect(await Message.query().whereNot('text', 'same').count()).toBe(0)
  })
})

describe('providers', () => {
  it('are asked once, for concurrent operations too', async () => {
    const asked: KeyRequest[] = []
    const provider = async (request: KeyRequest) => {
      asked.push(request)
      await new Promise((done) => setTimeout(done, 5))
      return BOTH
    }
    const Message = modelWith({ encryption: { provider } })
    await Promise.all(
      Array.from({ length: 20 }, (_, place) => Message.create({ place, text: 'x' })),
    )
    await Message.createMany([{ text: 'y' }, { text: 'z' }])
    expect(await Message.query().where('text', 'x').count()).toBe(20)
    for await (const row of Message.query().cursor()) expect(row.text).toMatch(/[xyz]/)
    await Message.transaction((client) => Message.create({ text: 'w' }, { client }))
    expect(asked).toEqual([{ connection: 'main', tenant: null }])
    Message.opened.reloadEncryptionKeys()
    await Message.all()
    await Message.all()
    expect(asked).toHaveLength(2)
  })

  it('give new keys when they are asked again', async () => {
    let keys = ONE
    const Message = modelWith({ encryption: { provider: () => keys } })
    await Message.create({ place: 1, text: 'a' })
    keys = BOTH
    await Message.create({ place: 2, text: 'b' })
    expect(await writerOf(2)).toBe(await numberOf(ONE))
    Message.opened.reloadEncryptionKeys()
    await Message.create({ place: 3, text: 'c' })
    expect(await writerOf(3)).toBe(await numberOf(TWO))
    expect((await Message.query().orderBy('place')).map(({ text }) => text)).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  it.each<[string, () => never | Promise<never>]>([
    [
      'throw',
      () => {
        throw new Error('vault is sealed')
      },
    ],
    ['reject', () => Promise.reject(new Error('vault is sealed'))],
  ])(
    'that %s: the operation fails with the reason, and the next one asks again',
    async (_name, fail) => {
      let asked = 0
      const provider = () => {
        asked++
        return asked <= 2 ? fail() : ONE
      }
      const Message = modelWith({ encryption: { provider } })
      const first = Message.create({ text: 'x' })
      await expect(first).rejects.toMatchObject({
        code: 'E_CONFIGURATION',
        message: expect.stringMatching(/key provider of connection "main"/),
        cause: expect.objectContaining({ message: 'vault is sealed' }),
      })
      await expect(Message.query().toJson()).rejects.toMatchObject({ code: 'E_CONFIGURATION' })
      await Message.create({ place: 1, text: 'x' })
      expect((await Message.firstOrFail()).text).toBe('x')
      expect(asked).toBe(3)
    },
  )

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no keys', {}],
    ['short keys', { keys: { k: 'AAAA' } }],
  ])('that give %s', async (_name, given) => {
    const Message = modelWith({ encryption: { provider: () => given as EncryptionKeys } })
    await expect(Message.create({ text: 'x' })).rejects.toMatchObject({ code: 'E_CONFIGURATION' })
  })

  it('can be given up on', async () => {
    const Message = modelWith({
      encryption: { provider: () => new Promise((done) => setTimeout(() => done(ONE), 100)) },
    })
    const signal = AbortSignal.timeout(10)
    const failed = Message.query().signal(signal).exec()
    await expect(failed).rejects.toMatchObject({ code: 'E_ABORTED' })
    expect(await Message.all()).toEqual([])
  })
})

describe('tenants', () => {
  const tenants = new AsyncLocalStorage<string | null>()
  const tenant = () => tenants.getStore()
  const withTenants = (more: EncryptionConfig = ONE, settings: Partial<ConnectionConfig> = {}) =>
    modelWith({ ...settings, encryption: { ...more, tenant } })

  it('have values of their own', async () => {
    const Message = withTenants()
    await tenants.run('a', () => Message.create({ place: 1, text: 'same' }))
    await tenants.run('b', () => Message.create({ place: 2, text: 'same' }))
    await Message.create({ place: 3, text: 'same' })
    for (const [who, place] of [
      ['a', 1],
      ['b', 2],
      [null, 3],
    ] as const) {
      await tenants.run(who, async () => {
        expect((await Message.query().where('text', 'same')).map((row) => row.place)).toEqual([
          place,
        ])
        expect((await Message.findByOrFail('place', place)).text).toBe('same')
        const other = Message.findBy('place', (place % 3) + 1)
        await expect(other).rejects.toMatchObject({ code: 'E_DECRYPTION_FAILED' })
      })
    }
    const stored = await messages.find().toArray()
    expect(new Set(stored.map(({ text__blind }) => text__blind.toString('hex'))).size).toBe(3)
  })

  it('are told to the provider, once each', async () => {
    const asked: (string | null)[] = []
    const provider = async (request: KeyRequest) => {
      asked.push(request.tenant)
      return request.tenant === 'b' ? TWO : ONE
    }
    const Message = withTenants({ provider })
    for (const who of ['a', 'b', null, 'a', 'b', null]) {
      await tenants.run(who, async () => {
        await Message.create({ place: 0, text: String(who) })
        expect(await Message.query().where('text', String(who)).count()).toBeGreaterThan(0)
      })
    }
    expect(asked).toEqual(['a', 'b', null])
  })

  it.each([
    'create',
    'create, sharing a command',
    'createMany',
    'save',
    'save, sharing a command',
    'update',
    'bulkWrite',
    'bulkSave',
    'firstOrCreate',
    'transaction',
  ])('are kept apart by %s of callers at once', async (way) => {
    const Message = withTenants(ONE, { maxPoolSize: 4 })
    const write = async (place: number) => {
      const text = `text of ${tenants.getStore()}`
      const coalesce = way.endsWith('command')
      switch (way) {
        case 'createMany':
          return Message.createMany([{ place, text }])
        case 'save':
        case 'save, sharing a command': {
          const made = await Message.create({ place, text: 'before' }, { coalesce })
          return made.merge({ text }).save({ coalesce })
        }
        case 'update':
          await Message.create({ place, text: 'before' })
          return Message.query().where('place', place).update({ text })
        case 'bulkWrite':
          return Message.bulkWrite((bulk) => bulk.insert({ place, text }))
        case 'bulkSave':
          return Message.bulkSave([new Message().merge({ place, text })])
        case 'firstOrCreate':
          return Message.firstOrCreate({ place }, { text })
        case 'transaction':
          return Message.transaction((client) => Message.create({ place, text }, { client }))
        default:
          return Message.create({ place, text }, { coalesce })
      }
    }
    const whose = (place: number) => ['a', 'b', null, 'c'][place % 4] as string | null
    const places = Array.from({ length: 40 }, (_, place) => place)
    await Promise.all(places.map((place) => tenants.run(whose(place), () => write(place))))
    await Promise.all(
      places.map((place) =>
        tenants.run(whose(place), async () => {
          const row = await Message.findByOrFail('place', place)
          expect(row.text).toBe(`text of ${whose(place)}`)
          expect((await Message.find(row.id, { coalesce: true }))?.text).toBe(row.text)
          const found = await Message.query().where('text', row.text)
          expect(found.length).toBe(10)
        }),
      ),
    )
  })

  it('are those of the caller in hooks and in cursors', async () => {
    class Hooked extends Columns {
      static override collection = 'messages'
    }
    Hooked.useDatabase(withTenants().opened)
    Hooked.before('create', async (row) => {
      await new Promise((done) => setTimeout(done, 1))
      row.text = `${row.text} of ${tenants.getStore()}`
    })
    const whose = ['a', 'b', 'a', 'b']
    await Promise.all(
      whose.map((who, place) =>
        tenants.run(who, () => Hooked.create({ place, text: 'x' }, { coalesce: true })),
      ),
    )
    await tenants.run('a', async () => {
      const texts = []
      const query = Hooked.query().whereIn('place', [0, 2])
      for await (const row of query.cursor({ batchSize: 1 })) texts.push(row.text)
      expect(texts).toEqual(['x of a', 'x of a'])
    })
  })

  it.each<[string, unknown]>([
    ['an empty text', ''],
    ['a number', 7],
    ['an object', {}],
  ])('cannot be %s', async (_name, who) => {
    const Message = modelWith({ encryption: { ...ONE, tenant: () => who as string } })
    for (const run of [
      () => Message.create({ text: 'x' }),
      () => Message.create({ text: 'x' }, { coalesce: true }),
      () => Message.find('5e5a5e5a5e5a5e5a5e5a5e5a', { coalesce: true }),
      () => Message.all(),
    ]) {
      await expect(run()).rejects.toMatchObject({
        code: 'E_CONFIGURATION',
        message: expect.stringMatching(/tenant\(\)/),
      })
    }
  })

  it('may be a thousand and more', async () => {
    const asked = new Map<string | null, number>()
    const provider = ({ tenant: who }: KeyRequest) => {
      asked.set(who, (asked.get(who) ?? 0) + 1)
      return ONE
    }
    const Message = withTenants({ provider })
    for (let place = 0; place < 1100; place++) {
      await tenants.run(`tenant ${place}`, () => Message.query().where('text', 'x').count())
    }
    expect(asked.size).toBe(1100)
    await tenants.run('tenant 1099', () => Message.query().where('text', 'x').count())
    expect(asked.get('tenant 1099')).toBe(1)
    await tenants.run('tenant 0', () => Message.create({ place: 1, text: 'x' }))
    expect(asked.get('tenant 0')).toBe(2)
  })
})

describe('two models of one collection', () => {
  it('share commands without sharing what is encrypted', async () => {
    setEncryptionKeys(ONE)
    const Message = modelWith()
    class Bare extends BaseModel {
      static override collection = 'messages'
      @column() declare place: number
      @column() declare note: string
    }
    class Noted extends BaseModel {
      static override collection = 'messages'
      @column() declare place: number
      @column.encrypted() declare note: string
    }
    Bare.useDatabase(Message.opened)
    Noted.useDatabase(Message.opened)
    const coalesce = true
    const made = await Promise.all([
      Bare.create({ place: 1, note: 'bare' }, { coalesce }),
      Message.create({ place: 2, text: 'secret' }, { coalesce }),
      Noted.create({ place: 3, note: 'secret' }, { coalesce }),
      Bare.create({ place: 4, note: 'bare' }, { coalesce }),
    ])
    await Promise.all([
      made[0].merge({ note: 'bare again' }).save({ coalesce }),
      made[1].merge({ text: 'secret again' }).save({ coalesce }),
      made[2].merge({ note: 'secret again' }).save({ coalesce }),
    ])
    const [first, second, third, fourth] = await messages.find().sort({ place: 1 }).toArray()
    expect([first?.note, fourth?.note]).toEqual(['bare again', 'bare'])
    expect(second?.text.sub_type).toBe(0xe1)
    expect(third?.note.sub_type).toBe(0xe1)
    expect((await Message.findByOrFail('text', 'secret again')).place).toBe(2)
    expect((await Noted.findByOrFail('place', 3)).note).toBe('secret again')
  })
})

describe('worker threads', () => {
  const script = new URL('./fixtures/worker.mjs', import.meta.url)
  type Told = { made: number; read: string[]; found?: string; failed: (string | null)[] }

  async function run(place: number, options: { keys?: EncryptionKeys; env?: NodeJS.ProcessEnv }) {
    const { keys, env = {} } = options
    const worker = new Worker(script, {
      workerData: { url: uri, database: name, place, keys },
      env: { ...process.env, ...env },
    })
    const [told] = (await once(worker, 'message')) as [Told]
    await once(worker, 'exit')
    return told
  }

  it('have keys of their own, and those of the environment', async () => {
    setEncryptionKeys(ONE)
    const Message = modelWith()
    await Message.create({ place: -1, text: 'main' })
    const all = await Promise.all([
      run(1, { keys: BOTH }),
      run(2, { keys: TWO }),
      run(3, { env: { [VARIABLE]: `one:${testKey(1)}` } }),
    ])
    for (const [at, told] of all.entries()) {
      expect(told.made).toBe(50)
      expect(new Set(told.read).size).toBe(50)
      expect(told.found).toBe(`thread ${at + 1}, 7`)
    }
    expect(all.map(({ failed }) => failed)).toEqual([['main'], ['E_UNKNOWN_KEY'], ['main']])
    expect((await Message.findByOrFail('place', 3)).text).toMatch(/^thread 3/)
    setEncryptionKeys(BOTH)
    expect(await Message.query().count()).toBe(151)
    expect((await Message.all()).every(({ text }) => text.length > 3)).toBe(true)
  })
})
