// Embedded documents of this package: models of their own.
import { CHANGED, saveEach } from '../../lib/orders.mjs'

/**
 * @param {any} lucent
 * @param {typeof import('../../lib/consume.mjs')} sums
 * @returns {import('../../lib/types.d.ts').EmbeddedReader}
 */
export function embedded(lucent, { orderSum }) {
  /**
   * @param {readonly string[]} columns
   * @returns {any}
   */
  function model(columns) {
    class Model extends lucent.BaseModel {
      static namingStrategy = new lucent.VerbatimNamingStrategy()
    }
    for (const name of columns) lucent.column()(Model.prototype, name)
    return Model
  }
  const Address = model(['street', 'city', 'zipCode'])
  const Item = model(['sku', 'price', 'quantity'])
  class Order extends lucent.BaseModel {
    static namingStrategy = new lucent.VerbatimNamingStrategy()
    static collection = 'bench_orders'
  }
  lucent.column({ isPrimary: true })(Order.prototype, 'id')
  lucent.column()(Order.prototype, 'number')
  lucent.embedsOne(() => Address)(Order.prototype, 'address')
  lucent.embedsMany(() => Item)(Order.prototype, 'items')

  return {
    read: async () => orderSum(await Order.all()),
    async change(city) {
      const orders = await Order.query().where('number', '<', CHANGED)
      return saveEach(orders, (order) => {
        order.address.city = city
        return order.save()
      })
    },
  }
}
