import type { HttpContext } from '@adonisjs/core/http'
import type { ApplicationService } from '@adonisjs/core/types'
import vine from '@vinejs/vine'
import {
  BaseModel,
  beforeDelete,
  beforeSave,
  column,
  type ErrorCode,
  errors,
  LucentError,
  type ModelValidator,
} from 'lucent-odm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../helpers/own_mongod.ts'
import { bootApplication, testDatabase } from './application.ts'
import { type HttpServer, QuietHandler, serve } from './http_server.ts'

const server = testDatabase()
const SECRET = 'hunter2'

class Account extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column.version() declare version: number

  @beforeSave()
  static refuse(account: Account) {
    return account.email !== 'refused'
  }

  @beforeDelete()
  static keep() {
    return false
  }
}

/** What each way of failing answers with. */
const FAILURES: Record<
  string,
  { run: () => Promise<unknown>; code: ErrorCode; status: number; message: string }
> = {
  'a row that is not there': {
    run: () => Account.findOrFail('65f000000000000000000000'),
    code: 'E_ROW_NOT_FOUND',
    status: 404,
    message: 'Row not found',
  },
  'a value that is there already': {
    run: () => Account.create({ email: SECRET }),
    code: 'E_DUPLICATE_KEY',
    status: 409,
    message: 'The value has already been taken',
  },
  'an old version': {
    run: async () => {
      const account = await Account.findByOrFail('email', SECRET)
      await server.db.collection('accounts').updateOne({}, { $inc: { version: 1 } })
      account.email = `${SECRET}!`
      await account.save()
    },
    code: 'E_STALE_MODEL',
    status: 409,
    message: 'The record was changed or deleted by somebody else',
  },
  'what the validator of the collection refuses': {
    run: () => Account.create({ email: `invalid ${SECRET}` }),
    code: 'E_DOCUMENT_VALIDATION',
    status: 422,
    message: 'The values are not valid',
  },
  'what a hook refuses': {
    run: () => Account.create({ email: 'refused' }),
    code: 'E_HOOK_ABORTED',
    status: 422,
    message: 'The record cannot be saved',
  },
  '35 a delete that a hook refuses': {
    run: async () => {
      const account = await Account.findByOrFail('email', SECRET)
      await account.delete()
    },
    code: 'E_HOOK_ABORTED',
    status: 422,
    message: 'The record cannot be deleted',
  },
  ...Object.fromEntries(
    ['abc', '0', '-1'].map((page) => [
      `35 the page ${page}`,
      {
        run: () => Account.query().paginate(page as never, 10),
        code: 'E_INVALID_QUERY' as const,
        status: 400,
        message: 'Bad request',
      },
    ]),
  ),
  '35 a limit of a page by cursor': {
    run: () => Account.query().paginateCursor({ limit: 'abc' as never }),
    code: 'E_INVALID_QUERY',
    status: 400,
    message: 'Bad request',
  },
  '35 a key of the body that is no column': {
    run: () => Account.create({ [SECRET]: SECRET } as never),
    code: 'E_UNKNOWN_COLUMN',
    status: 422,
    message: 'The values are not valid',
  },
  'an id that is none': {
    run: () => Account.findOrFail(SECRET),
    code: 'E_INVALID_OBJECT_ID',
    status: 422,
    message: 'The identifier is not valid',
  },
  'a server that is not there': {
    run: () => Account.query({ connection: 'away' }).first(),
    code: 'E_CONNECTION_FAILED',
    status: 503,
    message: 'The database is not available',
  },
  'an operation that takes too long': {
    run: async () => {
      throw new errors.E_TIMEOUT(`Account.find was not over within 5 ms ${SECRET}`)
    },
    code: 'E_TIMEOUT',
    status: 504,
    message: 'The database did not answer in time',
  },
  'a mistake of the program': {
    run: () =>
      Account.query()
        .where('nothing' as 'email', SECRET)
        .first(),
    code: 'E_UNKNOWN_COLUMN',
    status: 500,
    message: 'Internal server error',
  },
}

const pathOf = (name: string) => `/${name.replaceAll(' ', '-')}`

/** What must reach no client: values, and names of the model, the collection, the server. */
const LEAKS = [SECRET, 'Account', 'accounts', '127.0.0.1', 'email_1']

