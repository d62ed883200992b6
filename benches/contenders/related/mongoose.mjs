// Relations of Mongoose: populate.
/**
 * @param {any} mongoose
 * @param {any} connection
 * @param {boolean} lean
 * @param {typeof import('../../lib/consume.mjs')} sums
 * @returns {import('../../lib/types.d.ts').RelatedReader}
 */
export function related(mongoose, connection, lean, sums) {
  const { authorSum, childSum, commentSum, postSum, skillSum, sumOf } = sums
  const { Schema } = mongoose
  const id = Schema.Types.ObjectId
  const people = { name: String, email: String, age: Number, seq: Number }
  /**
   * @param {string} name
   * @param {object} fields
   * @param {Record<string, object>} [virtuals]
   */
  function model(name, fields, virtuals = {}) {
    const known = connection.models[name]
    if (known) return known
    const schema = new Schema(fields, { collection: name })
    for (const [virtual, of] of Object.entries(virtuals)) schema.virtual(virtual, of)
    return connection.model(name, schema)
  }
  const Author = model('graph_authors', people, {
    posts: { ref: 'graph_posts', localField: '_id', foreignField: 'authorId' },
    links: { ref: 'graph_author_skill', localField: '_id', foreignField: 'authorId' },
  })
  const Post = model(
    'graph_posts',
    {
      authorId: { type: id, ref: 'graph_authors' },
      title: String,
      body: String,
      likes: Number,
    },
    {
      author: {
        ref: 'graph_authors',
        localField: 'authorId',
        foreignField: '_id',
        justOne: true,
      },
      comments: { ref: 'graph_comments', localField: '_id', foreignField: 'postId' },
    },
  )
  model('graph_comments', { postId: id, text: String })
  model('graph_skills', { name: String })
  model('graph_author_skill', { authorId: id, skillId: { type: id, ref: 'graph_skills' } })
  const Parent = model('graph_parents', people, {
    children: { ref: 'graph_children', localField: '_id', foreignField: 'parentId' },
  })
  model('graph_children', { parentId: id, title: String, likes: Number })
  /** @param {any} query */
  const read = (query) => (lean ? query.lean() : query)
  const links = { path: 'links', populate: { path: 'skillId' } }

  return {
    async children(keep) {
      const rows = await read(Author.find().populate('posts'))
      keep?.(rows)
      return sumOf(rows, { own: authorSum, posts: postSum })
    },
    async parents() {
      const rows = await read(Post.find().populate('author'))
      return sumOf(rows, { own: postSum, author: authorSum })
    },
    async pivots() {
      const rows = await read(Author.find().populate(links))
      const link = (/** @type {any} */ row) => skillSum(row.skillId)
      return sumOf(rows, { own: authorSum, links: link })
    },
    async levels() {
      const rows = await read(Author.find().populate({ path: 'posts', populate: 'comments' }))
      const posts = (/** @type {any} */ row) => sumOf([row], { own: postSum, comments: commentSum })
      return sumOf(rows, { own: authorSum, posts })
    },
    async json() {
      const rows = await read(Author.find().populate('posts').populate(links))
      return JSON.stringify(rows)
    },
    async grow(count) {
      const rows = await read(Parent.find({ seq: { $lt: count } }).populate('children'))
      return sumOf(rows, { own: authorSum, children: childSum })
    },
  }
}
