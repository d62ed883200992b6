/** A walk through the package, against a MongoDB server that is started for it. `npm run demo` */
import { BaseModel, Database } from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { startServer } from '../../scripts/server.mjs'
import { Order } from './models/order.ts'
import { User } from './models/user.ts'
import { Stage } from './show.ts'

async function users(stage: Stage): Promise<User> {
  stage.chapter('Users: default values, logging, and a query that hooks narrow down')

  const ada = await stage.step('Create a document', () => User.create({ email: 'ada@example.com' }))

  await stage.step('Change it: only what changed is dirty', () => {
    ada.status = 'active'
    return ada.$dirty
  })

  await stage.step('Save it: only that is sent', () => ada.save())

  await stage.step('Create many with one command; the hooks run for each', async () => {
    const emails = ['ben@example.com', 'cy@example.com', 'di@example.com']
    const made = await User.createMany(emails.map((email) => ({ email, status: 'active' })))
    return made.length
  })

  await stage.step('Read them, without hooks of their own it takes one query', async () => {
    const found = await User.query().where('email', 'like', 'c%').orWhere('credits', '>', 5)
    return found.map((user) => user.email)
  })

  await stage.step('Find several at once: the finds of one tick share a query', async () => {
    const [first, second] = await User.query().orderBy('email', 'desc').limit(2).pojo<{ _id: object }>()
    const found = await Promise.all([User.find(first?._id), User.find(second?._id)])
    return found.map((user) => user?.email)
  })

  await stage.step('Turn pages', async () => {
    const page = await User.query().orderBy('email').paginate(2, 2)
    return { emails: page.map((user) => user.email), total: page.total, lastPage: page.lastPage }
  })

  await stage.step('A value is never an operator: this finds nobody', () => {
    const body = JSON.parse('{ "email": { "$gt": "" } }')
    return User.findBy('email', body.email)
  })

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
    order.items[0]!.quantity = 10
    return order.$dirty
  })

  await stage.step('Saving computes the total again', () => order.save())

  await stage.step('A status that may follow', () => order.merge({ status: 'paid' }).save())

  await stage.refused('A status that may not', 'E_TRANSITION', () =>
    order.merge({ status: 'pending' }).save(),
  )

  await stage.step('What is stored is as it was', () => order.refresh())

  await stage.refused('A hook answers false', 'E_HOOK_ABORTED', () => order.delete())

  await stage.step('Cancelled orders may go', async () => {
    await order.merge({ status: 'cancelled' }).save()
    await order.delete()
    return { deleted: order.$isDeleted, left: await Order.query().count() }
  })
}

const server = await startServer({ log: (text) => console.log(text) })
const database = new Database({
  connection: 'main',
  connections: { main: { url: server.uri, database: 'demo' } },
})
const driver = new MongoClient(server.uri)
try {
  BaseModel.useDatabase(database)
  const db = driver.db('demo')
  await db.collection('users').createIndex({ email: 1 }, { unique: true })
  const stage = new Stage(db)
  const ada = await users(stage)
  await orders(stage, ada)
} finally {
  await database.closeAll()
  await driver.close()
  await server.stop()
}
