import { inspect } from 'node:util'
import { EJSON } from 'bson'
import {
  BaseModel,
  beforeSave,
  column,
  Database,
  expr,
  type ModelQueryBuilder,
  type QueryEvent,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everythingIn, TEST_KEYS } from '../helpers/encryption.ts'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db, database } = lucentDatabase({ encryption: TEST_KEYS, debug: true })

/** What must be seen nowhere; each in a value of another shape. */
const WORD = 'Sesame'
const NUMBER = 81_726_354
const MOMENT = DateTime.fromISO('1969-07-20T20:17:40.000Z')
const TEAM = '5e5a5e5a5e5a5e5a5e5a5e5a'

class Person extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare rank: number
  @column.encrypted({ blind: { unique: true } }) declare email: string
  @column.encrypted({ blind: true }) declare amount: number
  @column.dateTime({ encrypted: { blind: true } }) declare seenAt: DateTime
  @column.objectId({ encrypted: { blind: true } }) declare teamId: string
  @column.encrypted({ blind: { normalize: (value: string) => `${value}!` } }) declare phone: string
  @column.encrypted({ bind: 'column' }) declare details: { note: string; list: string[] }
  @column.encrypted({ fields: ['street', 'rooms.code'] })
  declare address: { street: string; city: string; rooms: { code: string }[] }

  @beforeSave()
  static refuse(person: Person) {
    return person.name !== 'refused'
  }
}

const VALUES = {
  name: 'Ada',
  rank: 1,
  email: `${WORD}@example.com`,
  amount: NUMBER,
  seenAt: MOMENT,
  teamId: TEAM,
  phone: `${WORD} phone`,
  details: { note: `${WORD} note`, list: [WORD] },
  address: { street: `${WORD} street`, city: 'London', rooms: [{ code: `${WORD} code` }] },
}

const people = db.collection('people')
let entries: string[] = []

/** Everything that is in a value, in every form in which it may come to be seen. */
function shown(value: unknown): string {
  const all: string[] = [
    inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: null }),
    String(value),
  ]
  const seen = new Set<unknown>()
  const walk = (one: unknown) => {
    if (typeof one === 'string') all.push(one)
    if (one instanceof Uint8Array) all.push(Buffer.from(one).toString('latin1'))
    if (typeof one !== 'object' || one === null || seen.has(one)) return
    seen.add(one)
    if (one instanceof Error) {
      all.push(one.stack ?? '', one.message)
      walk(one.cause)
    }
    for (const key of Reflect.ownKeys(one)) {
      const { value: inner } = Object.getOwnPropertyDescriptor(one, key) ?? {}
      walk(inner)
    }
  }
  walk(value)
  for (const write of [JSON.stringify, (one: unknown) => EJSON.stringify(one as object)]) {
    try {
      all.push(write(value) ?? '')
    } catch {
      // What cannot be written shows nothing.
    }
  }
  return all.join('\n')
}

function expectNothingOf(value: unknown): void {
  const text = shown(value)
  expect(text).not.toMatch(
    new RegExp(`${WORD}|${NUMBER}|1969-07-20|${TEAM}|${MOMENT.toMillis()}`, 'i'),
  )
  for (const entry of entries) expect(text).not.toContain(entry)
}

beforeAll(() => people.createIndex({ email__blind: 1 }, { unique: true }))

beforeEach(async () => {
  await people.deleteMany({})
  await Person.create(VALUES)
  const stored = await people.find().toArray()
  entries = stored.flatMap((document) =>
    Object.entries(document)
      .filter(([name]) => name.endsWith('__blind'))
      .flatMap(([, entry]) => (Array.isArray(entry) ? entry : [entry]))
      .flatMap((entry) => {
        const bytes = Buffer.from(entry.buffer)
        const hex = bytes.toString('hex')
        return [bytes.toString('base64'), hex, hex.toUpperCase(), bytes.toString('latin1')]
      }),
  )
  expect(entries.length).toBeGreaterThan(5)
  expect(everythingIn(stored)).not.toContain(WORD)
})

