import { BaseModel, column, type IndexDeclaration, index } from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, type Written } from '../../helpers/write_paths.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Person extends BaseModel {
  @column() declare key: string
  @column({ columnName: 'mail' }) declare email: string
  @column({ columnName: 'given' }) declare first: string
  @column() declare last: string
  @column.encrypted({ blind: { unique: true } }) declare ssn: string
}

const EMAIL = 'ada@secret.example'
const VALUES = { email: EMAIL, first: 'Secret', last: 'Lovelace', ssn: '123-45-6789' }

const INDEXES: Record<
  string,
  { declared: IndexDeclaration<Person>; columns: string[]; keys: string[] }
> = {
  'of one property': {
    declared: index<Person>({ keys: { email: 1 }, unique: true, sparse: true }),
    columns: ['email'],
    keys: ['mail'],
  },
  compound: {
    declared: index<Person>({
      keys: { first: 1, last: 1 },
      unique: true,
      where: { first: { $exists: true } },
    }),
    columns: ['first', 'last'],
    keys: ['given', 'last'],
  },
  partial: {
    declared: index<Person>({ keys: { email: 1 }, unique: true, where: { last: 'Lovelace' } }),
    columns: ['email'],
    keys: ['mail'],
  },
  blind: {
    declared: index<Person>({ keys: { ssn: 1 }, unique: true, sparse: true }),
    columns: ['ssn'],
    keys: ['ssn'],
  },
  'compound with a blind one': {
    declared: index<Person>({
      keys: { last: 1, ssn: -1 },
      unique: true,
      where: { last: { $exists: true } },
    }),
    columns: ['last', 'ssn'],
    keys: ['last', 'ssn'],
  },
}

interface Failed {
  code?: string
  cause?: unknown
  failures?: readonly { error: unknown }[]
}

/** The error itself, or that of the statement that failed. */
function duplicate(error: unknown): Failed {
  const { code, cause, failures } = error as Failed
  if (code === 'E_DUPLICATE_KEY') return error as Failed
  return (failures?.[0]?.error ?? cause ?? error) as Failed
}

describe.each(Object.entries(INDEXES))('a unique index %s', (name, { declared, columns, keys }) => {
  class Indexed extends Person {
    static override collection = `people_${name.replaceAll(' ', '_')}`
    static override indexes = [declared]
  }
  beforeAll(async () => {
    await Indexed.syncIndexes()
  })
  beforeEach(async () => {
    await db.collection(Indexed.collection).deleteMany({})
  })

  test.each(WRITE_PATHS)('$name ($kind)', async ({ kind, run }) => {
    await Indexed.create({ key: 'taken', ...VALUES })
    const found = kind === 'update' ? await Indexed.create({ key: 'mine' }) : new Indexed()
    const given = { key: 'mine', values: VALUES, filter: { key: 'mine' }, options: {} }
    const written = run({ ...given, model: Indexed, found: found as unknown as Written })
    const error = await written.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeDefined()
    expect(duplicate(error)).toMatchObject({ code: 'E_DUPLICATE_KEY', columns, keys })
    const told = `${String(error)}${JSON.stringify(error)}${String(duplicate(error))}`
    for (const value of Object.values(VALUES)) expect(told).not.toContain(value)
    expect(String(duplicate(error))).toContain(`the same value for ${columns.join(', ')}`)
  })
})
