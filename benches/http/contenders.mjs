// The ways in which the route lists posts. Each answers a handler, and what ends it.
import { COLLECTION, LISTED } from './posts.mjs'

/** @typedef {import('@adonisjs/core/http').HttpContext} HttpContext */
/** @typedef {{ uri: string, database: string }} Where */
/** @typedef {{ handler: (context: HttpContext) => unknown, close: () => Promise<unknown> }} Opened */

const COLUMNS = ['title', 'body', 'status', 'tags', 'author', 'comments', 'views', 'seq']
const DATES = ['createdAt', 'updatedAt']

/** @param {{ luxon?: boolean }} [options] with Luxon's `DateTime`, rather than `Date` */
async function lucentModel({ luxon = false } = {}) {
  const { BaseModel, column } = await import('lucent-odm')
  class Post extends BaseModel {}
  column({ isPrimary: true })(Post.prototype, 'id')
  for (const name of COLUMNS) column()(Post.prototype, name)
  for (const name of DATES) (luxon ? column.dateTime() : column())(Post.prototype, name)
  return Post
}

const nothing = async () => {}

/** @type {Record<string, (where: Where) => Promise<Opened>>} */
export const CONTENDERS = {
  'lucent, models': async () => {
    const Post = await lucentModel()
    return { handler: () => Post.query().orderBy('seq').limit(LISTED), close: nothing }
  },

  'lucent, models with DateTime': async () => {
    const Post = await lucentModel({ luxon: true })
    return { handler: () => Post.query().orderBy('seq').limit(LISTED), close: nothing }
  },

  'lucent, toJson()': async () => {
    const Post = await lucentModel()
    const handler = async (/** @type {HttpContext} */ { response }) =>
      response.type('json').send(await Post.query().orderBy('seq').limit(LISTED).toJson())
    return { handler, close: nothing }
  },

  'mongoose, models': async ({ uri, database }) => {
    const { default: mongoose } = await import('mongoose')
    const { Schema } = mongoose
    const schema = new Schema(
      {
        title: String,
        body: String,
        status: String,
        tags: [String],
        author: { name: String, handle: String },
        comments: [new Schema({ by: String, text: String }, { _id: false })],
        views: Number,
        created_at: Date,
        updated_at: Date,
        seq: Number,
      },
      { collection: COLLECTION, versionKey: false, autoIndex: false, autoCreate: false },
    )
    const connection = await mongoose.createConnection(uri, { dbName: database }).asPromise()
    const Post = connection.model('Post', schema)
    return {
      handler: () => Post.find().sort({ seq: 1 }).limit(LISTED),
      close: () => connection.close(),
    }
  },

  'driver, by hand': async ({ uri, database }) => {
    const { MongoClient } = await import('mongodb')
    const client = new MongoClient(uri)
    const posts = client.db(database).collection(COLLECTION)
    const handler = async () => {
      const rows = await posts.find().sort({ seq: 1 }).limit(LISTED).toArray()
      return rows.map(({ _id, created_at, updated_at, ...rest }) => ({
        id: _id,
        ...rest,
        createdAt: created_at,
        updatedAt: updated_at,
      }))
    }
    return { handler, close: () => client.close() }
  },
}