type Query = ModelQueryBuilder<Person>

/** Conditions in which the values are. */
const ASKED: Record<string, (query: Query) => Query> = {
  where: (q) => q.where('email', VALUES.email),
  'where of a number': (q) => q.where('amount', NUMBER),
  'where of a date': (q) => q.where('seenAt', MOMENT),
  'where of an id': (q) => q.where('teamId', TEAM),
  'where with a normaliser': (q) => q.where('phone', VALUES.phone),
  whereIn: (q) => q.whereIn('email', [VALUES.email, WORD]),
  whereNotIn: (q) => q.whereNotIn('teamId', [TEAM]),
  whereNot: (q) => q.whereNot('seenAt', MOMENT),
  orWhere: (q) =>
    q.where('rank', 1).orWhere((g) => g.where('email', VALUES.email).where('amount', NUMBER)),
  whereRaw: (q) => q.whereRaw({ $or: [{ email: VALUES.email }, { amount: { $in: [NUMBER] } }] }),
  'a pipeline': (q) => q.where('email', VALUES.email).distinctOn('name'),
  'a union': (q) => q.where('email', VALUES.email).union((o) => o.where('amount', NUMBER)),
  'a group': (q) => q.where('email', VALUES.email).groupBy('name').count('*') as never,
}

describe.each(Object.entries(ASKED))('%s', (_name, ask) => {
  it('the builder shows no value', () => {
    const query = ask(Person.query())
    expectNothingOf(query)
    expectNothingOf(query.toMongo())
    expectNothingOf(query.clone())
    expect(JSON.stringify(query.toMongo())).toContain('[encrypted]')
  })

  it('neither do events and explanations', async () => {
    const events: QueryEvent[] = []
    const stop = database.onQuery((event) => events.push(event))
    try {
      await ask(Person.query())
      await ask(Person.query()).count()
      for (const verbosity of ['queryPlanner', 'executionStats', 'allPlansExecution'] as const) {
        const explanation = await ask(Person.query()).explain(verbosity)
        expectNothingOf(explanation)
        expect(explanation.server).toBeTypeOf('object')
      }
    } finally {
      stop()
    }
    expect(events.length).toBeGreaterThanOrEqual(4)
    expect(events.some(({ query }) => query !== undefined)).toBe(true)
    expectNothingOf(events)
  })
})

