import type { ApplicationService, EmitterService } from '@adonisjs/core/types'
import {
  BaseModel,
  type Connection,
  context,
  Database,
  type DatabaseConfig,
  errors,
  type QueryEvent,
} from 'lucent-odm'
import type { MongoTestUtils } from '../testing/test_utils.ts'
import { bridge } from './events.ts'

export type { DocumentRule, DocumentSearch } from './vine.ts'

declare module '@adonisjs/core/types' {
  interface ContainerBindings {
    'mongo.db': Database
  }

  interface EventsList {
    /** An operation was answered; only where `debug` is on. Has values of the query. */
    'mongo:query': QueryEvent
    /** A connection is used for the first time. */
    'mongo:connection:connect': Connection
    /** A connection was closed. */
    'mongo:connection:disconnect': Connection
    /** An operation could not reach the server, or the server refused the credentials. */
    'mongo:connection:error': [Error, Connection]
  }
}

declare module '@adonisjs/core/test_utils' {
  interface TestUtils {
    /** Test helpers of a connection, the primary one by default. */
    mongo(connection?: string): MongoTestUtils
  }
}

/** What rules ask of a request. */
interface RequestContext {
  readonly request: { id(): string | undefined }
  readonly auth?: { readonly user?: { readonly id?: unknown } | undefined }
}

/** What the running application holds. One at a time: models have one database. */
let current: { database: Database; end: () => Promise<void> } | undefined

/**
 * Makes the `Database` of `config/mongodb.ts`, gives it to the models, and closes it with the
 * application. Nothing connects, and the native core is not loaded, before the first operation.
 *
 * Container: `Database`, also as `mongo.db`.
 */
export default class MongodbProvider {
  protected readonly app: ApplicationService

  constructor(app: ApplicationService) {
    this.app = app
  }

  register(): void {
    this.app.container.singleton(Database, () => {
      const config: unknown = this.app.config.get('mongodb')
      if (config === undefined) {
        throw new errors.E_CONFIGURATION(
          'there is no config/mongodb.ts; write one with "node ace configure lucent-odm"',
        )
      }
      return new Database(config as DatabaseConfig)
    })
    this.app.container.alias('mongo.db', Database)
  }

  async boot(): Promise<void> {
    const database = await this.app.container.make(Database)
    await this.#replace(database)
    this.#registerTestUtils(database)
    await this.#registerRepl(database)
    await this.#registerRules(database)
    await this.#registerErrors()
    await this.#registerContext()
    if (!this.#hasLucid) await registerTransformers()
  }

  async shutdown(): Promise<void> {
    if (current !== undefined && current.database === this.#database) {
      const { end } = current
      current = undefined
      // Work that is done in the background still has its database, and whom it is for.
      await end()
      if (current === undefined) context.from(undefined)
    }
  }

  #database: Database | undefined

  /** Lucid's own names are its own wherever it is used. */
  get #hasLucid(): boolean {
    return (this.app.container as { hasBinding(name: string): boolean }).hasBinding('lucid.db')
  }

  /** An application that boots anew, as with hot reloading, takes the place of the one before. */
  async #replace(database: Database): Promise<void> {
    this.#database = database
    const previous = current
    const emitter = await this.app.container.make('emitter')
    const logger = await this.app.container.make('logger')
    const settings = this.app.config.get<DatabaseConfig>('mongodb')
    const { prettyPrintDebugQueries = false, modelEvents = false } = settings
    const stop = bridge(database, emitter, logger, {
      prettyPrint: prettyPrintDebugQueries && !this.app.inProduction,
    })
    const silence = modelEvents ? await emitEvents(emitter) : undefined
    BaseModel.useDatabase(database)
    current = {
      database,
      end: async () => {
        await database.closeAll()
        if (BaseModel.$database === database) BaseModel.$database = undefined
        silence?.()
        stop()
      },
    }
    if (previous !== undefined && previous.database !== database) await previous.end()
  }

  #registerTestUtils(database: Database): void {
    this.app.container.resolving('testUtils', async (testUtils) => {
      const { MongoTestUtils } = await import('../testing/test_utils.ts')
      const { macro } = testUtils.constructor as unknown as {
        macro(this: unknown, name: string, value: (connection?: string) => MongoTestUtils): void
      }
      const utils = (connection?: string) => {
        if (!this.app.inProduction) return new MongoTestUtils(database, connection)
        throw new errors.E_UNSUPPORTED(
          'test helpers empty collections, so they do not run with NODE_ENV=production',
          { operation: 'test' },
        )
      }
      macro.call(testUtils.constructor, 'mongo', utils)
      if (!this.#hasLucid) macro.call(testUtils.constructor, 'db', utils)
    })
  }

  async #registerRepl(database: Database): Promise<void> {
    if (this.app.getEnvironment() !== 'repl') return
    const { defineReplMethods } = await import('./repl.ts')
    const repl = await this.app.container.make('repl')
    defineReplMethods(repl, this.app, database, { lucidNames: !this.#hasLucid })
  }

  async #registerRules(database: Database): Promise<void> {
    if (!this.app.usingVineJS) return
    const { defineRules } = await import('./vine.ts')
    defineRules(database, { lucidNames: !this.#hasLucid })
  }

  /** Whom a request is for, as far as the framework knows. */
  async #registerContext(): Promise<void> {
    const { HttpContext } = await import('@adonisjs/core/http')
    context.from(() => {
      const http: RequestContext | null = HttpContext.get()
      return http === null
        ? undefined
        : { requestId: http.request.id(), userId: http.auth?.user?.id }
    })
  }

  /** Only servers render errors. */
  async #registerErrors(): Promise<void> {
    const environment = this.app.getEnvironment()
    if (environment !== 'web' && environment !== 'test') return
    const { renderErrors } = await import('./http_errors.ts')
    renderErrors()
  }
}

/** Models tell the emitter only where the application asks for it. */
async function emitEvents(emitter: EmitterService): Promise<() => void> {
  const { emitModelEvents } = await import('./model_events.ts')
  return emitModelEvents(emitter)
}

/** AdonisJS 6 has no transformers. */
async function registerTransformers(): Promise<void> {
  try {
    const { defineTransformerMethods } = await import('./transformers.ts')
    defineTransformerMethods()
  } catch (error) {
    if (!isNotExported(error)) throw error
  }
}

/** Loaders of TypeScript, as that of AdonisJS 6, leave Node's code in the message only. */
function isNotExported(error: unknown): boolean {
  const code = 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  return (
    error instanceof Error &&
    (('code' in error && error.code === code) || error.message.includes(code))
  )
}
