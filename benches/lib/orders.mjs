// Documents with documents inside of them: orders with an address and some items.
export const ORDERS = 10_000
export const ITEMS = 5
/** Orders that are changed and saved, each by itself. */
export const CHANGED = 1000
/** Saves that are under way at once. */
export const AT_ONCE = 50

/** @param {number} index */
const order = (index) => ({
  number: index,
  address: { street: `Street ${index}`, city: `City ${index % 100}`, zipCode: `${10_000 + index}` },
  items: Array.from({ length: ITEMS }, (_, place) => ({
    sku: `sku ${index} ${place}`,
    price: index + place,
    quantity: 1 + (place % 3),
  })),
})

/**
 * Stores the orders, once for each world.
 *
 * @param {import('./types.d.ts').World} world
 */
export async function fillOrders({ witness }) {
  const orders = witness.collection('bench_orders')
  if ((await orders.estimatedDocumentCount()) > 0) return
  await orders.createIndex({ number: 1 })
  await orders.insertMany(Array.from({ length: ORDERS }, (_, index) => order(index)))
}

/**
 * Saves orders, some at a time.
 *
 * @param {readonly any[]} orders
 * @param {(order: any) => Promise<unknown>} save
 */
export async function saveEach(orders, save) {
  for (let from = 0; from < orders.length; from += AT_ONCE) {
    await Promise.all(orders.slice(from, from + AT_ONCE).map(save))
  }
  return orders.length
}
