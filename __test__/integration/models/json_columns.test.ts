import { inspect } from 'node:util'
import fc from 'fast-check'
import { BaseModel, column, errors, expr, type ModelQuery } from 'lucent-odm'
import { DateTime } from 'luxon'
import { ObjectId } from 'mongodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'
import { storedOf, WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const server = lucentDatabase()
const { db, database } = server

interface Settings {
  theme: string
  tags?: string[]
  nested?: { deep: { n: number } }
}

class Profile extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.json() declare settings: Settings | null
  @column.json({ columnName: 'more_text', serializeAs: 'more' }) declare extra: unknown
}

const collection = () => db.collection('profiles')

/** A document as another program stored it. */
async function stored(fields: Record<string, unknown>): Promise<Profile> {
  const { insertedId } = await collection().insertOne(fields)
  return Profile.findOrFail(String(insertedId))
}

beforeEach(() => collection().deleteMany({}))

describe.each(WRITE_PATHS)('$kind, $name', (path) => {
  const values = { settings: { theme: 'dark', tags: ['a', 'b'] }, extra: [1, null, 'x'] }
  const before = { settings: { theme: 'light' }, extra: { old: true } }
  const texts = { settings: '{"theme":"dark","tags":["a","b"]}', more_text: '[1,null,"x"]' }

  it('stores text; instances have the object', async () => {
    const { stored, instances, key } = await write(db, path, Profile, values, { before })
    expect(stored.length).toBeGreaterThan(0)
    for (const document of stored) expect(document).toMatchObject(texts)
    const found = await Profile.findManyBy('key', key)
    for (const instance of [...instances, ...found]) {
      expect(instance.settings).toEqual(values.settings)
      expect(instance.extra).toEqual(values.extra)
      expect((instance as Profile).$isDirty).toBe(false)
    }
  })

  it('stores null as null', async () => {
    const { stored, instances } = await write(db, path, Profile, { settings: null }, { before })
    expect(stored.map(({ settings }) => settings)).toEqual(stored.map(() => null))
    expect(instances.map(({ settings }) => settings)).toEqual(instances.map(() => null))
  })

  it('takes back what a rolled back transaction wrote', async () => {
    const trx = await database.connection().transaction()
    const { key } = await write(db, path, Profile, values, { before, client: trx })
    await trx.rollback()
    const documents = await storedOf(db, Profile, key)
    expect(documents.map(({ settings }) => settings)).toEqual(
      path.kind === 'insert' ? [] : ['{"theme":"light"}'],
    )
  })
})

describe('every way of reading', () => {
  const settings = { theme: 'dark', nested: { deep: { n: 1 } } }
  const WAYS: Record<string, (id: string) => Promise<readonly (Profile | null)[]>> = {
    find: async (id) => [await Profile.find(id)],
    'find by itself': async (id) => [await Profile.find(id, { coalesce: false })],
    findBy: async () => [await Profile.findBy('key', 'k')],
    first: async () => [await Profile.first()],
    all: () => Profile.all(),
    findMany: (id) => Profile.findMany([id]),
    query: async () => Profile.query().where('key', 'k'),
    select: async () => Profile.query().select('settings'),
    cursor: async () => {
      const rows: Profile[] = []
      for await (const row of Profile.query().cursor()) rows.push(row)
      return rows
    },
    paginate: async () => (await Profile.query().paginate(1, 5)).all(),
    paginateCursor: async () => [...(await Profile.query().paginateCursor({ limit: 5 }))],
    refresh: async (id) => [await (await Profile.findOrFail(id)).refresh()],
    findOneAndUpdate: async (id) => [
      await Profile.query().where('id', id).findOneAndUpdate({ key: 'other' }),
    ],
    findOneAndDelete: async (id) => [await Profile.query().where('id', id).findOneAndDelete()],
    firstOrCreate: async () => [await Profile.firstOrCreate({ key: 'k' })],
    lockForUpdate: async (id) => [
      await (await Profile.findOrFail(id)).lockForUpdate((fresh) => fresh),
    ],
    $createFromAdapterResult: async () => [
      Profile.$createFromAdapterResult(await collection().findOne()),
    ],
  }
  it.each(Object.entries(WAYS))('%s', async (_, read) => {
    const { id } = await Profile.create({ key: 'k', settings })
    const [row] = await read(id)
    expect(row?.settings).toEqual(settings)
    expect(row?.settings).toBe(row?.settings)
    if (row?.$isPersisted) expect(row.$original.settings).toEqual(settings)
    expect(row?.$attributes.settings).toEqual(settings)
    expect(row?.toJSON().settings).toEqual(settings)
  })

  it('pluck and valuesOf answer the values', async () => {
    await Profile.create({ key: 'k', settings })
    expect(await Profile.query().pluck('settings')).toEqual([settings])
    expect(await Profile.query().valuesOf('settings')).toEqual([settings])
  })

  it('toJson writes the object', async () => {
    const { id } = await Profile.create({ key: 'k', settings, extra: [1] })
    const shown = [{ id, key: 'k', settings, more: [1] }]
    expect(JSON.parse(await Profile.query().toJson())).toEqual(shown)
    expect(JSON.parse(JSON.stringify(await Profile.query()))).toEqual(shown)
  })

  it('plain rows and aggregations show what is stored, as of every column', async () => {
    await Profile.create({ key: 'k', settings })
    const [row] = await Profile.query().pojo()
    expect(row).toMatchObject({ settings: JSON.stringify(settings) })
    const [sum] = await Profile.aggregate().project({ text: expr.field('settings') })
    expect(sum).toMatchObject({ text: JSON.stringify(settings) })
  })
})

