import {
  BaseModel,
  column,
  type EncryptionKeys,
  errors,
  rotateEncryption,
  setEncryptionKeys,
} from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { ENVELOPE, everythingIn, testKey } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const OLD: EncryptionKeys = { primary: 'old', keys: { old: testKey(1) } }
const BOTH: EncryptionKeys = { primary: 'new', keys: { old: testKey(1), new: testKey(2) } }
const NEW: EncryptionKeys = { primary: 'new', keys: { new: testKey(2) } }

const { db } = lucentDatabase()
afterAll(() => setEncryptionKeys(undefined))

class Patient extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare number: number
  @column.version() declare version: number
  @column.encrypted({ blind: { normalize: 'lowercase', unique: true } }) declare email: string
  @column.encrypted({ blind: { normalize: (value: string) => value.replaceAll(' ', '') } })
  declare phone: string | null
  @column.encrypted() declare notes: { text: string }[] | null
  @column.encrypted({ fields: ['street', 'visits.reason'] })
  declare address: { street?: string; city: string; visits?: { reason: string }[] }
}

const patients = () => db.collection('patients')

const make = (count: number, from = 0) =>
  Patient.createMany(
    Array.from({ length: count }, (_, place) => ({
      number: from + place,
      email: `Patient${from + place}@example.com`,
      phone: place % 3 === 0 ? null : `030 ${from + place}`,
      notes: place % 2 === 0 ? [{ text: `note ${place}` }] : null,
      address: { street: `street ${place}`, city: 'Rome', visits: [{ reason: `cough ${place}` }] },
    })),
  )

beforeEach(async () => {
  await patients().deleteMany({})
  setEncryptionKeys(OLD)
})

describe('rotateEncryption', () => {
  it('seals every value with the primary key, so that the old one may go', async () => {
    const made = await make(250)
    setEncryptionKeys(BOTH)
    const seen: number[] = []
    const report = await rotateEncryption(Patient, {
      batchSize: 40,
      concurrency: 3,
      onProgress: ({ scanned }) => seen.push(scanned),
    })
    expect(report).toMatchObject({
      scanned: 250,
      total: 250,
      rewritten: 250,
      conflicts: 0,
      failed: 0,
      left: {},
      plain: 0,
      complete: true,
    })
    expect(seen.at(-1)).toBe(250)
    setEncryptionKeys(NEW)
    const read = await Patient.query().orderBy('number')
    expect(read.map((one) => one.toObject())).toEqual(made.map((one) => one.toObject()))
    const found = await Patient.findByOrFail('email', 'PATIENT7@example.com')
    expect(found.number).toBe(7)
    expect((await Patient.findByOrFail('phone', '0307')).number).toBe(7)
    // Versions and dates stay: an instance that was read before can still be saved.
    await made[7]?.merge({ notes: [{ text: 'later' }] }).save()
  })

  it('counts what is to be done and changes nothing in a dry run', async () => {
    await make(20)
    const before = await patients().find().toArray()
    setEncryptionKeys(BOTH)
    const report = await rotateEncryption(Patient, { dryRun: true })
    // Each has an e-mail, a phone or null, notes or null, a street and a visit.
    expect(report).toMatchObject({ scanned: 20, rewritten: 0, left: { old: 100 }, complete: false })
    expect(await patients().find().toArray()).toEqual(before)
  })

  it('leaves what is up to date alone', async () => {
    await make(20)
    setEncryptionKeys(BOTH)
    await rotateEncryption(Patient)
    const before = await patients().find().toArray()
    expect(await rotateEncryption(Patient)).toMatchObject({
      scanned: 20,
      rewritten: 0,
      complete: true,
    })
    expect(await patients().find().toArray()).toEqual(before)
  })

  it('goes on where it was killed or called off', async () => {
    await make(100)
    setEncryptionKeys(BOTH)
    const controller = new AbortController()
    const run = rotateEncryption(Patient, {
      batchSize: 10,
      concurrency: 1,
      signal: controller.signal,
      onProgress: ({ scanned }) => scanned >= 40 && controller.abort(),
    })
    await expect(run).rejects.toThrow(errors.E_ABORTED)
    const dry = await rotateEncryption(Patient, { dryRun: true })
    expect(dry.left.old).toBeGreaterThan(100)
    expect(dry.left.old).toBeLessThan(400)
    const report = await rotateEncryption(Patient)
    expect(report.rewritten).toBeLessThan(100)
    expect(report.complete).toBe(true)
  })

  it('reports what it cannot read, and goes on with the rest', async () => {
    const made = await make(10)
    const { insertedId } = await patients().insertOne(
      (await patients()
        .findOne({ number: 3 })
        .then((one) => ({ ...one, _id: undefined, number: 99 }))) as never,
    )
    setEncryptionKeys(BOTH)
    const report = await rotateEncryption(Patient)
    expect(report).toMatchObject({ rewritten: 10, failed: 1, complete: false })
    expect(report.failures).toEqual([{ id: insertedId, code: 'E_DECRYPTION_FAILED' }])
    setEncryptionKeys(NEW)
    const unknown = await rotateEncryption(Patient)
    expect(unknown.failures).toEqual([{ id: insertedId, code: 'E_UNKNOWN_KEY' }])
    expect(await Patient.query().where('number', '<', 50).count()).toBe(made.length)
  })

  it('refuses what makes no sense', async () => {
    class Plain extends BaseModel {
      @column() declare name: string
    }
    await expect(rotateEncryption(Plain)).rejects.toThrow(/no encrypted columns/)
    await expect(rotateEncryption(Patient, { batchSize: 0 })).rejects.toThrow(/batchSize/)
    await expect(rotateEncryption(Patient, { concurrency: 1.5 })).rejects.toThrow(/concurrency/)
  })
})

