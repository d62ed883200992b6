/**
 * What the documents that this package began with ask for, and where it is: in the guide, in other
 * tests, or here, where nothing else has it.
 */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  afterCommit,
  BaseModel,
  beforeFetch,
  beforeFind,
  column,
  Database,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../helpers/lucent.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The document, the example, the file that has its equivalent, and a text of it. */
const EQUIVALENTS: readonly [document: string, example: string, file: string, text: string][] = [
  ['Advanced features', 'lifecycle hooks and their order', 'docs/guide/hooks.md', '@beforeSave()'],
  ['Advanced features', 'create or update, told apart', 'docs/guide/hooks.md', 'operation'],
  [
    'Advanced features',
    'a key, set for the process',
    'docs/guide/encryption.md',
    'generateEncryptionKey()',
  ],
  ['Advanced features', 'encrypted fields', 'docs/guide/encryption.md', '@column.encrypted()'],
  ['Advanced features', 'key rotation', 'docs/guide/encryption.md', 'rotateEncryption(User'],
  ['Advanced features', 'timestamps', 'docs/guide/models.md', 'autoUpdate: true'],
  ['Advanced features', 'soft delete', 'docs/guide/hooks.md', 'softDelete()'],
  [
    'Advanced features',
    'audit by the context of the request',
    'docs/guide/histories.md',
    'setAuditContext({',
  ],
  [
    'Advanced features',
    'several databases',
    'docs/guide/getting_started.md',
    "connection = 'analytics'",
  ],
  [
    'Advanced features',
    'observability',
    '__test__/integration/connections/query_events.test.ts',
    'onQuery',
  ],
  ['Examples', 'an HTTP API', 'docs/guide/getting_started.md', 'createServer('],
  ['Examples', 'an API with a framework', 'docs/guide/adonisjs.md', 'class UsersController'],
  ['Examples', 'a blog API', 'examples/adonis/start/routes.ts', "router.post('/posts'"],
  ['Examples', 'passwords', 'docs/guide/models.md', 'verifyPassword('],
  [
    'Examples',
    'offset pages',
    '__test__/integration/pagination/patterns.test.ts',
    'pages by number',
  ],
  ['Examples', 'cursor pages', 'docs/guide/queries.md', 'paginateCursor('],
  [
    'Examples',
    'a transfer between balances',
    'docs/guide/transactions.md',
    'async function transfer',
  ],
  [
    'Requirements of hooks',
    'the user with three hooks',
    '__test__/integration/hooks/required_user.test.ts',
    'onlyActiveUsers',
  ],
  [
    'Requirements of hooks',
    'what each hook gets',
    '__test__/integration/hooks/hook_table.test.ts',
    'afterFetch',
  ],
  [
    'Requirements of hooks',
    'aborting',
    '__test__/integration/hooks/hook_abort.test.ts',
    'E_HOOK_ABORTED',
  ],
  [
    'Hook system',
    'users and their hooks',
    '__test__/integration/hooks/lifecycle_examples.test.ts',
    "describe('users'",
  ],
  [
    'Hook system',
    'orders and their transitions',
    '__test__/integration/hooks/lifecycle_examples.test.ts',
    "describe('orders'",
  ],
  ['Advanced features', 'indexes', 'docs/guide/models.md', '## Indexes'],
  [
    'Advanced usage',
    'abstract bases that override save and delete',
    '__test__/docs/seed_models.test.ts',
    'abstract class SoftDeleted extends Audited',
  ],
  [
    'Advanced usage',
    'hooks that are registered at run time',
    '__test__/docs/seed_models.test.ts',
    "Person.before('save'",
  ],
  [
    'Advanced usage',
    'a cache of calls, and its invalidation',
    '__test__/docs/seed_models.test.ts',
    'static remember',
  ],
  ['Advanced usage', 'methods of the domain', 'docs/guide/models.md', 'async login()'],
  ['Advanced usage', 'a state machine', 'docs/guide/hooks.md', 'checkTransition'],
  [
    'Advanced usage',
    'dynamic queries',
    '__test__/integration/queries/dynamic_search.test.ts',
    'a dynamic search',
  ],
  [
    'Advanced usage',
    'analytics by period',
    '__test__/integration/aggregate/user_stats_and_analytics.test.ts',
    "it('by month'",
  ],
  [
    'Advanced usage',
    'places',
    '__test__/integration/aggregate/find_nearby_and_within_polygon.test.ts',
    'places nearby',
  ],
  ['Advanced usage', 'base models', 'docs/guide/models.md', 'class Timestamped extends BaseModel'],
  [
    'Advanced usage',
    'mixins',
    '__test__/integration/models/inheritance.test.ts',
    "describe('mixins'",
  ],
  ['Advanced usage', 'versions', 'docs/guide/writing.md', '@column.version()'],
  [
    'Advanced usage',
    'encrypted field types',
    'docs/guide/encryption.md',
    'declare iban: string | null',
  ],
  ['Advanced usage', 'JSON fields', 'docs/guide/models.md', '@column.json()'],
  [
    'Advanced usage',
    'the engagement report',
    '__test__/integration/aggregate/user_engagement_report.test.ts',
    'engagementScore',
  ],
  [
    'Advanced usage',
    'time series',
    '__test__/integration/aggregate/daily_metrics_and_moving_average.test.ts',
    'movingAverage',
  ],
  [
    'Advanced usage',
    'reports over databases',
    '__test__/integration/aggregate/batch_load_related_and_cross_report.test.ts',
    'a report over several collections',
  ],
  ...['multi-database manager', 'cross-database sync', 'cross-database report', 'bulk archive'].map(
    (example): [string, string, string, string] => [
      'Advanced usage',
      example,
      '__test__/integration/connections/multi_database_manager.test.ts',
      example,
    ],
  ),
  ['Advanced usage', 'related rows in one query', 'docs/guide/queries.md', 'User.findMany('],
  [
    'Advanced usage',
    'ranked text search',
    '__test__/integration/aggregate/optimized_search.test.ts',
    'puts the best first',
  ],
]

