import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandsIn, modulesOf } from '../helpers/code_blocks.ts'
import { mongoUri } from '../helpers/server.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = path.join(root, '.cache', `docs-${process.pid}`)
const guide = path.join(root, 'docs', 'guide')

const pages = existsSync(guide) ? readdirSync(guide) : []
const documents = ['README.md', ...pages.map((name) => `docs/guide/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }))

const modules = documents.flatMap(({ name, text }) =>
  modulesOf(text).map((module, index) => ({
    ...module,
    document: name,
    file: `${name.replace(/\W+/g, '_').toLowerCase()}_${index}`,
    database: `docs_${process.pid}_${randomBytes(4).toString('hex')}`,
  })),
)

/** The server's address with a database of the module's own. */
function addressOf(database: string): string {
  return mongoUri().replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${database}`)
}

beforeAll(async () => {
  mkdirSync(scratch, { recursive: true })
  for (const { file, source, database } of modules) {
    const connected = source.replaceAll('mongodb://localhost:27017/app', addressOf(database))
    writeFileSync(path.join(scratch, `${file}.ts`), connected)
  }
  const settings = {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noImplicitOverride: true,
      noUncheckedIndexedAccess: true,
      experimentalDecorators: true,
      skipLibCheck: false,
      rootDir: '.',
      outDir: 'out',
    },
    include: ['*.ts'],
  }
  writeFileSync(path.join(scratch, 'tsconfig.json'), JSON.stringify(settings))
}, 60_000)

afterAll(async () => {
  rmSync(scratch, { recursive: true, force: true })
  const client = new MongoClient(mongoUri())
  for (const { database } of modules) await client.db(database).dropDatabase()
  await client.close()
})

it('the code of the documents compiles', async () => {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const outcome = await run(process.execPath, [tsc, '-p', scratch]).catch((error) => error)
  expect(outcome.stdout).toBe('')
}, 60_000)

describe.each(documents)('$name', ({ name, text }) => {
  const own = modules.filter(({ document }) => document === name)

  it.each(own)('$heading: the code runs and prints what it says', async ({ file, prints }) => {
    // The process has to end by itself.
    const { stdout } = await run(process.execPath, [path.join(scratch, 'out', `${file}.js`)], {
      timeout: 15_000,
    })
    const lines = stdout.split('\n').filter((line) => line !== '')
    if (prints.length > 0) expect(lines).toEqual(prints)
  })

  it('its links lead somewhere', () => {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      // `npm run bench` writes the chart.
      if (link === 'docs/bench.svg') continue
      expect(existsSync(path.join(root, path.dirname(name), link)), link).toBe(true)
    }
  })

  it('its commands are there', () => {
    const { name: own, scripts } = JSON.parse(
      readFileSync(path.join(root, 'package.json'), 'utf8'),
    ) as { name: string; scripts: Record<string, string> }
    for (const command of commandsIn(text)) {
      const [, script = command === 'npm test' ? 'test' : undefined] =
        /^npm run (\S+)/.exec(command) ?? []
      if (script === undefined) expect(command).toMatch(/^npm install /)
      else expect(Object.keys(scripts)).toContain(script)
    }
    expect(text).toContain(own)
  })
})
