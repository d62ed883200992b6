import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  answer,
  compile,
  expectStored,
  freshDatabase,
  program,
  project,
  runtimes,
  runWith,
  SEEN,
  since,
} from './project.ts'
import { run } from './run.ts'

/** Programs that read tsconfig.json look for it in the project's folder. */
beforeAll(() => {
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    strictPropertyInitialization: false,
    experimentalDecorators: true,
  }
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
})

describe('test runners', () => {
  it.each(since(22))('Vitest on $name', async ({ file }) => {
    const database = freshDatabase()
    const output = await runWith(file, database, [program('vitest'), 'run'])
    expect(output).toMatch(/Tests +1 passed \(1\)/)
    await expectStored(database)
  })

  it.each(since(24))('Japa on $name', async ({ file }) => {
    const database = freshDatabase()
    const output = await runWith(file, database, ['--import', 'tsx', 'japa.ts'])
    expect(output).toMatch(/Tests +1 passed \(1\)/)
    await expectStored(database)
  })
})

describe('compilers that look at one file at a time', () => {
  describe.each(['esbuild', 'swc'])('%s', (tool) => {
    it.each([true, false])('fields defined: %s', async (defined) => {
      const out = `out/${tool}-${defined}`
      await run(process.execPath, ['transpile.mjs', tool, out, `${defined}`], { cwd: project })
      const database = freshDatabase()
      expect(await answer(process.execPath, database, [`${out}/main.js`])).toEqual(SEEN)
      await expectStored(database)
    })
  })

  it.each(runtimes)('tsx on $name', async ({ file }) => {
    const database = freshDatabase()
    expect(await answer(file, database, ['--import', 'tsx', 'src/main.ts'])).toEqual(SEEN)
    await expectStored(database)
  })
})

describe('bundles', () => {
  it.each(['esm', 'cjs'])('work when the package is left out (%s)', async (format) => {
    const out = `out/bundle.${format === 'esm' ? 'mjs' : 'cjs'}`
    const args = ['bundle.mjs', out, format, 'lucent-odm']
    await run(process.execPath, args, { cwd: project })
    const database = freshDatabase()
    expect(await answer(process.execPath, database, [out])).toEqual(SEEN)
  })

  it.each(['esm', 'cjs'])('say so when they hold the package (%s)', async (format) => {
    const out = `out/whole.${format === 'esm' ? 'mjs' : 'cjs'}`
    await run(process.execPath, ['bundle.mjs', out, format], { cwd: project })
    const output = await runWith(process.execPath, freshDatabase(), [out])
    expect(output).toContain('Leave lucent-odm out of the bundle (external)')
  })
})

describe('processes', () => {
  it.each(runtimes)(
    'one that only imports the package ends by itself on $name',
    async ({ file }) => {
      const script = `import { BaseModel } from 'lucent-odm'; console.log(typeof BaseModel)`
      const args = ['--input-type=module', '--eval', script]
      expect(await run(file, args, { cwd: project, timeout: 10_000 })).toBe('function\n')
    },
  )

  it.each(runtimes)('CommonJS can require the package on $name', async ({ file }) => {
    const script = `const { BaseModel } = require('lucent-odm'); console.log(typeof BaseModel)`
    const args = ['--input-type=commonjs', '--eval', script]
    expect(await run(file, args, { cwd: project, timeout: 10_000 })).toBe('function\n')
  })

  it('one with two copies of the package says so where a model has no database', async () => {
    const own = path.join(project, 'own')
    const copy = path.join(own, 'node_modules', 'lucent-odm')
    cpSync(path.join(project, 'node_modules', 'lucent-odm'), copy, { recursive: true })
    const model = `import { BaseModel, column } from 'lucent-odm'
      export class User extends BaseModel {}
      column({ isPrimary: true })(User.prototype, 'id')`
    writeFileSync(path.join(own, 'user.mjs'), model)
    const script = `import { BaseModel, Database } from 'lucent-odm'
      import { User } from './own/user.mjs'
      const url = 'mongodb://127.0.0.1:1/app'
      BaseModel.useDatabase(new Database({ connection: 'main', connections: { main: { url } } }))
      await User.query().first().catch(({ code, message }) => console.log(code, message))`
    const args = ['--input-type=module', '--eval', script]
    const output = await run(process.execPath, args, { cwd: project, timeout: 10_000 })
    expect(output).toMatch(/^E_CONFIGURATION User has no database.* 2 copies of lucent-odm/)
    expect(output).toContain(`${pathToFileURL(own).href}/node_modules/lucent-odm/`)
  })

  it.each([['--no-addons'], ['--permission', '--allow-fs-read=*']])(
    'that may load no native code say so (%s)',
    async (...flags) => {
      const script = `import { BaseModel, Database } from 'lucent-odm'
        const url = 'mongodb://127.0.0.1:1/app'
        const db = new Database({ connection: 'main', connections: { main: { url } } })
        await db.connection().ping().catch(({ code, message }) => console.log(code, message))`
      const args = [...flags, '--input-type=module', '--eval', script]
      const output = await run(process.execPath, args, { cwd: project, timeout: 10_000 })
      expect(output).toContain('E_NATIVE_MISSING')
      expect(output).toContain('--allow-addons')
    },
  )

  it('a worker thread uses it beside the main thread, and both end by themselves', async () => {
    const out = await compile('worker', 'plain', { module: 'nodenext' })
    for (const { file } of runtimes) {
      const database = freshDatabase()
      const seen = await answer(file, database, [path.join(out, 'worker.js')])
      expect(seen).toEqual([SEEN, SEEN])
      await expectStored(`${database}_thread`)
    }
  })

  it('a worker thread that is stopped under way takes nothing with it', async () => {
    expect(await runWith(process.execPath, freshDatabase(), ['stopped.cjs'])).toBe('ended\n')
  })
})

it('the package has no install script', () => {
  const lock = JSON.parse(
    readFileSync(path.join(project, 'node_modules', '.package-lock.json'), 'utf8'),
  ) as { packages: Record<string, { hasInstallScript?: boolean }> }
  const entry = lock.packages['node_modules/lucent-odm']
  expect(entry).toBeDefined()
  expect(entry?.hasInstallScript).toBeUndefined()
})
