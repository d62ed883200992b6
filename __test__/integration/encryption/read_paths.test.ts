import { inspect } from 'node:util'
import { Binary } from 'bson'
import {
  Adapter,
  BaseModel,
  column,
  Decimal128,
  Long,
  ObjectId,
  type TransactionClient,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { CANARY, ENVELOPE, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Patient extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare rank: number
  @column.encrypted({ blind: true }) declare text: string
  @column.encrypted() declare whole: number
  @column.encrypted() declare fraction: number
  @column.encrypted() declare yes: boolean
  @column.encrypted() declare nothing: null
  @column.encrypted() declare moment: Date
  @column.encrypted() declare object: { a: { b: number[] }; when: Date; owner: ObjectId }
  @column.encrypted() declare list: (string | number | null | { x: number })[]
  @column.encrypted() declare bytes: Binary
  @column.encrypted() declare money: Decimal128
  @column.encrypted() declare big: Long
  @column.encrypted({ bind: 'column' }) declare shared: string
  @column.encrypted() declare missing: string | undefined
  @column.date({ encrypted: true }) declare born: DateTime
  @column.dateTime({ encrypted: true }) declare seenAt: DateTime
  @column.objectId({ encrypted: { blind: true } }) declare doctorId: string
  @column.objectId({ encrypted: true }) declare wardIds: string[]
  @column.uuid({ encrypted: { blind: true } }) declare token: string
  @column.json({ encrypted: true }) declare settings: { theme: string; 'a.b': number }
  @column.hashed({ encrypted: true, serializeAs: 'pin' }) declare pin: string
  @column.encrypted<string>({
    prepare: (value) => ({ cut: value.split('') }),
    consume: (value) => (value as { cut: string[] } | undefined)?.cut.join('') as string,
  })
  declare custom: string
  @column.encrypted({ fields: ['street', 'rooms.code', 'deep.er.est'] })
  declare address: {
    street: string
    city: string
    rooms: { code: number | null; floor: number }[]
    deep: { er: { est: Date; other: string } }
  }
}

const DOCTOR = new ObjectId().toHexString()
const WARDS = [new ObjectId().toHexString(), new ObjectId().toHexString()]
const OWNER = new ObjectId()
const TOKEN = '0b9d7a52-93a4-4b0e-8f5e-1c4dcf4f9e55'

const PLAIN = `${CANARY} plain text ☃`

const values = () => ({
  name: 'Ada',
  rank: 1,
  text: PLAIN,
  whole: 42,
  fraction: 2.5,
  yes: true,
  nothing: null,
  moment: new Date(86_400_000),
  object: { a: { b: [1, 2] }, when: new Date(5), owner: OWNER },
  list: ['x', 1, null, { x: 1 }],
  bytes: new Binary(Buffer.from([1, 2, 3])),
  money: Decimal128.fromString('12.50'),
  big: Long.fromString('9007199254740995'),
  shared: `${CANARY} shared text`,
  born: DateTime.fromISO('1815-12-10'),
  seenAt: DateTime.fromMillis(1_700_000_000_123),
  doctorId: DOCTOR,
  wardIds: WARDS,
  token: TOKEN,
  settings: { theme: 'dark', 'a.b': 1 },
  pin: '1234',
  custom: 'custom text',
  address: {
    street: `${CANARY} Street 1`,
    city: 'London',
    rooms: [
      { code: 7, floor: 1 },
      { code: null, floor: 2 },
    ],
    deep: { er: { est: new Date(9), other: 'open' } },
  },
})

/** Columns whose stored value is the property's. */
const SAME = [
  'name',
  'text',
  'whole',
  'fraction',
  'yes',
  'nothing',
  'moment',
  'object',
  'list',
  'bytes',
  'money',
  'big',
  'shared',
  'address',
] as const

function expectModel(instance: Patient | null | undefined): void {
  expect(instance).toBeInstanceOf(Patient)
  if (!instance) return
  const given = values()
  for (const name of SAME) expect({ [name]: instance[name] }).toEqual({ [name]: given[name] })
  expect(instance.money).toBeInstanceOf(Decimal128)
  expect(instance.big).toBeInstanceOf(Long)
  expect(instance.missing).toBeUndefined()
  expect(instance.born.toISODate()).toBe('1815-12-10')
  expect(instance.seenAt.toMillis()).toBe(1_700_000_000_123)
  expect(instance.doctorId).toBe(DOCTOR)
  expect(instance.wardIds).toEqual(WARDS)
  expect(instance.token).toBe(TOKEN)
  expect(instance.settings).toEqual(given.settings)
  expect(instance.pin).toMatch(/^\$scrypt\$/)
  expect(instance.custom).toBe('custom text')
  expect(instance.$extras).toEqual({})
  expect(instance.$isDirty).toBe(false)
  expect(instance.$isPersisted).toBe(true)
}

/** A row as the store has it, opened. */
function expectRow(row: unknown): void {
  const given = values()
  const expected = Object.fromEntries(SAME.map((name) => [name, given[name]]))
  expect(row).toMatchObject(expected)
  // Aggregations give known fields the names of their properties.
  const named = row as Record<string, unknown>
  const { seen_at = named.seenAt, doctor_id = named.doctorId, token } = named
  const { ward_ids = named.wardIds, settings, custom } = named
  expect(seen_at).toEqual(given.seenAt.toJSDate())
  expect(settings).toBe(JSON.stringify(given.settings))
  expect(custom).toEqual({ cut: [...'custom text'] })
  expect(String(doctor_id)).toBe(DOCTOR)
  expect((ward_ids as unknown[]).map(String)).toEqual(WARDS)
  expect((token as Binary).sub_type).toBe(4)
  expect(Object.keys(row as object).filter((key) => key.includes('__blind'))).toEqual([])
}

function expectJson(json: unknown): void {
  const expected = JSON.parse(JSON.stringify(reference))
  expect(json).toEqual(expected)
}

let id: string
let other: string
/** What a model without encryption gives for the same values. */
let reference: object

beforeEach(async () => {
  await db.collection('patients').deleteMany({})
  const created = await Patient.create(values() as never)
  id = created.id
  other = (await Patient.create({ name: 'Eve', rank: 2, text: 'other' })).id
  reference = created.serialize()
})

type Opened = {
  one?: Patient | null
  many?: readonly (Patient | null | undefined)[]
  rows?: readonly unknown[]
  json?: unknown
}

const WAYS: Record<string, () => Promise<Opened>> = {
  find: async () => ({ one: await Patient.find(id) }),
  'find, coalesced': async () => ({
    many: await Promise.all([1, 2, 3].map(() => Patient.find(id, { coalesce: true }))),
  }),
  findOrFail: async () => ({ one: await Patient.findOrFail(id) }),
  findBy: async () => ({ one: await Patient.findBy('name', 'Ada') }),
  'findBy a blind index': async () => ({ one: await Patient.findBy('text', PLAIN) }),
  'findBy an encrypted id': async () => ({ one: await Patient.findBy('doctorId', DOCTOR) }),
  'findBy an encrypted UUID': async () => ({ one: await Patient.findBy('token', TOKEN) }),
  findByOrFail: async () => ({ one: await Patient.findByOrFail({ name: 'Ada' }) }),
  findManyBy: async () => ({ many: await Patient.findManyBy('name', 'Ada') }),
  findMany: async () => ({ many: await Patient.findMany([id]) }),
  first: async () => {
    await db.collection('patients').deleteOne({ rank: 2 })
    return { one: await Patient.first() }
  },
  firstOrFail: async () => ({ one: await Patient.query().orderBy('rank').firstOrFail() }),
  all: async () => ({ many: [(await Patient.all())[1]] }),
  query: async () => ({ many: await Patient.query().where('rank', 1) }),
  'query with an order that needs a pipeline': async () => ({
    many: [
      (
        await Patient.query().orderBy([{ column: 'rank', order: 'asc', nulls: 'last' } as never])
      )[0],
    ],
  }),
  cursor: async () => {
    const many = []
    for await (const one of Patient.query().orderBy('rank').limit(1).cursor()) many.push(one)
    return { many }
  },
  batches: async () => {
    const many = []
    for await (const rows of Patient.query().where('rank', 1).batches({ batchSize: 1 }))
      many.push(...rows)
    return { many }
  },
  paginate: async () => ({ many: (await Patient.query().where('rank', 1).paginate(1, 5)).all() }),
  paginateCursor: async () => ({
    many: (await Patient.query().orderBy('rank').paginateCursor({ limit: 1 })).all(),
  }),
  'paginateCursor, the page before': async () => {
    const query = Patient.query().orderBy('rank')
    const first = await query.paginateCursor({ limit: 1 })
    const second = await query.paginateCursor({ limit: 1, after: first.nextCursor })
    return { many: (await query.paginateCursor({ limit: 1, before: second.previousCursor })).all() }
  },
  refresh: async () => ({ one: await (await Patient.findOrFail(id)).refresh() }),
  'refresh of what was created': async () => {
    const made = await Patient.create(values() as never)
    return { one: await made.refresh() }
  },
  clone: async () => ({ many: await Patient.query().where('rank', 1).clone() }),
  'a scope of hooks and transformers': async () => ({
    many: await Patient.query()
      .where('rank', 1)
      .sideload({ a: 1 })
      .rowTransformer(() => {}),
  }),
  union: async () => ({
    many: await Patient.query()
      .where('rank', 1)
      .unionAll((query) => query.where('rank', 1)),
  }),
  'union without repetition': async () => ({
    many: await Patient.query()
      .where('rank', 1)
      .union((query) => query.where('rank', 1)),
  }),
  distinctOn: async () => ({ many: await Patient.query().where('rank', 1).distinctOn('name') }),
  'findOneAndUpdate, new': async () => ({
    one: await Patient.query().where('rank', 1).findOneAndUpdate({ rank: 1 }),
  }),
  'findOneAndUpdate, old': async () => ({
    one: await Patient.query()
      .where('rank', 1)
      .findOneAndUpdate({ text: 'x' }, { returnNew: false }),
  }),
  'findOneAndUpdate of an encrypted column, new': async () => {
    await Patient.query().where('rank', 1).update({ text: 'x' })
    const given = { text: values().text }
    return { one: await Patient.query().where('rank', 1).findOneAndUpdate(given) }
  },
  'findOneAndReplace, new': async () => ({
    one: await Patient.query()
      .where('rank', 1)
      .findOneAndReplace(values() as never),
  }),
  'findOneAndReplace, old': async () => ({
    one: await Patient.query()
      .where('rank', 1)
      .findOneAndReplace({ name: 'x' }, { returnNew: false }),
  }),
  firstOrNew: async () => ({ one: await Patient.firstOrNew({ rank: 1 }, {}) }),
  firstOrCreate: async () => ({ one: await Patient.firstOrCreate({ rank: 1 }, {}) }),
  'firstOrCreate that creates': async () => {
    const { text: _, ...rest } = values()
    await db.collection('patients').deleteMany({})
    return { one: await Patient.firstOrCreate({ text: values().text }, rest as never) }
  },
  updateOrCreate: async () => ({ one: await Patient.updateOrCreate({ rank: 1 }, { name: 'Ada' }) }),
  fetchOrNewUpMany: async () => ({
    many: await Patient.fetchOrNewUpMany('rank' as never, [{ rank: 1 }] as never),
  }),
  lockForUpdate: async () => ({
    one: await (await Patient.findOrFail(id)).lockForUpdate((locked) => locked),
  }),
  'in a transaction': async () => ({
    many: await Patient.transaction(async (client: TransactionClient) => [
      await Patient.find(id, { client }),
      await Patient.query({ client }).where('rank', 1).forUpdate().first(),
    ]),
  }),
  'aggregate, as models': async () => ({
    many: await Patient.aggregate().match({ rank: 1 }).asModels(),
  }),
  'create many': async () => ({
    many: await Patient.createMany([values() as never, values() as never]),
  }),
  pojo: async () => ({ rows: await Patient.query().where('rank', 1).pojo() }),
  'pojo, first': async () => ({ rows: [await Patient.query().where('rank', 1).pojo().first()] }),
  'pojo, cursor': async () => {
    const rows = []
    for await (const row of Patient.query().where('rank', 1).pojo().cursor()) rows.push(row)
    return { rows }
  },
  aggregate: async () => ({ rows: await Patient.aggregate().match({ rank: 1 }) }),
  'aggregate, sorted and cut': async () => ({
    rows: await Patient.aggregate().sort('rank').limit(1),
  }),
  'aggregate, cursor': async () => {
    const rows = []
    for await (const row of Patient.aggregate().match({ rank: 1 }).cursor()) rows.push(row)
    return { rows }
  },
  'aggregate with more fields': async () => ({
    rows: await Patient.aggregate()
      .match({ rank: 1 })
      .raw([{ $addFields: { more: 1 } }]),
  }),
  'aggregate after a facet and back': async () => ({
    rows: await Patient.aggregate()
      .facet({ all: (rows) => rows.match({ rank: 1 }) })
      .raw([{ $unwind: '$all' }])
      .raw([{ $replaceWith: '$all' }]),
  }),
  'aggregate, grouped and back': async () => ({
    rows: await Patient.aggregate()
      .match({ rank: 1 })
      .raw([{ $group: { _id: '$rank', doc: { $first: '$$ROOT' } } }])
      .raw([{ $replaceWith: '$doc' }]),
  }),
  toJson: async () => ({ json: JSON.parse(await Patient.query().where('rank', 1).toJson())[0] }),
  'toJson of a page': async () => ({
    json: JSON.parse(await Patient.query().where('rank', 1).toJson({ page: 1 })).data[0],
  }),
  serialize: async () => ({
    json: JSON.parse(JSON.stringify((await Patient.findOrFail(id)).serialize())),
  }),
  toJSON: async () => ({ json: JSON.parse(JSON.stringify(await Patient.findOrFail(id))) }),
  'a page as JSON': async () => ({
    json: JSON.parse(JSON.stringify(await Patient.query().where('rank', 1).paginate(1))).data[0],
  }),
}

describe.each(Object.entries(WAYS))('%s', (_name, read) => {
  it('gives plain values of the types that were written', async () => {
    const { one, many, rows, json } = await read()
    if (one !== undefined) expectModel(one)
    if (many !== undefined) {
      expect(many.length).toBeGreaterThan(0)
      for (const model of many) expectModel(model)
    }
    if (rows !== undefined) {
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expectRow(row)
    }
    if (json !== undefined)
      expectJson({ ...(json as object), id: (reference as { id: string }).id })
  })
})

it('stores every column as it was declared', async () => {
  const stored = (await db.collection('patients').findOne({ rank: 1 })) as Record<string, unknown>
  const encrypted = Object.keys(stored).filter(
    (key) => !['_id', 'name', 'rank', 'address'].includes(key) && !key.endsWith('__blind'),
  )
  expect(encrypted.length).toBe(20)
  for (const key of encrypted) {
    expect([key, (stored[key] as Binary).sub_type]).toEqual([key, ENVELOPE])
  }
  const { address } = stored as { address: { street: Binary; deep: { er: { est: Binary } } } }
  expect([address.street.sub_type, address.deep.er.est.sub_type]).toEqual([ENVELOPE, ENVELOPE])
})

describe('parts of documents', () => {
  it('reads selected columns, with and without the key', async () => {
    const [model] = await Patient.query().where('rank', 1).select('text', 'doctorId')
    expect(model?.text).toBe(PLAIN)
    expect(model?.doctorId).toBe(DOCTOR)
    expect(model?.name).toBeUndefined()
    const [row] = await Patient.query().where('rank', 1).select('text', 'bytes').pojo()
    expect(row).toMatchObject({ text: PLAIN, bytes: values().bytes })
  })

  it('opens a value that is bound to a document whose key is left out', async () => {
    const project = (fields: object) =>
      Patient.aggregate()
        .match({ rank: 1 })
        .raw([{ $project: { _id: 0, ...fields } }])
        .limit(1)
    expect(await project({ text: 1 })).toEqual([{ text: PLAIN }])
    const [row] = await project({})
    expect(row).toMatchObject({ text: PLAIN, name: 'Ada' })
    expect(Object.keys(row as object)).not.toContain('_id')
  })

  it('says why a value cannot be opened without the key', async () => {
    const rows = Patient.aggregate().match({ rank: 1 })
    await expect(rows.raw([{ $unset: '_id' }])).rejects.toMatchObject({
      code: 'E_ENCRYPTED_COLUMN_QUERY',
      message: expect.stringMatching(
        /^Patient: the encrypted column "\w+": it is bound to the document's _id and cannot be read/,
      ),
    })
    const [row] = await Patient.aggregate()
      .match({ rank: 1 })
      .raw([{ $project: { shared: 1, _id: 0 } }])
    expect(row).toEqual({ shared: values().shared })
  })

  it('reads encrypted fields inside of a column one by one', async () => {
    const [row] = await Patient.query()
      .where('rank', 1)
      .select('address.street' as never, 'address.rooms' as never)
      .pojo()
    const { address } = row as { address: object }
    expect(address).toEqual({ street: `${CANARY} Street 1`, rooms: values().address.rooms })
  })

  it('plucks, and says whether something is there', async () => {
    expect(await Patient.query().orderBy('rank').pluck('text')).toEqual([PLAIN, 'other'])
    expect(await Patient.query().where('rank', 1).pluck('wardIds')).toEqual([WARDS])
    expect(await Patient.query().where('text', 'other').exists()).toBe(true)
    expect(await Patient.query().where('text', 'nobody').exists()).toBe(false)
  })

  it('deletes and answers what was there', async () => {
    expect((await Patient.query().where('rank', 1).findOneAndDelete())?.text).toBe(PLAIN)
    expect((await Patient.query().all().findOneAndDelete())?.text).toBe('other')
  })

  it('reads documents that lack optional columns', async () => {
    const instance = await Patient.findOrFail(other)
    expect(instance.text).toBe('other')
    for (const name of [
      'whole',
      'object',
      'born',
      'doctorId',
      'settings',
      'custom',
      'address',
    ] as const) {
      expect(instance[name]).toBeUndefined()
    }
    expect(instance.serialize()).toEqual({ id: other, name: 'Eve', rank: 2, text: 'other' })
    await db.collection('patients').updateOne({ rank: 2 }, { $set: { address: { city: 'x' } } })
    expect((await instance.refresh()).address).toEqual({ city: 'x' })
    await db.collection('patients').updateOne({ rank: 2 }, { $set: { address: null } })
    expect((await instance.refresh()).address).toBeNull()
  })

  it('leaves rows of another shape as they are stored', async () => {
    const [row] = await Patient.aggregate()
      .match({ rank: 1 })
      .raw([{ $group: { _id: null, all: { $push: '$text' } } }])
      .catch((error) => [error])
    expect((row as { code?: string }).code).toBe('E_ENCRYPTED_COLUMN_QUERY')
    const [facet] = (await Patient.aggregate().facet({
      one: (rows) => rows.match({ rank: 1 }),
    })) as unknown as [{ one: { text: Binary }[] }]
    expect(facet.one[0]?.text.sub_type).toBe(ENVELOPE)
  })

  it('reads what an adapter reads', async () => {
    class Kept extends Patient {
      static override collection = 'patients'
      static override $adapter = new Adapter()
    }
    expectModel(Object.setPrototypeOf(await Kept.findOrFail(id), Patient.prototype))
    const kept = await Kept.findOrFail(id)
    await kept.merge({ text: 'by adapter' }).save()
    expect((await Patient.findOrFail(id)).text).toBe('by adapter')
    const stored = await db.collection('patients').findOne({ rank: 1 })
    expect(stored?.text.sub_type).toBe(ENVELOPE)
  })
})

describe('what is not changed', () => {
  const raw = async () =>
    (await db.collection('patients').findOne({ rank: 1 })) as Record<string, unknown>
  const bytes = (value: unknown) => (value as Binary).toString('hex')

  it('is not written again by a save without changes', async () => {
    const before = await raw()
    const instance = await Patient.findOrFail(id)
    for (const name of Patient.$columnsDefinitions.keys()) void (instance as never)[name]
    await instance.save()
    expect(await raw()).toEqual(before)
  })

  it('keeps its envelope when another column is saved', async () => {
    const before = await raw()
    const instance = await Patient.findOrFail(id)
    instance.whole = 43
    instance.text = PLAIN
    instance.born = DateTime.fromISO('1815-12-10')
    instance.object = values().object
    expect(instance.$dirty).toEqual({ whole: 43 })
    await instance.save()
    const after = await raw()
    expect(bytes(after.whole)).not.toBe(bytes(before.whole))
    expect({ ...after, whole: 0 }).toEqual({ ...before, whole: 0 })
  })

  it('keeps the envelopes of fields when a column beside them is saved', async () => {
    const before = await raw()
    const instance = await Patient.findOrFail(id)
    await instance.merge({ name: 'Ada King' }).save()
    expect({ ...(await raw()), name: 0 }).toEqual({ ...before, name: 0 })
  })

  it('sees changes inside of encrypted values, and saves them', async () => {
    const instance = await Patient.findOrFail(id)
    instance.object.a.b.push(3)
    instance.list.push('y')
    instance.address.rooms[0] = { code: 8, floor: 1 }
    instance.settings.theme = 'light'
    instance.moment.setTime(1)
    expect(Object.keys(instance.$dirty).sort()).toEqual([
      'address',
      'list',
      'moment',
      'object',
      'settings',
    ])
    await instance.save()
    const again = await Patient.findOrFail(id)
    expect(again.object.a.b).toEqual([1, 2, 3])
    expect(again.list).toEqual(['x', 1, null, { x: 1 }, 'y'])
    expect(again.address.rooms[0]?.code).toBe(8)
    expect(again.settings.theme).toBe('light')
    expect(again.moment.getTime()).toBe(1)
    const { address } = (await raw()) as { address: { city: string; rooms: { code: Binary }[] } }
    expect(address.city).toBe('London')
    expect(address.rooms[0]?.code.sub_type).toBe(ENVELOPE)
  })

  it('unsets, and sets to null', async () => {
    const instance = await Patient.findOrFail(id)
    instance.text = null as never
    instance.unset('whole')
    await instance.save()
    const stored = await raw()
    expect('whole' in stored).toBe(false)
    expect('text__blind' in stored).toBe(false)
    expect((stored.text as Binary).sub_type).toBe(ENVELOPE)
    const again = await Patient.findOrFail(id)
    expect(again.text).toBeNull()
    expect(again.whole).toBeUndefined()
    expect(inspect(again)).toMatch(/text: null/)
  })
})
