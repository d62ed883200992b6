// Mongoose, with documents hydrated (its default) or lean.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import mongoose from 'mongoose'
import { consumer } from '../lib/consume.mjs'
import { SECRETS } from '../lib/workload.mjs'
import { embedded } from './embedded/mongoose.mjs'
import { related } from './related/mongoose.mjs'

const KEY = Buffer.alloc(32, 7)

/** @param {string} text */
function encrypt(text) {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', KEY, nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
}

/** @param {any} stored */
function decrypt(stored) {
  const bytes = Buffer.isBuffer(stored) ? stored : Buffer.from(stored.buffer)
  const decipher = createDecipheriv('aes-256-gcm', KEY, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString()
}

/** @param {string} text */
const blind = (text) => createHmac('sha256', KEY).update(text).digest().subarray(0, 16)

/** @param {string} collection */
function userSchema(collection) {
  const { Schema } = mongoose
  return new Schema(
    {
      name: String,
      email: String,
      age: Number,
      score: Number,
      active: Boolean,
      status: String,
      bio: String,
      createdAt: Date,
      address: { street: String, city: String, zip: String, country: String },
      tags: [String],
      items: [new Schema({ sku: String, qty: Number, price: Number }, { _id: false })],
      seq: Number,
    },
    // The same documents as everybody writes: no version counter.
    { collection, versionKey: false, autoIndex: false, autoCreate: false },
  )
}

/** @type {import('../lib/types.d.ts').OpenContender} */
export async function open({ uri, database, poolSize, readOnly }) {
  const plain = await consumer('mongoose')
  const hooked = await consumer('mongoose-hooked')
  const lean = await consumer('mongoose-lean')
  const secrets = await consumer('mongoose-encrypted')
  const connection = await mongoose
    .createConnection(uri, { dbName: database, maxPoolSize: poolSize })
    .asPromise()
  /** @type {Map<string, any>} */
  const models = new Map()

  /**
   * @param {string} collection
   * @param {{ hooks?: boolean }} [options] hooks that do nothing, where ours have a counterpart
   */
  function modelOf(collection, { hooks = false } = {}) {
    const name = `User ${collection} ${hooks}`
    const known = models.get(name)
    if (known) return known
    const schema = userSchema(collection)
    if (hooks) {
      const nothing = () => {}
      schema.pre('save', nothing)
      schema.post('save', nothing)
      schema.pre('find', nothing)
      schema.post('find', nothing)
      schema.pre('findOne', nothing)
      schema.post('findOne', nothing)
    }
    const Model = connection.model(name, schema)
    models.set(name, Model)
    return Model
  }
  const User = modelOf(readOnly)

  /**
   * @param {any} Model
   * @param {typeof plain} consume
   * @returns {import('../lib/types.d.ts').Reader}
   */
  const reader = (Model, { everyField, twoFields }) => ({
    async findEvery(limit) {
      let sum = 0
      for (const user of await Model.find().limit(limit)) sum += everyField(user, user._id)
      return sum
    },
    async findTwo(limit) {
      let sum = 0
      for (const user of await Model.find().limit(limit)) sum += twoFields(user)
      return sum
    },
    async findOne(id) {
      const user = await Model.findById(id)
      return everyField(user, user?._id)
    },
  })

  /**
   * @param {any} Model
   * @returns {import('../lib/types.d.ts').Writer}
   */
  const writer = (Model) => ({
    create: (data) => Model.create(data),
    createMany: (list) => Model.insertMany(list),
    load: () => Model.find().sort({ seq: 1 }),
    saveAge: (user, age) => {
      user.age = age
      return user.save()
    },
    saveAges: (users, ageOf) => {
      for (const [index, user] of users.entries()) user.age = ageOf(index)
      return Model.bulkSave(users)
    },
  })

  /**
   * @param {number} below
   * @param {number} number
   * @param {number} size
   * @param {boolean} plainRows
   */
  async function page(below, number, size, plainRows) {
    const filter = { seq: { $lt: below } }
    const [total, rows] = await Promise.all([
      User.countDocuments(filter),
      User.find(filter)
        .sort({ seq: 1 })
        .skip((number - 1) * size)
        .limit(size)
        .lean(plainRows),
    ])
    return { total, rows }
  }

  return {
    ...reader(User, plain),
    json: async (limit) => JSON.stringify(await User.find().limit(limit)),
    fetchAll: () => User.find(),
    look: (user) => plain.everyField(user, user._id),
    async *stream(batchSize) {
      for await (const user of User.find().batchSize(batchSize).cursor()) yield user
    },
    page: (below, number, size) => page(below, number, size, false),
    writer: (collection) => writer(modelOf(collection)),
    hooked: () => ({
      ...reader(modelOf(readOnly, { hooks: true }), hooked),
      writer: (collection) => writer(modelOf(collection, { hooks: true })),
    }),
    lean: {
      async findEvery(limit) {
        let sum = 0
        for (const user of await User.find().limit(limit).lean())
          sum += lean.everyField(user, user._id)
        return sum
      },
      async findTwo(limit) {
        let sum = 0
        for (const user of await User.find().limit(limit).lean()) sum += lean.twoFields(user)
        return sum
      },
      async findOne(id) {
        const user = await User.findById(id).lean()
        return lean.everyField(user, user?._id)
      },
      json: async (limit) => JSON.stringify(await User.find().limit(limit).lean()),
      fetchAll: () => User.find().lean(),
      look: (user) => lean.everyField(user, user._id),
      async *stream(batchSize) {
        for await (const user of User.find().lean().batchSize(batchSize).cursor()) yield user
      },
      page: (below, number, size) => page(below, number, size, true),
    },
    secretive(collection, encrypted) {
      const name = `Secretive ${collection} ${encrypted}`
      const schema = userSchema(collection)
      for (const field of SECRETS) {
        schema.add({
          [field]: encrypted
            ? /** @type {any} */ ({ type: Buffer, get: decrypt, set: encrypt })
            : String,
        })
      }
      if (encrypted) schema.add({ passportBlind: Buffer })
      const Model = /** @type {any} */ (connection.models[name] ?? connection.model(name, schema))
      const { everySecret } = encrypted ? secrets : plain
      return {
        create: (data) =>
          Model.create(
            encrypted
              ? { ...data, passportBlind: blind(/** @type {any} */ (data).passport) }
              : data,
          ),
        async findEvery(limit) {
          let sum = 0
          for (const user of await Model.find().limit(limit)) sum += everySecret(user, user._id)
          return sum
        },
        async findBy(passport) {
          const filter = encrypted ? { passportBlind: blind(passport) } : { passport }
          const user = await Model.findOne(filter)
          return everySecret(user, user?._id)
        },
        searched: encrypted ? 'passportBlind' : 'passport',
      }
    },
    related: () => related(mongoose, connection, false, plain),
    embedded: () => embedded(mongoose, connection, false, plain),
    leanEmbedded: () => embedded(mongoose, connection, true, lean),
    leanRelated: () => related(mongoose, connection, true, lean),
    close: () => connection.close(),
  }
}
