// Relations of this package: preload.
/**
 * @param {any} lucent
 * @param {typeof import('../../lib/consume.mjs')} sums
 * @returns {import('../../lib/types.d.ts').RelatedReader}
 */
export function related(lucent, sums) {
  const { authorSum, childSum, commentSum, postSum, skillSum, sumOf } = sums
  class Row extends lucent.BaseModel {
    static namingStrategy = new lucent.VerbatimNamingStrategy()
  }
  /**
   * @param {string} collection
   * @param {string[]} columns
   * @param {string[]} [keys]
   * @returns {any}
   */
  function model(collection, columns, keys = []) {
    class Model extends Row {
      static collection = collection
    }
    lucent.column({ isPrimary: true })(Model.prototype, 'id')
    for (const name of keys) lucent.column.objectId()(Model.prototype, name)
    for (const name of columns) lucent.column()(Model.prototype, name)
    return Model
  }
  const people = ['name', 'email', 'age', 'seq']
  const Author = model('graph_authors', people)
  const Post = model('graph_posts', ['title', 'body', 'likes'], ['authorId'])
  const Comment = model('graph_comments', ['text'], ['postId'])
  const Skill = model('graph_skills', ['name'])
  const Parent = model('graph_parents', people)
  const Child = model('graph_children', ['title', 'likes'], ['parentId'])
  lucent.hasMany(() => Post, { foreignKey: 'authorId' })(Author.prototype, 'posts')
  lucent.belongsTo(() => Author, { foreignKey: 'authorId' })(Post.prototype, 'author')
  lucent.hasMany(() => Comment, { foreignKey: 'postId' })(Post.prototype, 'comments')
  lucent.manyToMany(() => Skill, {
    pivotTable: 'graph_author_skill',
    pivotForeignKey: 'authorId',
    pivotRelatedForeignKey: 'skillId',
  })(Author.prototype, 'skills')
  lucent.hasMany(() => Child, { foreignKey: 'parentId' })(Parent.prototype, 'children')

  return {
    async children(keep) {
      const rows = await Author.query().preload('posts')
      keep?.(rows)
      return sumOf(rows, { own: authorSum, posts: postSum })
    },
    async parents() {
      return sumOf(await Post.query().preload('author'), { own: postSum, author: authorSum })
    },
    async pivots() {
      return sumOf(await Author.query().preload('skills'), { own: authorSum, skills: skillSum })
    },
    async levels() {
      const rows = await Author.query().preload(
        'posts',
        (/** @type {any} */ posts) => void posts.preload('comments'),
      )
      const posts = (/** @type {any} */ row) => sumOf([row], { own: postSum, comments: commentSum })
      return sumOf(rows, { own: authorSum, posts })
    },
    json: () => Author.query().preload('posts').preload('skills').toJson(),
    async untouched() {
      return sumOf(await Author.query().preload('posts'), { own: authorSum })
    },
    async grow(count) {
      const rows = await Parent.query().where('seq', '<', count).preload('children')
      return sumOf(rows, { own: authorSum, children: childSum })
    },
  }
}
