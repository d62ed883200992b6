import { HealthChecks } from '@adonisjs/core/health'
import { defineConfig as defineHttp, HttpContext } from '@adonisjs/core/http'
import { BaseSerializer, BaseTransformer } from '@adonisjs/core/transformers'
import type { ApplicationService } from '@adonisjs/core/types'
import { afterFetch, BaseModel, beforeFetch, beforeSave, column, type Database } from 'lucent-odm'
import { MongoCheck, MongoConnectionCountCheck } from 'lucent-odm/health'
import type {} from 'lucent-odm/lucid_names'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { freePort } from '../helpers/own_mongod.ts'
import { bootApplication, testDatabase } from './application.ts'
import { type HttpServer, serve } from './http_server.ts'

const server = testDatabase()

const seen: [hook: string, tenant: string | undefined][] = []
function note(hook: string): void {
  seen.push([hook, HttpContext.get()?.request.input('tenant')])
}

class Post extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare tenant: string

  @beforeSave()
  static onSave(post: Post) {
    note('beforeSave')
    post.tenant = HttpContext.getOrFail().request.input('tenant')
  }

  @beforeFetch()
  static async onFetch() {
    await new Promise((resolve) => setImmediate(resolve))
    note('beforeFetch')
  }

  @afterFetch()
  static fetched() {
    note('afterFetch')
  }
}

class PostTransformer extends BaseTransformer<Post> {
  toObject() {
    return { ...this.pick(this.resource, ['title']), key: this.resource.id }
  }
}

class CountedTransformer extends BaseTransformer<Post> {
  toObject() {
    return {
      total: this.withAggregate('total'),
      comments: this.whenCounted('comments'),
      likes: this.whenAggregated('likes'),
    }
  }
}

class StrictTransformer extends BaseTransformer<Post> {
  toObject() {
    return { comments: this.withCount('comments') }
  }
}

class ApiSerializer extends BaseSerializer<{
  Wrap: 'data'
  PaginationMetaData: Record<string, unknown>
}> {
  wrap = 'data' as const
  definePaginationMetaData(metaData: unknown): Record<string, unknown> {
    return this.isLucidPaginatorMetaData(metaData) ? { ...metaData } : { unknown: true }
  }
}

let app: ApplicationService
let db: Database
let http: HttpServer
beforeAll(async () => {
  app = await bootApplication(server, {
    config: {
      app: { appUrl: 'http://localhost', http: defineHttp({ useAsyncLocalStorage: true }) },
    },
  })
  db = await app.container.make('mongo.db')
  http = await serve(app, {
    '/save': async ({ request }) => (await Post.create({ title: request.input('title') })).toJSON(),
    '/posts': () => Post.query().orderBy('title'),
    '/page': async () => Post.query().orderBy('title').paginate(1, 2),
    '/page/json': async () => (await Post.query().orderBy('title').paginate(1, 2)).toJSON(),
    '/transformed': async () => {
      const page = await Post.query().orderBy('title').paginate(1, 2)
      return new ApiSerializer().serialize(PostTransformer.paginate(page.all(), page.getMeta()))
    },
    '/one': async () => {
      const post = await Post.query().orderBy('title').firstOrFail()
      return new ApiSerializer().serialize(PostTransformer.transform(post))
    },
    '/list': async () =>
      new ApiSerializer().serialize(PostTransformer.transform(await Post.query().orderBy('title'))),
  })
})
afterAll(async () => {
  await http.close()
  await app.terminate()
})
beforeEach(() => {
  seen.length = 0
})

const json = async (path: string) => JSON.parse((await http.get(path)).text)

it('shows hooks the HttpContext of the request that they run for', async () => {
  const saved = await Promise.all(
    ['a', 'b', 'c'].map((tenant) => json(`/save?title=${tenant}&tenant=${tenant}`)),
  )
  expect(saved.map(({ tenant }) => tenant)).toEqual(['a', 'b', 'c'])
  expect(seen.map(([, tenant]) => tenant).sort()).toEqual(['a', 'b', 'c'])
})

