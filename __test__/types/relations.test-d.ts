import {
  ancestors,
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  type HasMany,
  type HasManyThrough,
  type HasOne,
  hasMany,
  hasManyThrough,
  hasOne,
  type ManyToMany,
  type ModelConstructor,
  type ModelQueryBuilder,
  type MorphMany,
  type MorphOne,
  type MorphTo,
  manyToMany,
  morphMany,
  morphOne,
  morphTo,
  scope,
  type TreeRows,
} from 'lucent-odm'

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare managerId: string | null
  @hasOne(() => Profile, { onQuery: (query) => query.where('bio', 'x') })
  declare profile: HasOne<typeof Profile> | null
  @hasMany(() => Post, { foreignKey: 'authorId' }) declare posts: HasMany<typeof Post>
  @hasManyThrough([() => Comment, () => Post]) declare comments: HasManyThrough<typeof Comment>
  @belongsTo(() => User, { foreignKey: 'managerId' }) declare manager: BelongsTo<typeof User> | null

  get upper() {
    return this.name.toUpperCase()
  }
}

class Profile extends BaseModel {
  @column() declare userId: string
  @column() declare bio: string
}

class Post extends BaseModel {
  @column() declare authorId: string
  @column() declare title: string
  @belongsTo(() => User, { foreignKey: 'authorId' }) declare author: BelongsTo<typeof User>
  @manyToMany(() => Tag, { pivotColumns: ['order'] }) declare tags: ManyToMany<typeof Tag>

  static short = scope((query: ModelQueryBuilder<Post>, most: number) => {
    query.where('title', '<', String(most))
  })
}

class Comment extends BaseModel {
  @column() declare postId: string
  @column() declare text: string
}

class Tag extends BaseModel {
  @column() declare name: string
}

const user = await User.findOrFail('x')

// What was loaded.
const title: string | undefined = user.posts[0]?.title
const bio: string | undefined = user.profile?.bio
const text: string | undefined = user.comments.at(0)?.text
const above: string | undefined = user.posts[0]?.author.manager?.name
console.log(title, bio, text, above)
// @ts-expect-error: not a property of posts
user.posts[0]?.titel

// Clients have the methods of their kind.
const post: Post = await user.related('posts').create({ title: 'a' })
const posts: Post[] = await user.related('posts').createMany([{ title: 'a' }])
await user.related('posts').saveMany(posts)
await user.related('posts').updateOrCreateMany([{ title: 'a' }], 'title')
const profile: Profile = await user.related('profile').firstOrCreate({ bio: 'a' })
await user.related('manager').associate(user)
await user.related('manager').dissociate()
await post.related('tags').attach(['a'])
await post.related('tags').sync({ a: { order: 1 } }, false)
await post.related('tags').detach()
const tags: Tag[] = await post.related('tags').query().wherePivot('order', '>', 1).orderBy('name')
const first: Comment | null = await user.related('comments').query().where('text', 'a').first()
console.log(profile, tags, first)
// @ts-expect-error: there is no such relation
user.related('post')
// @ts-expect-error: a column is no relation
user.related('name')
// @ts-expect-error: it has no such column
await user.related('posts').create({ titel: 'a' })
// @ts-expect-error: a relation to many rows is not associated
user.related('posts').associate(post)
// @ts-expect-error: read only
user.related('comments').create({})
// @ts-expect-error: no pivot collection
user.related('posts').query().wherePivot('order', 1)

// Loading knows the related query.
const rows: User[] = await User.query()
  .where('name', 'a')
  .preload('posts', (query) => {
    query
      .where('title', 'a')
      .groupLimit(3)
      .withScopes((scopes) => scopes.short(3))
      .preload('tags', (inner) => inner.wherePivot('order', 1).orderBy('name'))
  })
  .preload('profile')
  .preloadOnce('manager')
console.log(rows)
User.query().preload('posts', (query) => {
  // @ts-expect-error: posts have no such column
  query.where('titel', 'a')
})
// @ts-expect-error: there is no such relation
User.query().preload('post')
await user.load('posts', (query) => query.where('title', 'a'))
await user.load((loader) =>
  loader.load('posts').load('profile', (query) => query.where('bio', 'a')),
)
await user.loadOnce('comments')
// @ts-expect-error: there is no such relation
await user.load('post')

// What is calculated of relations.
await User.query()
  .withCount('posts', (query) => query.where('title', 'a').as('some'))
  .withAggregate('posts', (query) => query.max('title').as('last'))
