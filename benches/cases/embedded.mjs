import { CHANGED, fillOrders, ITEMS, ORDERS } from '../lib/orders.mjs'
import { feature, need } from './find.mjs'

/** @typedef {import('../lib/types.d.ts').Case} Case */
/** @typedef {import('../lib/types.d.ts').EmbeddedReader} EmbeddedReader */
/** @typedef {import('../lib/types.d.ts').World} World */

/**
 * The contenders of a case, each with its way of documents inside of documents.
 *
 * @param {string[]} labels
 * @param {(reader: EmbeddedReader, world: World) => import('../lib/types.d.ts').Prepared} work
 * @returns {Case['contenders']}
 */
function readers(labels, work) {
  return Object.fromEntries(
    labels.map((label) => [
      label,
      async (/** @type {World} */ world) => {
        const [name = '', variant] = label.split(', ')
        const contender = need(world, name)
        const found = variant === 'lean' ? contender.leanEmbedded : contender.embedded
        const reader = feature(found, 'embedded documents')()
        await fillOrders(world)
        return work(reader, world)
      },
    ]),
  )
}

/** Rounds so far: each sets another city. */
let rounds = 0

/** @type {Case[]} */
export default [
  {
    name: 'embedded-read',
    title: `${ORDERS.toLocaleString('en')} documents with an embedded one and ${ITEMS} items, every field read`,
    unit: 'docs',
    count: () => ORDERS,
    targets: [],
    contenders: readers(['lucent', 'driver', 'mongoose', 'mongoose, lean'], (reader) => ({
      run: () => reader.read(),
    })),
  },
  {
    name: 'embedded-change',
    title: `one path of an embedded document of ${CHANGED.toLocaleString('en')} changed, each saved by itself`,
    unit: 'docs',
    count: () => CHANGED,
    targets: [],
    contenders: readers(['lucent', 'driver', 'mongoose'], (reader, { witness }) => {
      let city = ''
      return {
        async reset() {
          rounds += 1
          city = `City of round ${rounds}`
        },
        run: () => reader.change(city),
        verify: () => witness.collection('bench_orders').countDocuments({ 'address.city': city }),
      }
    }),
  },
]
