import { inspect } from 'node:util'
import { Binary, type Document, ObjectId } from 'bson'
import { BaseModel, column, Database, type EncryptionConfig } from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { ENVELOPE, TEST_KEYS, testKey } from '../helpers/encryption.ts'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db, uri, name, client } = lucentDatabase({ encryption: TEST_KEYS })

const PLAIN = 'plain-never-told'
const MINE = 'mine-never-told'

abstract class Record extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.encrypted() declare note: string
  @column.encrypted() declare other: string
  @column.encrypted({ bind: 'column' }) declare shared: string
  @column.encrypted({ keyPurpose: 'same' }) declare first: string
  @column.encrypted({ keyPurpose: 'same' }) declare second: string
  @column.encrypted({ fields: ['street', 'rooms.code'] })
  declare address: { street: string; city: string; rooms: { code: string }[] }
}

class Letter extends Record {}
class Parcel extends Record {}

const values = (text: string) => ({
  note: text,
  other: `${text} other`,
  shared: `${text} shared`,
  first: `${text} first`,
  second: `${text} second`,
  address: { street: `${text} street`, city: 'c', rooms: [{ code: `${text} code` }] },
})

/** A model like `Letter` on a connection of its own. */
function elsewhere(encryption: EncryptionConfig, databaseName = name): typeof Letter {
  const database = new Database({
    connection: 'other',
    connections: { other: { url: uri, database: databaseName, encryption } },
  })
  afterAll(() => database.closeAll())
  class Elsewhere extends Letter {
    static override collection = 'letters'
  }
  Elsewhere.useDatabase(database)
  return Elsewhere
}

const otherName = `${name}_other`
const InOtherDatabase = elsewhere(TEST_KEYS, otherName)
let tenant = 'a'
const OfTenant = elsewhere({ ...TEST_KEYS, tenant: () => tenant })
const WithOtherKey = elsewhere({ keys: { third: testKey(3) } })
/** The same master keys; what is said of the database's name differs. */
const InNamespace = elsewhere({ ...TEST_KEYS, namespace: 'elsewhere' })

afterAll(() => client.db(otherName).dropDatabase())

const letters = db.collection('letters')

beforeEach(async () => {
  tenant = 'a'
  for (const place of ['letters', 'parcels']) await db.collection(place).deleteMany({})
  await client.db(otherName).collection('letters').deleteMany({})
  await Letter.create({ key: 'mine', ...values(MINE) })
})

const stored = async (key: string, from = letters) => (await from.findOne({ key })) as Document

/** Every way of reading, for a model and the key of its document. */
const READS: { [name: string]: (model: typeof Letter, key: string) => PromiseLike<unknown> } = {
  first: (model, key) => model.query().whereRaw({ key }).firstOrFail(),
  pojo: (model, key) => model.query().whereRaw({ key }).pojo(),
  cursor: async (model, key) => {
    for await (const _ of model.query().whereRaw({ key }).cursor());
  },
  toJson: (model, key) => model.query().whereRaw({ key }).toJson(),
  aggregate: (model, key) => model.aggregate().matchRaw({ key }),
  paginate: (model, key) => model.query().whereRaw({ key }).paginate(1),
  findOneAndUpdate: (model, key) => model.query().whereRaw({ key }).findOneAndUpdate({ key }),
  select: (model, key) =>
    model.query().whereRaw({ key }).select('note', 'shared', 'first', 'address'),
}

async function expectRefused(
  model: typeof Letter,
  key: string,
  code: 'E_DECRYPTION_FAILED' | 'E_UNKNOWN_KEY' = 'E_DECRYPTION_FAILED',
): Promise<void> {
  for (const [way, read] of Object.entries(READS)) {
    const error = (await Promise.resolve(read(model, key)).then(
      () => ({ code: `none, by ${way}` }),
      (reason: unknown) => reason,
    )) as Error & { code: string }
    expect([way, error.code]).toEqual([way, code])
    expect(error.message).toMatch(/^(Letter|Elsewhere|Parcel): the encrypted column "[\w.]+" /)
    const told = inspect(error, { depth: Infinity, showHidden: true })
    expect(told).not.toContain('never-told')
    for (const secret of Object.values(TEST_KEYS.keys)) expect(told).not.toContain(String(secret))
  }
}

