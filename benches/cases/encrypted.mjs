import { inFlight } from '../lib/measure.mjs'
import { scattered, secretive } from '../lib/workload.mjs'
import { need } from './find.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').Prepared} Prepared */
/** @typedef {import('../lib/types.d.ts').World} World */

const STORED = 10_000

/** @param {World} world */
const singles = (world) => (world.quick ? 640 : 2048)

/**
 * @param {World} world
 * @param {string} label
 * @param {string} purpose
 */
function open(world, label, purpose) {
  const [name = '', encrypted] = label.split(', ')
  const collection = `secret_${purpose}_${label.replace(/\W+/g, '_')}`
  return { collection, users: need(world, name).secretive(collection, encrypted !== undefined) }
}

/** @type {WeakMap<World, Map<string, Promise<import('../lib/types.d.ts').Secretive>>>} */
const fills = new WeakMap()

/**
 * A collection that the contender itself has filled, so that it holds what it can read. Both cases
 * that read use the same one.
 *
 * @param {World} world
 * @param {string} label
 */
function filled(world, label) {
  const known = fills.get(world) ?? new Map()
  fills.set(world, known)
  const found = known.get(label) ?? fill(world, label)
  known.set(label, found)
  return found
}

/**
 * @param {World} world
 * @param {string} label
 */
async function fill(world, label) {
  const { collection, users } = open(world, label, 'read')
  await world.witness.collection(collection).deleteMany({})
  await inFlight(STORED, 64, (index) => users.create(secretive(index)))
  await world.witness.collection(collection).createIndex({ [users.searched]: 1 })
  return users
}

/**
 * @param {string[]} labels
 * @param {(world: World, label: string) => Prepared | Promise<Prepared>} prepare
 */
const rows = (labels, prepare) =>
  Object.fromEntries(
    labels.map((label) => [label, (/** @type {World} */ world) => prepare(world, label)]),
  )

const LABELS = ['lucent, encrypted', 'lucent', 'driver', 'mongoose, encrypted', 'mongoose']

/** @type {Case} */
export const find = {
  name: 'find-encrypted',
  title: 'find 10,000 documents, three of their fields encrypted, every field read',
  variant: 'encrypted',
  unit: 'docs',
  count: () => STORED,
  targets: [
    { metric: 'rate', subject: 'lucent, encrypted', over: 'lucent', atLeast: 0.75 },
    { metric: 'rate', subject: 'lucent, encrypted', over: 'driver', atLeast: 3 },
    { metric: 'rate', subject: 'lucent, encrypted', over: 'mongoose, encrypted', atLeast: 8 },
  ],
  contenders: rows(LABELS, async (world, label) => {
    const users = await filled(world, label)
    return {
      // Documents come in the order in which they were stored, and with it the sum's last digits.
      run: async () => Math.round(await users.findEvery(STORED)),
    }
  }),
}

/** @type {Case} */
export const create = {
  name: 'create-encrypted',
  title: 'create one document, three of its fields encrypted, 64 in flight',
  variant: 'encrypted',
  unit: 'ops',
  count: singles,
  targets: [{ metric: 'rate', subject: 'lucent, encrypted', over: 'lucent', atLeast: 0.85 }],
  contenders: rows(LABELS, (world, label) => {
    const { collection, users } = open(world, label, 'create')
    const count = singles(world)
    return {
      async reset() {
        await world.witness.dropCollection(collection)
        await world.witness.createCollection(collection)
      },
      async run() {
        await inFlight(count, 64, (index) => users.create(secretive(index)))
      },
      verify: () => world.witness.collection(collection).countDocuments(),
    }
  }),
}

/** @type {Case} */
export const findBy = {
  name: 'find-by-blind-index',
  title: 'find by an encrypted field (its blind index) and by a plain one, 64 in flight',
  variant: 'encrypted',
  unit: 'ops',
  count: singles,
  targets: [{ metric: 'rate', subject: 'lucent, encrypted', over: 'lucent', atLeast: 0.9 }],
  contenders: rows(LABELS, async (world, label) => {
    const users = await filled(world, label)
    const wanted = scattered(singles(world), STORED, 11).map((seq) => secretive(seq).passport)
    return {
      async run() {
        let sum = 0
        await inFlight(wanted.length, 64, async (index) => {
          const found = await users.findBy(/** @type {string} */ (wanted[index]))
          sum += Math.round(found * 1000)
        })
        return sum
      },
    }
  }),
}

export default [find, create, findBy]
