// This package. Decorators are called as functions, so that the file needs no compilation.
import { consumer } from '../lib/consume.mjs'
import { Unsupported } from '../lib/unsupported.mjs'
import { SECRETS } from '../lib/workload.mjs'
import { embedded } from './embedded/lucent.mjs'
import { related } from './related/lucent.mjs'

const COLUMNS = [
  'name',
  'email',
  'age',
  'score',
  'active',
  'status',
  'bio',
  'createdAt',
  'address',
  'tags',
  'items',
  'seq',
]

const HOOKS = [
  'beforeSave',
  'afterSave',
  'beforeCreate',
  'afterCreate',
  'beforeUpdate',
  'afterUpdate',
  'beforeDelete',
  'afterDelete',
  'beforeFind',
  'afterFind',
  'beforeFetch',
  'afterFetch',
]

/** @type {import('../lib/types.d.ts').OpenContender} */
export async function open({ uri, database, poolSize, readOnly }) {
  const plain = await consumer('lucent')
  const hooked = await consumer('lucent-hooked')
  const coalesced = await consumer('lucent-coalesced')
  // Resolved late: the other contenders run without a build of this package.
  const name = 'lucent-odm'
  const lucent = await import(name)
  const manager = connect(lucent, { uri, database, poolSize })
  /** @type {Map<string, any>} */
  const models = new Map()

  /**
   * @param {string} collection
   * @param {{ hooks?: boolean, coalesce?: boolean }} [options]
   */
  function modelOf(collection, { hooks = false, coalesce = false } = {}) {
    const key = `${collection} ${hooks} ${coalesce}`
    const known = models.get(key)
    if (known) return known
    class User extends lucent.BaseModel {
      static collection = collection
      static namingStrategy = new lucent.VerbatimNamingStrategy()
      static coalesceFinds = coalesce
      static coalesceWrites = coalesce
    }
    lucent.column({ isPrimary: true })(User.prototype, 'id')
    for (const column of COLUMNS) lucent.column()(User.prototype, column)
    if (hooks) {
      for (const hook of HOOKS) {
        const method = `${hook}Nothing`
        Object.defineProperty(User, method, { value: () => {} })
        lucent[hook]()(User, method)
      }
    }
    models.set(key, User)
    return User
  }

  /**
   * @param {any} Model
   * @param {typeof plain} consume
   * @returns {import('../lib/types.d.ts').Reader}
   */
  const reader = (Model, { everyField, twoFields }) => ({
    async findEvery(limit) {
      let sum = 0
      for (const user of await Model.query().limit(limit)) sum += everyField(user, user.id)
      return sum
    },
    async findTwo(limit) {
      let sum = 0
      for (const user of await Model.query().limit(limit)) sum += twoFields(user)
      return sum
    },
    async findOne(id) {
      const user = await Model.find(id)
      return everyField(user, user.id)
    },
  })

  /**
   * @param {any} Model
   * @returns {import('../lib/types.d.ts').Writer}
   */
  const writer = (Model) => ({
    create: (data) => Model.create(data),
    createMany: (list) => Model.createMany(list),
    load: async () => Model.query().orderBy('seq'),
    saveAge: (user, age) => {
      user.age = age
      return user.save()
    },
    saveAges: (users, ageOf) => {
      for (const [index, user] of users.entries()) user.age = ageOf(index)
      return Model.bulkSave(users)
    },
  })

  lucent.setEncryptionKeys({ keys: { bench: Buffer.alloc(32, 7) } })
  const secrets = {
    true: await consumer('lucent-encrypted'),
    false: await consumer('lucent-secrets'),
  }

  /**
   * @param {string} collection
   * @param {boolean} encrypted
   */
  function secretModel(collection, encrypted) {
    class User extends lucent.BaseModel {
      static collection = collection
      static namingStrategy = new lucent.VerbatimNamingStrategy()
    }
    lucent.column({ isPrimary: true })(User.prototype, 'id')
    for (const column of COLUMNS) lucent.column()(User.prototype, column)
    for (const column of SECRETS) {
      const blind = column === 'passport'
      const decorate = encrypted ? lucent.column.encrypted({ blind }) : lucent.column()
      decorate(User.prototype, column)
    }
    return User
  }

  const User = modelOf(readOnly)
  return {
    ...reader(User, plain),
    json: (limit) => User.query().limit(limit).toJson(),
    jsonOfModels: async (limit) => JSON.stringify(await User.query().limit(limit)),
    fetchAll: async () => User.query(),
    look: (user) => plain.everyField(user, user.id),
    async *stream(batchSize) {
      const query = User.query()
      if (typeof query.cursor !== 'function') throw new Unsupported('cursors')
      for await (const user of query.cursor({ batchSize })) yield user
    },
    async page(below, number, size) {
      const query = User.query().where('seq', '<', below).orderBy('seq')
      const rows = await query.paginate(number, size)
      return { total: rows.total, rows }
    },
    writer: (collection) => writer(modelOf(collection)),
    hooked: () => ({
      ...reader(modelOf(readOnly, { hooks: true }), hooked),
      writer: (collection) => writer(modelOf(collection, { hooks: true })),
    }),
    coalesced: () => ({
      ...reader(modelOf(readOnly, { coalesce: true }), coalesced),
      writer: (collection) => writer(modelOf(collection, { coalesce: true })),
    }),
    secretive(collection, encrypted) {
      /** @type {any} */
      const Model = secretModel(collection, encrypted)
      const { everySecret } = secrets[encrypted ? 'true' : 'false']
      return {
        create: (data) => Model.create(data),
        async findEvery(limit) {
          let sum = 0
          for (const user of await Model.query().limit(limit)) sum += everySecret(user, user.id)
          return sum
        },
        async findBy(passport) {
          const user = await Model.findBy('passport', passport)
          return everySecret(user, user.id)
        },
        searched: encrypted ? 'passport__blind' : 'passport',
      }
    },
    related: () => related(lucent, plain),
    embedded: () => embedded(lucent, plain),
    close: () => manager.closeAll(),
  }
}

/**
 * @param {any} lucent
 * @param {{ uri: string, database: string, poolSize: number }} options
 * @returns {{ closeAll(): Promise<void> }}
 */
function connect(lucent, { uri, database, poolSize }) {
  const manager = new lucent.Database({
    connection: 'main',
    connections: { main: { url: uri, database, maxPoolSize: poolSize } },
  })
  lucent.BaseModel.useDatabase(manager)
  return manager
}
