import type { ApplicationService } from '@adonisjs/core/types'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ownDatabase } from '../helpers/own_database.ts'
import { freePort } from '../helpers/own_mongod.ts'
import { type ApplicationOptions, bootApplication, testDatabase } from './application.ts'
import { makeProject, type Project } from './project.ts'

const server = testDatabase()
const standalone = await ownDatabase({ replicaSet: false })

let app: ApplicationService
afterEach(async () => {
  await app.terminate()
  vi.unstubAllEnvs()
})

/** Runs one command in an application and answers what it printed. */
async function run(name: string, args: string[] = [], options: ApplicationOptions = {}) {
  app = await bootApplication(server, {
    environment: 'console',
    commands: [() => import('lucent-odm/commands')],
    ...options,
  })
  const ace = await app.container.make('ace')
  ace.ui.switchMode('raw')
  const command = await ace.exec(name, args)
  const lines = command.ui.logger.getLogs().map(({ message }) => message)
  return { exitCode: command.exitCode ?? 0, error: command.error, text: lines.join('\n'), lines }
}

it('lists the commands', async () => {
  app = await bootApplication(server, {
    environment: 'console',
    commands: [() => import('lucent-odm/commands')],
  })
  const ace = await app.container.make('ace')
  await ace.boot()
  const names = [...ace.getNamespaceCommands('mongo'), ...ace.getNamespaceCommands('make')]
  expect(names.map(({ commandName }) => commandName)).toEqual([
    'mongo:doctor',
    'mongo:encryption:key',
    'mongo:encryption:rotate',
    'mongo:hooks',
    'mongo:indexes',
    'mongo:status',
    'make:mongo-model',
  ])
})

describe('make:mongo-model', () => {
  const make = async (args: string[]) => {
    const project = await makeProject()
    const answer = await run('make:mongo-model', args, { root: project.url })
    return { project, ...answer }
  }

  it('writes a model', async () => {
    const { project, exitCode } = await make(['blog/post'])
    expect(exitCode).toBe(0)
    const text = await project.read('app/models/blog/post.ts')
    expect(text).toContain('export default class Post extends BaseModel {\n  @column({ isPrimary')
    expect(text).toContain("import { BaseModel, column } from 'lucent-odm'")
  })

  it('names the collection', async () => {
    const { project } = await make(['Person', '--collection', 'staff.people'])
    expect(await project.read('app/models/person.ts')).toContain(
      "  static collection = 'staff.people'\n\n  @column",
    )
  })

  it('makes a controller with it', async () => {
    const project = await makeProject()
    const { exitCode } = await run('make:mongo-model', ['Person', '-c'], {
      root: project.url,
      commands: [() => import('lucent-odm/commands'), () => import('@adonisjs/core/commands')],
    })
    expect(exitCode).toBe(0)
    expect(await project.read('app/controllers/people_controller.ts')).toContain('PeopleController')
    expect(await project.read('app/models/person.ts')).not.toContain('collection')
  })

  it.each(['system.users', 'a$b', "a'b"])('refuses the collection %s', async (name) => {
    const { exitCode, text } = await make(['Person', '--collection', name])
    expect(exitCode).toBe(1)
    expect(text).toContain('is no name for a collection')
  })
})

describe('mongo:status', () => {
  it('shows connections and servers', async () => {
    const { text, exitCode } = await run('mongo:status')
    expect(exitCode).toBe(0)
    for (const part of ['main (primary)', server.name, 'MongoDB 6', 'replica set']) {
      expect(text).toContain(part)
    }
  })

  it('fails when a server is away', async () => {
    const url = `mongodb://127.0.0.1:${await freePort()}/away`
    const away = {
      connections: { away: { url, serverSelectionTimeoutMS: 50 } },
      connection: 'away',
    }
    const { text, exitCode } = await run('mongo:status', ['--json'], { database: away })
    expect(exitCode).toBe(1)
    expect(JSON.parse(text)).toEqual([
      {
        name: 'away',
        database: 'away',
        error: 'E_CONNECTION_FAILED',
        message: expect.stringContaining('is MongoDB running'),
      },
    ])
    const people = await run('mongo:status', [], { database: away })
    expect(people.exitCode).toBe(1)
    expect(people.text).toContain('no server could be reached at ')
  })

  it.each(['mongo:status', 'mongo:doctor'])('%s keeps the log out of its report', async (name) => {
    const written: string[] = []
    const destination = { write: (line: string) => written.push(line) }
    const loggers = { app: { enabled: true, level: 'error', destination } }
    const url = `mongodb://127.0.0.1:${await freePort()}/away`
    const { exitCode } = await run(name, ['--json'], {
      connection: { url, serverSelectionTimeoutMS: 50 },
      config: { logger: { default: 'app', loggers } },
    })
    expect(exitCode).toBe(1)
    expect(written).toEqual([])
    const logger = await app.container.make('logger')
    logger.error('afterwards')
    expect(written).toHaveLength(1)
  })
})