describe.each(EQUIVALENTS)('%s: %s', (_document, _example, file, text) => {
  it(`is in ${file}`, () => {
    expect(readFileSync(path.join(root, file), 'utf8')).toContain(text)
  })
})

const { db, database } = lucentDatabase()

describe('Examples: a hierarchy of categories', () => {
  class Category extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column.objectId() declare parentId: string | null

    children() {
      return Category.query().where('parentId', this.id).orderBy('name')
    }

    async parent(): Promise<Category | null> {
      return this.parentId ? Category.find(this.parentId) : null
    }

    async breadcrumbs(): Promise<string[]> {
      const names = [this.name]
      for (let above = await this.parent(); above !== null; above = await above.parent()) {
        names.unshift(above.name)
      }
      return names
    }
  }

  it('knows the way up, and what is below', async () => {
    const products = await Category.create({ name: 'Products', parentId: null })
    const electronics = await Category.create({ name: 'Electronics', parentId: products.id })
    const laptops = await Category.create({ name: 'Laptops', parentId: electronics.id })
    await Category.create({ name: 'Cameras', parentId: electronics.id })
    expect(await laptops.breadcrumbs()).toEqual(['Products', 'Electronics', 'Laptops'])
    const below = await electronics.children()
    expect(below.map(({ name }) => name)).toEqual(['Cameras', 'Laptops'])

    const [way] = await Category.aggregate().match({ id: laptops.id }).graphLookup({
      from: Category,
      startWith: 'parentId',
      connectFromField: 'parentId',
      connectToField: 'id',
      as: 'above',
      depthField: 'steps',
    })
    const above = way?.above.sort((a, b) => b.steps - a.steps).map(({ name }) => name)
    expect(above).toEqual(['Products', 'Electronics'])
  })
})

