/** Forty requests at once, of two tenants: rules take the tenant and the user from the request that they run for. */
import { defineConfig as defineHttp, type HttpContext } from '@adonisjs/core/http'
import type { ApplicationService } from '@adonisjs/core/types'
import {
  BaseModel,
  Blameable,
  column,
  compose,
  context,
  generateEncryptionKey,
  TenantScoped,
} from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bootApplication, testDatabase } from './application.ts'
import { type HttpServer, serve } from './http_server.ts'

const server = testDatabase()
const TENANTS = ['acme', 'umbrella'] as const
type Tenant = (typeof TENANTS)[number]

class Shared extends compose(BaseModel, TenantScoped(), Blameable) {
  static override collection = 'notes'
  @column({ isPrimary: true }) declare id: string
  @column() declare tenantId: string
  @column() declare request: string
  @column.encrypted({ blind: true }) declare text: string
}

class Apart extends compose(
  BaseModel,
  TenantScoped({ database: '{database}_{tenant}' }),
  Blameable,
) {
  static override collection = 'notes'
  @column({ isPrimary: true }) declare id: string
  @column() declare request: string
  @column.encrypted({ blind: true }) declare text: string
}

const MODELS = { shared: Shared, apart: Apart } as unknown as Record<string, typeof Shared>

/** What one request does: it writes, reads with others of its tick, changes, and reads again. */
async function work({ request, params }: HttpContext) {
  const Note = MODELS[params.kind] as typeof Shared
  const { tenant, requestId } = context.current
  const text = String(request.input('text'))
  const made = await Note.create({ text, request: String(requestId) })
  await new Promise((resolve) => setImmediate(resolve))
  const found = await Note.findOrFail(made.id)
  await found.merge({ text: `${text}, changed` }).save()
  const [same] = await Note.query().where('text', `${text}, changed`)
  const all = await Note.all()
  return {
    tenant,
    requestId,
    user: context.current.userId,
    id: same?.id,
    createdBy: same?.createdBy,
    texts: all.map((one) => one.text),
  }
}

let app: ApplicationService
let http: HttpServer
let client: MongoClient

beforeAll(async () => {
  client = new MongoClient(server.uri)
  app = await bootApplication(server, {
    config: {
      app: {
        appUrl: 'http://localhost',
        http: defineHttp({ useAsyncLocalStorage: true, generateRequestId: true }),
      },
    },
    database: { encryption: { keys: { only: generateEncryptionKey() } } },
  })
  const router = await app.container.make('router')
  router.use([
    async () => ({
      default: class {
        handle(http: HttpContext, next: () => Promise<void>) {
          Object.assign(http, { auth: { user: { id: http.request.input('user') } } })
          const tenant = http.request.input('tenant')
          return tenant === undefined ? next() : context.run({ tenant }, next)
        }
      },
    }),
  ])
  http = await serve(app, { '/tasks/:kind': work })
})
afterEach(async () => {
  for (const name of databases) await client.db(name).collection('notes').deleteMany({})
})
afterAll(async () => {
  await http.close()
  await app.terminate()
  for (const tenant of TENANTS) await client.db(`${server.name}_${tenant}`).dropDatabase()
  await client.close()
})

const databases = [server.name, ...TENANTS.map((tenant) => `${server.name}_${tenant}`)]
const ask = async (path: string) => http.get(path)

describe.each(Object.keys(MODELS))('%s', (kind) => {
  it('no request sees what is of the other tenant', async () => {
    const requests = Array.from({ length: 40 }, (_, n) => {
      const tenant = TENANTS[n % 2] as Tenant
      return { tenant, user: `user ${n}`, text: `${tenant} ${n}` }
    })
    const answers = await Promise.all(
      requests.map(async (given) => {
        const query = new URLSearchParams(given).toString()
        const { status, text } = await ask(`/tasks/${kind}?${query}`)
        expect(status, text).toBe(200)
        return JSON.parse(text)
      }),
    )
    const ids = new Set<string>()
    for (const [place, { tenant, user, text }] of requests.entries()) {
      const answer = answers[place]
      expect(answer).toMatchObject({ tenant, user, createdBy: user })
      expect(answer.texts).toContain(`${text}, changed`)
      for (const one of answer.texts) expect(one.startsWith(tenant)).toBe(true)
      ids.add(answer.requestId)
    }
    expect(ids.size).toBe(40)
    const stored = await Promise.all(
      databases.map((name) => client.db(name).collection('notes').find().toArray()),
    )
    expect(stored.map(({ length }) => length)).toEqual(kind === 'shared' ? [40, 0, 0] : [0, 20, 20])
    expect(new Set(stored.flat().map((one) => one.request))).toEqual(ids)
  })

  it('a request without a tenant does nothing', async () => {
    const { status } = await ask(`/tasks/${kind}?text=nobody`)
    expect(status).toBe(500)
    for (const name of databases) {
      expect(await client.db(name).collection('notes').countDocuments()).toBe(0)
    }
  })
})
