// Embedded documents of Mongoose: subdocuments.
import { CHANGED, saveEach } from '../../lib/orders.mjs'

/**
 * @param {any} mongoose
 * @param {any} connection
 * @param {boolean} lean
 * @param {typeof import('../../lib/consume.mjs')} sums
 * @returns {import('../../lib/types.d.ts').EmbeddedReader}
 */
export function embedded(mongoose, connection, lean, { orderSum }) {
  const { Schema } = mongoose
  const inside = { _id: false }
  const Order =
    connection.models.bench_orders ??
    connection.model(
      'bench_orders',
      new Schema(
        {
          number: Number,
          address: new Schema({ street: String, city: String, zipCode: String }, inside),
          items: [new Schema({ sku: String, price: Number, quantity: Number }, inside)],
        },
        { collection: 'bench_orders', versionKey: false },
      ),
    )
  return {
    read: async () => orderSum(await (lean ? Order.find().lean() : Order.find())),
    async change(city) {
      const orders = await Order.find({ number: { $lt: CHANGED } })
      return saveEach(orders, (order) => {
        order.address.city = city
        return order.save()
      })
    },
  }
}
