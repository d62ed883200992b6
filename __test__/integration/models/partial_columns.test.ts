/** Columns that were read in part and are more than plain values. */
import {
  Adapter,
  type AdapterColumns,
  BaseModel,
  type CallLimits,
  column,
  type Model,
  ObjectId,
} from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })
const accounts = db.collection('accounts')

afterEach(() => accounts.deleteMany({}))

/** Writes down what is to be updated, and does it. */
class Recorder extends Adapter {
  readonly updates: AdapterColumns[] = []

  override update(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
    this.updates.push({ ...columns })
    return super.update(instance, columns, limits)
  }
}

class Money {
  readonly cents: number
  constructor(cents: number) {
    this.cents = cents
  }
}

class Account extends BaseModel {
  static override collection = 'accounts'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column({
    prepare: (price: { net: Money }) => ({ net: price.net.cents }),
    consume: (price) => ({ net: new Money((price as { net: number }).net) }),
  })
  declare price: { net: Money }
  @column.encrypted({ fields: ['phone'] }) declare contact: { phone: string; note?: string }
  @column.version() declare version: number
}

describe('1. columns read in part', () => {
  it('what prepare makes is compared path by path', async () => {
    const _id = new ObjectId()
    await accounts.insertOne({ _id, price: { net: 5, vat: 19 }, version: 1 })
    const account = await Account.query().select('price.net').firstOrFail()
    expect(account.price.net).toBeInstanceOf(Money)
    expect(account.$isDirty).toBe(false)
    account.price = { net: new Money(7) }
    await account.save()
    expect(await accounts.findOne()).toEqual({ _id, price: { net: 7, vat: 19 }, version: 2 })
  })

  it('encrypted fields inside of it stay encrypted', async () => {
    const { id } = await Account.create({ name: 'a', contact: { phone: '1', note: 'n' } })
    const account = await Account.query().select('contact.phone').firstOrFail()
    expect(account.contact).toEqual({ phone: '1' })
    account.contact.phone = '2'
    await account.save()
    expect((await accounts.findOne())?.contact.phone).not.toBe('2')
    expect((await Account.findOrFail(id)).contact).toEqual({ phone: '2', note: 'n' })
    account.contact.phone = '3'
    await account.save({ coalesce: true })
    account.contact.phone = '4'
    await Account.bulkSave([account])
    expect((await Account.findOrFail(id)).contact).toEqual({ phone: '4', note: 'n' })
  })

  it('an adapter gets the paths', async () => {
    const adapter = new Recorder()
    class Recorded extends Account {
      static override collection = 'accounts'
    }
    Recorded.useAdapter(adapter)
    await accounts.insertOne({ name: 'a', contact: { note: 'n', more: 1 }, version: 1 })
    const account = await Recorded.query().select('contact.note').firstOrFail()
    account.contact.note = 'm'
    await account.save()
    expect(adapter.updates).toEqual([{ 'contact.note': 'm', version: 2 }])
    expect((await accounts.findOne())?.contact).toEqual({ note: 'm', more: 1 })
  })
})
