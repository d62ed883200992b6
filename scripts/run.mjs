// What the npm scripts run. `npm test` and `npm run demo` work on a fresh clone: this file installs
// the dependencies, goes on under the Node that is one of them, and builds what is out of date.
//
//   node scripts/run.mjs <task> [arguments of the task]
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
const local = path.join(root, 'node_modules', '.bin')

/** @param {string} file */
const json = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** @param {string[]} parts */
const inRoot = (...parts) => path.join(root, ...parts)

/** What a run counted, for {@link sum}. */
const counts = { passed: 0, failed: 0 }
const COUNTS = inRoot('.cache', 'counts')
/** Tasks whose counts are kept. */
const COUNTED = ['checks', 'test']

// --- Steps ------------------------------------------------------------------------------------

class StepFailed extends Error {}

/** @param {number} since */
function elapsed(since) {
  const seconds = (Date.now() - since) / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/**
 * Names a piece of work before and after it, with its duration.
 *
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
async function step(name, work) {
  const started = Date.now()
  console.error(`> ${name}`)
  try {
    const result = await work()
    console.error(`  ${name}: done in ${elapsed(started)}`)
    return result
  } catch (error) {
    console.error(`  ${name}: FAILED after ${elapsed(started)}`)
    throw error
  }
}

/**
 * @typedef {object} ExecOptions
 * @property {(text: string) => void} [output] also gets what the program prints
 * @property {boolean} [shell]
 * @property {string} [cwd] the repository's root by default
 * @property {Record<string, string>} [env] beside this process's own
 */

/**
 * Runs a program with this terminal.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {ExecOptions} [options]
 */
async function exec(file, args, { output, shell = false, cwd = root, env = {} } = {}) {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    shell,
    stdio: output ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  })
  if (output) {
    for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        process[name].write(text)
        output(text)
      })
    }
  }
  // Ctrl-C reaches the child too; let it end first and give back what it returned.
  const wait = () => {}
  process.on('SIGINT', wait)
  try {
    const [code, signal] = await once(child, 'close')
    if (code !== 0) {
      throw new StepFailed(`${path.basename(file)} ended with ${signal ?? `exit code ${code}`}`)
    }
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
    const hint = file === 'cargo' ? ': install Rust 1.88 or later (https://rustup.rs)' : ''
    throw new StepFailed(`${file} was not found${hint}`)
  } finally {
    process.off('SIGINT', wait)
  }
}

/**
 * Runs the program of an installed package under this Node.
 *
 * @param {string} name of the package
 * @param {string[]} args
 * @param {{ program?: string, node?: string[] }} [options]
 */
function tool(name, args, { program = path.basename(name), node = [] } = {}) {
  const directory = inRoot('node_modules', name)
  const { bin } = json(path.join(directory, 'package.json'))
  const file = path.join(directory, typeof bin === 'string' ? bin : bin[program])
  return exec(process.execPath, [...node, file, ...args])
}

/** @param {string[]} args */
const tsc = (args) => tool('typescript', args, { program: 'tsc' })

// --- Bootstrap --------------------------------------------------------------------------------

/** Whether node_modules holds what the lockfile asks for. */
function installed() {
  try {
    const wanted = json(inRoot('package-lock.json')).packages
    const present = json(inRoot('node_modules', '.package-lock.json')).packages
    return Object.entries(wanted).every(([name, entry]) => {
      if (name === '') return true
      const found = present[name]
      return found
        ? found.version === entry.version
        : entry.optional === true || entry.peer === true
    })
  } catch {
    return false
  }
}

async function install() {
  const command = existsSync(inRoot('node_modules')) ? 'install' : 'ci'
  const flags = ['--no-fund', '--no-audit', '--loglevel', 'error']
  await step(`npm ${command}`, () => {
    const cli = process.env.npm_execpath
    if (cli && /npm-cli\.c?js$/.test(cli)) return exec(process.execPath, [cli, command, ...flags])
    return exec('npm', [command, ...flags], { shell: process.platform === 'win32' })
  })
}

/**
 * The Node among the development dependencies; nothing where it is the one that runs already, or
 * where npm was told to run no install scripts.
 */
