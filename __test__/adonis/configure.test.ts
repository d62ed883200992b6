import Configure from '@adonisjs/core/commands/configure'
import { AceFactory } from '@adonisjs/core/factories'
import { expect, it } from 'vitest'
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

async function configure(project: Project) {
  const ace = await new AceFactory().make(project.url, {
    importer: (name) => import(name.startsWith('.') ? new URL(name, project.url).href : name),
  })
  await ace.app.init()
  ace.ui.switchMode('raw')
  const command = await ace.create(Configure, ['lucent-odm'])
  await command.exec()
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
