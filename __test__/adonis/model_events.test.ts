import type { ApplicationService } from '@adonisjs/core/types'
import { BaseModel, column, context } from 'lucent-odm'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type ApplicationOptions, bootApplication, testDatabase } from './application.ts'

const server = testDatabase()

class AccessLog extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
}

let app: ApplicationService
const lines: Record<string, unknown>[] = []
const destination = {
  write: (line: string) => {
    lines.push(JSON.parse(line))
  },
}
const config = {
  logger: { default: 'app', loggers: { app: { enabled: true, level: 'error', destination } } },
}

async function boot(options: ApplicationOptions) {
  app = await bootApplication(server, { config, ...options })
  return app.container.make('emitter')
}

beforeEach(async () => {
  lines.length = 0
  await server.db.collection('access_logs').deleteMany({})
})
afterEach(() => app.terminate())

it('emits the events of models where the configuration says so', async () => {
  const emitter = await boot({ database: { modelEvents: true } })
  const heard: unknown[] = []
  const on = (name: string) =>
    emitter.on(name as never, (data: unknown) => heard.push([name, data]))
  for (const event of ['created', 'updated', 'saved', 'deleted_by_query']) on(`access_log:${event}`)
  const log = await AccessLog.create({ text: 'a' })
  await log.merge({ text: 'b' }).save()
  await AccessLog.query().where('text', 'b').delete()
  await AccessLog.createQuietly({ text: 'quiet' })
  await vi.waitFor(() => expect(heard).toHaveLength(5))
  expect(heard).toEqual([
    ['access_log:created', log],
    ['access_log:saved', log],
    ['access_log:updated', log],
    ['access_log:saved', log],
    ['access_log:deleted_by_query', expect.objectContaining({ method: 'delete' })],
  ])
})

it('emits nothing without it, and nothing when the application has ended', async () => {
  const emitter = await boot({})
  const heard: unknown[] = []
  emitter.on('access_log:created' as never, (data: unknown) => heard.push(data))
  await AccessLog.create({ text: 'a' })
  await app.terminate()
  await boot({ database: { modelEvents: true } })
  await app.terminate()
  await boot({})
  await AccessLog.create({ text: 'b' })
  expect(heard).toEqual([])
})

it('logs what fails in the background', async () => {
  const emitter = await boot({ database: { modelEvents: true } })
  emitter.on('access_log:created' as never, () => {
    throw new RangeError('deaf')
  })
  await AccessLog.create({ text: 'a' })
  context.defer(function sendMail() {
    throw new RangeError('no mailer')
  })
  await vi.waitFor(() => expect(lines).toHaveLength(2))
  const logged = lines.map(({ msg, source, err }) => [msg, source, (err as Error).message])
  expect(logged).toContainEqual(['sendMail failed', 'deferred', 'no mailer'])
  expect(logged).toContainEqual([expect.stringMatching(/on\('created'\)/), 'listener', 'deaf'])
})

it('waits for deferred work when it shuts down', async () => {
  await boot({})
  context.defer(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await AccessLog.create({ text: 'deferred' })
  })
  await app.terminate()
  expect(await server.db.collection('access_logs').countDocuments()).toBe(1)
  expect(lines).toEqual([])
})
