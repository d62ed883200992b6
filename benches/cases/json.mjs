import { createHash } from 'node:crypto'
import { feature, need } from './find.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').Prepared} Prepared */

const LIMIT = 10_000

/**
 * Rows with their fields in one order: Mongoose has its own.
 *
 * @param {string} _key
 * @param {unknown} value
 */
function sorted(_key, value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/**
 * Keeps the last text, to be looked at unmeasured.
 *
 * @param {((limit: number) => Promise<string>) | undefined} read
 * @returns {Prepared}
 */
function texts(read) {
  const json = feature(read, 'JSON')
  let text = ''
  return {
    async run() {
      text = await json(LIMIT)
      return text.length > LIMIT
    },
    // Models call the key by their own name for it.
    async verify() {
      const rows = JSON.parse(text.replaceAll('"_id":', '"id":'))
      return createHash('sha256').update(JSON.stringify(rows, sorted)).digest('hex')
    },
  }
}

/** @type {Case} */
export const toJson = {
  name: 'to-json',
  title: 'toJson() of 10,000 documents',
  unit: 'docs',
  count: () => LIMIT,
  targets: [
    { metric: 'rate', over: 'mongoose, lean', atLeast: 5 },
    { metric: 'cpu', over: 'mongoose, lean', atLeast: 20 },
  ],
  contenders: {
    lucent: (world) => texts(need(world, 'lucent').json),
    'lucent, models': (world) => texts(need(world, 'lucent').jsonOfModels),
    driver: (world) => texts(need(world, 'driver').json),
    mongoose: (world) => texts(need(world, 'mongoose').json),
    'mongoose, lean': (world) => texts(feature(need(world, 'mongoose').lean, 'lean').json),
  },
}

export default [toJson]