await user.loadCount('posts').loadAggregate('posts', (query) => query.max('title').as('last'))
// @ts-expect-error: there is no such relation
User.query().withCount('post')
User.query().withCount('posts', (query) => {
  // @ts-expect-error: posts have no such column
  query.where('titel', 'a')
})
// @ts-expect-error: there is no such relation
await user.loadCount('post')

// Conditions over relations.
await User.query()
  .has('posts', '>', 2)
  .orWhereHas('posts', (query) => query.where('title', 'a').whereHas('tags', () => {}))
  .whereDoesntHave('profile', (query) => query.where('bio', 'a'))
// @ts-expect-error: there is no such relation
User.query().has('post')
// @ts-expect-error: there is no such operator
User.query().has('posts', 'like', 2)
User.query().whereHas('posts', (query) => {
  // @ts-expect-error: posts have no such column
  query.where('titel', 'a')
})

// Relations to rows of several models.
class Note extends BaseModel {
  static override morphMap = { user: () => User, post: () => Post }
  @column() declare text: string
  @morphTo() declare subject: MorphTo<typeof User | typeof Post> | null
}
class Album extends BaseModel {
  @morphMany(() => Note, { name: 'subject' }) declare notes: MorphMany<typeof Note>
  @morphOne(() => Note, { name: 'subject' }) declare note: MorphOne<typeof Note> | null
}
const note = await Note.findOrFail('x')
if (note.subject instanceof Post) console.log(note.subject.title)
await note.related('subject').associate(post)
await note.related('subject').associate(user)
await note.related('subject').dissociate()
const subject: User | Post | null = await note.related('subject').query().first()
console.log(subject)
// @ts-expect-error: notes have no such subjects
await note.related('subject').associate(profile)
Note.query().preload('subject', (subject) => {
  subject
    .for(User, (users) => users.preload('posts'))
    .for(Post, (posts) => posts.where('title', 'a'))
  // @ts-expect-error: notes have no such subjects
  subject.for(Tag, () => {})
  // @ts-expect-error: users have no such column
  subject.for(User, (users) => users.where('title', 'a'))
})
const album = await Album.query().preload('notes').withCount('note').firstOrFail()
const made: Note = await album.related('notes').create({ text: 'a' })
console.log(album.notes[0]?.text, album.note?.text, made)
// @ts-expect-error: the name of the relation there is needed
morphMany(() => Note, {})

// Trees.
class Folder extends BaseModel {
  @column() declare name: string
  @column() declare parentId: string | null
  @belongsTo(() => Folder) declare parent: BelongsTo<typeof Folder> | null
  @hasMany(() => Folder) declare children: HasMany<typeof Folder>
  @ancestors('parent') declare above: TreeRows<typeof Folder>
}
const folder = await Folder.query()
  .preload('above', (above) => above.maxDepth(2).where('name', 'a'))
  .withCount('above')
  .firstOrFail()
const names: string[] = folder.above.map(({ name }) => name)
const crumbs: Folder[] = await folder.related('parent').breadcrumbs().maxDepth(3).orderBy('name')
const inside: Folder[] = await folder.related('children').descendants()
console.log(names, crumbs, inside)
// @ts-expect-error: the rows above are read only
await folder.related('above').create({ name: 'a' })
// @ts-expect-error: folders have no such column
folder.related('parent').ancestors().where('titel', 'a')

// What depends on rows.
class Shop extends BaseModel {
  @hasMany(() => Post, { foreignKey: 'authorId', onDelete: 'cascade', hooks: true })
  declare posts: HasMany<typeof Post>
  @morphMany(() => Note, { name: 'subject', onDelete: 'nullify' }) declare notes: MorphMany<
    typeof Note
  >
  @manyToMany(() => Tag, { onDelete: 'restrict' }) declare tags: ManyToMany<typeof Tag>
}
console.log(Shop)
// @ts-expect-error: there is no such word
hasMany(() => Post, { onDelete: 'destroy' })
// @ts-expect-error: the row above depends on nothing below
belongsTo(() => User, { onDelete: 'cascade' })

// Relations are no columns.
// @ts-expect-error: a relation is no column
User.query().where('posts', 1)
// @ts-expect-error: a relation is no attribute
user.merge({ posts: [] })
const attributes: { name: string } = user.toAttributes()
console.log(attributes)

// Code over models.
async function loaded<M extends BaseModel>(model: ModelConstructor<M>, relation: string) {
  const query = model.query() as ModelQueryBuilder<BaseModel>
  return query.preload(relation)
}
await loaded(User, 'posts')
async function named<M extends User>(model: ModelConstructor<M>) {
  return model.query().preload('posts')
}
console.log(await named(User))
