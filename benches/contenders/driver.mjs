// The npm package `mongodb`, as an application would use it.
import { MongoClient, ObjectId } from 'mongodb'
import { consumer } from '../lib/consume.mjs'
import { Unsupported } from '../lib/unsupported.mjs'
import { embedded } from './embedded/driver.mjs'
import { related } from './related/driver.mjs'

/** @type {import('../lib/types.d.ts').OpenContender} */
export async function open({ uri, database, poolSize, readOnly }) {
  const plain = await consumer('driver')
  const { everyField, everySecret, twoFields } = plain
  const client = new MongoClient(uri, { maxPoolSize: poolSize })
  await client.connect()
  const db = client.db(database)
  const stored = db.collection(readOnly)
  /** @type {(name: string) => import('mongodb').Collection<any>} */
  const collection = (name) => db.collection(name)

  return {
    async findEvery(limit) {
      let sum = 0
      for (const user of await stored.find().limit(limit).toArray())
        sum += everyField(user, user._id)
      return sum
    },
    async findTwo(limit) {
      let sum = 0
      for (const user of await stored.find().limit(limit).toArray()) sum += twoFields(user)
      return sum
    },
    async findOne(id) {
      const user = await stored.findOne({ _id: new ObjectId(id) })
      return everyField(user, user?._id)
    },
    json: async (limit) => JSON.stringify(await stored.find().limit(limit).toArray()),
    fetchAll: () => stored.find().toArray(),
    look: (user) => everyField(user, user._id),
    async *stream(batchSize) {
      const cursor = stored.find().batchSize(batchSize)
      for await (const user of cursor) yield user
    },
    async page(below, number, size) {
      const filter = { seq: { $lt: below } }
      const [total, rows] = await Promise.all([
        stored.countDocuments(filter),
        stored
          .find(filter)
          .sort({ seq: 1 })
          .skip((number - 1) * size)
          .limit(size)
          .toArray(),
      ])
      return { total, rows }
    },
    writer(name) {
      const target = collection(name)
      return {
        create: (data) => target.insertOne(data),
        createMany: (list) => target.insertMany(list),
        load: () => target.find().sort({ seq: 1 }).toArray(),
        saveAge: (user, age) => target.updateOne({ _id: user._id }, { $set: { age } }),
        saveAges: (users, ageOf) =>
          target.bulkWrite(
            users.map(({ _id }, index) => ({
              updateOne: { filter: { _id }, update: { $set: { age: ageOf(index) } } },
            })),
          ),
      }
    },
    secretive(name, encrypted) {
      if (encrypted) throw new Unsupported('encryption without a key vault and a library beside it')
      const users = collection(name)
      return {
        create: (data) => users.insertOne(data),
        async findEvery(limit) {
          let sum = 0
          for (const user of await users.find().limit(limit).toArray())
            sum += everySecret(user, user._id)
          return sum
        },
        async findBy(passport) {
          const user = await users.findOne({ passport })
          return everySecret(user, user?._id)
        },
        searched: 'passport',
      }
    },
    related: () => related(db, plain),
    embedded: () => embedded(db, plain),
    close: () => client.close(),
  }
}