const SAID: Record<string, () => PromiseLike<unknown>> = {
  create: () => Person.create({ ...VALUES, email: `${WORD}2` }),
  createMany: () => Person.createMany([{ ...VALUES, email: `${WORD}3` }]),
  save: async () => (await Person.findByOrFail('rank', 1)).merge({ email: `${WORD}4` }).save(),
  'save, sharing a command': async () =>
    (await Person.findByOrFail('rank', 1)).merge({ phone: WORD }).save({ coalesce: true }),
  delete: async () => (await Person.findByOrFail('email', VALUES.email)).delete(),
  'query delete': () => Person.query().where('email', VALUES.email).delete(),
  update: () => Person.query().where('email', VALUES.email).update({ phone: WORD, amount: NUMBER }),
  updateMany: () => Person.query().where('rank', 1).updateMany({ details: VALUES.details }),
  updateOne: () => Person.query().where('rank', 1).updateOne({ address: VALUES.address }),
  modify: () =>
    Person.query()
      .where('rank', 1)
      .modify((update) => update.set({ phone: WORD })),
  'push to encrypted fields': () =>
    Person.query()
      .where('rank', 1)
      .pushTo('address.rooms' as never, { code: WORD } as never),
  upsert: () => Person.query().where('email', VALUES.email).upsert({ phone: WORD }),
  findOneAndUpdate: () => Person.query().where('amount', NUMBER).findOneAndUpdate({ phone: WORD }),
  findOneAndReplace: () => Person.query().where('rank', 1).findOneAndReplace(VALUES),
  findOneAndDelete: () => Person.query().where('seenAt', MOMENT).findOneAndDelete(),
  firstOrCreate: () => Person.firstOrCreate({ email: `${WORD}5` }, { phone: WORD }),
  updateOrCreate: () => Person.updateOrCreate({ email: VALUES.email }, { phone: WORD }),
  updateOrCreateMany: () =>
    Person.updateOrCreateMany('email', [{ email: VALUES.email, phone: WORD }]),
  fetchOrCreateMany: () => Person.fetchOrCreateMany('email', [{ email: VALUES.email }]),
  upsertMany: () => Person.upsertMany([{ email: VALUES.email, phone: WORD }], { by: ['email'] }),
  bulkWrite: () =>
    Person.bulkWrite((bulk) =>
      bulk.insert({ email: WORD }).upsert({ email: VALUES.email }, { phone: WORD }),
    ),
  find: async () => Person.find((await people.findOne())?._id),
  findBy: () => Person.findBy('email', VALUES.email),
  paginate: () => Person.query().where('email', VALUES.email).paginate(1),
  paginateCursor: () => Person.query().where('email', VALUES.email).paginateCursor({ limit: 1 }),
  cursor: async () => {
    for await (const _ of Person.query().where('email', VALUES.email).cursor());
  },
  toJson: () => Person.query().where('email', VALUES.email).toJson(),
  exists: () => Person.query().where('email', VALUES.email).exists(),
  pluck: () => Person.query().where('email', VALUES.email).pluck('email'),
  aggregate: () => Person.aggregate().match({ email: VALUES.email, teamId: TEAM }),
  'aggregate, by cursor': async () => {
    const pipeline = Person.aggregate().match({ email: VALUES.email, teamId: TEAM })
    for await (const _ of pipeline.cursor());
  },
  'aggregate, explained': () => Person.aggregate().match({ phone: VALUES.phone }).explain(),
  'a count of groups': () =>
    Person.query().where('email', VALUES.email).groupBy('name').count('*').count(),
  'aggregate with facets': () =>
    Person.aggregate().facet({ x: (r) => r.match({ amount: NUMBER }) }),
  'aggregate with itself': () =>
    Person.aggregate().unionWith(Person, (r) => r.match({ email: VALUES.email })),
}

describe.each(Object.entries(SAID))('%s', (_name, run) => {
  it('tells listeners nothing', async () => {
    const events: QueryEvent[] = []
    const stop = database.onQuery((event) => events.push(event))
    await run()
    stop()
    expect(events).not.toEqual([])
    expectNothingOf(events)
  })
})

describe('aggregations', () => {
  const asked = () =>
    Person.aggregate().match({ email: VALUES.email, amount: NUMBER, teamId: TEAM })
  const PIPELINES: Record<string, () => ReturnType<typeof asked>> = {
    match: asked,
    matchRaw: () => Person.aggregate().matchRaw({ email: VALUES.email }),
    group: () => asked().group({ by: 'name', all: expr.count() }) as never,
    lookup: () =>
      asked().lookup({
        from: Person,
        as: 'x',
        pipeline: (r) => r.match({ phone: VALUES.phone }),
      }) as never,
    facet: () => Person.aggregate().facet({ x: (r) => r.match({ email: VALUES.email }) }) as never,
    union: () => Person.aggregate().unionWith(Person, (r) => r.match({ seenAt: MOMENT })) as never,
  }

  it.each(Object.keys(PIPELINES))(
    '%s: neither the builder nor explanations show values',
    async (name) => {
      const pipeline = PIPELINES[name]?.() as ReturnType<typeof asked>
      expectNothingOf(pipeline)
      expectNothingOf(pipeline.toMongo())
      for (const verbosity of ['queryPlanner', 'executionStats', 'allPlansExecution'] as const) {
        expectNothingOf(await pipeline.explain(verbosity))
      }
    },
  )
})

