import type { Binary, Document } from 'bson'
import { BaseModel, column } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { CANARY, ENTRY, ENVELOPE, everythingIn, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, type WritePath, write } from '../../helpers/write_paths.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Person extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.encrypted({ blind: { normalize: ['trim', 'lowercase'] } }) declare email: string
  @column.encrypted() declare details: { born: Date; note: string; list: (number | null)[] } | null
  @column.encrypted({ bind: 'column' }) declare code: number | null
  @column.encrypted({ blind: { normalize: (value: string) => value.replace(/\D/g, '') } })
  declare phone: string
  @column.encrypted({ fields: ['street', 'contacts.phone'] })
  declare address: { street: string; city: string; contacts: { kind: string; phone: string }[] }
}

const VALUES = {
  email: ` ${CANARY} Ada.Secret@Example.com`,
  details: { born: new Date(1815, 11, 10), note: `${CANARY} secret note`, list: [1, null, 2.5] },
  code: 4711,
  phone: '+49 30 1234-secret',
  address: {
    street: `${CANARY} Secret Street 1`,
    city: 'Berlin',
    contacts: [
      { kind: 'home', phone: `${CANARY} secret-1` },
      { kind: 'work', phone: 'secret-2' },
    ],
  },
}
const BEFORE = { ...VALUES, email: 'before@example.com', code: null, phone: '0', details: null }
const PLAIN = /canary|secret|4711|before@|49301234/i

const subtype = (value: unknown) => (value as Binary | undefined)?.sub_type

function expectSealed(stored: Document): void {
  expect(subtype(stored.email)).toBe(ENVELOPE)
  expect(subtype(stored.email__blind)).toBe(ENTRY)
  expect(subtype(stored.details)).toBe(ENVELOPE)
  expect(subtype(stored.code)).toBe(ENVELOPE)
  expect(subtype(stored.phone)).toBe(ENVELOPE)
  expect(subtype(stored.phone__blind)).toBe(ENTRY)
  expect(stored.address.city).toBe('Berlin')
  expect(subtype(stored.address.street)).toBe(ENVELOPE)
  for (const contact of stored.address.contacts) {
    expect(contact.kind).toMatch(/home|work/)
    expect(subtype(contact.phone)).toBe(ENVELOPE)
  }
}

beforeEach(() => db.collection('people').deleteMany({}))

describe.each(WRITE_PATHS as WritePath[])('$kind, $name', (path) => {
  it('stores nothing in plain, and everything is read again', async () => {
    const { stored, instances, key } = await write(db, path, Person, VALUES, { before: BEFORE })
    expect(stored.length).toBeGreaterThan(0)
    for (const document of stored) expectSealed(document)
    expect(everythingIn(stored)).not.toMatch(PLAIN)
    for (const instance of instances) {
      expect(instance.$isDirty).toBe(false)
      expect({ ...VALUES, ...(instance.toObject() as object) }).toMatchObject(VALUES)
      expect(instance.$extras).toEqual({})
    }
    const rows = await Person.query().where('key', key)
    expect(rows).toHaveLength(stored.length)
    for (const row of rows) {
      expect(row.toObject()).toMatchObject(VALUES)
      expect(row.$extras).toEqual({})
    }
    const found = await Person.query()
      .where('email', `${CANARY.toUpperCase()} ADA.secret@example.com `)
      .where('key', key)
    expect(found).toHaveLength(stored.length)
    const called = await Person.query().where('phone', '49-301234').where('key', key)
    expect(called).toHaveLength(stored.length)
  })
})
