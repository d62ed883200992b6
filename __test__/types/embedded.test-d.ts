import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  type EmbedsMany,
  type EmbedsOne,
  embedsMany,
  embedsOne,
} from 'lucent-odm'
import type { DateTime } from 'luxon'

class Geo extends BaseModel {
  @column() declare lat: number
}

class Address extends BaseModel {
  @column() declare city: string
  @column.dateTime() declare since: DateTime | null
  @embedsOne(() => Geo) declare geo: EmbedsOne<typeof Geo> | null

  get upper() {
    return this.city.toUpperCase()
  }
}

class Product extends BaseModel {
  @column() declare name: string
}

class Item extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare price: number
  @column.objectId() declare productId: string | null
  @belongsTo(() => Product) declare product: BelongsTo<typeof Product> | null
}

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @embedsOne(() => Address) declare address: EmbedsOne<typeof Address> | null
  @embedsMany(() => Item) declare items: EmbedsMany<typeof Item>
}

declare const order: Order

// Reading.
const upper: string | undefined = order.address?.upper
const price: number | undefined = order.items[0]?.price
const prices: number[] = order.items.map((item) => item.price)

// Plain objects, instances and parts of either.
await Order.create({
  address: { city: 'Rome', geo: { lat: 1 } },
  items: [{ price: 1 }, new Item()],
})
order.merge({ address: new Address(), items: [] })
order.merge({ address: null })
order.address = new Address()
order.items.push(new Item())
// @ts-expect-error no column of Address
order.merge({ address: { town: 'Rome' } })
// @ts-expect-error another type
await Order.create({ items: [{ price: 'much' }] })
// @ts-expect-error a document and no array of documents
order.merge({ items: { price: 1 } })

// Queries of what is loaded, and of embedded documents.
const dear: Item | null = order.items.query().where('price', '>', 3).orderBy('price').first()
const page = order.items.query().paginate(1, 10).all()
const dearest: number | undefined = page[0]?.price
Order.query().whereEmbedded('address', (address) => address.where('city', 'Rome'))
Order.query().whereEmbedded('items', { price: 3 }).whereElemMatch('items', { price: 3 })
// @ts-expect-error no column of Item
order.items.query().where('prise', 3)
// @ts-expect-error no column of Address
Order.query().whereEmbedded('address', { town: 'Rome' })

// Relations of embedded documents.
Order.query().preload('items', (items) => {
  items.preload('product', (product) => product.where('name', 'Tea'))
})
Order.query().preload('address', (address) => address.preload('geo', () => {}))
await order.load('items', (items) => items.preload('product'))
const productName: string | undefined = order.items[0]?.product?.name
// @ts-expect-error neither a relation nor documents
Order.query().preload('itms')
// @ts-expect-error no relation of Item
Order.query().preload('items', (items) => items.preload('products'))
// @ts-expect-error no column of Product
Order.query().preload('items', (items) => items.preload('product', (one) => one.where('nam', 1)))
// @ts-expect-error counts are of relations
Order.query().withCount('items')

// Paths.
Order.query().where('address.city', 'Rome').where('address.geo.lat', '>', 1).where('items.price', 3)
Order.query().select('address.city').orderBy('items.price')
// @ts-expect-error no such path
Order.query().where('address.town', 'Rome')
// @ts-expect-error another type
Order.query().where('items.price', 'much')
// @ts-expect-error a method
Order.query().where('address.save', 1)

export { dear, dearest, price, prices, productName, upper }