describe('columns on their way', () => {
  class Plain extends BaseModel {
    static override collection = 'travellers'
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string | null
    @column() declare passport: string | null
  }
  class Encrypting extends BaseModel {
    static override collection = 'travellers'
    @column({ isPrimary: true }) declare id: string
    @column.encrypted({ transition: 'encrypting', blind: { normalize: 'lowercase' } })
    declare name: string | null
    @column.encrypted({
      transition: 'encrypting',
      blind: { normalize: (text: string) => text.slice(1) },
    })
    declare passport: string | null
  }
  class Encrypted extends BaseModel {
    static override collection = 'travellers'
    @column({ isPrimary: true }) declare id: string
    @column.encrypted({ blind: { normalize: 'lowercase' } }) declare name: string | null
    @column.encrypted({ blind: { normalize: (text: string) => text.slice(1) } })
    declare passport: string | null
  }
  class Decrypting extends BaseModel {
    static override collection = 'travellers'
    @column({ isPrimary: true }) declare id: string
    @column.encrypted({ transition: 'decrypting', blind: { normalize: 'lowercase' } })
    declare name: string | null
    @column.encrypted({
      transition: 'decrypting',
      blind: { normalize: (text: string) => text.slice(1) },
    })
    declare passport: string | null
  }
  const travellers = () => db.collection('travellers')
  const NAMES = ['Ada', 'Bob', null, 'Cy']
  const names = (rows: { name: string | null }[]) => rows.map(({ name }) => name)

  beforeEach(() => travellers().deleteMany({}))

  it('a plain column becomes an encrypted one', async () => {
    await Plain.createMany(NAMES.map((name) => ({ name, passport: name && `1${name}` })))
    await Plain.create({})
    await expect(Encrypted.all()).rejects.toThrow(errors.E_DECRYPTION_FAILED)
    await Encrypting.create({ name: 'Dee', passport: '9Dee' })
    expect(names(await Encrypting.query().orderBy('id'))).toEqual([...NAMES, undefined, 'Dee'])
    // Both forms are found, whatever was stored how.
    const of = async (query: PromiseLike<Encrypting[]>) => names(await query)
    expect(await of(Encrypting.query().whereIn('name', ['Ada', 'Dee']).orderBy('id'))).toEqual([
      'Ada',
      'Dee',
    ])
    expect(await of(Encrypting.query().whereNot('name', 'Ada').orderBy('id'))).toEqual([
      'Bob',
      'Cy',
      'Dee',
    ])
    expect(await of(Encrypting.query().whereNull('name').orderBy('id'))).toEqual([null, undefined])
    expect(await of(Encrypting.query().whereNotNull('name').orderBy('id'))).toEqual([
      'Ada',
      'Bob',
      'Cy',
      'Dee',
    ])
    const dry = await rotateEncryption(Encrypting, { dryRun: true })
    expect(dry).toMatchObject({ plain: 8, left: {}, complete: false })
    const report = await rotateEncryption(Encrypting)
    expect(report).toMatchObject({ rewritten: 4, plain: 0, complete: true })
    expect(names(await Encrypted.query().orderBy('id'))).toEqual([...NAMES, undefined, 'Dee'])
    expect(everythingIn(await travellers().find().toArray())).not.toMatch(/Ada|Bob|Dee/)
    expect((await Encrypted.findByOrFail('name', 'ADA')).passport).toBe('1Ada')
    expect((await Encrypted.findByOrFail('passport', '5Ada')).name).toBe('Ada')
  })

  it('both forms are found by the value, where a function normalises', async () => {
    await Plain.create({ name: 'Ada', passport: '1Ada' })
    await Encrypted.create({ name: 'Bob', passport: '2Bob' })
    for (const model of [Encrypting, Decrypting]) {
      const of = async (query: PromiseLike<{ name: string | null }[]>) => names(await query)
      const all = model.query().whereIn('passport', ['1Ada', '2Bob']).orderBy('id')
      expect(await of(all)).toEqual(['Ada', 'Bob'])
      expect(await of(model.query().where('passport', '1Ada'))).toEqual(['Ada'])
      expect(await of(model.query().where('passport', '9Bob'))).toEqual(['Bob'])
      expect(await of(model.query().where('passport', 'Ada'))).toEqual([])
      expect(await of(model.query().whereNot('passport', '1Ada'))).toEqual(['Bob'])
      expect(await of(model.query().whereRaw({ passport: { $ne: '1Ada' } }))).toEqual(['Bob'])
      expect(await of(model.query().whereRaw({ passport: { $in: [null, '1Ada'] } }))).toEqual([
        'Ada',
      ])
      expect(await model.query().where('passport', null).count()).toBe(0)
      await model.query().where('passport', '1Ada').upsert({ name: 'Ada' })
      await model.updateOrCreate({ passport: '2Bob' }, { name: 'Bob' })
      expect(await travellers().countDocuments()).toBe(2)
    }
    await Encrypting.query().where('passport', '3Eve').upsert({ name: 'Eve' })
    await Decrypting.query().where('passport', '4Fay').upsert({ name: 'Fay' })
    const made = await Encrypting.query().whereIn('name', ['Eve', 'Fay']).orderBy('id')
    expect(made.map(({ passport }) => passport)).toEqual(['3Eve', '4Fay'])
    expect(await travellers().countDocuments({ passport: '4Fay' })).toBe(1)
  })

  it.each([1, 500])(
    'what a normaliser throws at is reported, in batches of %i',
    async (batchSize) => {
      await Plain.createMany(['1a', '2b', '3c'].map((passport) => ({ name: 'x', passport })))
      const { insertedId } = await travellers().insertOne({ passport: 4711 })
      const report = await rotateEncryption(Encrypting, { batchSize })
      expect(report).toMatchObject({ rewritten: 3, failed: 1, complete: false })
      expect(report.failures).toEqual([{ id: insertedId, code: 'E_INVALID_VALUE' }])
      expect((await Encrypting.findByOrFail('passport', '2b')).name).toBe('x')
    },
  )

  it('an encrypted column becomes a plain one', async () => {
    await Encrypted.createMany(NAMES.map((name) => ({ name, passport: name && `1${name}` })))
    await Decrypting.create({ name: 'Dee', passport: '9Dee' })
    expect(await travellers().findOne({ name: 'Dee' })).toMatchObject({ passport: '9Dee' })
    const found = await Decrypting.query().whereIn('name', ['Ada', 'Dee']).orderBy('id')
    expect(names(found)).toEqual(['Ada', 'Dee'])
    const report = await rotateEncryption(Decrypting)
    expect(report).toMatchObject({ rewritten: 4, complete: true })
    const stored = await travellers().find().sort({ _id: 1 }).toArray()
    expect(stored.map(({ name }) => name)).toEqual([...NAMES, 'Dee'])
    for (const document of stored)
      expect(Object.keys(document)).toEqual(['_id', 'name', 'passport'])
    expect(names(await Plain.query().orderBy('id'))).toEqual([...NAMES, 'Dee'])
  })

  it('another binding, and another normaliser, are brought up to date', async () => {
    await Encrypted.createMany([{ name: 'Ada', passport: '1' }])
    class Rebound extends BaseModel {
      static override collection = 'travellers'
      @column({ isPrimary: true }) declare id: string
      @column.encrypted({ transition: 'encrypting', bind: 'column', blind: { bits: 64 } })
      declare name: string
      @column.encrypted({ blind: { normalize: (text: string) => text.slice(1) } })
      declare passport: string
    }
    expect(await Rebound.findBy('name', 'Ada')).toBeNull()
    expect(await rotateEncryption(Rebound)).toMatchObject({ rewritten: 1, complete: true })
    expect((await Rebound.findByOrFail('name', 'Ada')).name).toBe('Ada')
    const [stored] = await travellers().find().toArray()
    expect(stored?.name.sub_type).toBe(ENVELOPE)
    expect(stored?.name.buffer[1]).toBe(2)
    expect(stored?.name__blind.buffer).toHaveLength(4 + 8)
  })
})