function preferredNode() {
  const file = inRoot(
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (!existsSync(file)) return undefined
  const wanted = require('node/package.json').version
  return wanted === process.versions.node ? undefined : file
}

/** Installs what is missing, then continues under the Node that was installed. */
async function bootstrap() {
  if (!installed()) await install()
  process.env.PATH = `${local}${path.delimiter}${process.env.PATH ?? ''}`
  const node = preferredNode()
  if (!node || process.env.LUCENT_BOOTSTRAPPED) return
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, LUCENT_BOOTSTRAPPED: '1' },
  })
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  const [code, signal] = await once(child, 'close')
  if (signal) {
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  }
  process.exit(code ?? 1)
}

// --- Work -------------------------------------------------------------------------------------

/** @param {{ release?: boolean }} [options] */
function buildNative({ release = false } = {}) {
  return step(`native core (${release ? 'release' : 'fast'} profile)`, async () => {
    const { buildNative: build } = await import('./build_native.mjs')
    await build({ release })
  })
}

/**
 * `clean` for what is installed or measured: a few files instead of many. `packed` for a tarball.
 *
 * @param {{ clean?: boolean, packed?: boolean }} [options]
 */
async function buildTypeScript({ clean = false, packed = false } = {}) {
  await step('generated sources', () =>
    exec(process.execPath, [inRoot('scripts', 'generate_errors.mjs'), '--check']),
  )
  await step('TypeScript', () => {
    if (clean) rmSync(inRoot('dist'), { recursive: true, force: true })
    return tsc(['-p', '.', ...(packed ? ['--sourceMap', 'false'] : [])])
  })
  if (clean) await step('bundle', () => exec(process.execPath, [inRoot('scripts', 'bundle.mjs')]))
}

async function build({ release = false } = {}) {
  await buildTypeScript({ clean: release })
  await buildNative({ release })
}

/**
 * Whether a folder holds a project with TypeScript to compile; tsc takes an empty one for an error.
 *
 * @param {string[]} parts
 */
function hasTypeScript(...parts) {
  const folder = inRoot(...parts)
  return (
    existsSync(path.join(folder, 'tsconfig.json')) &&
    readdirSync(folder, { recursive: true }).some((name) => /\.m?ts$/.test(String(name)))
  )
}

