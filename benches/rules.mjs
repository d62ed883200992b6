// What rules, histories, validators and listeners cost: the same work of models that differ in one alone, in turns, in
// one process.
// `node --expose-gc benches/rules.mjs`, after a release build; it starts a server of its own.
import { MongoClient } from 'mongodb'
import {
  Auditable,
  BaseModel,
  Blameable,
  column,
  compose,
  context,
  Database,
  SoftDeletes,
  TenantScoped,
  Timestamps,
  Versioned,
} from '../dist/index.js'
import { startServer } from '../dist/testing/server/index.js'

const DOCUMENTS = 10_000
const POINTS = 2000
const ROUNDS = Number(process.argv[2] ?? 15)

const server = await startServer()
const database = new Database({
  connection: 'main',
  connections: { main: { url: server.uri, database: 'rules_bench' } },
})
BaseModel.useDatabase(database)
const client = new MongoClient(server.uri)
const raw = client.db('rules_bench')

/**
 * A model of its own collection.
 *
 * @param {string} name
 * @param {...((base: any) => any)} mixins
 */
function model(name, ...mixins) {
  class Model extends /** @type {any} */ (compose)(BaseModel, ...mixins) {}
  Model.collection = `rules_${name}`
  const prototype = /** @type {any} */ (Model.prototype)
  column({ isPrimary: true })(prototype, 'id')
  for (const one of ['title', 'city', 'views', 'score', 'tenantId', 'deletedAt']) {
    if (!Model.$hasColumn(one)) column()(prototype, one)
  }
  return /** @type {any} */ (Model)
}

const MODELS = {
  none: model('none'),
  SoftDeletes: model('deletes', SoftDeletes),
  TenantScoped: model('tenants', TenantScoped()),
  Timestamps: model('stamps', Timestamps),
  Blameable: model('blame', Blameable),
  Auditable: model('audited', Auditable),
  Versioned: model('versioned', Versioned),
  validator: model('validated'),
  listener: model('heard'),
}
MODELS.validator.validator = (/** @type {any} */ values) => values
MODELS.listener.on('saved', () => undefined)

/** @param {any[]} rows */
function readAll(rows) {
  let sum = 0
  for (const { title, city, views, score } of rows)
    sum += title.length + city.length + views + score
  return sum
}

const document = (/** @type {number} */ index) => ({
  title: `Title ${index}`,
  city: `City ${index % 100}`,
  views: index,
  score: index / 3,
  tenantId: 'one',
})

/** @type {Record<string, (Model: any, ids: string[]) => Promise<unknown>>} */
const WORK = {
  'find 10,000, every field read': async (Model) => readAll(await Model.all()),
  'find by id, one after the other': async (Model, ids) => {
    for (let at = 0; at < POINTS / 4; at++) await Model.find(ids[at * 7])
  },
  'find by id, 64 in flight': async (Model, ids) => {
    for (let at = 0; at < POINTS; at += 64) {
      await Promise.all(ids.slice(at, at + 64).map((id) => Model.find(id, { coalesce: false })))
    }
  },
  'update by query': async (Model, ids) => {
    for (let at = 0; at < POINTS / 4; at++) {
      await Model.query()
        .where('id', ids[at])
        .update({ city: `City ${at + Math.random()}` })
    }
  },
  'update of 1,000 by query': async (Model) => {
    await Model.query()
      .where('views', '<', 1000)
      .update({ city: `City ${Math.random()}` })
  },
  'save, one after the other': async (Model, ids) => {
    for (const row of await Model.findMany(ids.slice(0, POINTS / 4))) {
      await row.merge({ city: `City ${Math.random()}` }).save()
    }
  },
  'create, one after the other': async (Model) => {
    for (let at = 0; at < POINTS / 4; at++) await Model.create({ ...document(at), views: -1 })
  },
  'createMany of 1,000': async (Model) => {
    await Model.createMany(
      Array.from({ length: 1000 }, (_, at) => ({ ...document(at), views: -1 })),
    )
  },
}

const median = (/** @type {number[]} */ values) =>
  values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

try {
  await context.run({ tenant: 'one', userId: 'somebody' }, async () => {
    /** @type {Record<string, string[]>} */
    const ids = {}
    for (const [name, Model] of Object.entries(MODELS)) {
      const made = await Model.createMany(
        Array.from({ length: DOCUMENTS }, (_, at) => document(at)),
      )
      ids[name] = made.map((/** @type {{ id: string }} */ { id }) => id)
    }
    for (const [title, work] of Object.entries(WORK)) {
      /** @type {Record<string, number[]>} */
      const times = {}
      for (let round = -3; round < ROUNDS; round++) {
        const names = Object.keys(MODELS)
        for (const name of round % 2 === 0 ? names : names.reverse()) {
          const Model = MODELS[/** @type {keyof typeof MODELS} */ (name)]
          globalThis.gc?.()
          const started = performance.now()
          await work(Model, ids[name] ?? [])
          const took = performance.now() - started
          if (round >= 0) times[name] = [...(times[name] ?? []), took]
          await raw.collection(Model.collection).deleteMany({ views: -1 })
          for (const kept of ['audits', 'versions']) {
            await raw.collection(`${Model.collection}_${kept}`).deleteMany({})
          }
        }
      }
      const none = median(times.none ?? [])
      const rows = Object.entries(times).map(
        ([name, all]) =>
          `${name} ${median(all).toFixed(1)} ms (${(100 * (median(all) / none) - 100).toFixed(1)} %)`,
      )
      console.log(`${title}: ${rows.join(', ')}`)
    }
  })
} finally {
  await client.close()
  await database.closeAll()
  await server.stop()
}