let app: ApplicationService
let http: HttpServer
beforeAll(async () => {
  app = await bootApplication(server)
  const db = await app.container.make('mongo.db')
  db.add('away', {
    url: `mongodb://127.0.0.1:${await freePort()}/away`,
    serverSelectionTimeoutMS: 100,
  })
  await server.db.createCollection('accounts', {
    validator: { email: { $not: /^invalid/ } },
  })
  await server.db.collection('accounts').createIndex({ email: 1 }, { unique: true })
  await Account.create({ email: SECRET })
  const routes = Object.entries(FAILURES).map(([name, { run }]) => [pathOf(name), run] as const)
  http = await serve(app, Object.fromEntries(routes))
})
afterAll(async () => {
  await http.close()
  await app.terminate()
})

describe.each(Object.entries(FAILURES))('%s', (name, { code, status, message }) => {
  it('is answered in JSON', async () => {
    const answer = await http.get(pathOf(name))
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toEqual({ message, code })
  })

  it('is answered in JSON:API', async () => {
    const answer = await http.get(pathOf(name), 'application/vnd.api+json')
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toEqual({ errors: [{ title: message, code, status }] })
  })

  it.each(['text/html', 'text/plain'])('is answered as text (%s)', async (accept) => {
    const answer = await http.get(pathOf(name), accept)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(message)
    for (const leak of LEAKS) expect(answer.text).not.toContain(leak)
  })
})

async function answered(Handler: typeof QuietHandler, accept?: string) {
  const own = await bootApplication(server)
  const ownHttp = await serve(own, { '/': () => Account.findByOrFail('email', 'nobody') }, Handler)
  try {
    return await ownHttp.get('/', accept)
  } finally {
    await ownHttp.close()
    await own.terminate()
  }
}

it('leaves status pages to the application, which get an error of the same class', async () => {
  class Handler extends QuietHandler {
    protected override renderStatusPages = true
    protected override statusPages = {
      '404': (error: unknown) =>
        `page for ${error instanceof errors.E_ROW_NOT_FOUND} ${(error as LucentError).message}`,
    }
  }
  const answer = await answered(Handler, 'text/html')
  expect(answer).toMatchObject({ status: 404, text: 'page for true Row not found' })
})

it('shows everything while debugging', async () => {
  class Handler extends QuietHandler {
    protected override debug = true
    override async renderErrorAsJSON(error: LucentError, ctx: HttpContext) {
      // The framework's own page needs a package that applications install.
      await super.renderErrorAsJSON(error, ctx).catch(() => undefined)
      ctx.response.status(error.status).send({ own: error.message })
    }
  }
  const answer = await answered(Handler)
  expect(JSON.parse(answer.text).own).toContain('Account')
})

it('does not touch other errors', async () => {
  const own = await bootApplication(server)
  const ownHttp = await serve(own, {
    '/': () => {
      throw Object.assign(new Error('of the application'), { status: 418 })
    },
  })
  const answer = await ownHttp.get('/')
  expect(answer).toMatchObject({ status: 418, text: '{"message":"of the application"}' })
  await ownHttp.close()
  await own.terminate()
})

it('answers what a validator does not take as one of VineJS', async () => {
  class Checked extends Account {
    static override validator: ModelValidator = vine.compile(
      vine.object({ email: vine.string().email() }),
    )
  }
  const own = await bootApplication(server)
  const ownHttp = await serve(own, { '/': () => Checked.create({ email: 'no address' }) })
  try {
    const wanted = {
      field: 'email',
      rule: 'email',
      message: 'The email field must be a valid email address',
    }
    const answer = await ownHttp.get('/')
    expect(answer.status).toBe(422)
    expect(JSON.parse(answer.text)).toEqual({ errors: [wanted] })
    const api = await ownHttp.get('/', 'application/vnd.api+json')
    expect(api.status).toBe(422)
    expect(JSON.parse(api.text).errors).toMatchObject([{ title: wanted.message, code: 'email' }])
    const text = await ownHttp.get('/', 'text/plain')
    expect(text.status).toBe(422)
    expect(text.text).not.toContain('no address')
  } finally {
    await ownHttp.close()
    await own.terminate()
  }
})

it('gives the handler the whole error to report', async () => {
  const reported: unknown[] = []
  class Handler extends QuietHandler {
    override async report(error: unknown) {
      reported.push(error)
    }
  }
  await answered(Handler)
  expect(reported).toHaveLength(1)
  expect(reported[0]).toBeInstanceOf(LucentError)
  expect(reported[0]).toMatchObject({ code: 'E_ROW_NOT_FOUND', model: 'Account' })
})
