/** Compiled, never run: what the types of updates and bulk writes allow. */
import {
  BaseModel,
  type BulkResult,
  BulkWriteError,
  column,
  Decimal128,
  type ElementOf,
  type ListPath,
  type NumericPath,
  type UpdateBuilder,
  type UpdateResult,
  type UpdateValue,
} from 'lucent-odm'
import type { DateTime } from 'luxon'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare status: 'open' | 'paid'
  @column() declare total: number
  @column() declare exact: Decimal128 | null
  @column() declare tags: string[]
  @column() declare scores: number[] | null
  @column() declare items: { sku: string; qty: number; parts: { n: number }[] }[]
  @column() declare meta: { views: number; note?: string; list: boolean[] }
  @column() declare anything: unknown
  @column.dateTime() declare seenAt: DateTime
  label(): string {
    return this.status
  }
}

export type Checks = [
  Expect<Equal<UpdateValue<Order, 'status'>, 'open' | 'paid' | null>>,
  Expect<Equal<UpdateValue<Order, 'seenAt'>, DateTime | Date | string | null>>,
  Expect<Equal<UpdateValue<Order, 'meta.views'>, number | null>>,
  Expect<Equal<UpdateValue<Order, 'items.$[one].qty'>, unknown>>,
  Expect<Equal<ElementOf<Order, 'tags'>, string>>,
  Expect<Equal<ElementOf<Order, 'scores'>, number>>,
  Expect<'total' extends NumericPath<Order> ? true : false>,
  Expect<'exact' extends NumericPath<Order> ? true : false>,
  Expect<'meta.views' extends NumericPath<Order> ? true : false>,
  Expect<'items.0.qty' extends NumericPath<Order> ? true : false>,
  Expect<'anything' extends NumericPath<Order> ? true : false>,
  Expect<'status' extends NumericPath<Order> ? false : true>,
  Expect<'tags' extends NumericPath<Order> ? false : true>,
  Expect<'tags' extends ListPath<Order> ? true : false>,
  Expect<'scores' extends ListPath<Order> ? true : false>,
  Expect<'meta.list' extends ListPath<Order> ? true : false>,
  Expect<'total' extends ListPath<Order> ? false : true>,
  Expect<'label' extends NumericPath<Order> | ListPath<Order> ? false : true>,
]

const query = () => Order.query().where('status', 'open')

export async function updates(): Promise<void> {
  const affected: [number] = await query().update({ status: 'paid', total: 3, exact: null })
  const result: UpdateResult = await query().updateMany({ 'meta.views': 3, seenAt: new Date() })
  await query().update('items.$[one].qty', 3)
  await query().updateMany({ 'items.$[one].qty': 3, tags: ['a'] })
  await query().updateOne((order) => order.increment('total').set('status', 'paid'))
  await query().modify((order) => order.unset('exact', 'meta.note', 'items.$[].parts'))
  const order: Order | null = await query().findOneAndUpdate({ total: 3 }, { returnNew: false })
  const row: { total: number } | null = await query().pojo<{ total: number }>().findOneAndDelete()
  await query().findOneAndReplace({ status: 'open' }, { upsert: true })
  const { upsertedId } = await query().upsert({ total: 1 }, { onInsert: { tags: [] } })
  const tags: string[] = await query().valuesOf('tags')
  const all: string[][] = await query().pluck('tags')
  const times: DateTime[] = await query().pluck('seenAt')
  const found: boolean = await query().exists()
  await query().updateWith([{ $set: { total: { $add: ['$total', 1] } } }])
  void [affected, result, order, row, upsertedId, tags, all, times, found]

  // @ts-expect-error another type
  await query().update({ total: 'text' })
  // @ts-expect-error another type
  await query().update('status', 'lost')
  // @ts-expect-error no such column
  await query().updateMany({ nope: 1 })
  // @ts-expect-error no such path
  await query().updateMany({ 'meta.nope': 1 })
  // @ts-expect-error a method is no column
  await query().update('label', 'x')
  // @ts-expect-error an operator is no column
  await query().updateMany({ $set: { total: 1 } })
  // @ts-expect-error no number
  await query().increment('status')
  // @ts-expect-error no number
  await query().increment({ tags: 1 })
  // @ts-expect-error no array
  await query().pushTo('total', 1)
  // @ts-expect-error another element
  await query().pushTo('tags', 1)
  // @ts-expect-error no such option
  await query().findOneAndUpdate({ total: 3 }, { new: true })
  // @ts-expect-error no such column
  await query().upsert({ total: 1 }, { onInsert: { nope: 1 } })
  // @ts-expect-error no such column
  await query().pluck('nope')
  // @ts-expect-error no column, but a value inside of one
  await query().valuesOf('meta.views')
}

