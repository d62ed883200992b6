import { BaseModel, column, Database, defineConfig } from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../../helpers/server.ts'

const { client, uri, name } = testDatabase()
const archive = `${name}_archive`

const database = new Database({
  connection: 'main',
  connections: {
    main: { url: uri, database: name },
    archive: { url: uri, database: archive, appName: 'archivist' },
    path: { url: uri.replace(/\/(\?|$)/, `/${archive}$1`) },
    nameless: { url: uri },
  },
})
afterAll(async () => {
  await database.closeAll()
  await client.db(archive).dropDatabase()
})

class Base extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
}
Base.useDatabase(database)

class Note extends Base {}
class Archived extends Base {
  static override connection = 'archive'
  static override collection = 'notes'
}

const inMain = () => client.db(name).collection('notes')
const inArchive = () => client.db(archive).collection('notes')

beforeEach(async () => {
  await inMain().deleteMany({})
  await inArchive().deleteMany({})
})

describe('a model', () => {
  it('is on the primary connection, or the one it names', async () => {
    await Note.create({ text: 'main' })
    await Archived.create({ text: 'archive' })
    expect((await inMain().find().toArray()).map(({ text }) => text)).toEqual(['main'])
    expect((await inArchive().find().toArray()).map(({ text }) => text)).toEqual(['archive'])
  })

  it('inherits its connection', async () => {
    class Child extends Archived {
      static override collection = 'notes'
    }
    await Child.create({ text: 'child' })
    expect(await inArchive().countDocuments()).toBe(1)
  })

  it('is on the database of the url’s path when none is named', async () => {
    await Note.create({ text: 'x' }, { connection: 'path' })
    expect(await inArchive().countDocuments()).toBe(1)
  })

  it('of another Database does not touch the first', async () => {
    const other = new Database({
      connection: 'only',
      connections: { only: { url: uri, database: archive } },
    })
    class Elsewhere extends Base {
      static override collection = 'notes'
    }
    Elsewhere.useDatabase(other)
    await Elsewhere.create({ text: 'x' })
    await other.closeAll()
    expect(await inArchive().countDocuments()).toBe(1)
    expect(await Note.query().count()).toBe(0)
  })

  it('without a database says what to do', async () => {
    class Orphan extends BaseModel {
      @column() declare text: string
    }
    // Not undefined, which would fall back to a parent's.
    Object.defineProperty(Orphan, '$database', { value: undefined })
    for (const act of [
      () => Orphan.create({ text: 'x' }),
      () => Orphan.find('f'.repeat(24)),
      async () => Orphan.query(),
    ]) {
      await expect(act()).rejects.toMatchObject({
        code: 'E_CONFIGURATION',
        model: 'Orphan',
        message: expect.stringContaining('useDatabase'),
      })
    }
  })
})

describe('{ connection }', () => {
  const options = { connection: 'archive' }

  it('holds for every static method, and instances keep it', async () => {
    const made = await Note.create({ text: 'one' }, options)
    expect(made.$options).toEqual(options)
    await Note.createMany([{ text: 'two' }, { text: 'three' }], options)
    expect(await inMain().countDocuments()).toBe(0)
    expect(await inArchive().countDocuments()).toBe(3)
    const found = [
      await Note.findOrFail(made.id, options),
      await Note.findOrFail(made.id, { ...options, coalesce: false }),
      await Note.findByOrFail('text', 'one', options),
      await Note.findByOrFail({ text: 'one' }, options),
      await Note.query(options).where('text', 'one').firstOrFail(),
      (await Note.findMany([made.id], options))[0] as Note,
      (await Note.query(options).where('text', 'one').paginate(1))[0] as Note,
    ]
    for (const [n, note] of found.entries()) {
      expect(note.$options).toEqual(options)
      note.text = `saved ${n}`
      await note.save()
      expect(await inArchive().countDocuments({ text: note.text })).toBe(1)
      await inArchive().updateOne({ text: note.text }, { $set: { text: 'one' } })
      await note.refresh()
      expect([note.text, note.$options]).toEqual(['one', options])
    }
    expect(await Note.find(made.id)).toBeNull()
    expect((await Note.first(options))?.$options).toEqual(options)
    expect(await Note.all(options)).toHaveLength(3)
    expect(await Note.query(options).count()).toBe(3)
    await found[0]?.delete()
    expect(await Note.query(options).all().delete()).toEqual([2])
  })

  it('of useConnection holds from then on', async () => {
    const note = new Note().useConnection('archive')
    note.text = 'x'
    await note.save()
    expect(await inArchive().countDocuments()).toBe(1)
    note.useConnection('main')
    note.text = 'y'
    await expect(note.save()).rejects.toMatchObject({ code: 'E_STALE_MODEL', connection: 'main' })
  })

  it('that does not exist is E_UNKNOWN_CONNECTION, naming those there are', async () => {
    const nowhere = { connection: 'nowhere' }
    for (const act of [
      () => Note.create({ text: 'x' }, nowhere),
      () => Note.find('f'.repeat(24), nowhere),
      () => Note.query(nowhere).count(),
      async () => Note.query(nowhere),
      () => new Note().useConnection('nowhere').save(),
    ]) {
      const error = await act().catch((caught) => caught)
      expect(error).toMatchObject({ code: 'E_UNKNOWN_CONNECTION', connection: 'nowhere' })
      expect(error.message).toContain('main, archive')
    }
    expect(() => database.connection('nowhere')).toThrow(
      expect.objectContaining({ code: 'E_UNKNOWN_CONNECTION' }),
    )
  })

  it('without a database name is E_CONFIGURATION', async () => {
    await expect(Note.query({ connection: 'nameless' }).count()).rejects.toMatchObject({
      code: 'E_CONFIGURATION',
      connection: 'nameless',
      model: 'Note',
    })
  })
})