interface Finding {
  level: string
  check: string
  message: string
  advice?: string
}

describe('mongo:doctor', () => {
  const KEY = Buffer.alloc(32, 7).toString('base64')

  async function doctor(options: ApplicationOptions = {}, args: string[] = []) {
    const { text, exitCode } = await run('mongo:doctor', ['--json', ...args], options)
    const report: { connections: { findings: Finding[] }[]; keys: Finding } = JSON.parse(text)
    return { exitCode, findings: report.connections[0]?.findings ?? [], keys: report.keys, text }
  }

  it('finds a replica set in order', async () => {
    const { findings, exitCode } = await doctor()
    const levels = new Map(findings.map(({ check, level }) => [check, level]))
    expect(levels.get('connection')).toBe('ok')
    expect(levels.get('deployment')).toBe('ok')
    expect(levels.get('connections')).toBe('ok')
    expect(exitCode).toBe(0)
  })

  it('prints advice for people', async () => {
    const { lines } = await run('mongo:doctor', [], { connection: { maxPoolSize: 2 } })
    expect(lines[0]).toBe('bold(Connection "main")')
    const at = lines.findIndex((line) => line.includes('`maxPoolSize` is 2'))
    expect(at).toBeGreaterThan(0)
    expect(lines[at + 1]).toMatch(/^dim\( {4}leave it out/)
    expect(lines.at(-1)).toMatch(/^0 errors, \d+ warnings$/)
  })

  it('says what a standalone server lacks', async () => {
    const { findings } = await doctor({ connection: { url: standalone.uri } })
    expect(findings.find(({ check }) => check === 'deployment')).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('no transactions'),
      advice: expect.stringContaining('rs.initiate()'),
    })
  })

  it('says why the server cannot be reached', async () => {
    const port = await freePort()
    const url = `mongodb://ada:hidden@127.0.0.1:${port}/away`
    const { findings, exitCode } = await doctor({
      connection: { url, serverSelectionTimeoutMS: 50 },
    })
    expect(exitCode).toBe(1)
    expect(findings[0]).toMatchObject({
      level: 'error',
      message: expect.stringMatching(`^E_CONNECTION_FAILED.*; tried 127.0.0.1:${port}$`),
      advice: expect.stringContaining('host and port'),
    })
  })

  const withOptions = (options: string) => ({
    connection: { url: `${server.uri.split('?')[0]}?${options}` },
  })
  it.each<[string, ApplicationOptions, string, string]>([
    ['writes of one member', withOptions('w=1'), 'write concern', 'warning'],
    ['writes outside of the journal', withOptions('journal=false'), 'write concern', 'warning'],
    ['reads of a secondary', withOptions('readPreference=secondary'), 'read preference', 'warning'],
    [
      'reads of what may be undone',
      withOptions('readConcernLevel=available'),
      'read concern',
      'warning',
    ],
    ['writes that are not retried', { connection: { retryWrites: false } }, 'retries', 'warning'],
    ['a small pool', { connection: { maxPoolSize: 3 } }, 'pool', 'warning'],
    ['no time limit', {}, 'time limit', 'info'],
    [
      'code on the server',
      { connection: { allowServerJavaScript: true } },
      'server-side JavaScript',
      'warning',
    ],
  ])('notes %s', async (_name, options, check, level) => {
    const { findings, exitCode } = await doctor(options)
    expect(findings.filter((one) => one.check === check)).toEqual([
      { check, level, message: expect.any(String), advice: expect.any(String) },
    ])
    expect(exitCode).toBe(0)
  })

  it('notes what matters in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { findings } = await doctor({ connection: { debug: true } })
    const checks = findings.filter(({ level }) => level === 'warning').map(({ check }) => check)
    expect(checks).toEqual(expect.arrayContaining(['cursor pages', 'debug']))
  })

  it('fails on warnings when it is strict', async () => {
    const { exitCode } = await doctor({ connection: { maxPoolSize: 3 } }, ['--strict'])
    expect(exitCode).toBe(1)
  })

  it.each([
    ['no keys', undefined, 'info'],
    ['a key', `1:${KEY}`, 'ok'],
    ['several', `b:${KEY},a:${KEY}`, 'ok'],
    ['a short one', `1:${KEY.slice(0, 8)}`, 'error'],
    ['one without id', KEY, 'error'],
    ['one id twice', `1:${KEY},1:${KEY}`, 'error'],
  ])('looks at the encryption keys: %s', async (_name, value, level) => {
    vi.stubEnv('LUCENT_ENCRYPTION_KEYS', value)
    const { keys, exitCode, text } = await doctor()
    expect(keys.level).toBe(level)
    expect(exitCode).toBe(level === 'error' ? 1 : 0)
    expect(text).not.toContain(KEY)
  })
})

