/**
 * Starts the application of examples/adonis and a MongoDB server for it, drives it over HTTP and
 * shows what happens. Fails when an answer is not what it should be. `npm run demo`
 */
import assert from 'node:assert/strict'
import {
  BaseModel,
  Database,
  generateEncryptionKey,
  rotateEncryption,
  setEncryptionKeys,
} from 'lucent-odm'
import { startServer } from 'lucent-odm/testing/server'
import { Binary, MongoClient } from 'mongodb'
import { Account } from './account.ts'
import { type Answer, Application } from './application.ts'
import { Order } from './order.ts'
import { Stage } from './show.ts'

const KEYS = { 2025: generateEncryptionKey(), 2026: generateEncryptionKey() }
const IBAN = 'FR7630006000011234567890189'
const PASSWORD = 'correct horse battery staple'
const SAVE = ['Post.refuseEmptyTitle', 'Post.setPublishedAt', 'Post.setUpdatedBy', 'Post.logSave']
const UPDATE = ['Post.onlyVisible', 'Post.checkTransition', ...SAVE]

const idOf = ({ body }: Answer): string => body.id
const user = { collection: 'users', id: idOf }
const post = { collection: 'posts', id: idOf }

async function people(stage: Stage, app: Application): Promise<string> {
  stage.chapter('People: what is secret is stored so that the database cannot tell')

  const ada = { handle: 'Ada', email: 'ada@example.com', password: PASSWORD }
  await stage.request(app, 'Sign up: the address is encrypted, the password hashed', {
    route: 'POST /users',
    body: ada,
    status: 201,
    hooks: ['User.tidyHandle', 'User.welcome'],
    check: ({ body }) => {
      assert.equal(body.handle, 'ada')
      assert.equal(body.email, ada.email)
      assert.ok(!('password' in body))
    },
    stored: user,
    checkStored: ({ email, email__blind, password }) => {
      assert.ok(email instanceof Binary && email__blind instanceof Binary)
      assert.ok(!Buffer.from(email.buffer).includes('ada'))
      assert.match(password, /^\$scrypt\$/)
    },
  })

  await stage.request(app, 'Once more: the unique index on the hash of the address speaks up', {
    route: 'POST /users',
    body: { ...ada, handle: 'lovelace', email: ' ADA@example.com' },
    status: 409,
    code: 'E_DUPLICATE_KEY',
  })

  await stage.request(app, 'A handle that is taken, a password that is short: validation errors', {
    route: 'POST /users',
    body: { handle: 'ada', email: 'ben@example.com', password: 'short' },
    status: 422,
    check: ({ body }) => {
      assert.deepEqual(body.errors.map(({ rule }: { rule: string }) => rule).sort(), [
        'database.unique',
        'minLength',
      ])
    },
  })

  await stage.request(app, 'Log in with another password', {
    route: 'POST /session',
    body: { email: ada.email, password: 'open sesame' },
    status: 400,
  })

  const { body } = await stage.request(app, 'Log in: the address is found by its hash', {
    route: 'POST /session',
    body: { email: 'Ada@Example.com', password: PASSWORD },
    status: 200,
    check: ({ body: { token } }) => assert.equal(typeof token, 'string'),
  })
  return body.token
}

async function posts(stage: Stage, app: Application, token: string): Promise<void> {
  stage.chapter('Posts: rules that hold whoever saves')

  const engines = { title: 'On engines', body: 'They weave patterns.', tags: ['math'] }
  const created = await stage.request(app, 'A draft; a hook sees whose request it is', {
    route: 'POST /posts',
    body: engines,
    token,
    status: 201,
    hooks: SAVE,
    stored: post,
    checkStored: (draft) => {
      assert.equal(draft.status, 'draft')
      assert.deepEqual(draft.updated_by, draft.author_id)
      assert.ok(!draft.published_at)
    },
  })
  const url = `/posts/${created.body.id}`

  await stage.request(app, 'Nobody else sees it: a hook adds to the query', {
    route: `GET ${url}`,
    status: 404,
    code: 'E_ROW_NOT_FOUND',
    hooks: ['Post.onlyVisible'],
  })

  await stage.request(app, 'A hook answers false: nothing is written', {
    route: 'POST /posts',
    body: { ...engines, title: '  ' },
    token,
    status: 422,
    code: 'E_HOOK_ABORTED',
    hooks: ['Post.refuseEmptyTitle'],
  })

  await stage.request(app, 'A hook throws: a draft cannot be archived', {
    route: `PATCH ${url}`,
    body: { status: 'archived' },
    token,
    status: 422,
    hooks: ['Post.onlyVisible', 'Post.checkTransition'],
  })

  await stage.request(app, 'Publish it: only what changed is sent', {
    route: `PATCH ${url}`,
    body: { status: 'published' },
    token,
    status: 200,
    hooks: UPDATE,
    stored: post,
    checkStored: (published) => {
      assert.ok(published.published_at instanceof Date)
      assert.equal(published.version, 2)
    },
  })

  await stage.request(app, 'What is published is not deleted', {
    route: `DELETE ${url}`,
    token,
    status: 422,
    code: 'E_HOOK_ABORTED',
    hooks: ['Post.onlyVisible', 'Post.keepPublished'],
  })
}

