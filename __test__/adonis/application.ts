import { IgnitorFactory } from '@adonisjs/core/factories'
import type { ApplicationService } from '@adonisjs/core/types'
import type { ConnectionConfig, DatabaseConfig } from 'lucent-odm'
import { type TestDatabase, testDatabase } from '../helpers/server.ts'

type Environment = 'web' | 'console' | 'test' | 'repl'

/** What an application of a test is made of. */
export interface ApplicationOptions {
  environment?: Environment
  connection?: Partial<ConnectionConfig>
  database?: Partial<DatabaseConfig>
  /** Further configuration. */
  config?: Record<string, unknown>
  /** Providers that come before ours. */
  providers?: (() => Promise<unknown>)[]
  commands?: (() => Promise<unknown>)[]
  /** The application's folder. */
  root?: URL
}

const provider = () => import('lucent-odm/mongodb_provider')

/** The root that an application without files has. */
const NOWHERE = new URL('./nowhere/', import.meta.url)

/** An application that has the package's provider; not booted yet. */
export function makeApplication(
  { uri, name }: Pick<TestDatabase, 'uri' | 'name'>,
  options: ApplicationOptions = {},
): ApplicationService {
  const ignitor = new IgnitorFactory()
    .withCoreConfig()
    .withCoreProviders()
    .merge({
      config: {
        mongodb: {
          connection: 'main',
          connections: { main: { url: uri, database: name, ...options.connection } },
          ...options.database,
        },
        ...options.config,
      },
      rcFileContents: {
        providers: [...(options.providers ?? []), provider],
        ...(options.commands && { commands: options.commands }),
      },
    })
    .create(options.root ?? NOWHERE, {
      importer: (path) =>
        import(path.startsWith('.') ? new URL(path, options.root ?? NOWHERE).href : path),
    })
  return ignitor.createApp(options.environment ?? 'web')
}

/** {@link makeApplication}, booted. */
export async function bootApplication(
  server: Pick<TestDatabase, 'uri' | 'name'>,
  options: ApplicationOptions = {},
): Promise<ApplicationService> {
  const app = makeApplication(server, options)
  await app.init()
  await app.boot()
  return app
}

export { testDatabase }