describe('mongo:doctor, of events', () => {
  const heard = {
    providers: [
      async () => ({
        default: class {
          constructor(readonly app: ApplicationService) {}
          async boot() {
            const emitter = await this.app.container.make('emitter')
            emitter.on('user:created' as never, () => {})
            emitter.on('user:logged_in' as never, () => {})
          }
        },
      }),
    ],
  }
  const events = async (options: ApplicationOptions) => {
    const { text } = await run('mongo:doctor', ['--json'], options)
    return (JSON.parse(text) as { events: Finding }).events
  }

  it('says when nobody tells listeners of events of models', async () => {
    expect(await events(heard)).toMatchObject({
      level: 'warning',
      message: 'nothing tells the listeners of user:created',
      advice: expect.stringContaining('modelEvents: true'),
    })
    await app.terminate()
    expect(await events({ ...heard, database: { modelEvents: true } })).toMatchObject({
      level: 'ok',
    })
    await app.terminate()
    expect(await events({})).toMatchObject({ level: 'ok' })
  })
})

describe('mongo:encryption:key', () => {
  const NAME = 'LUCENT_ENCRYPTION_KEYS'
  const keysIn = async (project: Project) =>
    new RegExp(`^${NAME}=(.*)$`, 'm').exec(await project.read('.env'))?.[1]?.split(',') ?? []
  const write = (project: Project, ...args: string[]) =>
    run('mongo:encryption:key', ['--write', ...args], { root: project.url })

  it('prints a fresh key of 32 bytes', async () => {
    const keys = [(await run('mongo:encryption:key')).text.split(':')[1] ?? '']
    await app.terminate()
    keys.push((await run('mongo:encryption:key', ['--name=k'])).text.slice('k:'.length))
    for (const key of keys) expect(Buffer.from(key, 'base64')).toHaveLength(32)
    expect(keys[0]).not.toBe(keys[1])
  })

  it('writes the first key, and does not show it', async () => {
    const project = await makeProject({ '.env': 'PORT=3333' })
    const { text } = await write(project)
    const [entry = ''] = await keysIn(project)
    expect(await project.read('.env')).toBe(`PORT=3333\n${NAME}=${entry}\n`)
    const [id, key = ''] = entry.split(':')
    expect(id).toMatch(/^\d{4}-\d\d$/)
    expect(Buffer.from(key, 'base64')).toHaveLength(32)
    expect(text).not.toContain(key)
  })

  it('puts a new key before the ones that are there', async () => {
    const old = `1:${Buffer.alloc(32, 1).toString('base64')}`
    const project = await makeProject({ '.env': `${NAME}="${old}"\nPORT=3333\n` })
    await write(project, '--name', '2')
    const keys = await keysIn(project)
    expect(keys).toEqual([expect.stringMatching(/^2:/), old])
    expect(await project.read('.env')).toMatch(/\nPORT=3333\n$/)
  })

  it.each([
    ['a name that is taken', '1', `1:${Buffer.alloc(32).toString('base64')}`],
    ['a name with other characters', 'a b', ''],
    ['to go on with a broken ring', '9', 'nonsense'],
  ])('refuses %s', async (_name, id, present) => {
    const text = `${NAME}=${present}\n`
    const project = await makeProject({ '.env': text })
    const { exitCode } = await write(project, '--name', id)
    expect(exitCode).toBe(1)
    expect(await project.read('.env')).toBe(text)
  })
})

