import { randomBytes } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { MongoClient } from 'mongodb'
import { afterAll, expect, inject } from 'vitest'
import { run } from './run.ts'

/** The project that has the tarball installed. */
export const project = inject('project')

/** The versions of Node.js that are tried. */
export const runtimes = inject('runtimes')

/** Versions of Node.js from a major version on. */
export const since = (major: number) => runtimes.filter((runtime) => runtime.major >= major)

const client = new MongoClient(inject('mongoUri'))
const databases: string[] = []

afterAll(async () => {
  for (const name of databases) await client.db(name).dropDatabase()
  await client.close()
})

/** Name of a database that goes with the test file. */
export function freshDatabase(): string {
  const name = `packaging_${process.pid}_${randomBytes(4).toString('hex')}`
  databases.push(name, `${name}_thread`)
  return name
}

/** Environment of the project's programs. */
const environment = (database: string) => ({
  MONGODB_URL: inject('mongoUri'),
  MONGODB_DATABASE: database,
})

/** The program of a package that the project has installed. */
export function program(name: string, bin = name): string {
  const folder = path.join(project, 'node_modules', name)
  const manifest: { bin: string | Record<string, string> } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  )
  const file = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin]
  return path.join(folder, file ?? '')
}

/** Settings of every project of the tests; the others say what they add. */
const COMMON = {
  target: 'es2022',
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  skipLibCheck: false,
  noEmitOnError: true,
}

/** How a model's fields are written: `email: string`, or `declare email: string`. */
export type Fields = 'plain' | 'declared'

/** The folder with the project's sources, one for each way to write fields. */
function sources(fields: Fields): string {
  if (fields === 'plain') return 'src'
  const folder = path.join(project, 'declared')
  cpSync(path.join(project, 'src'), folder, { recursive: true })
  const file = path.join(folder, 'user.ts')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replaceAll(/public (\w+):/g, 'public declare $1:'))
  return 'declared'
}

/** Compiles the project's sources and answers the folder with the JavaScript. */
export async function compile(
  name: string,
  fields: Fields,
  options: Record<string, unknown>,
  typescript = 'typescript',
): Promise<string> {
  const folder = name.replace(/\W+/g, '_').toLowerCase()
  const rootDir = sources(fields)
  const outDir = path.join(project, 'out', folder)
  const file = path.join(project, `tsconfig.${folder}.json`)
  // The word-for-word example leaves its fields without a value.
  const plain = fields === 'plain' ? { strictPropertyInitialization: false } : {}
  const compilerOptions = { ...COMMON, ...plain, ...options, rootDir, outDir }
  writeFileSync(file, JSON.stringify({ compilerOptions, include: [rootDir] }))
  await run(process.execPath, [program(typescript, 'tsc'), '-p', file], { cwd: project })
  return outDir
}

/** Runs a program of the project, with a database, and answers what it printed. */
export function runWith(node: string, database: string, args: readonly string[]): Promise<string> {
  return run(node, args, { cwd: project, env: environment(database), timeout: 30_000 })
}

/** Runs a script of the project and answers the JSON of its last line. */
export async function answer(
  node: string,
  database: string,
  args: readonly string[],
): Promise<unknown> {
  const stdout = await runWith(node, database, [...args, database])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

/** What the walk of `src/exercise.ts` sees. */
export const SEEN = {
  created: { email: 'ada@example.com', status: 'pending', credits: 0 },
  found: 'ada@example.com',
  fetched: ['ada@example.com'],
  counted: 1,
  updated: 5,
  gone: true,
  refused: 'E_ROW_NOT_FOUND',
}

/** Checks, with the npm driver, what the walk leaves behind. */
export async function expectStored(database: string): Promise<void> {
  const users = client.db(database).collection('users')
  expect(await users.find({}, { projection: { _id: 0 } }).toArray()).toEqual([
    { email: 'ada@example.com', status: 'active', credits: 5 },
    { email: 'ben@example.com', status: 'pending', credits: 0 },
  ])
}
