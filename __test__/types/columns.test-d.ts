import {
  BaseModel,
  column,
  type HashedColumnOptions,
  type Hasher,
  type HashOptions,
  hashPassword,
  type JsonColumnOptions,
  prehashed,
  type TransientOptions,
  type VerifyOptions,
  verifyPassword,
} from 'lucent-odm'

interface Settings {
  theme: 'dark' | 'light'
  tags?: string[]
}

declare const hash: Hasher & { needsReHash(value: string): boolean }

const jsonOptions: JsonColumnOptions<Settings> = {
  serializeAs: 'preferences',
  columnName: 'settings_text',
  serialize: (settings) => settings.theme,
  replacer: (key, value) => (key === '' ? value : undefined),
  reviver(_key, value) {
    return value
  },
}
const hashedOptions: HashedColumnOptions = {
  cost: 1024,
  blockSize: 8,
  parallelization: 2,
  maxMemory: 1 << 25,
  serializeAs: 'digest',
  meta: { kind: 'secret' },
}
const transientOptions: TransientOptions = { serializeAs: 'note' }

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.json(jsonOptions) declare settings: Settings | null
  @column.json() declare anything: unknown
  @column.hashed() declare password: string
  @column.hashed({ hasher: hash }) declare pin: string | null
  @column.hashed(hashedOptions) declare token: string
  @column.transient() declare confirmation: string | undefined
  @column.transient(transientOptions) declare note: string

  // @ts-expect-error a column of text that others find is no primary key
  @column.json({ isPrimary: true }) declare a: unknown
  // @ts-expect-error the column prepares itself
  @column.json({ prepare: String }) declare b: unknown
  // @ts-expect-error the column consumes itself
  @column.hashed({ consume: String }) declare c: string
  // @ts-expect-error not a number
  @column.hashed({ cost: '1024' }) declare d: string
  // @ts-expect-error a hasher verifies too
  @column.hashed({ hasher: { make: (value: string) => value } }) declare e: string
  // @ts-expect-error it is never stored
  @column.transient({ columnName: 'x' }) declare f: string
}

export async function writes(user: User) {
  await User.create({ settings: { theme: 'dark' }, password: 'x', confirmation: 'x' })
  await User.create({ settings: null, password: prehashed('x'), pin: null, note: 'n' })
  await User.createMany([{ confirmation: 'x' }])
  await User.updateOrCreate({ id: 'x' }, { confirmation: 'x', password: 'y' })
  await User.query()
    .where('id', 'x')
    .update({ settings: { theme: 'light', tags: [] } })
  user.merge({ note: 'n' }).fill({ confirmation: 'x' })
  const theme: 'dark' | 'light' | undefined = user.settings?.theme
  const confirmation: string | undefined = user.confirmation
  // @ts-expect-error not the property's type
  await User.create({ settings: { theme: 'blue' } })
  // @ts-expect-error not the property's type
  await User.create({ confirmation: 5 })
  // @ts-expect-error not the property's type
  await User.create({ password: 5 })
  // @ts-expect-error no such property
  user.merge({ nope: 1 })
  return [theme, confirmation]
}

export async function passwords(user: User | null) {
  const options: HashOptions = { cost: 1024, hasher: hash }
  const limits: VerifyOptions = { maxMemory: 1 << 20, hasher: hash }
  const made: string = await hashPassword('secret', options)
  const right: boolean = await verifyPassword(user?.password, 'secret')
  const none: boolean = await verifyPassword(user?.pin, 'secret', limits)
  const given: string = prehashed(made)
  // @ts-expect-error not a text
  await hashPassword(5)
  // @ts-expect-error not a text
  await verifyPassword(made, undefined)
  // @ts-expect-error not a text
  prehashed(null)
  // @ts-expect-error the hash has its own
  await verifyPassword(made, 'secret', { cost: 1024 })
  return [right, none, given]
}
