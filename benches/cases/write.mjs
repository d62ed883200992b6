import { inFlight } from '../lib/measure.mjs'
import { user, users } from '../lib/workload.mjs'
import { feature, need } from './find.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').Prepared} Prepared */
/** @typedef {import('../lib/types.d.ts').Variant} Variant */
/** @typedef {import('../lib/types.d.ts').World} World */

const MANY = 10_000

/** @param {World} world */
const singles = (world) => (world.quick ? 640 : 2048)

/**
 * What a collection holds, as numbers that any difference between two contenders would change.
 *
 * @param {World} world
 * @param {string} collection
 */
async function contents(world, collection) {
  const [sum] = await world.witness
    .collection(collection)
    .aggregate([
      {
        $group: {
          _id: null,
          documents: { $sum: 1 },
          bytes: { $sum: { $bsonSize: '$$ROOT' } },
          age: { $sum: '$age' },
          seq: { $sum: '$seq' },
          score: { $sum: { $round: [{ $multiply: ['$score', 1000] }] } },
        },
      },
    ])
    .toArray()
  return JSON.stringify(sum)
}

/** @param {string} label */
const collectionOf = (label) => `write_${label.replace(/\W+/g, '_')}`

/**
 * An empty collection, created beforehand so that nobody's first insert pays for it.
 *
 * @param {World} world
 * @param {string} name
 */
async function empty(world, name) {
  await world.witness.dropCollection(name)
  await world.witness.createCollection(name)
}

/**
 * @param {World} world
 * @param {string} label
 * @param {Variant} variant
 * @returns {Prepared}
 */
function creating(world, label, variant) {
  const collection = collectionOf(`create ${label}`)
  const writer = variant.writer(collection)
  const count = singles(world)
  /** @type {import('../lib/workload.mjs').UserData[]} */
  let data = []
  return {
    async reset() {
      await empty(world, collection)
      data = users(count)
    },
    async run() {
      await inFlight(count, 64, (index) => writer.create(/** @type {any} */ (data[index])))
    },
    verify: () => contents(world, collection),
  }
}

/**
 * @param {World} world
 * @param {string} label
 * @param {Variant} variant
 * @returns {Prepared}
 */
function creatingMany(world, label, variant) {
  const collection = collectionOf(`many ${label}`)
  const writer = variant.writer(collection)
  /** @type {import('../lib/workload.mjs').UserData[]} */
  let data = []
  return {
    async reset() {
      await empty(world, collection)
      data = users(MANY)
    },
    async run() {
      await writer.createMany(data)
    },
    verify: () => contents(world, collection),
  }
}

/**
 * @param {World} world
 * @param {string} label
 * @param {Variant} variant
 * @returns {Promise<Prepared>}
 */
async function saving(world, label, variant) {
  const collection = collectionOf(`save ${label}`)
  const writer = variant.writer(collection)
  const count = singles(world)
  await empty(world, collection)
  await world.witness.collection(collection).insertMany(users(count))
  /** @type {any[]} */
  let loaded = []
  let round = 0
  return {
    async reset() {
      loaded = await writer.load()
      round += 1
    },
    async run() {
      await inFlight(count, 64, (index) =>
        writer.saveAge(loaded[index], user(index).age + (round % 7) + 1),
      )
    },
    verify: () => contents(world, collection),
  }
}

/**
 * @param {World} world
 * @param {string} label
 * @param {Variant} variant
 * @returns {Promise<Prepared>}
 */
async function savingMany(world, label, variant) {
  const collection = collectionOf(`bulk ${label}`)
  const writer = variant.writer(collection)
  await empty(world, collection)
  await world.witness.collection(collection).insertMany(users(MANY))
  /** @type {any[]} */
  let loaded = []
  let round = 0
  return {
    async reset() {
      loaded = await writer.load()
      round += 1
    },
    async run() {
      await writer.saveAges(loaded, (index) => user(index).age + (round % 7) + 1)
    },
    verify: () => contents(world, collection),
  }
}

/**
 * The rows of a case: each contender with its own collection.
 *
 * @param {(world: World, label: string, variant: Variant) => Prepared | Promise<Prepared>} prepare
 * @param {string[]} labels
 * @returns {Case['contenders']}
 */
function rows(prepare, labels) {
  return Object.fromEntries(
    labels.map((label) => {
      const [name = '', variant] = label.split(', ')
      return [
        label,
        (/** @type {World} */ world) => {
          const contender = need(world, name)
          if (variant === 'coalesced') {
            return prepare(world, label, feature(contender.coalesced, 'coalescing')())
          }
          if (variant === 'empty hooks') {
            return prepare(world, label, feature(contender.hooked, 'hooks')())
          }
          return prepare(world, label, contender)
        },
      ]
    }),
  )
}

const CONTEST = ['lucent', 'lucent, coalesced', 'driver', 'mongoose']

/** @type {Case} */
export const create = {
  name: 'create',
  title: 'create one document, 64 in flight',
  unit: 'ops',
  count: singles,
  targets: [
    { metric: 'rate', over: 'driver', atLeast: 1.3 },
    { metric: 'rate', over: 'mongoose', atLeast: 2.5 },
    { metric: 'cpu', over: 'driver', atLeast: 5 },
    { metric: 'rate', over: 'driver', atLeast: 4, subject: 'lucent, coalesced' },
  ],
  contenders: rows(creating, CONTEST),
}

/** @type {Case} */
export const save = {
  name: 'save',
  title: 'save one changed field, 64 in flight',
  unit: 'ops',
  count: singles,
  targets: [
    { metric: 'rate', over: 'driver', atLeast: 1.3 },
    { metric: 'rate', over: 'mongoose', atLeast: 2.5 },
    { metric: 'cpu', over: 'driver', atLeast: 5 },
    { metric: 'rate', over: 'driver', atLeast: 4, subject: 'lucent, coalesced' },
  ],
  contenders: rows(saving, CONTEST),
}

/** @type {Case} */
export const createMany = {
  name: 'create-many',
  title: 'create 10,000 documents in one call',
  unit: 'docs',
  count: () => MANY,
  targets: [
    { metric: 'rate', over: 'driver', atLeast: 1.7 },
    { metric: 'rate', over: 'mongoose', atLeast: 10 },
  ],
  contenders: rows(creatingMany, ['lucent', 'driver', 'mongoose']),
}

/** @type {Case} */
export const bulkSave = {
  name: 'bulk-save',
  title: 'bulkSave of 10,000 changed documents',
  unit: 'docs',
  count: () => MANY,
  targets: [{ metric: 'rate', over: 'mongoose', atLeast: 3 }],
  contenders: rows(savingMany, ['lucent', 'driver', 'mongoose']),
}

/** @type {Case} */
export const createHooks = {
  name: 'create-empty-hooks',
  title: 'create one document, 64 in flight, every hook defined but empty',
  variant: 'empty hooks',
  unit: 'ops',
  count: singles,
  targets: [{ metric: 'rate', subject: 'lucent, empty hooks', over: 'lucent', atLeast: 0.9 }],
  contenders: rows(creating, [
    'lucent',
    'lucent, empty hooks',
    'mongoose',
    'mongoose, empty hooks',
  ]),
}

export default [create, save, createMany, bulkSave, createHooks]