export function builder(order: UpdateBuilder<Order>): void {
  order
    .set('status', 'paid')
    .set({ total: 1, 'meta.note': 'x' })
    .increment('total', 2)
    .increment('exact', Decimal128.fromString('0.1'))
    .decrement({ total: 1, 'meta.views': 2 })
    .multiply('items.$[].qty', 2)
    .min('seenAt', new Date())
    .max('total', 9)
    .rename('meta.note', 'anything')
    .currentDate('seenAt')
    .bitwise('total', { and: 1, xor: 2n })
    .push('tags', 'a')
    .push('tags', ['a', 'b'], { each: true, slice: 3, sort: 'asc' })
    .push('items', { sku: 'a', qty: 1, parts: [] }, { sort: { qty: 'desc' } })
    .push('scores', 3)
    .push('items.$[one].parts', { n: 1 })
    .addToSet('meta.list', true)
    .pull('tags', 'a')
    .pull('scores', '>=', 3)
    .pull('items', (item) => item.where('qty', '>', 3).orWhere('sku', 'x'))
    .pullAll('tags', ['a'])
    .pop('tags', 'first')
    .arrayFilter('one', (item) => item.where('qty', 3))
    .arrayFilter('low', '<', 3)

  // @ts-expect-error another type
  order.set('status', 'lost')
  // @ts-expect-error another type
  order.max('total', 'text')
  // @ts-expect-error no number
  order.multiply('tags', 2)
  // @ts-expect-error another element
  order.push('tags', [1])
  // @ts-expect-error a list needs `each`
  order.push('tags', ['a'])
  // @ts-expect-error no list
  order.push('tags', 'a', { each: true })
  // @ts-expect-error no such key in an element
  order.push('items', [], { each: true, sort: { nope: 'asc' } })
  // @ts-expect-error an element has no such key
  order.pull('items', (item) => item.where('nope', 3))
  // @ts-expect-error another element
  order.pull('scores', '>=', 'text')
  // @ts-expect-error neither end
  order.pop('tags', 'middle')
  // @ts-expect-error no such operand
  order.bitwise('total', { nand: 1 })
}

export async function bulk(orders: Order[]): Promise<void> {
  const result: BulkResult = await Order.bulkWrite((bulk) => {
    bulk
      .insert({ status: 'open' })
      .insert(new Order())
      .updateOne({ status: 'open' }, { total: 3 })
      .updateMany(
        (query) => query.where('total', '>', 3),
        (order) => order.push('tags', 'big'),
      )
      .upsert({ id: 'x' }, { total: 3 }, { onInsert: { tags: [] } })
      .replaceOne({ id: 'x' }, { status: 'paid' })
      .deleteOne({ id: 'x' })
      .deleteMany((query) => query.all())
  })
  await Order.bulkWrite(
    [
      { insert: { status: 'open' } },
      { updateMany: { filter: { total: 3 }, update: { total: 4 } } },
      { deleteOne: { filter: (query) => query.where('total', 4) } },
    ],
    { ordered: false, atomic: true, throwOnFailure: false },
  )
  await Order.bulkSave(orders, { hooks: false, ordered: false })
  await Order.bulkDelete(orders)
  await Order.upsertMany([{ id: 'x', total: 3 }], { by: ['id'] })
  const { failures } = result
  const error: unknown = failures[0]?.error
  if (error instanceof BulkWriteError) error.result.matched.toFixed()

  // @ts-expect-error another type
  await Order.bulkWrite((bulk) => bulk.insert({ total: 'text' }))
  // @ts-expect-error no such column
  await Order.bulkWrite((bulk) => bulk.deleteMany({ nope: 1 }))
  // @ts-expect-error no such statement
  await Order.bulkWrite([{ drop: {} }])
  // @ts-expect-error values are no instances
  await Order.bulkSave([{ total: 3 }])
  // @ts-expect-error no such column
  await Order.upsertMany([], { by: ['nope'] })
  // @ts-expect-error nothing to tell documents apart by
  await Order.upsertMany([], {})
}

/** In code for all models names are open, and everything is allowed. */
export async function generic<M extends BaseModel>(model: typeof BaseModel, one: M): Promise<void> {
  await model.query().where('a', 1).updateMany({ b: 2 })
  await model.query().where('a', 1).increment('b')
  await model.query().where('a', 1).pushTo('b', 2)
  await model.bulkSave([one])
}
