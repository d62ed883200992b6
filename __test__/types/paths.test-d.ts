// 32: what names and values conditions take.
import { type AttributePath, BaseModel, column, ObjectId, type QueryValue } from 'lucent-odm'
import { DateTime } from 'luxon'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
interface Tree {
  name: string
  children: Tree[]
  parent?: Tree
}

class Account extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare settings: Record<string, { on: boolean; level?: number }>
  @column() declare scores: Record<string, number>
  @column() declare deep: Record<string, Record<string, { at: number }>>
  @column() declare prices: Map<string, { net: number; tax: { rate: number } }>
  @column() declare data: Json
  @column() declare rows: Json[] | null
  @column() declare grid: number[][]
  @column() declare tree: Tree
  @column.dateTime() declare seenAt: DateTime
  @column.date() declare born: DateTime | null
  @column() declare plainDate: Date
  @column() declare meta: { at: DateTime; readonly fixed: string }
  @column() declare nickname: string | undefined
  get label(): string {
    return this.id
  }
  get both(): string {
    return this.id
  }
  set both(value: string) {
    this.id = value
  }
}

class Keyed extends BaseModel {
  @column({ isPrimary: true }) declare id: { shop: number; sku: string }
}

class Listed extends BaseModel {
  override $columns = ['id', 'title'] as const
  @column({ isPrimary: true }) declare readonly id: string
  @column() declare readonly title: string
  @column() declare readonly body: string
}

const query = Account.query()

/** Objects of any names. */
export function records() {
  query.where('settings.mail.on', true).where('settings.mail', { on: true })
  query.where('settings.mail.level', '>', 1).orderBy('settings.mail.on').select('settings.mail')
  query.where('scores.maths', 5).whereIn('scores.maths', [1, 2]).where('deep.a.b.at', 1)
  query.where('prices.book.net', 5).where('prices.book.tax.rate', '<=', 0.2)
  void query.update({ 'settings.mail.on': false, 'scores.maths': 1 })
  void query.updateMany((update) => update.set('prices.book.net', 5).increment('scores.maths'))
  // @ts-expect-error not the type
  query.where('settings.mail.on', 'yes')
  // @ts-expect-error not the type
  query.where('settings.mail', true)
  // @ts-expect-error not the type
  query.where('scores.maths', 'five')
  // @ts-expect-error not the type
  query.where('prices.book.tax.rate', 'high')
  // @ts-expect-error not the type
  query.where('deep.a.b.at', 'x')
  type _ = [
    Expect<Equal<QueryValue<Account, 'settings.mail.on'>, boolean | null>>,
    Expect<Equal<QueryValue<Account, 'prices.book.net'>, number | null>>,
    Expect<Equal<QueryValue<Account, 'settings.mail'>, { on: boolean; level?: number } | null>>,
  ]
}

/** Types that contain themselves. */
export function recursive() {
  query
    .where('data', { a: [1, { b: null }] })
    .where('data.a.0.b', 1)
    .where('data.a', 'x')
  query.where('rows.0.a', 1).where('rows', [1]).whereJsonSuperset('data', { a: 1 })
  query.where('grid.0.1', 5).where('tree.children.name', 'x').where('tree.parent.name', 'x')
  void Account.create({ data: { a: [1, 2] }, rows: [1, [2, { b: 'x' }]] })
  void query.update({ data: ['x'], 'data.a': 1 })
  // @ts-expect-error no JSON
  void Account.create({ data: new Date() })
  // @ts-expect-error no such name
  query.where('tree.nope', 'x')
}

/** ISO text stands for a date where the column is one. */
export function dates() {
  query.where('seenAt', '2026-01-01').where('seenAt', '>=', '2026-01-01T10:00:00Z')
  query.where('born', '2026-01-01').whereIn('born', ['2026-01-01', new Date(), null])
  query.whereBetween('seenAt', ['2026-01-01', DateTime.now()]).where({ seenAt: '2026-01-01' })
  void Account.findBy('seenAt', '2026-01-01')
  void Account.findBy({ born: '2026-01-01' })
  void query.update({ seenAt: '2026-01-01' })
  // @ts-expect-error no date column: the text would be compared as text
  query.where('plainDate', '2026-01-01')
  // @ts-expect-error a value inside of a column is compared as it is
  query.where('meta.at', '2026-01-01')
  // @ts-expect-error no date
  query.where('seenAt', 5)
}

/** Primary keys. */
export async function keys() {
  const id = 'x' as string | undefined
  await Account.find(id)
  await Account.find(new ObjectId())
  await Account.findOrFail(5)
  await Account.findMany(['x', new ObjectId()])
  await Keyed.find({ shop: 1, sku: 'a' })
  // @ts-expect-error an object is no key
  await Account.find({ id: 'x' })
  // @ts-expect-error an object is no key
  await Account.findOrFail({ id: 'x' })
  // @ts-expect-error an array is no key
  await Account.find(['x'])
  // @ts-expect-error objects are no keys
  await Account.findMany([{ id: 'x' }])
  // @ts-expect-error not the key's type
  await Keyed.find({ shop: 1 })
}

/** Getters are no columns, whatever their type. */
export function getters() {
  query.where('both', 'x').where('meta.fixed', 'x').where('nickname', 'x')
  Listed.query().where('id', 'x').where('title', 'x')
  void Account.create({ both: 'x' })
  // @ts-expect-error a getter
  query.where('label', 'x')
  // @ts-expect-error a getter
  query.where({ label: 'x' })
  // @ts-expect-error a getter
  query.orderBy('label')
  // @ts-expect-error a getter
  void Account.create({ label: 'x' })
  // @ts-expect-error a getter
  void Account.findBy('label', 'x')
  // @ts-expect-error a getter
  void query.update({ label: 'x' })
  // @ts-expect-error not listed
  Listed.query().where('body', 'x')
  type _ = Expect<Equal<Extract<AttributePath<Account>, 'label' | 'both'>, 'both'>>
}

/** What a condition was is handed on. */
export function conditions(
  search: string | undefined,
  age: number | null,
  on: boolean | undefined,
) {
  query
    .if(search, (inner, text) => inner.where('nickname', text).whereLike('nickname', `${text}%`))
    .if(age, (inner, value) => inner.where('scores.maths', '>', value))
    .if(
      () => search,
      (inner, text) => inner.where('nickname', text.trim()),
      (inner) => inner.whereNull('nickname'),
    )
    .unless(
      search,
      (inner) => inner.whereNull('nickname'),
      (inner, text) => inner.where('nickname', text),
    )
    .if(on, (inner, value) => inner.where('settings.mail.on', value))
    .if(search, (inner) => inner.limit(1))
  // @ts-expect-error it may be undefined here
  query.if(age, (inner) => inner.where('nickname', search))
  query.if(search, (inner, text) => {
    // @ts-expect-error text is no number
    inner.where('scores.maths', text)
  })
}