describe('mongo:encryption:rotate', () => {
  const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
  const MODEL = `import { BaseModel, column } from 'lucent-odm'

export default class Patient extends BaseModel {}
column({ isPrimary: true })(Patient.prototype, 'id')
column.encrypted()(Patient.prototype, 'diagnosis')
`

  /** An application with documents under the key `a`, with `b` as the primary one. */
  async function makeClinic() {
    const project = await makeProject({
      'package.json': '{ "type": "module" }',
      'app/models/patient.js': MODEL,
      'app/models/plain.js': MODEL.replaceAll('Patient', 'Plain').replace('.encrypted', ''),
    })
    await project.install()
    vi.stubEnv('LUCENT_ENCRYPTION_KEYS', `a:${key(1)}`)
    app = await bootApplication(server, { environment: 'console' })
    const { default: Patient } = await import(new URL('app/models/patient.js', project.url).href)
    await Patient.truncate()
    await Patient.createMany(Array.from({ length: 5 }, () => ({ diagnosis: 'secret' })))
    await app.terminate()
    vi.stubEnv('LUCENT_ENCRYPTION_KEYS', `b:${key(2)},a:${key(1)}`)
    return (...args: string[]) => run('mongo:encryption:rotate', args, { root: project.url })
  }

  it('brings everything under the primary key', async () => {
    const rotate = await makeClinic()
    const first = await rotate('--batch-size=2')
    expect(first.lines[0]).toContain('5 of 5: 5 rewritten, 0 changed meanwhile, 0 failed')
    expect(first.text).toContain('Patient: everything is under the primary key')
    expect(first.exitCode).toBe(0)
    await app.terminate()
    const second = await rotate('Patient')
    expect(second.lines[0]).toContain('0 rewritten')
    expect(second.exitCode).toBe(0)
  })

  it('counts only, when told so', async () => {
    const rotate = await makeClinic()
    const { text, exitCode } = await rotate('--dry-run')
    expect(text).toContain('Patient: 5 values are under the key "a"')
    expect(text).not.toContain('secret')
    expect(exitCode).toBe(1)
  })

  it('shows what cannot be read', async () => {
    const rotate = await makeClinic()
    vi.stubEnv('LUCENT_ENCRYPTION_KEYS', `b:${key(2)}`)
    const { text, exitCode } = await rotate()
    expect(text.match(/Patient [0-9a-f]{24}: E_UNKNOWN_KEY/g)).toHaveLength(5)
    expect(exitCode).toBe(1)
  })

  it('A7: keeps the log out of its report', async () => {
    const project = await makeProject({
      'package.json': '{ "type": "module" }',
      'app/models/patient.js': MODEL,
    })
    await project.install()
    vi.stubEnv('LUCENT_ENCRYPTION_KEYS', `a:${key(1)}`)
    const written: string[] = []
    const destination = { write: (line: string) => written.push(line) }
    const loggers = { app: { enabled: true, level: 'trace', destination } }
    const url = `mongodb://127.0.0.1:${await freePort()}/away`
    const { text, exitCode } = await run('mongo:encryption:rotate', [], {
      root: project.url,
      connection: { url, serverSelectionTimeoutMS: 50 },
      config: { logger: { default: 'app', loggers } },
    })
    expect(exitCode).toBe(1)
    expect(text).toContain('no server could be reached at ')
    expect(written).toEqual([])
  })

  it.each([
    ['models that it does not find', 'Nobody'],
    ['models without encrypted columns', 'Plain'],
  ])('refuses %s', async (_name, model) => {
    const rotate = await makeClinic()
    const { text, exitCode } = await rotate(model)
    expect(text).toContain(`no model with encrypted columns is named ${model} in app/models`)
    expect(exitCode).toBe(1)
  })

  it('has nothing to do without models', async () => {
    const project = await makeProject()
    const { text, exitCode } = await run('mongo:encryption:rotate', [], { root: project.url })
    expect(text).toContain('no model in app/models has encrypted columns')
    expect(exitCode).toBe(0)
  })
})

describe('mongo:hooks', () => {
  const MODEL = `import { afterUpdate, BaseModel, beforeSave, column, compose, SoftDeletes } from 'lucent-odm'

export class Bill extends compose(BaseModel, SoftDeletes) {
  static total() {}
  static round() {}
  static mail() {}
  static validator() {}
}
column()(Bill.prototype, 'sum')
beforeSave()(Bill, 'total')
beforeSave()(Bill, 'round')
afterUpdate()(Bill, 'mail')
Bill.on('created', function welcome() {})
export class Plain extends BaseModel {}
column()(Plain.prototype, 'name')
`

  const hooks = async (...args: string[]) => {
    const project = await makeProject({
      'package.json': '{ "type": "module" }',
      'app/models/bill.js': MODEL,
    })
    await project.install()
    return run('mongo:hooks', args, { root: project.url })
  }

  it('shows the rules of models, and their hooks in the order in which they run', async () => {
    const { lines, exitCode } = await hooks()
    expect(lines).toEqual([
      'Bill: rules trashed',
      "  validator Bill.validator > beforeSave Bill.total > beforeSave Bill.round > CREATE (stamps) > listeners Bill.on('created') welcome",
      '  validator Bill.validator > beforeSave Bill.total > beforeSave Bill.round > UPDATE (conditions, stamps) > afterUpdate Bill.mail',
      'Plain: no rules',
      '  no hooks',
    ])
    expect(exitCode).toBe(0)
  })

  it('takes names of models', async () => {
    const { text, exitCode } = await hooks('Plain')
    expect(text).toContain('Plain: no rules')
    expect(text).not.toContain('Bill')
    expect(exitCode).toBe(0)
  })

  it('fails for a name that no model has', async () => {
    const { text, exitCode } = await hooks('Plain', 'Nobody')
    expect(text).toContain('no model is named Nobody in app/models')
    expect(text).not.toContain('Plain: no rules')
    expect(exitCode).toBe(1)
  })
})