describe('Examples: soft delete with an audit trail', () => {
  class AuditEntry extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare documentId: string
    @column() declare action: string
  }

  class Paper extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string
    @column.dateTime() declare deletedAt: DateTime | null

    @beforeFind()
    @beforeFetch()
    static hideDeleted(query: ModelQueryBuilder<Paper>) {
      query.whereNull('deletedAt')
    }

    @afterCommit()
    static async audit(paper: Paper) {
      const action = paper.deletedAt ? 'delete' : 'save'
      await AuditEntry.create({ documentId: paper.id, action })
    }

    static withDeleted() {
      return Paper.query().pojo<{ title: string }>()
    }

    override async delete() {
      this.deletedAt = DateTime.now()
      await this.save()
    }
  }

  it('hides what was deleted, and keeps it', async () => {
    const [one, two] = await Paper.createMany([{ title: 'one' }, { title: 'two' }])
    await two?.delete()
    expect((await Paper.all()).map(({ title }) => title)).toEqual(['one'])
    expect(await Paper.find(two?.id)).toBeNull()
    expect(await Paper.findBy('title', 'two')).toBeNull()
    expect(await Paper.withDeleted().orderBy('title')).toMatchObject([
      { title: 'one' },
      { title: 'two' },
    ])
    const trail = await AuditEntry.query().orderBy('id')
    expect(trail.map(({ documentId, action }) => [documentId, action])).toEqual([
      [one?.id, 'save'],
      [two?.id, 'save'],
      [two?.id, 'delete'],
    ])
  })
})

describe('Examples: many at once', () => {
  class Subscriber extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare subscriptionStatus: string
    @column.dateTime() declare lastLogin: DateTime
    @column() declare archived: boolean
    @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
  }
  const ago = (days: number) => DateTime.utc().minus({ days })

  it('updates by a query, or saves the instances in few commands', async () => {
    await Subscriber.createMany([
      { subscriptionStatus: 'inactive', lastLogin: ago(40) },
      { subscriptionStatus: 'inactive', lastLogin: ago(3) },
      { subscriptionStatus: 'active', lastLogin: ago(400) },
    ])
    const { modified } = await Subscriber.query()
      .where('subscriptionStatus', 'inactive')
      .where('lastLogin', '<', ago(30))
      .updateMany({ subscriptionStatus: 'expired' })
    expect(modified).toBe(1)

    const old = await Subscriber.query().where('lastLogin', '<', ago(365))
    for (const subscriber of old) subscriber.archived = true
    expect(await Subscriber.bulkSave(old)).toMatchObject({ modified: 1, failures: [] })
    expect(await Subscriber.query().where('archived', true).count()).toBe(1)
  })
})

describe('Advanced usage: events and caches', () => {
  const events = new EventEmitter()
  const cache = new Map<string, Promise<Setting | null>>()

  class Setting extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare value: string

    @afterCommit()
    static changed(setting: Setting) {
      cache.delete(setting.id)
      events.emit('changed', setting.value)
    }

    static cached(id: string) {
      const known = cache.get(id) ?? Setting.find(id)
      cache.set(id, known)
      return known
    }
  }

  it('are told of what was committed alone', async () => {
    const heard: string[] = []
    events.on('changed', (value: string) => heard.push(value))
    const { id } = await Setting.create({ value: 'one' })
    expect((await Setting.cached(id))?.value).toBe('one')

    const failed = database.transaction(async (trx) => {
      const setting = await Setting.findOrFail(id, { client: trx })
      await setting.merge({ value: 'two' }).save()
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    await database.transaction(async (trx) => {
      const setting = await Setting.findOrFail(id, { client: trx })
      await setting.merge({ value: 'three' }).save()
    })
    expect((await Setting.cached(id))?.value).toBe('three')
    expect(heard).toEqual(['one', 'three'])
  })
})

describe('Advanced usage: two databases', () => {
  const analytics = `${db.databaseName}_analytics`
  const both = new Database({
    connection: 'main',
    connections: {
      main: database.connection().config,
      analytics: { ...database.connection().config, database: analytics },
    },
  })
  afterAll(async () => {
    BaseModel.useDatabase(database)
    await both.closeAll()
    await db.client.db(analytics).dropDatabase()
  })

  class Person extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
  }

  class Profile extends BaseModel {
    static override connection = 'analytics'
    @column({ isPrimary: true }) declare id: string
    @column.objectId() declare personId: string
    @column() declare name: string
  }

  it('are brought into step', async () => {
    BaseModel.useDatabase(both)
    await Person.createMany([{ name: 'Ada' }, { name: 'Ben' }])
    for (let round = 0; round < 2; round++) {
      for await (const people of Person.query().batches()) {
        const rows = people.map(({ id, name }) => ({ personId: id, name }))
        await Profile.fetchOrCreateMany('personId', rows)
      }
    }
    expect(await Profile.query().count()).toBe(2)
    expect(await Profile.query({ connection: 'main' }).count()).toBe(0)
  })
})