/** Puts a value that is stored for one field into another place, by the npm driver. */
const SWAPS: {
  name: string
  code?: 'E_UNKNOWN_KEY'
  swap(): Promise<{ model: typeof Letter; key: string }>
}[] = [
  {
    name: 'another field',
    async swap() {
      const { other } = await stored('mine')
      await letters.updateOne({ key: 'mine' }, { $set: { note: other } })
      return { model: Letter, key: 'mine' }
    },
  },
  {
    name: 'another field of the same purpose',
    async swap() {
      const { second } = await stored('mine')
      await letters.updateOne({ key: 'mine' }, { $set: { first: second } })
      return { model: Letter, key: 'mine' }
    },
  },
  {
    name: 'a field inside of another column',
    async swap() {
      const { address } = await stored('mine')
      await letters.updateOne({ key: 'mine' }, { $set: { note: address.street } })
      return { model: Letter, key: 'mine' }
    },
  },
  {
    name: 'another field inside of the same column',
    async swap() {
      const { address } = await stored('mine')
      await letters.updateOne(
        { key: 'mine' },
        { $set: { 'address.street': address.rooms[0].code } },
      )
      return { model: Letter, key: 'mine' }
    },
  },
  {
    name: 'the same field of another document',
    async swap() {
      await Letter.create({ key: 'theirs', ...values(PLAIN) })
      const { note } = await stored('mine')
      await letters.updateOne({ key: 'theirs' }, { $set: { note } })
      return { model: Letter, key: 'theirs' }
    },
  },
  {
    name: 'the same nested field of another document',
    async swap() {
      await Letter.create({ key: 'theirs', ...values(PLAIN) })
      const { address } = await stored('mine')
      await letters.updateOne({ key: 'theirs' }, { $set: { address } })
      return { model: Letter, key: 'theirs' }
    },
  },
  {
    name: 'a whole document under another key',
    async swap() {
      const document = await stored('mine')
      await letters.insertOne({ ...document, _id: new ObjectId(), key: 'copy' })
      return { model: Letter, key: 'copy' }
    },
  },
  {
    name: 'the same document of another collection',
    async swap() {
      await db.collection('parcels').insertOne(await stored('mine'))
      return { model: Parcel as unknown as typeof Letter, key: 'mine' }
    },
  },
  {
    name: 'the same document of another database',
    async swap() {
      await client
        .db(otherName)
        .collection('letters')
        .insertOne(await stored('mine'))
      return { model: InOtherDatabase, key: 'mine' }
    },
  },
  {
    name: 'the same document under another namespace',
    async swap() {
      return { model: InNamespace, key: 'mine' }
    },
  },
  {
    name: 'the same document of another tenant',
    async swap() {
      await OfTenant.create({ key: 'tenant', ...values(MINE) })
      tenant = 'b'
      return { model: OfTenant, key: 'tenant' }
    },
  },
  {
    name: 'the same document of a tenant, read as nobody’s',
    async swap() {
      await OfTenant.create({ key: 'tenant', ...values(MINE) })
      return { model: Letter, key: 'tenant' }
    },
  },
  {
    name: 'a value of nobody’s, read as a tenant’s',
    async swap() {
      return { model: OfTenant, key: 'mine' }
    },
  },
  {
    name: 'a value of another key',
    code: 'E_UNKNOWN_KEY',
    async swap() {
      return { model: WithOtherKey, key: 'mine' }
    },
  },
  {
    name: 'a value that says it is of another key of the ring',
    async swap() {
      const first = elsewhere({ ...TEST_KEYS, primary: 'first' })
      await first.create({ key: 'first', ...values(PLAIN) })
      const { note: theirs } = await stored('first')
      const { note } = await stored('mine')
      const bytes = Buffer.from(note.value())
      Buffer.from(theirs.value()).copy(bytes, 2, 2, 6)
      await letters.updateOne({ key: 'mine' }, { $set: { note: new Binary(bytes, ENVELOPE) } })
      return { model: Letter, key: 'mine' }
    },
  },
]