it('shows it also after I/O', async () => {
  await Promise.all(['x', 'y'].map((tenant) => json(`/posts?tenant=${tenant}`)))
  const tenantsOf = (hook: string) => seen.filter(([name]) => name === hook).map(([, one]) => one)
  expect(tenantsOf('beforeFetch').sort()).toEqual(['x', 'y'])
  expect(tenantsOf('afterFetch').sort()).toEqual(['x', 'y'])
})

it('answers models in JSON', async () => {
  const rows = await json('/posts')
  expect(rows.map(({ title }: { title: string }) => title)).toEqual(['a', 'b', 'c'])
  expect(rows[0].id).toMatch(/^[0-9a-f]{24}$/)
})

it.each(['/page', '/page/json'])('answers pages with their meta (%s)', async (path) => {
  const page = await json(path)
  expect(page.meta).toMatchObject({ total: 3, perPage: 2, currentPage: 1, lastPage: 2 })
  expect(page.data.map(({ title }: { title: string }) => title)).toEqual(['a', 'b'])
})

it('gives transformers models, lists and pages', async () => {
  const key = expect.stringMatching(/^[0-9a-f]{24}$/)
  expect(await json('/one')).toEqual({ data: { title: 'a', key } })
  expect(await json('/list')).toEqual({
    data: ['a', 'b', 'c'].map((title) => ({ title, key })),
  })
  const page = await json('/transformed')
  expect(page.data).toEqual(['a', 'b'].map((title) => ({ title, key })))
  expect(page.metadata).toMatchObject({ total: 3, perPage: 2, firstPageUrl: '/?page=1' })
})

it('gives transformers what the query counted', async () => {
  const row = await Post.query().count('*', 'total').firstOrFail()
  const api = new ApiSerializer()
  expect(await api.serialize(CountedTransformer.transform(row))).toEqual({ data: { total: 3 } })
  await expect(api.serialize(StrictTransformer.transform(row))).rejects.toThrow('comments_count')
  row.$extras = { comments_count: 5 }
  expect(await api.serialize(StrictTransformer.transform(row))).toEqual({ data: { comments: 5 } })
})

it('checks the health of the server', async () => {
  const checks = new HealthChecks().register([
    new MongoCheck(db),
    new MongoConnectionCountCheck(db.connection()).warnWhenExceeds(5000).failWhenExceeds(9000),
  ])
  const report = await checks.run()
  expect(report).toMatchObject({ isHealthy: true, status: 'ok' })
  expect(report.checks).toMatchObject([
    {
      name: 'MongoDB health check (main)',
      status: 'ok',
      meta: { connection: { name: 'main', milliseconds: expect.any(Number) } },
    },
    {
      name: 'MongoDB connection count health check (main)',
      meta: { connectionsCount: { active: expect.any(Number), failureThreshold: 9000 } },
    },
  ])
  expect(report.checks[1]?.meta?.connectionsCount.active).toBeGreaterThan(0)
})

it.each([
  [1, 2, 3, 'error'],
  [1, 9, 3, 'warning'],
  [5, 9, 3, 'ok'],
] as const)(
  'judges connections by thresholds: warn %i, fail %i, %i are there',
  async (warn, fail, there, status) => {
    const check = new MongoConnectionCountCheck(db)
      .warnWhenExceeds(warn)
      .failWhenExceeds(fail)
      .compute(async () => there)
    expect(await check.run()).toMatchObject({ status })
  },
)

it('warns of a slow server', async () => {
  expect(await new MongoCheck(db).warnWhenSlowerThan(0).run()).toMatchObject({ status: 'warning' })
})

it('reports a server that is away, without its address', async () => {
  const port = await freePort()
  const away = db.add('away', {
    url: `mongodb://127.0.0.1:${port}/away`,
    serverSelectionTimeoutMS: 50,
  })
  for (const check of [new MongoCheck(away), new MongoConnectionCountCheck(away)]) {
    const report = await new HealthChecks().register([check]).run()
    expect(report).toMatchObject({ isHealthy: false, status: 'error' })
    expect(report.checks[0]?.message).toBe('MongoDB did not answer (E_CONNECTION_FAILED)')
    expect(JSON.stringify(report)).not.toContain(String(port))
  }
})
