import {
  Adapter,
  type AdapterColumns,
  type AdapterContract,
  BaseModel,
  type CallLimits,
  column,
  type Model,
  type ModelClass,
  type TransactionClient,
} from 'lucent-odm'

class User extends BaseModel {
  @column({ isPrimary: true, generate: 'uuid' }) declare id: string
  @column() declare email: string
  @column() declare age: number | null
  @column.uuid() declare teamId: string
  @column.version({ serializeAs: null }) declare version: number
}

class Invoice extends BaseModel {
  @column({ isPrimary: true, generate: 'sequence' }) declare number: number
}

class Page extends BaseModel {
  @column({ isPrimary: true, generate: (model) => (model as Page).title }) declare slug: string
  @column() declare title: string
}

export async function finds(trx: TransactionClient) {
  const one: User = await User.firstOrNew({ email: 'x' }, { age: 1 }, { client: trx })
  const two: User = await User.firstOrCreate({ email: 'x' })
  const three: User = await User.updateOrCreate({ email: 'x' }, { age: null })
  const many: User[] = await User.fetchOrNewUpMany('email', [{ email: 'x' }])
  const created: User[] = await User.fetchOrCreateMany(['email', 'age'], [{ email: 'x', age: 1 }])
  const updated: User[] = await User.updateOrCreateMany(['email'] as const, [{ email: 'x' }], {
    connection: 'other',
    allowExtraProperties: true,
    timeout: 500,
  })
  const found: User[] = await User.findManyBy('email', 'x')
  const same: User[] = await User.findManyBy({ email: 'x', age: 1 }, { client: trx })
  await User.truncate()
  await User.truncate(true, { client: trx })
  // @ts-expect-error no such property
  await User.firstOrCreate({ nope: 1 })
  // @ts-expect-error not the property's type
  await User.firstOrCreate({ email: 1 })
  // @ts-expect-error the values are required
  await User.updateOrCreate({ email: 'x' })
  // @ts-expect-error no such key
  await User.fetchOrNewUpMany('nope', [{ email: 'x' }])
  // @ts-expect-error no such property
  await User.updateOrCreateMany('email', [{ email: 'x', nope: 1 }])
  // @ts-expect-error not the property's type
  await User.findManyBy('email', 5)
  return [one, two, three, many, created, updated, found, same]
}

export async function locks(user: User) {
  const text: string = await user.lockForUpdate(async (fresh, trx) => {
    const other: User = fresh
    const inside: TransactionClient = trx
    return `${other.email} ${inside.connectionName}`
  })
  const count: number = await user.lockForUpdate(() => 1)
  const query = User.query().where('email', 'x').forUpdate()
  const rows: User[] = await query
  return [text, count, rows]
}

class Recorder extends Adapter {
  override async insert(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
    const id: unknown = columns._id
    await super.insert(instance, { ...columns, _id: id }, limits)
  }

  override query<T extends ModelClass>(model: T) {
    return super.query(model, { connection: 'other' })
  }
}

/** An adapter need not extend `Adapter`. */
const whole: AdapterContract = {
  modelClient: (instance) => new Adapter().modelClient(instance),
  modelConstructorClient: (model, options) => new Adapter().modelConstructorClient(model, options),
  insert: async () => undefined,
  update: async () => undefined,
  delete: async () => undefined,
  refresh: async () => undefined,
  query: (model, options) => new Adapter().query(model, options),
}

User.useAdapter(new Recorder())
User.useAdapter(whole)
// @ts-expect-error not an adapter
User.useAdapter({ insert: async () => undefined })

export function results(document: unknown) {
  const one: User | null = User.$createFromAdapterResult(document)
  const many: User[] = User.$createMultipleFromAdapterResult([document], { tenant: 1 })
  one?.$consumeAdapterResult(document)
  one?.$hydrateOriginals()
  one?.$setOptionsAndTrx({ connection: 'other' })
  return many
}

export function declarations() {
  class Wrong extends BaseModel {
    // @ts-expect-error no such strategy
    @column({ isPrimary: true, generate: 'random' }) declare id: string
    // @ts-expect-error a version is prepared by nobody
    @column.version({ prepare: (value: number) => value }) declare version: number
  }
  return [Wrong, Invoice, Page]
}
