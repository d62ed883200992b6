import type { Database } from 'lucent-odm'
import { MongoClient } from 'mongodb'

/** Creates the indexes that the application needs, with the npm driver. What is there already stays. */
export async function createIndexes(database: Database): Promise<string[]> {
  const { url = '', database: name } = database.connection().config
  const client = new MongoClient(url)
  try {
    const db = client.db(name)
    const users = await db.collection('users').createIndexes([
      { key: { handle: 1 }, unique: true },
      { key: { email__blind: 1 }, unique: true },
    ])
    const posts = await db
      .collection('posts')
      .createIndexes([
        { key: { status: 1, published_at: -1, _id: 1 } },
        { key: { author_id: 1, published_at: -1, _id: 1 } },
        { key: { category_id: 1 } },
      ])
    const comments = await db
      .collection('comments')
      .createIndexes([{ key: { post_id: 1, created_at: -1, _id: -1 } }])
    const categories = await db.collection('categories').createIndexes([{ key: { parent_id: 1 } }])
    // MongoDB deletes tokens when they have expired.
    const tokens = await db
      .collection('auth_access_tokens')
      .createIndexes([
        { key: { tokenable_id: 1 } },
        { key: { expires_at: 1 }, expireAfterSeconds: 0 },
      ])
    return [...users, ...posts, ...comments, ...categories, ...tokens]
  } finally {
    await client.close()
  }
}