describe('instances', () => {
  it('show that there is a value, and not which', async () => {
    const person = await Person.findByOrFail('rank', 1)
    void [person.email, person.details.note, person.address.street]
    const text = inspect(person, { depth: Infinity })
    expect(text).toContain("email: '[encrypted]'")
    expect(text).not.toMatch(new RegExp(`${WORD}|${NUMBER}|1969|${TEAM}`))
    expect(inspect([person, { person }], { depth: 9 })).not.toMatch(new RegExp(WORD))
    const fresh = new Person().fill(VALUES)
    expect(inspect(fresh, { depth: Infinity })).not.toMatch(
      new RegExp(`${WORD}|${NUMBER}|1969|${TEAM}`),
    )
    const page = await Person.query().paginate(1)
    expect(inspect(page, { depth: 9 })).not.toMatch(new RegExp(WORD))
  })

  it('show that there is one that cannot be read', async () => {
    class Written extends BaseModel {
      static override collection = 'settings'
      @column({ isPrimary: true }) declare id: string
      @column.encrypted() declare value: string
    }
    class Setting extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.json({ encrypted: true }) declare value: object
    }
    const { id } = await Written.create({ value: `{ ${WORD}` })
    const setting = await Setting.findOrFail(id)
    expect(inspect(setting)).toBe(`Setting { id: '${id}', value: '[encrypted]' }`)
    for (const run of [() => setting.value, () => ({ json: JSON.stringify(setting) })]) {
      expect(run).toThrow(expect.objectContaining({ code: 'E_INVALID_VALUE', column: 'value' }))
      await Promise.resolve().then(run).catch(expectNothingOf)
    }
  })
})

