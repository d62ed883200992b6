import { Binary } from 'bson'
import { BaseModel, column, type ModelAggregate } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { ENTRY, ENVELOPE, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Customer extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.encrypted({ blind: true }) declare email: string
  @column.encrypted({ fields: ['street'] }) declare address: { street: string; city: string }
}

class Plain extends BaseModel {
  static override collection = 'orders'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare customerId: string
}

/** Has an encrypted column of the same name. */
class Order extends Plain {
  static override collection = 'orders'
  @column.encrypted() declare email: string
}

const SECRET = 'ada@example.com'

beforeEach(async () => {
  await db.collection('customers').deleteMany({})
  await db.collection('orders').deleteMany({})
  const address = { street: 'secret street', city: 'Rome' }
  const { id } = await Customer.create({ name: 'Ada', email: SECRET, address })
  await Order.create({ customerId: id, email: 'order@example.com' })
})

type Row = Record<string, unknown>
type Brings = (model: typeof Plain) => PromiseLike<unknown>

/** The stages that bring documents of another collection, and where these are in the rows. */
const STAGES: Record<string, [Brings, (rows: Row[]) => Row]> = {
  lookup: [
    (model) =>
      model.aggregate().lookup({
        from: Customer,
        localField: 'customerId',
        foreignField: 'id',
        as: 'customers',
      }),
    ([row]) => (row?.customers as Row[] | undefined)?.[0] as Row,
  ],
  graphLookup: [
    (model) =>
      model.aggregate().graphLookup({
        from: Customer,
        startWith: 'customerId',
        connectFromField: 'id',
        connectToField: 'id',
        as: 'customers',
      }),
    ([row]) => (row?.customers as Row[] | undefined)?.[0] as Row,
  ],
  unionWith: [
    (model) => (model.aggregate() as ModelAggregate<Plain>).unionWith(Customer as never),
    (rows) => rows[1] as Row,
  ],
}

describe.each(Object.entries(STAGES))('documents of another model by %s', (_name, [run, find]) => {
  it.each([
    ['without encrypted columns', Plain],
    ['with others', Order],
  ])('come encrypted to a model %s, the rest as it is', async (_name, model) => {
    const rows = (await run(model)) as Row[]
    const customer = find(rows)
    const { email, email__blind: entry, address } = customer as Record<string, Binary>
    expect(customer.name).toBe('Ada')
    expect(email).toBeInstanceOf(Binary)
    expect(email?.sub_type).toBe(ENVELOPE)
    expect(entry?.sub_type).toBe(ENTRY)
    expect(address).toMatchObject({ city: 'Rome', street: { sub_type: ENVELOPE } })
    if (model === Order) expect(rows[0]?.email).toBe('order@example.com')
  })
})

it('documents of the model itself come encrypted by lookup, and opened by unionWith', async () => {
  const joined = await Customer.aggregate().lookup({
    from: Customer,
    localField: 'id',
    foreignField: 'id',
    as: 'same',
  })
  expect(joined).toMatchObject([{ email: SECRET, same: [{ email: { sub_type: ENVELOPE } }] }])
  const rows = await Customer.aggregate().unionWith(Customer)
  expect(rows.map(({ email }) => email)).toEqual([SECRET, SECRET])
})

it('a stage inside may leave them out; the model opens them', async () => {
  const rows = await Order.aggregate().lookup({
    from: Customer,
    localField: 'customerId',
    foreignField: 'id',
    pipeline: (customers) => customers.project({ name: true }),
    as: 'customers',
  })
  expect(Object.keys(rows[0]?.customers[0] ?? {})).toEqual(['name'])
  const customers = await Customer.findMany(rows.map(({ customerId }) => customerId))
  expect(customers.map(({ email }) => email)).toEqual([SECRET])
})
