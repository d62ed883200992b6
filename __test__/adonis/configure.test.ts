import Configure from '@adonisjs/core/commands/configure'
import { AceFactory } from '@adonisjs/core/factories'
import { describe, expect, it } from 'vitest'
import { makeProject, type Project } from './project.ts'

const FILES = {
  'package.json': JSON.stringify({ name: '@acme/Web Shop', dependencies: { luxon: '^3.7.0' } }),
  'tsconfig.json': '{}',
  'adonisrc.ts': `import { defineConfig } from '@adonisjs/core/app'\nexport default defineConfig({})\n`,
  'start/env.ts': `import { Env } from '@adonisjs/core/env'\nexport default await Env.create(new URL('../', import.meta.url), {})\n`,
  '.env': 'PORT=3333\n',
  '.env.example': 'PORT=\n',
}

const BOOTSTRAP = `import type { Config } from '@japa/runner/types'
import app from '@adonisjs/core/services/app'
import { pluginAdonisJS } from '@japa/plugin-adonisjs'

export const plugins: Config['plugins'] = [pluginAdonisJS(app)]
`

async function configure(project: Project, flags: string[] = [], answer?: boolean) {
  const ace = await new AceFactory().make(project.url, {
    importer: (name) => import(name.startsWith('.') ? new URL(name, project.url).href : name),
  })
  await ace.app.init()
  ace.ui.switchMode('raw')
  const command = await ace.create(Configure, ['lucent-odm', ...flags])
  if (answer !== undefined) {
    const asked = command.prompt.trap(
      'Shall the users of @adonisjs/auth be models of lucent-odm, in place of Lucid?',
    )
    if (answer) asked.accept()
    else asked.reject()
  }
  await command.exec()
  expect(command.error).toBeUndefined()
  command.assertSucceeded()
  return command.logger.getLogs().map(({ message }) => message)
}

it('writes the configuration and registers what the package has', async () => {
  const project = await makeProject({ ...FILES, 'tests/bootstrap.ts': BOOTSTRAP })
  await configure(project)

  const config = await project.read('config/mongodb.ts')
  expect(config).toContain("import { defineConfig } from 'lucent-odm'")
  expect(config).toContain("url: env.get('MONGODB_URI')")
  expect(config).toContain("app.inTest ? { database: 'acme_web_shop_test' } : {}")
  expect(config).toContain("import type {} from 'lucent-odm/lucid_names'")
  expect(config).toContain('timeoutMS: 10_000')

  expect(await project.read('.env')).toContain(
    'MONGODB_URI=mongodb://127.0.0.1:27017/acme_web_shop',
  )
  const env = await project.read('start/env.ts')
  expect(env).toContain('MONGODB_URI: Env.schema.string()')
  expect(env).toContain('LUCENT_ENCRYPTION_KEYS: Env.schema.string.optional()')

  const rc = await project.read('adonisrc.ts')
  expect(rc).toContain("() => import('lucent-odm/mongodb_provider')")
  expect(rc).toContain("() => import('lucent-odm/commands')")

  const bootstrap = await project.read('tests/bootstrap.ts')
  expect(bootstrap).toContain("import { mongoAssertions } from 'lucent-odm/testing/japa'")
  expect(bootstrap).toContain('mongoAssertions(app)')
})

it('names packages that are missing, and only these', async () => {
  const project = await makeProject(FILES)
  const logs = (await configure(project)).join('\n')
  expect(logs).toContain('@types/luxon')
  expect(logs).not.toMatch(/ luxon$/m)
})

it('claims none of the names of Lucid where that is installed', async () => {
  const project = await makeProject({
    ...FILES,
    'package.json': JSON.stringify({ name: 'app', dependencies: { '@adonisjs/lucid': '^22.0.0' } }),
    'config/database.ts': 'export default {}\n',
  })
  await configure(project)
  expect(await project.read('config/mongodb.ts')).not.toContain('lucid_names')
  expect(await project.read('config/database.ts')).toBe('export default {}\n')
})

it('does the same when it is run again', async () => {
  const project = await makeProject(FILES)
  await configure(project)
  const files = ['adonisrc.ts', 'config/mongodb.ts', 'start/env.ts']
  const before = await Promise.all(files.map(project.read))
  await configure(project)
  expect(await Promise.all(files.map(project.read))).toEqual(before)
})