describe('errors', () => {
  const failure = async (run: () => PromiseLike<unknown>) => {
    const events: QueryEvent[] = []
    const stop = database.onQuery((event) => events.push(event))
    const error: unknown = await Promise.resolve()
      .then(run)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      )
    stop()
    expect(error).toBeInstanceOf(Error)
    expectNothingOf(error)
    expectNothingOf(events)
    return error as Error & { code: string; errInfo?: unknown }
  }
  const again = { ...VALUES, name: 'Eve' }

  it('duplicate keys', async () => {
    for (const run of [
      () => Person.create(again),
      () => Person.create(again, { coalesce: true }),
      () => Person.createMany([again]),
      () => Person.bulkWrite((bulk) => bulk.insert(again)),
      () => Person.bulkSave([new Person().merge(again)]),
      async () => {
        const other = await Person.create({ email: 'b', rank: 2 })
        return other.merge({ email: VALUES.email }).save()
      },
      () => Person.query().where('rank', 2).update({ email: VALUES.email }),
      () => Person.query().where('rank', 2).findOneAndUpdate({ email: VALUES.email }),
    ]) {
      await failure(run)
    }
  })

  it('validators of the collection', async () => {
    const $jsonSchema = {
      required: ['rank'],
      properties: {
        email: { bsonType: 'string' },
        email__blind: { bsonType: 'string' },
        rank: { maximum: 5 },
        address: { properties: { street: { bsonType: 'string' } } },
      },
    }
    await db.command({ collMod: 'people', validator: { $jsonSchema }, validationAction: 'error' })
    try {
      for (const run of [
        () => Person.create({ ...again, email: `${WORD}9` }),
        () => Person.createMany([{ ...again, email: `${WORD}9` }]),
        () => Person.query().where('rank', 1).update({ rank: 9, phone: WORD }),
        () => Person.query().where('rank', 1).findOneAndUpdate({ rank: 9, email: WORD }),
        async () => (await Person.findByOrFail('rank', 1)).merge({ rank: 9, phone: WORD }).save(),
        () => Person.bulkWrite((bulk) => bulk.insert({ ...again, email: WORD })),
        () => Person.query().where('email', `${WORD}8`).upsert({ rank: 9 }),
      ]) {
        await failure(run)
      }
      const error = await failure(() => Person.create({ ...again, email: `${WORD}9` }))
      expect(error.code).toBe('E_DOCUMENT_VALIDATION')
      expect(error.errInfo).toBeTypeOf('object')
    } finally {
      await db.command({ collMod: 'people', validator: {} })
    }
  })

  it('validators of a collection with columns in transition', async () => {
    class Leaving extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare rank: number
      @column.encrypted({ transition: 'decrypting' }) declare email: string
    }
    class Coming extends BaseModel {
      static override collection = 'leavings'
      @column({ isPrimary: true }) declare id: string
      @column() declare rank: number
      @column.encrypted({ transition: 'encrypting' }) declare email: string
    }
    const leavings = db.collection('leavings')
    await leavings.insertOne({ email: `${WORD} in plain`, rank: 1 })
    const known = await Coming.query().where('rank', 1).firstOrFail()
    const validator = {
      $and: [
        { $jsonSchema: { properties: { email: { bsonType: 'int' } }, maxProperties: 1 } },
        { email: { $type: 'int' } },
        { $expr: { $eq: ['$email', 1] } },
      ],
    }
    await db.command({ collMod: 'leavings', validator, validationAction: 'error' })
    for (const run of [
      () => Leaving.create({ email: WORD, rank: 2 }),
      () => Leaving.createMany([{ email: WORD, rank: 2 }]),
      () => Leaving.create({ email: WORD, rank: 2 }, { coalesce: true }),
      () => Leaving.bulkWrite((bulk) => bulk.insert({ email: WORD })),
      () => Coming.query().where('rank', 1).update({ rank: 2 }),
      () => Coming.query().where('rank', 1).findOneAndUpdate({ rank: 2 }),
      () => known.merge({ rank: 3 }).save({ coalesce: true }),
    ]) {
      const error = await failure(run)
      const first =
        (error as { failures?: { error: typeof error }[] }).failures?.[0]?.error ?? error
      expect(first.code).toBe('E_DOCUMENT_VALIDATION')
      expect(JSON.stringify(first.errInfo)).toMatch(/type did not match/)
    }
  })

  it('validators quote documents only where errors are not written down', async () => {
    class Ordinary extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare email: string
    }
    await db.createCollection('ordinaries', { validator: { email: { $type: 'int' } } })
    const error = await Ordinary.create({ email: WORD }).catch((reason) => reason)
    expect(error.errInfo).toMatchObject({ details: { consideredValue: WORD } })
    expect(Object.keys(error)).not.toContain('errInfo')
    expect(JSON.stringify(error) + inspect(error, { depth: 9 })).not.toContain(WORD)
  })

  const FAILURES: Record<string, () => PromiseLike<unknown>> = {
    'a hook that says no': () => Person.create({ ...again, name: 'refused' }),
    'a cast of an id': () => Person.query().where('teamId', WORD),
    'a cast of an id on the way in': () => Person.create({ teamId: WORD }),
    'a cast of a date': () => Person.create({ seenAt: WORD as never }),
    'a cast of a date in a condition': () => Person.query().where('seenAt', WORD as never),
    'a function in a value': () =>
      Person.create({ details: { note: WORD, f: () => WORD } as never }),
    'undefined in a condition': () => Person.query().where('details', { note: undefined } as never),
    'an order': () => Person.query().where('email', '>', VALUES.email),
    'a pattern': () => Person.query().where('email', new RegExp(WORD) as never),
    'a like': () => Person.query().whereLike('email', `${WORD}%`),
    'a raw condition': () => Person.query().whereRaw({ email: { $regex: WORD } }),
    'a raw condition inside': () => Person.query().whereRaw({ 'details.note': WORD }),
    'an array': () => Person.query().whereArrayContains('details.list' as never, WORD as never),
    'a change inside': () =>
      Person.query()
        .where('rank', 1)
        .update({ 'details.note': WORD } as never),
    'a pull': () =>
      Person.query()
        .where('rank', 1)
        .pullFrom('address.rooms' as never, { code: WORD } as never),
    'a pipeline': () =>
      Person.query()
        .where('rank', 1)
        .updateWith([{ $set: { email: WORD } }]),
    'a server that refuses': () =>
      Person.query().where('email', VALUES.email).hint('no_such_index').exec(),
    'a document that is too large': () =>
      Person.create({ ...again, email: 'x', details: { note: WORD.repeat(3_000_000), list: [] } }),
    'a value that was tampered with': async () => {
      await people.updateOne({}, { $set: { email: `${WORD} in plain` } })
      return Person.all()
    },
    'values that were swapped': async () => {
      const stored = await people.findOne()
      await people.updateOne({}, { $set: { phone: stored?.email } })
      return Person.findBy('email', VALUES.email)
    },
    'keys that are missing': async () => {
      const other = new Database({
        connection: 'other',
        connections: { other: { url: 'mongodb://127.0.0.1:1' } },
      })
      class Elsewhere extends Person {
        static override collection = 'people'
      }
      Elsewhere.useDatabase(other)
      try {
        return await Elsewhere.query().where('email', VALUES.email)
      } finally {
        await other.closeAll()
      }
    },
  }

  it.each(Object.keys(FAILURES))('%s', async (name) => {
    const error = await failure(FAILURES[name] as () => PromiseLike<unknown>)
    expect(error.code).toMatch(/^E_/)
  })
})

