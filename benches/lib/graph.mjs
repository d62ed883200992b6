// Documents that refer to each other: authors with posts, comments of these, and skills.
import { ObjectId } from 'mongodb'

export const AUTHORS = 1000
export const POSTS = 10
export const COMMENTS = 2
export const SKILLS = 500
export const SKILLS_EACH = 20
/** Children of each of the many parents. */
export const FEW = 2

/**
 * Stores documents, some thousand at a time.
 *
 * @param {import('mongodb').Collection} collection
 * @param {number} count
 * @param {(index: number) => import('mongodb').Document} make
 */
async function store(collection, count, make) {
  const batch = 10_000
  for (let from = 0; from < count; from += batch) {
    const size = Math.min(batch, count - from)
    await collection.insertMany(Array.from({ length: size }, (_, index) => make(from + index)))
  }
}

/** @param {number} index */
const author = (index) => ({
  name: `Author ${index}`,
  email: `author.${index}@example.com`,
  age: 20 + (index % 60),
  seq: index,
})

/** @type {WeakMap<object, Promise<void>>} */
const filled = new WeakMap()

/**
 * Stores the graph, once for each world.
 *
 * @param {import('./types.d.ts').World} world
 */
export function fillGraph(world) {
  const known = filled.get(world) ?? fill(world)
  filled.set(world, known)
  return known
}

/** @param {import('./types.d.ts').World} world */
export const mostParents = ({ quick }) => (quick ? 10_000 : 100_000)

/** @param {import('./types.d.ts').World} world */
async function fill(world) {
  const db = world.witness
  if ((await db.collection('graph_authors').estimatedDocumentCount()) > 0) return
  const ids = Array.from({ length: mostParents(world) }, () => new ObjectId())
  const posts = Array.from({ length: AUTHORS * POSTS }, () => new ObjectId())
  const skills = Array.from({ length: SKILLS }, () => new ObjectId())
  const idOf = (/** @type {number} */ index) => /** @type {ObjectId} */ (ids[index])
  await store(db.collection('graph_authors'), AUTHORS, (index) => ({
    _id: idOf(index),
    ...author(index),
  }))
  await store(db.collection('graph_posts'), posts.length, (index) => ({
    _id: posts[index],
    authorId: idOf(index % AUTHORS),
    title: `Post ${index}`,
    body: 'lorem ipsum '.repeat(10),
    likes: index,
  }))
  await store(db.collection('graph_comments'), posts.length * COMMENTS, (index) => ({
    postId: posts[index % posts.length],
    text: `Comment ${index}`,
  }))
  await store(db.collection('graph_skills'), SKILLS, (index) => ({
    _id: skills[index],
    name: `Skill ${index}`,
  }))
  await store(db.collection('graph_author_skill'), AUTHORS * SKILLS_EACH, (index) => ({
    authorId: idOf(index % AUTHORS),
    skillId: skills[(index * 7 + Math.floor(index / AUTHORS)) % SKILLS],
  }))
  await store(db.collection('graph_parents'), ids.length, (index) => ({
    _id: idOf(index),
    ...author(index),
  }))
  await store(db.collection('graph_children'), ids.length * FEW, (index) => ({
    parentId: idOf(Math.floor(index / FEW)),
    title: `Child ${index}`,
    likes: index,
  }))
  await db.collection('graph_posts').createIndex({ authorId: 1 })
  await db.collection('graph_comments').createIndex({ postId: 1 })
  await db.collection('graph_author_skill').createIndex({ authorId: 1 })
  await db.collection('graph_parents').createIndex({ seq: 1 })
  await db.collection('graph_children').createIndex({ parentId: 1 })
}
