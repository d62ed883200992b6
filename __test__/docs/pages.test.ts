import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandsIn, filesOf, modulesOf } from '../helpers/code_blocks.ts'
import { mongoUri } from '../helpers/server.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = path.join(root, '.cache', `docs-${process.pid}`)
const guide = path.join(root, 'docs', 'guide')

const pages = existsSync(guide) ? readdirSync(guide) : []
const documents = ['README.md', ...pages.map((name) => `docs/guide/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .map((name) => {
    const text = readFileSync(path.join(root, name), 'utf8')
    return { name, text, stem: name.replace(/\W+/g, '_').toLowerCase() }
  })

const modules = documents.flatMap(({ name, text, stem }) =>
  modulesOf(text).map((module, index) => ({
    ...module,
    document: name,
    file: `${stem}_${index}`,
    database: `docs_${process.pid}_${randomBytes(4).toString('hex')}`,
  })),
)

/** Documents that show files of an application. */
const applications = documents
  .map((document) => ({ ...document, files: filesOf(document.text) }))
  .filter(({ files }) => files.length > 0)

/** Begins the output of a module, and tells how it failed; both for the runner alone. */
const MODULE = '\u0001'
const FAILED = '\u0002'
const RUNNER = `import { inspect } from 'node:util'
for (const file of process.argv.slice(2)) {
  console.log('${MODULE}' + file)
  await import('./out/' + file + '.js').catch((error) => console.log('${FAILED}' + inspect(error)))
}
`

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noUncheckedIndexedAccess: true,
  experimentalDecorators: true,
}

/** The server's address with a database of the module's own. */
function addressOf(database: string): string {
  return mongoUri().replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${database}`)
}

function write(file: string, content: string | object): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
}

beforeAll(() => {
  for (const { file, source, database } of modules) {
    const connected = source.replaceAll('mongodb://localhost:27017/app', addressOf(database))
    write(path.join(scratch, `${file}.ts`), connected)
  }
  write(path.join(scratch, 'run.mjs'), RUNNER)
  write(path.join(scratch, 'tsconfig.json'), {
    compilerOptions: { ...compilerOptions, skipLibCheck: false, rootDir: '.', outDir: 'out' },
    include: ['*.ts'],
  })
  for (const { stem, files } of applications) {
    const folder = path.join(scratch, stem)
    for (const file of files) write(path.join(folder, file.path), file.source)
    const imports = Object.fromEntries(
      ['config', 'start', 'tests'].map((name) => [`#${name}/*`, `./${name}/*.js`]),
    )
    for (const name of ['models', 'controllers', 'validators', 'transformers']) {
      imports[`#${name}/*`] = `./app/${name}/*.js`
    }
    write(path.join(folder, 'package.json'), { type: 'module', imports })
    write(path.join(folder, 'tsconfig.json'), {
      compilerOptions: { ...compilerOptions, skipLibCheck: true, noEmit: true },
      include: ['**/*.ts'],
    })
    mkdirSync(path.join(folder, 'node_modules'))
    symlinkSync(root, path.join(folder, 'node_modules', 'lucent-odm'), 'junction')
  }
}, 60_000)

afterAll(async () => {
  rmSync(scratch, { recursive: true, force: true })
  const client = new MongoClient(mongoUri())
  for (const { database } of modules) await client.db(database).dropDatabase()
  await client.close()
})

/** Compiles a folder, and answers what the compiler has to say. */
async function compile(folder: string): Promise<string> {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const outcome = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error)
  return outcome.stdout
}

it('the code of the documents compiles', async () => {
  expect(await compile(scratch)).toBe('')
}, 60_000)

it.each(applications)(
  '$name: the files of the application compile',
  async ({ stem }) => {
    expect(await compile(path.join(scratch, stem))).toBe('')
  },
  60_000,
)

describe.each(documents)('$name', ({ name, text }) => {
  const own = modules.filter(({ document }) => document === name)
  const output = new Map<string, string>()

  // One process for a document, which has to end by itself.
  beforeAll(async () => {
    const args = [path.join(scratch, 'run.mjs'), ...own.map(({ file }) => file)]
    const { stdout } = await run(process.execPath, args, { timeout: 30_000 })
    for (const part of stdout.split(MODULE).slice(1)) {
      const end = part.indexOf('\n')
      output.set(part.slice(0, end), part.slice(end + 1))
    }
  }, 60_000)

  it.each(own)('$heading: the code runs and prints what it says', ({ file, prints }) => {
    const printed = output.get(file) ?? 'nothing was run'
    expect(printed).not.toContain(FAILED)
    const lines = printed.split('\n').filter((line) => line !== '')
    if (prints.length > 0) expect(lines).toEqual(prints)
  })

  it('its links lead somewhere', () => {
    for (const [, link = '', anchor] of text.matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)) {
      const file = link === '' ? name : path.join(path.dirname(name), link)
      expect(existsSync(path.join(root, file)), link).toBe(true)
      if (anchor === undefined) continue
      expect(anchorsOf(readFileSync(path.join(root, file), 'utf8')), link).toContain(anchor)
    }
  })

  it('its commands are there', () => {
    const { name: own, scripts } = JSON.parse(
      readFileSync(path.join(root, 'package.json'), 'utf8'),
    ) as { name: string; scripts: Record<string, string> }
    const commands = ['adonis/commands/main.ts', 'cli/main.ts']
      .map((file) => readFileSync(path.join(root, 'js', file), 'utf8'))
      .join('\n')
    for (const command of commandsIn(text)) {
      const [, script = command === 'npm test' ? 'test' : undefined] =
        /^npm run (\S+)/.exec(command) ?? []
      const [, named] = /^(?:node ace|npx lucent-odm) (\S+)/.exec(command) ?? []
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script)
      else if (named === undefined) expect(command).toMatch(/^npm install /)
      else if (named !== 'configure') expect(commands).toContain(`'${named}'`)
    }
    expect(text).toContain(own)
  })
})

/** What links may name in a document, as GitHub makes it of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

it('the page about errors has every code, with its status', () => {
  const table = JSON.parse(readFileSync(path.join(root, 'src', 'error', 'codes.json'), 'utf8')) as {
    code: string
    status: number
  }[]
  const page = documents.find(({ name }) => name === 'docs/guide/errors.md')?.text ?? ''
  const rows = [...page.matchAll(/^\| `(E_\w+)` \| (\d+) \| /gm)]
  const said = rows.map(([, code, status]) => `${code} ${status}`)
  expect(said.sort()).toEqual(table.map(({ code, status }) => `${code} ${status}`).sort())
})

it('the index of the guide names every page', () => {
  const index = documents.find(({ name }) => name === 'docs/guide/README.md')?.text ?? ''
  for (const name of pages) if (name !== 'README.md') expect(index).toContain(`](${name})`)
})