describe('connections', () => {
  it('do not show keys and passwords, nor do transactions', async () => {
    const url = `mongodb://user:${WORD}@127.0.0.1:1/x?authMechanismProperties=a:${WORD}&w=1`
    const settings = {
      username: 'user',
      password: WORD,
      cursorSecret: `${WORD} of sixteen`,
      encryption: { keys: { [`k-${TEAM}`]: Buffer.alloc(32, WORD).toString('base64') } },
    }
    const other = new Database({
      connection: 'main',
      connections: { main: { url, ...settings } },
      encryption: settings.encryption,
    })
    const own = database.connection()
    const [, key] = Object.entries(TEST_KEYS.keys)[0] as [string, string]
    const trx = await database.transaction()
    for (const seen of [other, other.connection(), other.connection().config, own, trx]) {
      for (const text of [inspect(seen, { depth: 9, showHidden: true }), JSON.stringify(seen)]) {
        expect(text).not.toMatch(new RegExp(WORD))
        expect(text).not.toContain(settings.encryption.keys[`k-${TEAM}`])
        expect(text).not.toContain(key)
      }
    }
    await trx.rollback()
    expect(JSON.parse(JSON.stringify(other.connection().config))).toEqual({
      url: 'mongodb://[hidden]@127.0.0.1:1/x?authMechanismProperties=[hidden]&w=1',
      username: 'user',
      password: '[hidden]',
      cursorSecret: '[hidden]',
      encryption: '[hidden]',
    })
    expect(other.connection().config.password).toBe(WORD)
  })
})

describe('warnings', () => {
  const warnings: unknown[] = []
  const listen = (warning: unknown) => warnings.push(warning)
  process.on('warning', listen)
  afterEach(() => new Promise((done) => setImmediate(done)))

  it('of listeners that throw', async () => {
    const stop = database.onQuery(({ query }) => {
      throw new Error(`listener: ${inspect(query, { depth: 9 })}`)
    })
    await Person.query().where('email', VALUES.email)
    stop()
    await new Promise((done) => setImmediate(done))
    process.off('warning', listen)
    expect(warnings).toHaveLength(1)
    expectNothingOf(warnings)
  })
})