describe.each(SWAPS)('$name', ({ swap, code }) => {
  it('is refused by every way of reading, with messages that tell nothing', async () => {
    const { model, key } = await swap()
    await expectRefused(model, key, code)
  })
})

describe('values that are no longer what was written', () => {
  const put = (value: unknown, field = 'note') =>
    letters.updateOne({ key: 'mine' }, { $set: { [field]: value } })

  it.each([
    ['text', PLAIN],
    ['null', null],
    ['a number', 1],
    ['an object', { note: PLAIN }],
    ['an array', [PLAIN]],
    ['a binary of another subtype', new Binary(Buffer.from(PLAIN), 0)],
    ['a blind index entry', new Binary(Buffer.alloc(20), 0xe2)],
    ['an empty envelope', new Binary(Buffer.alloc(0), ENVELOPE)],
    ['an envelope of zeros', new Binary(Buffer.alloc(64), ENVELOPE)],
  ])('%s in place of an envelope', async (_name, value) => {
    await put(value)
    await expectRefused(Letter, 'mine')
  })

  it.each(['shared', 'address.street', 'address.rooms.0.code'])(
    'plain text in %s',
    async (field) => {
      await put(PLAIN, field)
      await expectRefused(Letter, 'mine')
    },
  )

  it('envelopes that were cut, at every length', async () => {
    const whole = Buffer.from((await stored('mine')).note.value())
    for (let length = 0; length < whole.length; length++) {
      await put(new Binary(whole.subarray(0, length), ENVELOPE))
      await expect(Letter.findBy('key', 'mine')).rejects.toMatchObject({
        code: expect.stringMatching(/^E_(DECRYPTION_FAILED|UNKNOWN_KEY)$/),
      })
    }
    await put(new Binary(Buffer.concat([whole, Buffer.of(0)]), ENVELOPE))
    await expectRefused(Letter, 'mine')
  })

  it('envelopes with one bit changed, at every byte', async () => {
    const whole = Buffer.from((await stored('mine')).note.value())
    const others = []
    for (let place = 0; place < whole.length; place++) {
      const changed = Buffer.from(whole)
      changed[place] = (changed[place] as number) ^ (1 << (place % 8))
      others.push({ ...(await stored('mine')), note: new Binary(changed, ENVELOPE) })
    }
    const { _id } = await stored('mine')
    for (const document of others) {
      await letters.replaceOne({ _id }, document)
      await expect(Letter.findBy('key', 'mine')).rejects.toMatchObject({
        code: expect.stringMatching(/^E_(DECRYPTION_FAILED|UNKNOWN_KEY)$/),
      })
    }
  })

  it('does not spoil the documents beside it', async () => {
    await Letter.create({ key: 'theirs', ...values(PLAIN) })
    await put(PLAIN)
    expect((await Letter.findByOrFail('key', 'theirs')).note).toBe(PLAIN)
    expect(await Letter.query().where('key', 'mine').select('other').first()).toMatchObject({
      other: `${MINE} other`,
    })
  })
})

describe('what may be moved', () => {
  it('a value that is bound to its column, to another document of the collection', async () => {
    await Letter.create({ key: 'theirs', ...values(PLAIN) })
    const { shared } = await stored('mine')
    await letters.updateOne({ key: 'theirs' }, { $set: { shared } })
    expect((await Letter.findByOrFail('key', 'theirs')).shared).toBe(`${MINE} shared`)
    await letters.updateOne({ key: 'theirs' }, { $set: { note: shared } })
    await expectRefused(Letter, 'theirs')
  })

  it('a database under another name with a namespace', async () => {
    const before = elsewhere({ ...TEST_KEYS, namespace: 'app' })
    const after = elsewhere({ ...TEST_KEYS, namespace: 'app' }, otherName)
    await before.create({ key: 'moved', ...values(MINE) })
    await client
      .db(otherName)
      .collection('letters')
      .insertOne(await stored('moved'))
    expect((await after.findByOrFail('key', 'moved')).note).toBe(MINE)
  })
})

