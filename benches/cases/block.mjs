import { setImmediate as nextTurn } from 'node:timers/promises'
import { way } from './find.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').Prepared} Prepared */
/** @typedef {import('../lib/types.d.ts').World} World */

const BATCH = 500

/**
 * Fetches everything at once, then looks at it a batch at a time, so that the application itself
 * blocks nobody.
 *
 * @param {World} world
 * @param {string} name
 * @returns {Prepared & { kept?: unknown }}
 */
function fetching(world, name) {
  const contender = way(world, name)
  return {
    // Memory is measured while the documents are held.
    kept: undefined,
    async run() {
      const all = await contender.fetchAll()
      this.kept = all
      let sum = 0
      for (let index = 0; index < all.length; index += 1) {
        sum += contender.look(all[index])
        if (index % BATCH === BATCH - 1) await nextTurn()
      }
      return Math.round(sum)
    },
  }
}

/**
 * @param {World} world
 * @param {string} name
 * @returns {Prepared}
 */
function streaming(world, name) {
  const contender = way(world, name)
  return {
    async run() {
      let sum = 0
      for await (const user of contender.stream(1000)) sum += contender.look(user)
      return Math.round(sum)
    },
  }
}

/** @type {Case} */
export const fetchAll = {
  name: 'fetch-all',
  title: 'fetch every stored document, look at them in batches',
  unit: 'docs',
  count: (world) => world.stored,
  isolated: true,
  targets: [
    { metric: 'heap', over: 'mongoose', atLeast: 1 },
    { metric: 'rss', over: 'mongoose', atLeast: 1 },
  ],
  contenders: {
    lucent: (world) => fetching(world, 'lucent'),
    driver: (world) => fetching(world, 'driver'),
    mongoose: (world) => fetching(world, 'mongoose'),
    'mongoose, lean': (world) => fetching(world, 'mongoose, lean'),
  },
}

/** @type {Case} */
export const stream = {
  name: 'stream',
  title: 'stream every stored document through a cursor',
  unit: 'docs',
  count: (world) => world.stored,
  isolated: true,
  targets: [
    { metric: 'block', atMost: 15 },
    { metric: 'heap', over: 'mongoose', atLeast: 1 },
    { metric: 'rss', over: 'mongoose', atLeast: 1 },
  ],
  contenders: {
    lucent: (world) => streaming(world, 'lucent'),
    driver: (world) => streaming(world, 'driver'),
    mongoose: (world) => streaming(world, 'mongoose'),
    'mongoose, lean': (world) => streaming(world, 'mongoose, lean'),
  },
}

export default [fetchAll, stream]