describe('what changed', () => {
  const OTHER_TEXTS = [
    '{"theme":"dark","tags":["a"]}',
    ' { "theme" : "dark",\n "tags" : [ "a" ] } ',
    '{"tags":["a"],"theme":"dark"}',
    '{"theme":"d\\u0061rk","tags":["a"],"theme":"dark"}',
  ]

  it.each(OTHER_TEXTS)('%j is not written again for being read', async (text) => {
    const profile = await stored({ key: 'k', settings: text })
    expect(profile.settings?.theme).toBe('dark')
    expect(profile.$isDirty).toBe(false)
    expect(await commandsOf(server, 'profiles', () => profile.save())).toEqual([])
    profile.key = 'changed'
    await profile.save()
    expect(await collection().findOne()).toMatchObject({ key: 'changed', settings: text })
  })

  it.each(OTHER_TEXTS)('%j is not written again for a value that means the same', async (text) => {
    const profile = await stored({ key: 'k', settings: text })
    for (const same of [
      { theme: 'dark', tags: ['a'] },
      { tags: ['a'], theme: 'dark' },
      { theme: 'dark', tags: ['a'], nested: undefined },
    ]) {
      profile.settings = same as Settings
      expect(profile.$dirty).toEqual({})
      expect(await commandsOf(server, 'profiles', () => profile.save())).toEqual([])
    }
  })

  const CHANGES: Record<string, (settings: Settings) => unknown> = {
    'a property': (settings) => {
      settings.theme = 'light'
    },
    'a new property': (settings) => Object.assign(settings, { added: 1 }),
    'a property that goes': (settings) => delete settings.tags,
    'an element': (settings) => settings.tags?.push('b'),
    'the order of elements': (settings) => settings.tags?.reverse(),
    'what is deep inside': (settings) => {
      settings.nested = { deep: { n: 2 } }
    },
  }
  const start = { theme: 'dark', tags: ['a', 'z'], nested: { deep: { n: 1 } } }

  describe.each(Object.entries(CHANGES))('in place: %s', (_, change) => {
    const expected = structuredClone(start) as Settings
    change(expected)

    it('of a document that was read', async () => {
      const profile = await stored({ key: 'k', settings: JSON.stringify(start) })
      change(profile.settings as Settings)
      expect(Object.keys(profile.$dirty)).toEqual(['settings'])
      expect(profile.$original.settings).toEqual(start)
      await profile.save()
      expect(JSON.parse((await collection().findOne())?.settings)).toEqual(expected)
      expect(profile.$isDirty).toBe(false)
    })

    it('of an instance that was just stored, twice', async () => {
      const profile = await Profile.create({ key: 'k', settings: structuredClone(start) })
      change(profile.settings as Settings)
      await profile.save()
      expect((await Profile.findOrFail(profile.id)).settings).toEqual(expected)
      profile.settings = structuredClone(start)
      await profile.save()
      expect((await Profile.findOrFail(profile.id)).settings).toEqual(start)
    })

    it('by bulkSave', async () => {
      const profile = await stored({ key: 'k', settings: JSON.stringify(start) })
      change(profile.settings as Settings)
      await Profile.bulkSave([profile])
      expect((await Profile.findOrFail(profile.id)).settings).toEqual(expected)
    })

    it('is taken back with a transaction', async () => {
      const profile = await stored({ key: 'k', settings: JSON.stringify(start) })
      profile.settings = structuredClone(start)
      const trx = await database.connection().transaction()
      profile.useTransaction(trx)
      change(profile.settings)
      await profile.save()
      await trx.rollback()
      expect(profile.settings).toEqual(start)
    })
  })

  it('null, missing, and values that are no objects', async () => {
    const missing = await stored({ key: 'k' })
    expect(missing.settings).toBeUndefined()
    expect(missing.toJSON()).not.toHaveProperty('settings')
    const nothing = await stored({ key: 'k', settings: null })
    expect(nothing.settings).toBeNull()
    for (const profile of [missing, nothing]) {
      expect(profile.$isDirty).toBe(false)
      expect(await commandsOf(server, 'profiles', () => profile.save())).toEqual([])
    }
    for (const value of [0, -1.5, '', 'text', true, false, [], {}]) {
      const { id } = await Profile.create({ key: 'k', extra: value })
      const found = await Profile.findOrFail(id)
      expect(found.extra).toEqual(value)
      expect(found.$isDirty).toBe(false)
    }
    await nothing.unset('settings').save()
    const _id = new ObjectId(nothing.id)
    expect(await collection().findOne({ _id })).toEqual({ _id, key: 'k' })
    expect((await Profile.findOrFail(nothing.id)).settings).toBeUndefined()
  })

  it('any JSON comes back as it was, and is clean then', async () => {
    const values = fc.jsonValue({ noUnicodeString: false }).filter((value) => value !== null)
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const normal: unknown = JSON.parse(JSON.stringify(value))
        const made = await Profile.create({ key: 'any', extra: value })
        const found = await Profile.findOrFail(made.id)
        expect(found.extra).toEqual(normal)
        expect([made.$isDirty, found.$isDirty]).toEqual([false, false])
        found.extra = structuredClone(normal)
        expect(found.$isDirty).toBe(false)
        expect(found.toJSON().more).toEqual(normal)
      }),
      tries(60),
    )
  })
})