describe('with @adonisjs/auth', () => {
  const KERNEL = `import router from '@adonisjs/core/services/router'

router.use([() => import('@adonisjs/core/bodyparser_middleware')])

export const middleware = router.named({})
`
  /** What a starter kit has of Lucid. */
  const KIT = {
    'config/auth.ts': `import { defineConfig } from '@adonisjs/auth'
import { sessionGuard, sessionUserProvider } from '@adonisjs/auth/session'
import type { Authenticators } from '@adonisjs/auth/types'
`,
    'app/models/user.ts': `import { UserSchema } from '#database/schema'
import { compose } from '@adonisjs/core/helpers'
import { withAuthFinder } from '@adonisjs/auth/mixins/lucid'
import { type AccessToken, DbAccessTokensProvider } from "@adonisjs/auth/access_tokens"
`,
    'database/schema.ts': `import { BaseModel, column } from '@adonisjs/lucid/orm'
export class UserSchema extends BaseModel {
  @column({ isPrimary: true })
  declare id: number
  @column()
  declare age: number
}
`,
    'providers/api_provider.ts': `import { BaseSerializer } from '@adonisjs/core/transformers'
import type { SimplePaginatorMetaKeys } from '@adonisjs/lucid/types/querybuilder'
`,
  }
  const MOVED = {
    'config/auth.ts': KIT['config/auth.ts'].replace('@adonisjs/auth/session', 'lucent-odm/auth'),
    'app/models/user.ts': KIT['app/models/user.ts'].replaceAll(
      /@adonisjs\/auth\/[\w/]+/g,
      'lucent-odm/auth',
    ),
    'database/schema.ts': KIT['database/schema.ts']
      .replace('@adonisjs/lucid/orm', 'lucent-odm')
      .replace('id: number', 'id: string'),
    'providers/api_provider.ts': KIT['providers/api_provider.ts'].replace(
      '@adonisjs/lucid/types/querybuilder',
      'lucent-odm',
    ),
  }
  const withPackages = (...names: string[]) => ({
    ...FILES,
    'start/kernel.ts': KERNEL,
    'package.json': JSON.stringify({
      name: 'app',
      dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
    }),
  })
  const read = async (project: Project, files: Record<string, string>) => {
    const pairs = Object.keys(files).map(async (name) => [name, await project.read(name)] as const)
    return Object.fromEntries(await Promise.all(pairs))
  }

  it('leaves a schema alone that has classes of other tables', async () => {
    const schema = `${KIT['database/schema.ts']}export class PostSchema extends BaseModel {}\n`
    const files = { ...withPackages('@adonisjs/auth', '@adonisjs/lucid'), ...KIT }
    const project = await makeProject({ ...files, 'database/schema.ts': schema })
    const logs = (await configure(project, ['--auth'])).join('\n')
    expect(await read(project, KIT)).toEqual({ ...MOVED, 'database/schema.ts': schema })
    expect(logs).toContain('database/schema.ts has classes of other tables too')
  })

  it.each([
    [['@adonisjs/auth', '@adonisjs/session'], [], 'sessionGuard({', false],
    [['@adonisjs/auth'], [], 'tokensGuard({', true],
    [['@adonisjs/auth'], ['--guard=basic_auth'], 'basicAuthGuard({', false],
    [['@adonisjs/auth', '@adonisjs/session'], ['--guard=access_tokens'], 'tokensGuard({', true],
    [['@adonisjs/auth', '@adonisjs/lucid'], ['--auth'], 'tokensGuard({', true],
  ] as const)('writes what is not there: %j %j', async (packages, flags, guard, hasTokens) => {
    const project = await makeProject(withPackages(...packages))
    await configure(project, [...flags])
    const config = await project.read('config/auth.ts')
    expect(config).toContain(guard)
    expect(config).toContain("from 'lucent-odm/auth'")
    expect(config).toContain('InferAuthenticators<typeof authConfig>')
    const model = await project.read('app/models/user.ts')
    expect(model).toContain('class User extends compose(BaseModel, withAuthFinder(hash)) {')
    expect(model.includes('static accessTokens = ')).toBe(hasTokens)
    expect(await project.read('app/middleware/auth_middleware.ts')).toContain('authenticateUsing')
    expect(await project.read('adonisrc.ts')).toContain("import('@adonisjs/auth/auth_provider')")
    const kernel = await project.read('start/kernel.ts')
    expect(kernel).toContain("import('@adonisjs/auth/initialize_auth_middleware')")
    expect(kernel).toContain("auth: () => import('#middleware/auth_middleware')")
  })

  it("changes a kit's imports, and nothing twice", async () => {
    const project = await makeProject({ ...withPackages('@adonisjs/auth'), ...KIT })
    await configure(project)
    expect(await read(project, KIT)).toEqual(MOVED)
    const files = { ...KIT, 'adonisrc.ts': '', 'start/kernel.ts': '' }
    const before = await read(project, files)
    await configure(project)
    expect(await read(project, files)).toEqual(before)
  })

  it.each([
    [true, [], true],
    [false, [], false],
    [undefined, ['--auth'], true],
    [undefined, ['--no-auth'], false],
  ] as const)('asks where Lucid is installed too: %s %j', async (answer, flags, isMoved) => {
    const files = { ...withPackages('@adonisjs/auth', '@adonisjs/lucid'), ...KIT }
    const project = await makeProject(files)
    await configure(project, [...flags], answer)
    expect(await read(project, KIT)).toEqual(isMoved ? MOVED : KIT)
    expect((await project.read('adonisrc.ts')).includes('auth_provider')).toBe(isMoved)
  })

  it('leaves an application without it alone', async () => {
    const project = await makeProject({ ...withPackages('luxon'), ...KIT })
    await configure(project)
    expect(await read(project, KIT)).toEqual(KIT)
    expect(await project.read('adonisrc.ts')).not.toContain('auth_provider')
  })
})