describe('configuration', () => {
  const SECRET = 'pa55word4711'
  const url = 'mongodb://localhost:27017/app'

  it.each([
    ['no url', {}],
    ['another protocol', { url: `http://user:${SECRET}@localhost` }],
    ['an unknown setting', { url, poolSize: 5 }],
    ['__proto__', JSON.parse(`{ "url": "${url}", "__proto__": 1 }`)],
    ['a setting of Object.prototype', { url, constructor: 1 }],
    ['maxPoolSize of text', { url, maxPoolSize: SECRET }],
    ['maxPoolSize below 0', { url, maxPoolSize: -1 }],
    ['minPoolSize with a fraction', { url, minPoolSize: 1.5 }],
    ['NaN', { url, serverSelectionTimeoutMS: Number.NaN }],
    ['connectTimeoutMS of text', { url, connectTimeoutMS: '5' }],
    ['maxIdleTimeMS of null', { url, maxIdleTimeMS: null }],
    ['tls of text', { url, tls: 'yes' }],
    ['directConnection of a number', { url, directConnection: 1 }],
    ['retryReads of null', { url, retryReads: null }],
    ['retryWrites of text', { url, retryWrites: 'no' }],
    ['appName of a number', { url, appName: 1 }],
    ['database of a number', { url, database: 1 }],
    ['replicaSet of a boolean', { url, replicaSet: true }],
    ['username of an object', { url, username: { $gt: '' } }],
    ['password of an array', { url, password: [SECRET] }],
    ['authSource of a number', { url, authSource: 1 }],
    ['tlsCAFile of a number', { url, tlsCAFile: 1 }],
    ['allowServerJavaScript of text', { url, allowServerJavaScript: 'true' }],
    ['coalesceWrites of a number', { url, coalesceWrites: 1 }],
    ['nothing', null],
    ['text', url],
  ])('with %s is E_CONFIGURATION, naming the connection and no value', (_, settings) => {
    const config = { connection: 'broken', connections: { broken: settings as never } }
    for (const act of [() => defineConfig(config), () => new Database(config)]) {
      let error: Error | undefined
      try {
        act()
      } catch (caught) {
        error = caught as Error
      }
      expect(error).toMatchObject({ code: 'E_CONFIGURATION', connection: 'broken' })
      expect(error?.message).not.toContain(SECRET)
    }
    expect(() => database.add('broken', settings as never)).toThrow(
      expect.objectContaining({ code: 'E_CONFIGURATION' }),
    )
    expect(database.has('broken')).toBe(false)
  })

  it.each([
    ['nothing', undefined],
    ['no connections', { connection: 'main' }],
    ['null connections', { connection: 'main', connections: null }],
    ['a default that is not there', { connection: 'x', connections: { main: { url } } }],
    ['a default that only Object has', { connection: 'toString', connections: { main: { url } } }],
  ])('with %s is E_CONFIGURATION', (_, config) => {
    expect(() => new Database(config as never)).toThrow(
      expect.objectContaining({ code: 'E_CONFIGURATION' }),
    )
  })

  it.each([
    ['an unknown mechanism', { url, authMechanism: 'ROT13' }],
    [
      'a CA file that is not there',
      { url, password: SECRET, tlsCAFile: '/nowhere/ca.pem', database: 'x' },
    ],
  ])('with %s is E_CONFIGURATION at the first use', async (_, settings) => {
    const broken = new Database({
      connection: 'broken',
      connections: { broken: settings as never },
    })
    class Lost extends Base {}
    Lost.useDatabase(broken)
    for (const act of [() => Lost.query().count(), () => broken.connection().ping()]) {
      const error = await act().catch((caught) => caught)
      expect(error).toMatchObject({ code: 'E_CONFIGURATION', connection: 'broken' })
      expect(JSON.stringify({ ...error, message: error.message })).not.toContain(SECRET)
    }
    await broken.closeAll()
  })

  it('adds and replaces connections', async () => {
    const settings = { url: uri, database: name }
    const added = database.add('added', settings)
    expect(database.connection('added')).toBe(added)
    expect(() => database.add('added', settings)).toThrow(
      expect.objectContaining({ code: 'E_CONFIGURATION', connection: 'added' }),
    )
    await added.ping()
    await database.close('added')
    const again = database.add('added', settings)
    expect(await again.ping()).toBeGreaterThan(0)
    expect(Object.isFrozen(again.config)).toBe(true)
  })
})