const titlesOf = ({ body }: Answer): string[] =>
  body.data.map(({ title }: { title: string }) => title)

async function lists(stage: Stage, app: Application, token: string): Promise<void> {
  stage.chapter('Lists: pages that neither repeat nor skip')

  const publish = (title: string) =>
    app.ask('POST /posts', { title, body: '…', status: 'published' }, token)
  for (const title of ['On looms', 'On flight', 'On rainbows']) await publish(title)

  const first = await stage.request(app, 'The newest two', {
    route: 'GET /posts?limit=2',
    status: 200,
    check: (answer) => assert.deepEqual(titlesOf(answer), ['On rainbows', 'On flight']),
  })

  await publish('On news')
  await stage.request(app, 'The two after them, though a newer one came meanwhile', {
    route: `GET ${first.body.meta.nextPageUrl}&limit=2`,
    status: 200,
    check: (answer) => assert.deepEqual(titlesOf(answer), ['On looms', 'On engines']),
  })

  await stage.request(app, 'A cursor that somebody made up', {
    route: 'GET /posts?after=WzFd',
    status: 400,
    code: 'E_INVALID_CURSOR',
  })

  await stage.request(app, 'A value is never an operator: this finds nothing, not everything', {
    route: 'GET /posts?status[$ne]=draft',
    status: 200,
    check: (answer) => assert.deepEqual(titlesOf(answer), []),
  })

  await stage.request(app, 'Is everything well?', {
    route: 'GET /health',
    status: 200,
    check: ({ body }) => assert.equal(body.isHealthy, true),
  })
}

async function relations(stage: Stage, app: Application, token: string): Promise<void> {
  stage.chapter('Relations: what belongs together is read together')

  const add = async (name: string, parentId?: string) =>
    idOf(await app.ask('POST /categories', { name, parentId }, token))
  const science = await add('Science')
  const categoryId = await add('Optics', science)
  const prisms = { title: 'On prisms', body: '…', status: 'published', categoryId }
  const id = idOf(await app.ask('POST /posts', prisms, token))
  await app.ask(`POST /posts/${id}/comments`, { content: 'Bright.' }, token)

  await stage.request(
    app,
    'A post with its author, its place in the tree and a count: one request',
    {
      route: `GET /posts/${id}`,
      status: 200,
      check: ({ body: { author, category, comments } }) => {
        assert.equal(author.handle, 'ada')
        assert.ok(!('email' in author))
        const path = category.path.map(({ name }: { name: string }) => name)
        assert.deepEqual(path, ['Science', 'Optics'])
        assert.equal(comments, 1)
      },
    },
  )

  await stage.request(app, 'Whose posts were commented on', {
    route: 'GET /users/discussed',
    status: 200,
    check: ({ body }) =>
      assert.deepEqual(
        body.map(({ handle }: User) => handle),
        ['ada'],
      ),
  })

  await stage.request(app, 'What others stand below stays: a relation restricts it', {
    route: `DELETE /categories/${science}`,
    token,
    status: 409,
    code: 'E_DELETE_RESTRICTED',
  })
}

interface User {
  handle: string
}