describe('text that is not JSON', () => {
  const BROKEN: Record<string, unknown> = {
    text: 'secret words',
    'an empty text': '',
    'half an object': '{"secret":',
    'a number': 5,
    'an object': { secret: true },
    'an array': ['secret'],
    'a date': new Date(0),
  }

  it.each(Object.entries(BROKEN))('%s: a coded error without the text', async (_, settings) => {
    const profile = await stored({ key: 'k', settings })
    const thrown = (() => {
      try {
        return profile.settings
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(errors.E_INVALID_VALUE)
    expect(thrown).toMatchObject({ model: 'Profile', column: 'settings' })
    expect((thrown as Error).message).toContain(
      `Profile.settings of the document with the primary key ${profile.id}`,
    )
    expect(inspect(thrown, { depth: 9 })).not.toMatch(/secret/)
    expect(() => profile.toJSON()).toThrow(errors.E_INVALID_VALUE)
    expect(inspect(profile)).toMatch(/settings: '\[not JSON\]'/)
    expect(inspect(profile)).not.toMatch(/secret/)
  })

  it('is in nobody’s way, and can be replaced', async () => {
    const profile = await stored({ key: 'k', settings: 'no JSON' })
    profile.key = 'other'
    await profile.save()
    expect(await collection().findOne()).toMatchObject({ key: 'other', settings: 'no JSON' })
    profile.settings = { theme: 'new' }
    expect(Object.keys(profile.$dirty)).toEqual(['settings'])
    await profile.save()
    expect(await collection().findOne()).toMatchObject({ settings: '{"theme":"new"}' })
  })
})

describe('values that JSON cannot hold', () => {
  const circular: Record<string, unknown> = { secret: 1 }
  circular.self = circular
  const VALUES: Record<string, unknown> = {
    'a bigint': { secret: 1n },
    'a circle': circular,
    'a function': () => 'secret',
    'a symbol': Symbol('secret'),
    'what toJSON leaves out': { toJSON: () => undefined },
  }
  const ways: Record<string, (extra: unknown) => Promise<unknown>> = {
    create: (extra) => Profile.create({ key: 'k', extra }),
    createMany: (extra) => Profile.createMany([{ key: 'k', extra }]),
    update: (extra) =>
      Profile.query()
        .where('key', 'k')
        .update({ extra } as never),
    bulkWrite: async (extra) =>
      Profile.bulkWrite((bulk) => bulk.updateOne({ key: 'k' }, { extra } as never)),
    save: async (extra) => (await Profile.create({ key: 'k' })).merge({ extra }).save(),
  }
  const cases = Object.entries(VALUES).flatMap(([what, value]) =>
    Object.entries(ways).map(([how, run]) => [what, how, value, run] as const),
  )
  it.each(cases)('%s, by %s', async (_what, _how, value, run) => {
    const error = await run(value).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(errors.E_INVALID_VALUE)
    expect(error).toMatchObject({ model: 'Profile', column: 'extra' })
    expect((error as Error).message).not.toMatch(/secret/)
  })
})

it('a key named __proto__ is data', async () => {
  const text = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'
  const profile = await stored({ key: 'k', more_text: text })
  const extra = profile.extra as Record<string, unknown>
  expect(Object.keys(extra)).toEqual(['__proto__', 'constructor'])
  expect(extra.admin).toBeUndefined()
  expect(({} as Record<string, unknown>).admin).toBeUndefined()
  expect(JSON.stringify(profile.toJSON().more)).toBe(text)
  expect(profile.$isDirty).toBe(false)
  extra.added = 1
  await profile.save()
  expect((await collection().findOne())?.more_text).toBe(
    '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"added":1}',
  )
})

describe('conditions', () => {
  type Query = ModelQuery<typeof Profile>
  const REFUSED: Record<string, (query: Query) => unknown> = {
    'where an object': (query) => query.where('settings', { theme: 'dark' }),
    'where with an operator': (query) => query.where('settings', '!=', { theme: 'dark' }),
    'where of an object of columns': (query) => query.where({ settings: { theme: 'dark' } }),
    'a value inside': (query) => query.where('settings.theme', 'dark'),
    'null inside': (query) => query.whereNull('settings.theme' as never),
    orWhere: (query) => query.where('key', 'k').orWhere('settings', { theme: 'dark' }),
    whereNot: (query) => query.whereNot('settings', { theme: 'dark' }),
    whereIn: (query) => query.whereIn('settings', [{ theme: 'dark' }]),
    'whereIn of several': (query) => query.whereIn(['key', 'extra'], [['k', 1]]),
    whereBetween: (query) => query.whereBetween('extra', [1, 2] as never),
    whereLike: (query) => query.whereLike('settings', '%dark%'),
    whereJson: (query) => query.whereJson('settings', { theme: 'dark' }),
    whereJsonSuperset: (query) => query.whereJsonSuperset('settings', { theme: 'dark' }),
    whereJsonSubset: (query) => query.whereJsonSubset('settings', { theme: 'dark' }),
    whereJsonPath: (query) => query.whereJsonPath('settings', '$.theme', 'dark'),
    whereSize: (query) => query.whereSize('extra' as never, 1),
    whereColumn: (query) => query.whereColumn('settings', 'key'),
    orderBy: (query) => query.orderBy('settings'),
    'orderBy inside': (query) => query.orderBy('settings.theme'),
    'select inside': (query) => query.select('settings.theme'),
  }
  it.each(Object.entries(REFUSED))('%s: refused, with what to do', (_, write) => {
    expect(() => write(Profile.query())).toThrow(errors.E_INVALID_QUERY)
    expect(() => write(Profile.query())).toThrow(/holds JSON text.*@column\(\)/s)
  })

  it('in aggregations too', () => {
    const refused = [
      () => Profile.aggregate().match({ settings: { theme: 'dark' } } as never),
      () => Profile.aggregate().match((query) => query.where('settings.theme', 'dark')),
      () => Profile.aggregate().sort({ settings: 'asc' }),
      () => Profile.aggregate().addFields({ same: expr.eq(expr.field('extra'), 'x') }),
    ]
    for (const run of refused) expect(run).toThrow(errors.E_INVALID_QUERY)
  })

  const UPDATES: Record<string, () => Promise<unknown>> = {
    'a value inside': () => Profile.query().all().update('settings.theme', 'dark'),
    push: () =>
      Profile.query()
        .all()
        .pushTo('extra' as never, 1 as never),
    increment: () =>
      Profile.query()
        .all()
        .increment('extra' as never),
    max: () =>
      Profile.query()
        .all()
        .updateMany((update) => update.max('extra', 3)),
    rename: () =>
      Profile.query()
        .all()
        .updateMany((update) => update.rename('key', 'extra')),
    upsertMany: () => Profile.upsertMany([{ extra: 1 }], { by: ['extra'] }),
    fetchOrCreateMany: () => Profile.fetchOrCreateMany('extra', [{ extra: 1 }]),
    firstOrCreate: () => Profile.firstOrCreate({ extra: 1 }),
  }
  it.each(Object.entries(UPDATES))('update: %s', async (_, run) => {
    await expect(run()).rejects.toThrow(errors.E_INVALID_QUERY)
  })

  it('tests for null and missing fields work, and so does unset', async () => {
    await collection().insertMany([
      { key: 'text', settings: '{"theme":"x"}' },
      { key: 'null', settings: null },
      { key: 'missing' },
    ])
    const keys = async (query: Query) => (await query.orderBy('key')).map(({ key }) => key)
    expect(await keys(Profile.query().whereNull('settings'))).toEqual(['missing', 'null'])
    expect(await keys(Profile.query().where('settings', null))).toEqual(['missing', 'null'])
    expect(await keys(Profile.query().whereNotNull('settings'))).toEqual(['text'])
    expect(await keys(Profile.query().whereMissing('settings'))).toEqual(['missing'])
    expect(await keys(Profile.query().whereRaw({ settings: '{"theme":"x"}' }))).toEqual(['text'])
    await Profile.query().all().unset('settings')
    expect(await collection().countDocuments({ settings: { $exists: true } })).toBe(0)
  })
})

describe('replacer and reviver', () => {
  class Plan extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column.json({
      replacer: (key, value) => (key === 'password' ? undefined : value),
      reviver: (key, value) => (key === 'at' ? DateTime.fromISO(String(value)) : value),
    })
    declare data: { at: DateTime; password?: string }
  }

  it('make what is stored and what is read', async () => {
    const at = DateTime.fromISO('2026-01-02T03:04:05.000+02:00', { setZone: true })
    const plan = await Plan.create({ data: { at, password: 'secret' } })
    expect(await db.collection('plans').findOne()).toMatchObject({
      data: `{"at":"${at.toISO()}"}`,
    })
    expect(plan.$isDirty).toBe(false)
    const found = await Plan.findOrFail(plan.id)
    expect(found.data.at.toMillis()).toBe(at.toMillis())
    expect(found.$isDirty).toBe(false)
    found.data.at = at.plus({ days: 1 })
    expect(found.$isDirty).toBe(true)
  })

  it('a reviver that adds something does not make a document dirty', async () => {
    class Filled extends BaseModel {
      static override collection = 'filled'
      @column({ isPrimary: true }) declare id: string
      @column.json({
        reviver: (key, value) => (key === '' ? { size: 1, ...(value as object) } : value),
      })
      declare data: { size?: number; name: string }
    }
    const { insertedId } = await db.collection('filled').insertOne({ data: '{"name":"x"}' })
    const found = await Filled.findOrFail(String(insertedId))
    expect(found.data).toEqual({ size: 1, name: 'x' })
    expect(found.$isDirty).toBe(false)
    found.data.size = 2
    expect(found.$isDirty).toBe(true)
  })
})

describe('known defects of a hand-made JSON field', () => {
  it('the value is stored, and an accessor that hands out copies loses nothing', async () => {
    const profile = new Profile()
    profile.settings = { theme: 'dark' }
    profile.settings.theme = 'light'
    await profile.save()
    expect(await collection().findOne()).toMatchObject({ settings: '{"theme":"light"}' })
    expect((await Profile.findOrFail(profile.id)).settings).toEqual({ theme: 'light' })
  })

  it('missing is not an empty object, and an empty object is not missing', async () => {
    const { id } = await Profile.create({ key: 'none' })
    expect((await Profile.findOrFail(id)).settings).toBeUndefined()
    const empty = await Profile.create({ key: 'empty', extra: {} })
    expect((await Profile.findOrFail(empty.id)).extra).toEqual({})
  })

  it('what is falsy is a value', async () => {
    for (const extra of [0, '', false]) {
      const { id } = await Profile.create({ key: 'k', extra })
      expect((await Profile.findOrFail(id)).extra).toBe(extra)
    }
  })
})

it.each(['isPrimary', 'generate', 'prepare', 'consume'])('has no option %s', (option) => {
  expect(() => {
    class Wrong extends BaseModel {
      @column.json({ [option]: true } as never) declare data: unknown
    }
    return Wrong
  }).toThrow(errors.E_MODEL_DEFINITION)
})