describe('a column on its way', () => {
  class Becoming extends BaseModel {
    static override collection = 'ways'
    @column() declare key: string
    @column.encrypted({ transition: 'encrypting', blind: true }) declare note: string | null
  }
  class Leaving extends BaseModel {
    static override collection = 'ways'
    @column() declare key: string
    @column.encrypted({ transition: 'decrypting', blind: true }) declare note: string | null
  }
  class Strict extends BaseModel {
    static override collection = 'ways'
    @column() declare key: string
    @column.encrypted({ blind: true }) declare note: string | null
  }
  class Before extends BaseModel {
    static override collection = 'ways'
    @column() declare key: string
    @column() declare note: string | null
  }
  const MODELS = [Becoming, Leaving] as unknown as (typeof Becoming)[]

  beforeEach(async () => {
    await db.collection('ways').deleteMany({})
    await Before.create({ key: 'plain', note: PLAIN })
    await Before.create({ key: 'plain null', note: null })
    await Strict.create({ key: 'sealed', note: MINE })
    await Strict.create({ key: 'sealed null', note: null })
  })

  it.each(MODELS)('%o reads and finds both', async (model) => {
    const rows = await model.query().orderBy('key')
    expect(rows.map(({ note }) => note)).toEqual([PLAIN, null, MINE, null])
    expect((await model.findBy('note', PLAIN))?.key).toBe('plain')
    expect((await model.findBy('note', MINE))?.key).toBe('sealed')
    const keys = async (query: PromiseLike<readonly { key: string }[]>) =>
      (await query).map(({ key }) => key).sort()
    expect(await keys(model.query().whereIn('note', [PLAIN, MINE]))).toEqual(['plain', 'sealed'])
    expect(await keys(model.query().whereNot('note', MINE))).toEqual(['plain'])
    expect(await keys(model.query().whereNull('note'))).toEqual(['plain null', 'sealed null'])
    expect(await keys(model.query().whereNotNull('note'))).toEqual(['plain', 'sealed'])
  })

  it('writes what it is on its way to', async () => {
    await Becoming.query().where('key', 'plain').update({ note: PLAIN })
    const sealed = await db.collection('ways').findOne({ key: 'plain' })
    expect(sealed?.note.sub_type).toBe(ENVELOPE)
    expect((await Strict.findBy('note', PLAIN))?.key).toBe('plain')
    await Leaving.query().where('key', 'sealed').update({ note: MINE })
    const plain = await db.collection('ways').findOne({ key: 'sealed' })
    expect(plain).toEqual({ _id: expect.anything(), key: 'sealed', note: MINE })
    await Strict.create({ key: 'other', note: MINE })
    await (await Leaving.findByOrFail('key', 'other')).merge({ note: PLAIN }).save()
    expect(await Leaving.query().where('note', MINE).count()).toBe(1)
  })

  it('still refuses envelopes that were changed', async () => {
    const { note } = (await db.collection('ways').findOne({ key: 'sealed' })) as Document
    const bytes = Buffer.from(note.value())
    bytes[30] = (bytes[30] as number) ^ 1
    const changed = { $set: { note: new Binary(bytes, ENVELOPE) } }
    await db.collection('ways').updateOne({ key: 'sealed' }, changed)
    for (const model of MODELS) {
      await expect(model.findBy('key', 'sealed')).rejects.toMatchObject({
        code: 'E_DECRYPTION_FAILED',
      })
    }
  })

  it('is strict again once it is over', async () => {
    await expect(Strict.findBy('key', 'plain')).rejects.toMatchObject({
      code: 'E_DECRYPTION_FAILED',
    })
  })
})
