import { inFlight } from '../lib/measure.mjs'
import { Unsupported } from '../lib/unsupported.mjs'
import { idOf, scattered } from '../lib/workload.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').Contender} Contender */
/** @typedef {import('../lib/types.d.ts').World} World */

const LIMIT = 10_000

/**
 * @param {World} world
 * @param {string} name
 * @returns {Contender}
 */
export function need(world, name) {
  const contender = world.contenders[name]
  if (!contender) throw new Unsupported('left out')
  return contender
}

/**
 * @template T
 * @param {T | undefined} value
 * @param {string} feature
 * @returns {T}
 */
export function feature(value, feature) {
  if (!value) throw new Unsupported(feature)
  return value
}

/**
 * A contender, or its way with plain objects.
 *
 * @param {World} world
 * @param {string} label
 */
export function way(world, label) {
  const [name = '', variant] = label.split(', ')
  const contender = need(world, name)
  return variant === 'lean' ? feature(contender.lean, 'lean') : contender
}

/** @param {World} world */
function lookups(world) {
  const count = world.quick ? 1500 : 2000
  return scattered(count, world.stored, 7).map((seq) => idOf(seq).toHexString())
}

/**
 * @param {World} world
 * @param {import('../lib/types.d.ts').Reader} reader
 */
function findEach(world, reader) {
  const ids = lookups(world)
  return {
    async run() {
      let sum = 0
      await inFlight(ids.length, 64, async (index) => {
        const found = await reader.findOne(/** @type {string} */ (ids[index]))
        sum += Math.round(found * 1000)
      })
      return sum
    },
  }
}

/** @type {Case} */
export const findEvery = {
  name: 'find-every-field',
  title: 'find 10,000 documents, every field read',
  unit: 'docs',
  count: () => LIMIT,
  targets: [
    { metric: 'rate', over: 'driver', atLeast: 4 },
    { metric: 'rate', over: 'mongoose', atLeast: 8 },
    { metric: 'cpu', over: 'driver', atLeast: 6 },
  ],
  contenders: {
    lucent: (world) => ({ run: () => need(world, 'lucent').findEvery(LIMIT) }),
    driver: (world) => ({ run: () => need(world, 'driver').findEvery(LIMIT) }),
    mongoose: (world) => ({ run: () => need(world, 'mongoose').findEvery(LIMIT) }),
    'mongoose, lean': (world) => {
      const lean = feature(need(world, 'mongoose').lean, 'lean')
      return { run: () => lean.findEvery(LIMIT) }
    },
  },
}

/** @type {Case} */
export const findTwo = {
  name: 'find-two-fields',
  title: 'find 10,000 documents, two fields touched',
  unit: 'docs',
  count: () => LIMIT,
  targets: [{ metric: 'rate', over: 'driver', atLeast: 5 }],
  contenders: {
    lucent: (world) => ({ run: () => need(world, 'lucent').findTwo(LIMIT) }),
    driver: (world) => ({ run: () => need(world, 'driver').findTwo(LIMIT) }),
    mongoose: (world) => ({ run: () => need(world, 'mongoose').findTwo(LIMIT) }),
    'mongoose, lean': (world) => {
      const lean = feature(need(world, 'mongoose').lean, 'lean')
      return { run: () => lean.findTwo(LIMIT) }
    },
  },
}

/** @type {Case} */
export const findById = {
  name: 'find-by-id',
  title: 'find by id, 64 in flight',
  unit: 'ops',
  count: (world) => lookups(world).length,
  targets: [
    { metric: 'rate', over: 'driver', atLeast: 2 },
    { metric: 'cpu', over: 'driver', atLeast: 5 },
    { metric: 'rate', over: 'driver', atLeast: 12, subject: 'lucent, coalesced' },
  ],
  contenders: {
    lucent: (world) => findEach(world, need(world, 'lucent')),
    'lucent, coalesced': (world) =>
      findEach(world, feature(need(world, 'lucent').coalesced, 'coalescing')()),
    driver: (world) => findEach(world, need(world, 'driver')),
    mongoose: (world) => findEach(world, need(world, 'mongoose')),
    'mongoose, lean': (world) => findEach(world, feature(need(world, 'mongoose').lean, 'lean')),
  },
}

/** @param {import('../lib/types.d.ts').Contender} contender */
const hooked = (contender) => feature(contender.hooked, 'hooks')()

/** @type {Case} */
export const findHooks = {
  name: 'find-empty-hooks',
  title: 'find 10,000 documents, every hook defined but empty',
  variant: 'empty hooks',
  unit: 'docs',
  count: () => LIMIT,
  targets: [{ metric: 'rate', subject: 'lucent, empty hooks', over: 'lucent', atLeast: 0.85 }],
  contenders: {
    lucent: (world) => ({ run: () => need(world, 'lucent').findEvery(LIMIT) }),
    'lucent, empty hooks': (world) => {
      const variant = hooked(need(world, 'lucent'))
      return { run: () => variant.findEvery(LIMIT) }
    },
    mongoose: (world) => ({ run: () => need(world, 'mongoose').findEvery(LIMIT) }),
    'mongoose, empty hooks': (world) => {
      const variant = hooked(need(world, 'mongoose'))
      return { run: () => variant.findEvery(LIMIT) }
    },
  },
}

/** @type {Case} */
export const findByIdHooks = {
  name: 'find-by-id-empty-hooks',
  title: 'find by id, 64 in flight, every hook defined but empty',
  variant: 'empty hooks',
  unit: 'ops',
  count: (world) => lookups(world).length,
  targets: [{ metric: 'rate', subject: 'lucent, empty hooks', over: 'lucent', atLeast: 0.9 }],
  contenders: {
    lucent: (world) => findEach(world, need(world, 'lucent')),
    'lucent, empty hooks': (world) => findEach(world, hooked(need(world, 'lucent'))),
    mongoose: (world) => findEach(world, need(world, 'mongoose')),
    'mongoose, empty hooks': (world) => findEach(world, hooked(need(world, 'mongoose'))),
  },
}

export default [findEvery, findTwo, findById, findHooks, findByIdHooks]
