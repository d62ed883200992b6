// Relations by hand: one find more with `$in`, and a map.
/**
 * @param {import('mongodb').Db} db
 * @param {typeof import('../../lib/consume.mjs')} sums
 * @returns {import('../../lib/types.d.ts').RelatedReader}
 */
export function related(db, sums) {
  const { authorSum, childSum, commentSum, postSum, skillSum, sumOf } = sums
  /**
   * Puts the documents that refer to rows by `key` into their property `name`.
   *
   * @param {any[]} rows
   * @param {string} collection
   * @param {string} key
   * @param {string} name
   */
  async function many(rows, collection, key, name) {
    const filter = { [key]: { $in: rows.map(({ _id }) => _id) } }
    const found = await db.collection(collection).find(filter).toArray()
    const byKey = new Map()
    for (const one of found) {
      const text = one[key].toHexString()
      const list = byKey.get(text)
      if (list) list.push(one)
      else byKey.set(text, [one])
    }
    for (const row of rows) row[name] = byKey.get(row._id.toHexString()) ?? []
    return found
  }

  /**
   * @param {any[]} rows
   * @param {string} collection
   * @param {string} key
   */
  async function ones(rows, collection, key) {
    const wanted = new Map(rows.map((row) => [row[key].toHexString(), row[key]]))
    const filter = { _id: { $in: [...wanted.values()] } }
    const found = await db.collection(collection).find(filter).toArray()
    return new Map(found.map((one) => [one._id.toHexString(), one]))
  }

  const authors = () => db.collection('graph_authors').find().toArray()

  /** @param {any[]} rows */
  async function skills(rows) {
    const links = await many(rows, 'graph_author_skill', 'authorId', 'skills')
    const byId = await ones(links, 'graph_skills', 'skillId')
    for (const row of rows) {
      row.skills = row.skills.map((/** @type {any} */ link) => byId.get(link.skillId.toHexString()))
    }
  }

  return {
    async children(keep) {
      const rows = await authors()
      await many(rows, 'graph_posts', 'authorId', 'posts')
      keep?.(rows)
      return sumOf(rows, { own: authorSum, posts: postSum })
    },
    async parents() {
      const rows = await db.collection('graph_posts').find().toArray()
      const byId = await ones(rows, 'graph_authors', 'authorId')
      for (const row of rows) row.author = byId.get(row.authorId.toHexString())
      return sumOf(rows, { own: postSum, author: authorSum })
    },
    async pivots() {
      const rows = await authors()
      await skills(rows)
      return sumOf(rows, { own: authorSum, skills: skillSum })
    },
    async levels() {
      const rows = await authors()
      const found = await many(rows, 'graph_posts', 'authorId', 'posts')
      await many(found, 'graph_comments', 'postId', 'comments')
      const posts = (/** @type {any} */ row) => sumOf([row], { own: postSum, comments: commentSum })
      return sumOf(rows, { own: authorSum, posts })
    },
    async json() {
      const rows = await authors()
      await Promise.all([many(rows, 'graph_posts', 'authorId', 'posts'), skills(rows)])
      return JSON.stringify(rows)
    },
    async grow(count) {
      const rows = await db
        .collection('graph_parents')
        .find({ seq: { $lt: count } })
        .toArray()
      await many(rows, 'graph_children', 'parentId', 'children')
      return sumOf(rows, { own: authorSum, children: childSum })
    },
  }
}
