import { existsSync, readFileSync } from 'node:fs'
import { configureAuth } from './configure_auth.ts'
import type { ConfigureCommand } from './configure_command.ts'
import { stubsRoot } from './stubs_root.ts'

export type { ConfigureCommand } from './configure_command.ts'

const FALLBACK_NAME = 'app'
/** MongoDB's limit is 63 bytes, some of which test databases add. */
const LONGEST_NAME = 40

interface Manifest {
  name?: unknown
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

function manifestOf(command: ConfigureCommand): Manifest {
  try {
    return JSON.parse(readFileSync(command.app.makePath('package.json'), 'utf8'))
  } catch {
    return {}
  }
}

function databaseName({ name }: Manifest): string {
  if (typeof name !== 'string') return FALLBACK_NAME
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return words.join('_').slice(0, LONGEST_NAME) || FALLBACK_NAME
}

/**
 * Sets an AdonisJS application up for this package; `node ace configure lucent-odm` calls it. Writes
 * `config/mongodb.ts`, names the environment's variables, registers the provider and the commands,
 * and adds the assertions to the Japa tests. Beside Lucid, nothing of Lucid's is touched.
 *
 * Where `@adonisjs/auth` is installed, its users become models of this package: `config/auth.ts`, the
 * model and the middleware are written, or their imports changed. Where Lucid is installed as well, it
 * asks first; `--auth` and `--no-auth` answer, and `--guard` says which guard a new `config/auth.ts` has.
 */
export async function configure(command: ConfigureCommand): Promise<void> {
  const codemods = await command.createCodemods()
  const manifest = manifestOf(command)
  const has = (name: string) =>
    manifest.dependencies?.[name] !== undefined || manifest.devDependencies?.[name] !== undefined

  const database = databaseName(manifest)

  await codemods.makeUsingStub(stubsRoot, 'config/mongodb.stub', {
    database,
    withLucidNames: !has('@adonisjs/lucid'),
  })
  await codemods.defineEnvVariables({
    MONGODB_URI: `mongodb://127.0.0.1:27017/${database}`,
  })
  await codemods.defineEnvValidations({
    leadingComment: 'Variables for MongoDB',
    variables: {
      MONGODB_URI: 'Env.schema.string()',
      LUCENT_ENCRYPTION_KEYS: 'Env.schema.string.optional()',
    },
  })
  await codemods.updateRcFile((rcFile) => {
    rcFile.addProvider('lucent-odm/mongodb_provider')
    rcFile.addCommand('lucent-odm/commands')
  })
  await configureAuth(command, codemods, has)
  if (existsSync(command.app.makePath('tests', 'bootstrap.ts'))) {
    const plugin = { module: 'lucent-odm/testing/japa', identifier: 'mongoAssertions' }
    if (codemods.registerJapaPlugin === undefined) {
      command.logger.info(
        `add mongoAssertions(app) to the plugins in tests/bootstrap.ts, from ${plugin.module}`,
      )
    }
    await codemods.registerJapaPlugin?.('mongoAssertions(app)', [{ isNamed: true, ...plugin }])
  }
  const missing = [
    { name: 'luxon', isDevDependency: false },
    { name: '@types/luxon', isDevDependency: true },
  ].filter(({ name }) => !has(name))
  if (missing.length > 0) await codemods.listPackagesToInstall(missing)
}
