import { inFlight } from '../lib/measure.mjs'
import { way } from './find.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').Prepared} Prepared */
/** @typedef {import('../lib/types.d.ts').World} World */

const BELOW = 1000
const SIZE = 20

/** @param {World} world */
const pages = (world) => (world.quick ? 200 : 800)

/**
 * @param {World} world
 * @param {string} name
 * @returns {Promise<Prepared>}
 */
async function paging(world, name) {
  const contender = way(world, name)
  await world.witness.collection(world.readOnly).createIndex({ seq: 1 })
  const count = pages(world)
  return {
    async run() {
      let sum = 0
      await inFlight(count, 16, async (index) => {
        const { total, rows } = await contender.page(BELOW, 1 + (index % 50), SIZE)
        sum += total
        for (const user of rows) sum += contender.look(user)
      })
      return Math.round(sum)
    },
  }
}

/** @type {Case} */
export const paginate = {
  name: 'paginate',
  title: 'one page of 20 and the total, 16 in flight',
  unit: 'ops',
  count: pages,
  targets: [
    { metric: 'rate', over: 'mongoose', atLeast: 1.5 },
    { metric: 'cpu', over: 'mongoose', atLeast: 5 },
  ],
  contenders: {
    lucent: (world) => paging(world, 'lucent'),
    driver: (world) => paging(world, 'driver'),
    mongoose: (world) => paging(world, 'mongoose'),
    'mongoose, lean': (world) => paging(world, 'mongoose, lean'),
  },
}

export default [paginate]