async function models(stage: Stage): Promise<void> {
  stage.chapter('Models by themselves: no framework is needed')

  const order = await stage.step(
    'Create: a hook computes the total',
    () => Order.create({ items: [{ sku: 'pen', quantity: 2, price: 1.5 }] }),
    ({ total }) => assert.equal(total, 3),
  )

  await stage.step(
    'Changes inside of nested values are seen',
    () => {
      order.items.push({ sku: 'ink', quantity: 1, price: 4 })
      return Object.keys(order.$dirty)
    },
    (dirty) => assert.deepEqual(dirty, ['items']),
  )

  await stage.step(
    'Saving computes the total again',
    () => order.save(),
    ({ total }) => assert.equal(total, 7),
  )

  const others = await Order.createMany([{ items: [] }, { items: [] }])
  const ids = [order, ...others].map(({ id }) => id)
  await stage.step(
    'Find each by its id: the finds of one tick share a query',
    async () => {
      const found = await Promise.all(ids.map((id) => Order.find(id)))
      return found.map((one) => one?.total)
    },
    (totals, sent) => {
      assert.deepEqual(totals, [7, 0, 0])
      assert.equal(sent.length, 1)
    },
  )

  await stage.refused('Nothing is deleted by accident', 'E_EMPTY_FILTER', () =>
    Order.query().delete(),
  )
}

async function transactions(stage: Stage, database: Database): Promise<void> {
  stage.chapter('Transactions: everything, or nothing')

  setEncryptionKeys({ primary: '2025', keys: KEYS })
  const ada = await Account.create({ owner: 'ada', balance: 100, iban: IBAN })
  const ben = await Account.create({ owner: 'ben', balance: 0, iban: 'DE02120300000000202051' })

  await stage.step(
    'A transfer: both accounts change',
    () =>
      database.transaction(async (trx) => {
        const payer = await Account.findOrFail(ada.id, { client: trx })
        const payee = await Account.findOrFail(ben.id, { client: trx })
        await payer.merge({ balance: payer.balance - 40 }).save()
        await payee.merge({ balance: payee.balance + 40 }).save()
        return [payer.balance, payee.balance]
      }),
    (balances) => assert.deepEqual(balances, [60, 40]),
  )

  await stage.step(
    'One that fails half-way: nothing was changed',
    async () => {
      const failure = await database
        .transaction(async (trx) => {
          await Account.query({ client: trx }).where('id', ada.id).decrement('balance', 500)
          const payer = await Account.findOrFail(ada.id, { client: trx })
          if (payer.balance < 0) throw new Error('not enough money')
        })
        .catch((error: Error) => error.message)
      const payer = await Account.findOrFail(ada.id)
      return [failure, payer.balance]
    },
    (answer) => assert.deepEqual(answer, ['not enough money', 60]),
  )

  stage.chapter('A key rotation: what is stored gets the new key while the application runs')

  const before = await stage.look(ada)
  setEncryptionKeys({ primary: '2026', keys: KEYS })
  await stage.step(
    'The key of 2026 encrypts from now on; that of 2025 still reads',
    async () => (await Account.findByOrFail('iban', IBAN)).owner,
    (owner) => assert.equal(owner, 'ada'),
  )
  await stage.step(
    'Bring every document under it',
    async () => {
      const { scanned, rewritten, complete } = await rotateEncryption(Account)
      return { scanned, rewritten, complete }
    },
    (report) => assert.deepEqual(report, { scanned: 2, rewritten: 2, complete: true }),
  )
  const after = await stage.look(ada)
  assert.notDeepEqual(after.iban, before.iban)

  setEncryptionKeys({ keys: { 2026: KEYS[2026] } })
  await stage.step(
    'The old key is not needed any more',
    async () => (await Account.findByOrFail('iban', IBAN)).iban,
    (iban) => assert.equal(iban, IBAN),
  )
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('the first argument is the folder of the application')
const server = await startServer({ log: (text) => console.log(text) })
const name = `lucent_demo_${process.pid}`
const database = new Database({
  connection: 'main',
  connections: { main: { url: server.uri, database: name } },
})
const driver = new MongoClient(server.uri)
const db = driver.db(name)
let app: Application | undefined
try {
  app = await Application.start(folder, server.uri, name)
  console.log(`the application of examples/adonis serves ${app.url}`)
  const stage = new Stage(db)
  const token = await people(stage, app)
  await posts(stage, app, token)
  await lists(stage, app, token)
  await relations(stage, app, token)

  BaseModel.useDatabase(database)
  // Connects, so that the first step's time does not include it.
  await database.connection().ping()
  await models(stage)
  await transactions(stage, database)

  const code = await app.stop()
  assert.equal(code, 0, 'the application should end with exit code 0')
  console.log('\nThe application has ended, and every answer was what it should be.')
} finally {
  await app?.stop()
  await database.closeAll()
  await db.dropDatabase()
  await driver.close()
  await server.stop()
}