/** Removes declarations from `dist` that no export leads to; index.d.ts stands for most of them. */
function removeHiddenDeclarations() {
  const { exports } = json(inRoot('package.json'))
  /** @type {string[]} */
  const open = JSON.stringify(exports).match(/[^"]+\.d\.ts/g) ?? []
  const reached = new Set(open.map((name) => inRoot(name)))
  for (const file of reached) {
    const text = readFileSync(file, 'utf8')
    for (const [, target = ''] of text.matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)['"]/g)) {
      reached.add(path.resolve(path.dirname(file), target.replace(/\.[jt]s$/, '.d.ts')))
    }
  }
  for (const name of readdirSync(inRoot('dist'), { recursive: true, encoding: 'utf8' })) {
    const file = inRoot('dist', name)
    if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
  }
}

/** What a tarball holds. `LUCENT_CORE=present` takes the core that is there, whatever its profile. */
async function prepack() {
  await buildTypeScript({ clean: true, packed: true })
  removeHiddenDeclarations()
  if (process.env.LUCENT_CORE !== 'present') await buildNative({ release: true })
  await step('licences of crates', () =>
    exec(process.execPath, [inRoot('scripts', 'licences.mjs')]),
  )
}

async function typeTests() {
  if (!hasTypeScript('__test__', 'types')) return
  await step('type tests', () => tsc(['-p', '__test__/types']))
}

/**
 * The suites against the real server. The whole of them is counted.
 *
 * @param {string[]} args
 */
async function vitest(args) {
  if (args.length > 0) return step('vitest', () => tool('vitest', ['run', ...args]))
  return countedVitest('vitest', [])
}

/**
 * Installs the tarball in projects of its own. It builds `dist` anew, so nothing else may run beside.
 *
 * @param {string[]} [args]
 */
function packaging(args = []) {
  return countedVitest('packaging', ['--config', '__test__/packaging/vitest.config.ts', ...args])
}

/**
 * @param {string} name
 * @param {string[]} args
 */
async function countedVitest(name, args) {
  const report = path.join(COUNTS, `${name}.report.json`)
  rmSync(report, { force: true })
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    await step(name, () => tool('vitest', ['run', ...reporters, ...args]))
  } finally {
    if (existsSync(report)) {
      const { numPassedTests, numFailedTests } = json(report)
      counts.passed += numPassedTests
      counts.failed += numFailedTests
    }
  }
}

/**
 * Runs every piece of work even when an earlier one failed, then fails if any did.
 *
 * @param {(() => Promise<unknown>)[]} works
 */
async function all(works) {
  const failures = []
  for (const work of works) {
    try {
      await work()
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  if (failures.length > 0) throw new StepFailed(failures.join('\n'))
}

function hasNextest() {
  return spawnSync('cargo', ['nextest', '--version'], { stdio: 'ignore' }).status === 0
}

/**
 * Tests of the Rust core, without Node.
 *
 * @param {string[]} args for the test runner
 * @param {(text: string) => void} [output]
 */
async function rustTests(args, output) {
  const options = output ? { output } : {}
  if (!hasNextest()) {
    await step('cargo test', () =>
      exec('cargo', ['test', '--no-default-features', ...args], options),
    )
    return
  }
  await step('cargo nextest', () =>
    exec(
      'cargo',
      ['nextest', 'run', '--no-default-features', '--no-tests', 'pass', ...args],
      options,
    ),
  )
  // nextest runs no documentation tests.
  if (args.length === 0) {
    await step('cargo test --doc', () =>
      exec('cargo', ['test', '--doc', '--no-default-features'], options),
    )
  }
}

/** @type {[string, () => Promise<void>][]} */
const LINTS = [
  ['biome', () => tool('@biomejs/biome', ['check', '--error-on-warnings', '.'])],
  [
    'public types',
    () => exec(process.execPath, [inRoot('scripts', 'generate_types.mjs'), '--check']),
  ],
  ['rustfmt', () => exec('cargo', ['fmt', '--check'])],
  ['clippy', () => exec('cargo', ['clippy', '--all-targets', '--', '--deny', 'warnings'])],
]

const lint = () =>
  all(
    LINTS.map(
      ([name, work]) =>
        () =>
          step(name, work),
    ),
  )

async function typecheck() {
  linkExample()
  const projects = ['.', '__test__', 'scripts', 'examples/adonis', 'examples/demo']
  await all(
    projects.map((project) => () => step(`tsc ${project}`, () => tsc(['-p', project, '--noEmit']))),
  )
}

const EXAMPLE = inRoot('examples', 'adonis')

/** Lets the example import the package; everything else it finds in the root's node_modules. */
function linkExample() {
  const link = path.join(EXAMPLE, 'node_modules', 'lucent-odm')
  if (existsSync(link)) return
  mkdirSync(path.dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(process.platform === 'win32' ? root : '../../..', link, 'junction')
}

/** Answers the folder that the application runs in. */
async function buildExample() {
  const out = path.join(EXAMPLE, 'build')
  await step('example application', async () => {
    linkExample()
    rmSync(out, { recursive: true, force: true })
    await tsc(['-p', 'examples/adonis'])
    for (const name of ['package.json', '.env.test']) {
      copyFileSync(path.join(EXAMPLE, name), path.join(out, name))
    }
  })
  return out
}

/**
 * The tests of the example application, over HTTP.
 *
 * @param {string[]} [args] for Japa
 */
async function exampleTests(args = []) {
  const cwd = await buildExample()
  let text = ''
  const env = { TEST_ON_MONGODB_URI: String(Boolean(process.env.MONGODB_URI)) }
  /** @param {string} chunk */
  const output = (chunk) => {
    text += chunk
  }
  try {
    await step('tests of the example', () =>
      exec(process.execPath, ['--enable-source-maps', path.join('bin', 'test.js'), ...args], {
        cwd,
        env,
        output,
      }),
    )
  } finally {
    const [line = ''] = stripVTControlCharacters(text).match(/^Tests +.*$/m) ?? []
    for (const [, count, kind] of line.matchAll(/(\d+) (passed|failed)/g)) {
      counts[/** @type {'passed' | 'failed'} */ (kind)] += Number(count)
    }
  }
  if (!/^Tests +\d+ passed/m.test(stripVTControlCharacters(text))) {
    throw new StepFailed('the example ran no tests')
  }
}

/** @param {string[]} args */
async function demo(args) {
  await build()
  const application = await buildExample()
  const out = inRoot('.cache', 'demo')
  await step('demo sources', () => tsc(['-p', 'examples/demo', '--outDir', out]))
  await exec(process.execPath, [
    '--enable-source-maps',
    path.join(out, 'examples', 'demo', 'main.js'),
    application,
    ...args,
  ])
}

/** @param {string[]} args */
async function bench(args) {
  const without = args.some((arg, index) => arg === 'lucent' && args[index - 1] === '--without')
  if (without) await buildTypeScript()
  else await build({ release: true })
  await exec(process.execPath, ['--expose-gc', inRoot('benches', 'run.mjs'), ...args])
}

/** @param {string[]} args */
async function benchHttp(args) {
  await build({ release: true })
  await exec(process.execPath, [inRoot('benches', 'http.mjs'), ...args])
}

// --- Continuous integration -------------------------------------------------------------------

/** Everything a change must pass besides `npm test`. */
async function checks() {
  /** @type {[string, () => Promise<unknown>][]} */
  const works = [...LINTS, ['Rust tests', countedRustTests], ['build', build], ['types', typecheck]]
  if (spawnSync('cargo', ['deny', '--version'], { stdio: 'ignore' }).status === 0) {
    const args = ['deny', '--all-features', 'check', 'bans', 'licenses']
    works.push(['cargo deny', () => exec('cargo', args)])
  }
  await all(
    works.map(([name, work]) => async () => {
      const failedBefore = counts.failed
      try {
        await step(name, work)
      } catch (error) {
        // A step that counts no tests of its own still has to show in the sum.
        if (counts.failed === failedBefore) counts.failed += 1
        throw error
      }
    }),
  )
}

async function countedRustTests() {
  let text = ''
  // The fuzzing tests run beside the others, for this long; seconds where nothing is said.
  process.env.LUCENT_FUZZ_SECONDS ??= '60'
  try {
    await rustTests([], (chunk) => {
      text += chunk
    })
  } finally {
    const plain = stripVTControlCharacters(text)
    for (const [, line = ''] of plain.matchAll(/(?:Summary \[.*?\]|test result:)(.*)/g)) {
      for (const [, count, kind] of line.matchAll(/(\d+) (passed|failed)/g)) {
        counts[/** @type {'passed' | 'failed'} */ (kind)] += Number(count)
      }
    }
  }
}

/** Prints what `checks` and `npm test` counted, on a line of its own. */
function sum() {
  const sums = { passed: 0, failed: 0 }
  for (const task of COUNTED) {
    const file = path.join(COUNTS, `${task}.json`)
    const { passed, failed } = existsSync(file) ? json(file) : { passed: 0, failed: 1 }
    sums.passed += passed
    sums.failed += failed
  }
  console.log(`${sums.passed} passed, ${sums.failed} failed`)
  if (sums.failed > 0) process.exitCode = 1
}

// --- Tasks ------------------------------------------------------------------------------------

/** @type {Record<string, (args: string[]) => unknown>} */
const TASKS = {
  install: () => {},
  demo,
  test: async (args) => {
    await build()
    await all(
      args.length > 0
        ? [() => vitest(args)]
        : [typeTests, () => vitest([]), () => exampleTests(), packaging],
    )
  },
  'test:example': async (args) => {
    await build()
    await exampleTests(args)
  },
  'test:packaging': async (args) => {
    await build()
    await packaging(args)
  },
  'test:rust': (args) => rustTests(args),
  bench,
  'bench:http': benchHttp,
  soak: async (args) => {
    await build()
    await exec(process.execPath, ['scripts/soak.mjs', ...args])
  },
  build: () => build(),
  'build:ts': () => buildTypeScript(),
  'build:release': () => build({ release: true }),
  prepack,
  lint,
  format: async () => {
    await tool('@biomejs/biome', ['check', '--write', '.'])
    await exec('cargo', ['fmt'])
  },
  typecheck,
  checks,
  sum,
}

const [task = '', ...args] = process.argv.slice(2)
const work = TASKS[task]
if (!work) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(TASKS).join(' | ')}`)
  process.exit(2)
}
const started = Date.now()
let outcome = 'ok'
const counted = COUNTED.includes(task) && args.length === 0
const kept = path.join(COUNTS, `${task}.json`)
try {
  await bootstrap()
  if (counted) {
    mkdirSync(COUNTS, { recursive: true })
    rmSync(kept, { force: true })
  }
  await work(args)
} catch (error) {
  console.error(error instanceof StepFailed ? error.message : error)
  outcome = 'FAILED'
  process.exitCode = 1
  if (counts.failed === 0) counts.failed = 1
}
if (counted) writeFileSync(kept, JSON.stringify(counts))
if (task !== 'sum') console.error(`${task}: ${outcome}, ${elapsed(started)} in all`)
