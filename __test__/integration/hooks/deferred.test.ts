import { AsyncLocalStorage } from 'node:async_hooks'
import {
  afterCreate,
  type BackgroundFailure,
  BaseModel,
  column,
  compose,
  context,
  Database,
  errors,
  type HookContext,
  TenantScoped,
} from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const { db, database } = server

class Job extends compose(BaseModel, TenantScoped('tenantId')) {
  @column({ isPrimary: true }) declare id: string
  @column() declare tenantId: string
  @column() declare name: string
}

let done: string[] = []
const failures: BackgroundFailure[] = []
let stop = () => {}
beforeEach(async () => {
  done = []
  failures.length = 0
  stop = database.onError((failure) => failures.push(failure))
  await db.collection('jobs').deleteMany({})
})
afterEach(() => stop())

const note = (name: string) => () => {
  done.push(name)
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

/** A database that a test closes itself. */
const ownDatabase = (backgroundTimeout?: number) =>
  new Database({
    connection: 'main',
    connections: { main: { url: server.uri, database: server.name } },
    backgroundTimeout,
  })

describe('context.defer', () => {
  it('does the work after what is under way', async () => {
    context.defer(note('deferred'))
    await Promise.resolve()
    done.push('answered')
    await vi.waitFor(() => expect(done).toEqual(['answered', 'deferred']))
  })

  it('does it for whom it was deferred', async () => {
    const storage = new AsyncLocalStorage<string>()
    await storage.run('request', () =>
      context.run({ tenant: 'acme' }, async () => {
        context.defer(() => Job.create({ name: `by ${storage.getStore()}` }))
        await database.transaction(() => {
          context.defer(() => Job.create({ name: `later by ${storage.getStore()}` }))
        })
      }),
    )
    await vi.waitFor(async () => {
      const jobs = await context.run({ tenant: 'acme' }, () => Job.query().orderBy('name'))
      expect(jobs.map(({ name }) => name)).toEqual(['by request', 'later by request'])
    })
    expect(failures).toEqual([])
  })

  it('reports what the work fails with', async () => {
    const error = new RangeError('broken')
    context.defer(function sendMail() {
      throw error
    })
    context.defer(async () => {
      await turn()
      throw error
    })
    await vi.waitFor(() => expect(failures).toHaveLength(2))
    expect(failures).toEqual([
      { error, source: 'deferred', name: 'sendMail' },
      { error, source: 'deferred', name: 'anonymous' },
    ])
  })

  it('warns where nobody listens to failures', async () => {
    stop()
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    context.defer(() => {
      throw new RangeError('unheard')
    })
    await vi.waitFor(() => expect(warn).toHaveBeenCalledWith(new RangeError('unheard')))
    warn.mockRestore()
  })

  it('needs a function', () => {
    expect(() => context.defer('work' as never)).toThrow(errors.E_INVALID_VALUE)
  })
})

describe('in a transaction', () => {
  it('begins after the commit', async () => {
    await database.transaction(async () => {
      context.defer(note('deferred'))
      await turn()
      done.push('in transaction')
    })
    done.push('committed')
    await vi.waitFor(() => expect(done).toEqual(['in transaction', 'committed', 'deferred']))
  })

  it('is dropped with the rollback', async () => {
    const failing = database.transaction(async () => {
      context.defer(note('dropped'))
      throw new RangeError('no')
    })
    await expect(failing).rejects.toThrow('no')
    const trx = await database.transaction()
    context.defer(note('dropped by hand'), { client: trx })
    context.defer(note('outside'))
    await trx.rollback()
    await turn()
    expect(done).toEqual(['outside'])
  })

  it('is deferred once by an attempt that is repeated', async () => {
    let attempts = 0
    await database.transaction(() => {
      attempts++
      context.defer(note(`attempt ${attempts}`))
      if (attempts > 2) return
      throw new errors.E_WRITE_CONFLICT('again', { errorLabels: ['TransientTransactionError'] })
    })
    await vi.waitFor(() => expect(done).toEqual(['attempt 3']))
  })

  it('a hook passes its transaction on', async () => {
    class Hooked extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @afterCreate()
      static later(_: Hooked, { trx }: HookContext) {
        context.defer(note('deferred'), { client: trx })
      }
    }
    const trx = await database.transaction()
    await Hooked.create({}, { client: trx })
    await turn()
    expect(done).toEqual([])
    await trx.commit()
    await vi.waitFor(() => expect(done).toEqual(['deferred']))
    await Hooked.create({})
    await vi.waitFor(() => expect(done).toEqual(['deferred', 'deferred']))
  })

  it('what is deferred by deferred work begins at once', async () => {
    await database.transaction(() => {
      context.defer(() => context.defer(note('inner')))
    })
    await vi.waitFor(() => expect(done).toEqual(['inner']))
  })
})

const MESSAGE = 'closeAll() waited 30 ms for what is done in the background; "slowMail" goes on'

describe('closeAll', () => {
  it('waits for deferred work, and what that defers', async () => {
    const own = ownDatabase()
    await own.connection().ping()
    context.defer(async () => {
      await turn()
      await own.connection().ping()
      done.push('first')
      context.defer(async () => {
        await own.connection().ping()
        done.push('second')
      })
    })
    await own.closeAll()
    expect(done).toEqual(['first', 'second'])
    expect(failures).toEqual([])
  })

  it('waits for listeners of events', async () => {
    class Told extends BaseModel {
      @column({ isPrimary: true }) declare id: string
    }
    const own = ownDatabase()
    Told.useDatabase(own)
    Told.on('created', async () => {
      await turn()
      done.push(`told of ${await Told.query().count()}`)
    })
    await db.collection('tolds').deleteMany({})
    await Told.create({})
    await own.closeAll()
    expect(done).toEqual(['told of 1'])
  })

  it('does not wait for longer than it may, and says what goes on', async () => {
    const own = ownDatabase(30)
    let finish = () => {}
    context.defer(function slowMail() {
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    })
    await own.closeAll()
    expect(failures).toMatchObject([
      { source: 'deferred', name: 'slowMail', error: { code: 'E_TIMEOUT', message: MESSAGE } },
    ])
    finish()
  })

  it('drops what waits for a transaction that is open still', async () => {
    const own = ownDatabase(100)
    const trx = await own.transaction()
    context.defer(note('never'), { client: trx })
    await own.closeAll()
    await turn()
    expect(done).toEqual([])
    expect(failures).toEqual([])
  })

  it('lets a transaction end that is under way, and does what waits for it', async () => {
    const own = ownDatabase()
    const writing = own.transaction(async (trx) => {
      context.defer(note('deferred'))
      await turn()
      await trx.connectionName
    })
    await own.closeAll()
    await writing
    expect(done).toEqual(['deferred'])
  })

  it.each([-1, 0.5, '5', null])('backgroundTimeout %j is refused', (limit) => {
    expect(() => ownDatabase(limit as never)).toThrow(errors.E_CONFIGURATION)
  })
})