describe('mongo:indexes', () => {
  const MODEL = `import { BaseModel, column, embedsOne } from 'lucent-odm'

export class Street extends BaseModel {}
column({ index: true })(Street.prototype, 'name')
export class House extends BaseModel {}
column({ unique: true })(House.prototype, 'number')
column({ index: true })(House.prototype, 'rooms')
embedsOne(() => Street)(House.prototype, 'street')
export class Plain extends BaseModel {}
column()(Plain.prototype, 'name')
`

  async function makeTown() {
    const project = await makeProject({
      'package.json': '{ "type": "module" }',
      'app/models/house.js': MODEL,
    })
    await project.install()
    await server.db.collection('houses').drop()
    return async (...args: string[]) => {
      const answer = await run('mongo:indexes', args, { root: project.url })
      await app.terminate()
      return answer
    }
  }

  it('shows what differs, makes it, and says so to CI', async () => {
    const indexes = await makeTown()
    const before = await indexes()
    expect(before.lines).toEqual([
      'houses (House): 3 indexes declared, is not there',
      '  missing    number_1 {"number":1} {"unique":true}',
      '  missing    rooms_1 {"rooms":1}',
      '  missing    street.name_1 {"street.name":1}',
    ])
    expect(before.exitCode).toBe(0)
    expect((await indexes('--strict')).exitCode).toBe(1)
    const synced = await indexes('House', '--sync', '--strict')
    expect(synced.lines).toEqual([
      'houses (House): 3 indexes declared, as declared',
      '  done       createIndexes number_1, rooms_1, street.name_1',
    ])
    expect(synced.exitCode).toBe(0)
    await server.db.collection('houses').createIndex({ old: 1 })
    const unused = await indexes('--unused', '--json')
    expect(JSON.parse(unused.text)).toMatchObject([{ stale: [{ name: 'old_1' }], inSync: false }])
    expect(JSON.parse(unused.text)[0].unused).toHaveLength(4)
    expect((await indexes('--sync', '--drop-stale')).lines[1]).toBe('  done       dropIndex old_1')
    expect((await indexes('--strict')).exitCode).toBe(0)
  })

  it("makes those of a tenant's database for the tenant that is named", async () => {
    const project = await makeProject({
      'package.json': '{ "type": "module" }',
      'app/models/shop.js': `import { BaseModel, column, TenantScoped } from 'lucent-odm'

export class Shop extends TenantScoped({ database: '{database}_{tenant}' })(BaseModel) {}
column({ index: true })(Shop.prototype, 'name')
`,
    })
    await project.install()
    const indexes = async (...args: string[]) => {
      const answer = await run('mongo:indexes', ['--sync', ...args], { root: project.url })
      await app.terminate()
      return answer
    }
    const left = await indexes()
    expect(left.text).toContain('models with a database for each tenant are left out')
    expect((await indexes('--tenant=a')).lines[1]).toBe('  done       createIndexes name_1')
    const of = (tenant: string) => server.client.db(`${server.name}_${tenant}`)
    expect(await of('a').collection('shops').indexes()).toHaveLength(2)
    expect(await server.db.listCollections({ name: 'shops' }).toArray()).toEqual([])
    const odd = await indexes('--tenant=a.b')
    expect([odd.exitCode, odd.text.includes('can be no part')]).toEqual([1, true])
    await of('a').dropDatabase()
  })

  it('refuses models that declare nothing', async () => {
    const { text, exitCode } = await (await makeTown())('Plain')
    expect(text).toContain('no model that declares indexes is named Plain in app/models')
    expect(exitCode).toBe(1)
  })
})
