// Embedded documents by hand: objects, and an update of the one path.
import { CHANGED, saveEach } from '../../lib/orders.mjs'

/**
 * @param {import('mongodb').Db} db
 * @param {typeof import('../../lib/consume.mjs')} sums
 * @returns {import('../../lib/types.d.ts').EmbeddedReader}
 */
export function embedded(db, { orderSum }) {
  const orders = db.collection('bench_orders')
  return {
    read: async () => orderSum(await orders.find().toArray()),
    async change(city) {
      const found = await orders.find({ number: { $lt: CHANGED } }).toArray()
      return saveEach(found, ({ _id }) =>
        orders.updateOne({ _id }, { $set: { 'address.city': city } }),
      )
    },
  }
}
