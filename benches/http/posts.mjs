// The posts that every server lists.
import { ObjectId } from 'mongodb'
import { random } from '../lib/workload.mjs'

/** How many posts a request lists. */
export const LISTED = 100
export const COLLECTION = 'posts'

const WORDS =
  'engines weave patterns of algebra as looms weave flowers and leaves and nobody knows why'.split(
    ' ',
  )

/**
 * The post number `seq`, always the same one: some 700 bytes of BSON.
 *
 * @param {number} seq
 */
export function post(seq) {
  const next = random(seq * 2_654_435_761)
  const upTo = (/** @type {number} */ limit) => Math.floor(next() * limit)
  const text = (/** @type {number} */ length) =>
    Array.from({ length }, () => WORDS[upTo(WORDS.length)]).join(' ')
  const moment = 1_600_000_000_000 + seq * 60_000
  return {
    _id: new ObjectId(seq.toString(16).padStart(24, '0')),
    title: text(6),
    body: text(50),
    status: 'published',
    tags: Array.from({ length: 3 }, () => /** @type {string} */ (WORDS[upTo(WORDS.length)])),
    author: { name: text(2), handle: `user_${upTo(1000)}` },
    comments: Array.from({ length: 2 }, () => ({ by: text(1), text: text(5) })),
    views: upTo(100_000),
    created_at: new Date(moment),
    updated_at: new Date(moment + 1000),
    seq,
  }
}
