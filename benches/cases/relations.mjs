import {
  AUTHORS,
  COMMENTS,
  FEW,
  fillGraph,
  mostParents,
  POSTS,
  SKILLS_EACH,
} from '../lib/graph.mjs'
import { feature, need } from './find.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').RelatedReader} RelatedReader */
/** @typedef {import('../lib/types.d.ts').World} World */

const LABELS = ['lucent', 'driver', 'mongoose', 'mongoose, lean']

/**
 * The contenders of a case, each with its way of reading relations.
 *
 * @param {(reader: RelatedReader, world: World) => (() => Promise<unknown>) | undefined} work
 * @param {string[]} [labels]
 * @returns {Case['contenders']}
 */
function readers(work, labels = LABELS) {
  return Object.fromEntries(
    labels.map((label) => [
      label,
      async (/** @type {World} */ world) => {
        const [name = '', variant] = label.split(', ')
        const contender = need(world, name)
        const found = variant === 'lean' ? contender.leanRelated : contender.related
        const run = feature(work(feature(found, 'relations')(), world), 'this')
        await fillGraph(world)
        return { run }
      },
    ]),
  )
}

/** @type {unknown[]} */
const held = []

/** @type {Case['targets']} */
const targets = [
  { metric: 'rate', over: 'mongoose', atLeast: 5.5 },
  { metric: 'rate', over: 'mongoose, lean', atLeast: 3.5 },
  { metric: 'rate', over: 'driver', atLeast: 2.7 },
  { metric: 'cpu', over: 'driver', atLeast: 8 },
]

/**
 * Growth: as many parents, with some children each.
 *
 * @param {string} title
 * @param {(world: World) => number} count
 * @returns {Case}
 */
const growth = (title, count) => ({
  slow: count === mostParents,
  name: `relations-of-${title.replace(',', '')}`,
  title: `${title} parents with ${FEW} children each`,
  unit: 'docs',
  count: (world) => count(world) * (1 + FEW),
  targets: [],
  contenders: readers((reader, world) => () => reader.grow(count(world))),
})

/** @type {Case[]} */
export default [
  {
    name: 'has-many',
    title: `${AUTHORS.toLocaleString('en')} parents with ${POSTS} children each, every field read`,
    unit: 'docs',
    count: () => AUTHORS * (1 + POSTS),
    targets,
    contenders: readers((reader) => () => reader.children()),
  },
  {
    name: 'has-many-untouched',
    title: `${AUTHORS.toLocaleString('en')} parents with ${POSTS} children each, which nobody touches`,
    unit: 'docs',
    count: () => AUTHORS * (1 + POSTS),
    targets: [],
    contenders: readers((reader) => reader.untouched, ['lucent']),
  },
  {
    name: 'belongs-to',
    title: `${(AUTHORS * POSTS).toLocaleString('en')} children with their parent, every field read`,
    unit: 'docs',
    count: () => AUTHORS * POSTS,
    targets,
    contenders: readers((reader) => reader.parents),
  },
  {
    name: 'many-to-many',
    title: `${AUTHORS.toLocaleString('en')} rows with ${SKILLS_EACH} behind a pivot collection each`,
    unit: 'docs',
    count: () => AUTHORS * (1 + SKILLS_EACH),
    targets,
    contenders: readers((reader) => reader.pivots),
  },
  {
    name: 'three-levels',
    title: `${AUTHORS.toLocaleString('en')} × ${POSTS} × ${COMMENTS}: three levels, every field read`,
    unit: 'docs',
    count: () => AUTHORS * (1 + POSTS * (1 + COMMENTS)),
    targets,
    contenders: readers((reader) => reader.levels),
  },
  {
    name: 'relations-to-json',
    title: `JSON of ${AUTHORS.toLocaleString('en')} rows with two relations`,
    unit: 'docs',
    count: () => AUTHORS * (1 + POSTS + SKILLS_EACH),
    targets: [
      { metric: 'rate', over: 'mongoose, lean', atLeast: 5 },
      { metric: 'cpu', over: 'mongoose, lean', atLeast: 25 },
    ],
    // Each writes what it calls the same: the texts are of about one length.
    contenders: readers((reader) => async () => (await reader.json()).length > AUTHORS),
  },
  growth('1,000', () => 1000),
  growth('10,000', () => 10_000),
  growth('100,000', mostParents),
  {
    name: 'relations-memory',
    title: `memory of ${AUTHORS.toLocaleString('en')} parents with ${POSTS} children each`,
    unit: 'docs',
    count: () => AUTHORS * (1 + POSTS),
    targets: [{ metric: 'rss', over: 'mongoose', atLeast: 1 }],
    // What is measured is held: the rows are there when the memory is looked at.
    contenders: readers((reader) => () => reader.children((rows) => held.push(rows))),
    isolated: true,
  },
]
