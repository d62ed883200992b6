/** A walk through the package, against a MongoDB server that is started for it. `npm run demo` */
import { BaseModel, Database } from 'lucent-odm'
import { startServer } from 'lucent-odm/testing/server'
import { MongoClient } from 'mongodb'
import { Order } from './models/order.ts'
import { User } from './models/user.ts'
import { Stage } from './show.ts'

async function users(stage: Stage): Promise<User> {
  stage.chapter('Users: default values, logging, and a query that a hook narrows down')

  const ada = await stage.step('Create a document', () => User.create({ email: 'ada@example.com' }))

  await stage.step(
    'Change it: only what changed is dirty',
    () => ada.merge({ status: 'active' }).$dirty,
  )

  await stage.step('Save it: only that is sent', () => ada.save())

  const ids = await stage.step('Create many: one command, and the hooks of each', async () => {
    const list = [{ email: 'ben@example.com', status: 'active' }, { email: 'cy@example.com' }]
    return (await User.createMany(list)).map((user) => user.id)
  })

  await stage.step('Find each by its id: the finds of one tick share a query', () =>
    Promise.all(ids.map((id) => User.find(id))),
  )

  await stage.step('Query: the fetch hook leaves out who is not active', async () => {
    const found = await User.query().where('credits', '<', 10).orderBy('email')
    return found.map((user) => user.email)
  })

  await stage.step('Turn pages', async () => {
    const page = await User.query().orderBy('email').paginate(2, 1)
    return { emails: page.map((user) => user.email), total: page.total, pages: page.lastPage }
  })

  await stage.step('A value is never an operator: this finds nobody, not everybody', () =>
    User.findBy('email', JSON.parse('{ "$gt": "" }')),
  )

  await stage.refused('A unique index speaks up', 'E_DUPLICATE_KEY', () =>
    User.create({ email: 'ada@example.com' }),
  )

  await stage.refused('Nothing is deleted by accident', 'E_EMPTY_FILTER', () =>
    User.query().delete(),
  )
  return ada
}

async function orders(stage: Stage, user: User): Promise<void> {
  stage.chapter('Orders: rules that hold whoever saves')

  await stage.refused('A hook throws: its error arrives unchanged', 'E_NO_ITEMS', () =>
    Order.create({ userId: user.id, items: [] }),
  )

  const order = await stage.step('The total is computed', () =>
    Order.create({ userId: user.id, items: [{ sku: 'pen', quantity: 2, price: 1.5 }] }),
  )

  await stage.step('Changes inside of nested values are seen', () => {
    order.items.push({ sku: 'ink', quantity: 1, price: 4 })
    return order.$dirty
  })

  await stage.step('Saving computes the total again', () => order.save())

  await stage.step('A status that may follow', () => order.merge({ status: 'paid' }).save())

  await stage.refused('A status that may not', 'E_TRANSITION', async () => {
    const same = await Order.findOrFail(order.id)
    await same.merge({ status: 'pending' }).save()
  })

  await stage.refused('A hook answers false', 'E_HOOK_ABORTED', () => order.delete())

  await stage.step('Cancelled orders may go', async () => {
    await order.merge({ status: 'cancelled' }).save()
    await order.delete()
    return { deleted: order.$isDeleted, left: await Order.query().count() }
  })
}

const server = await startServer({ log: (text) => console.log(text) })
const name = `lucent_demo_${process.pid}`
const database = new Database({
  connection: 'main',
  connections: { main: { url: server.uri, database: name } },
})
const driver = new MongoClient(server.uri)
const db = driver.db(name)
try {
  BaseModel.useDatabase(database)
  // Connects, so that the first step's time does not include it.
  await database.connection().ping()
  await db.collection('users').createIndex({ email: 1 }, { unique: true })
  const stage = new Stage(db)
  const ada = await users(stage)
  await orders(stage, ada)
} finally {
  await database.closeAll()
  await db.dropDatabase()
  await driver.close()
  await server.stop()
}
