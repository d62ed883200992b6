// Who may import whom, held by reading the imports: `npm run lint` and the checks fail on what is not allowed here.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript-5.9'
import { codeOf, coreImportsOf } from './core_imports.mjs'
import { StepFailed } from './steps.mjs'

/** The most lines of a file. */
const MOST_LINES = 400

/** Files that are written by a generator. */
const GENERATED = /\.generated\.(ts|rs)$|^src\/protocol\.rs$/

/** Files that are longer than {@link MOST_LINES} and are to be split. One that is not longer any more must leave. */
export const LONG_FILES = /** @type {readonly string[]} */ ([])

/**
 * The modules of the core, each with what it may use besides itself. The way down is
 * `bridge → ops → {steps, relations} → {query, crypto} → request → model → document → error`; `lifecycle`, `client`, `indexes`
 * and `telemetry` stand beside it. An entry names what is there: a new module needs one of its own.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const CORE = {
  protocol: [],
  error: [],
  telemetry: [],
  document: ['protocol', 'error'],
  lifecycle: ['protocol', 'error'],
  client: ['document', 'protocol', 'error'],
  crypto: ['request', 'model', 'document', 'protocol', 'error'],
  model: ['lifecycle', 'document', 'protocol', 'error'],
  request: ['model', 'document', 'protocol', 'error'],
  query: ['request', 'model', 'document', 'protocol', 'error'],
  relations: ['client', 'crypto', 'request', 'model', 'document', 'protocol', 'error'],
  indexes: ['document', 'protocol', 'error'],
  steps: ['query', 'crypto', 'request', 'model', 'document', 'protocol', 'error'],
  ops: [
    'indexes',
    'relations',
    'steps',
    'query',
    'crypto',
    'request',
    'model',
    'client',
    'telemetry',
    'document',
    'protocol',
    'error',
  ],
}

/** What knows Node-API; the crate's root and the build script only name it. */
const KNOWS_NAPI = /^src\/bridge\//

/** What of `js/codec/` the rest of `js/` may import. */
const CODEC_FACE = new Set([
  'accessors.ts',
  'body.ts',
  'buffers.ts',
  'chunk.ts',
  'classify.ts',
  'decode.ts',
  'inside.ts',
  'keys.ts',
  'measure.ts',
  'object_id.ts',
  'shapes.ts',
  'stored_values.ts',
  'values.ts',
  'written_rows.ts',
])

/** Who may import all of `js/codec/`: what reads and writes bytes itself. */
const CODEC_INSIDERS = /^js\/(codec|native|orm\/instance)\/|^js\/orm\/columns\/index\.ts$/

/** Functions of `js/native/` that hand a request to the core. */
const SENDS = new Set(['request', 'requestPrepared', 'read', 'readJson', 'readBatches'])

/** The only files that call them: of models, of reads by the batch, and of what is no model's. */
const DOORS = new Set([
  'js/orm/operation/send.ts',
  'js/orm/operation/batches.ts',
  'js/database/command.ts',
])

/** @typedef {Readonly<Record<string, string>>} Sources Texts of files by path. */

/** @param {string} text */
const linesOf = (text) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/**
 * The files of `js/` that a file imports, types included.
 *
 * @param {string} path
 * @param {string} text
 */
function importsOf(path, text) {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(path), name))
}

/**
 * The functions that hand requests to the core, as far as a file calls them.
 *
 * @param {string} path
 * @param {string} text
 */
function sentBy(path, text) {
  /** @type {string[]} */
  const found = []
  if (!text.includes('native')) return found
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  /** @param {ts.Node} node */
  const visit = (node) => {
    const isNative =
      ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'native'
    if (isNative && SENDS.has(node.name.text)) found.push(node.name.text)
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const names = node.importClause?.namedBindings
      const isFromNative = node.moduleSpecifier.text.endsWith('/native/index.ts')
      if (isFromNative && names !== undefined && ts.isNamedImports(names)) {
        const sending = names.elements.map((one) => (one.propertyName ?? one.name).text)
        found.push(...sending.filter((name) => SENDS.has(name)))
      }
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(file, visit)
  return found
}

/**
 * Groups of files that import each other, each in the order of one way round.
 *
 * @param {ReadonlyMap<string, readonly string[]>} graph
 */
function circlesOf(graph) {
  /** @type {string[][]} */
  const circles = []
  /** @type {Set<string>} */
  const done = new Set()
  /** @type {string[]} */
  const way = []
  /** @param {string} file */
  const visit = (file) => {
    const place = way.indexOf(file)
    if (place >= 0) circles.push([...way.slice(place), file])
    if (place >= 0 || done.has(file)) return
    way.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    way.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return circles
}

/** The modules that a file of the core names. @param {string} text */
function modulesOf(text) {
  /** @type {Set<string>} */
  const modules = new Set()
  for (const [, one, several] of codeOf(text).matchAll(/\bcrate::(?:(\w+)|\{([^;]*?)\};)/g)) {
    if (one !== undefined) modules.add(one)
    // The first name of each part, outside of inner braces.
    let depth = 0
    for (const [token, name] of (several ?? '').matchAll(/(?:^|,)\s*(\w+)|[{}]/g)) {
      if (token === '{') depth++
      else if (token === '}') depth--
      else if (depth === 0 && name !== undefined) modules.add(name)
    }
  }
  return modules
}

/**
 * What is wrong with the structure of these sources.
 *
 * @param {Sources} sources
 * @param {readonly string[]} long files that may be longer than others
 */
export function faultsOf(sources, long = LONG_FILES) {
  /** @type {string[]} */
  const faults = []
  /** @type {Map<string, string[]>} */
  const graph = new Map()
  for (const [path, text] of Object.entries(sources)) {
    if (path.startsWith('js/')) graph.set(path, importsOf(path, text))
    else faults.push(...faultsOfCore(path, text))
    const isLong = !GENERATED.test(path) && linesOf(text) > MOST_LINES
    if (isLong && !long.includes(path)) {
      faults.push(`${path} has ${linesOf(text)} lines; ${MOST_LINES} are the most`)
    }
    if (!isLong && long.includes(path)) {
      faults.push(`${path} is no longer too long: take it from LONG_FILES`)
    }
  }
  for (const path of long) {
    if (!(path in sources)) faults.push(`${path} is not there: take it from LONG_FILES`)
  }
  for (const [path, imports] of graph) {
    if (CODEC_INSIDERS.test(path)) continue
    for (const imported of imports) {
      if (!imported.startsWith('js/codec/')) continue
      const name = imported.slice('js/codec/'.length)
      if (!CODEC_FACE.has(name)) faults.push(`${path} imports ${imported}, which is internal`)
    }
  }
  for (const path of graph.keys()) {
    if (DOORS.has(path) || path.startsWith('js/native/')) continue
    for (const name of sentBy(path, sources[path] ?? '')) {
      faults.push(`${path} calls native.${name}, which ${[...DOORS].join(', ')} alone may`)
    }
  }
  for (const circle of [...circlesOf(graph), ...circlesOf(coreImportsOf(sources))]) {
    faults.push(`a circle: ${circle.join(' → ')}`)
  }
  return faults
}

/**
 * @param {string} path
 * @param {string} text
 */
function faultsOfCore(path, text) {
  /** @type {string[]} */
  const faults = []
  const module = path.split('/')[1]?.replace(/\.rs$/, '') ?? ''
  if (module === 'lib' || KNOWS_NAPI.test(path)) return faults
  if (/\bnapi(_derive|_sys)?\b/.test(codeOf(text))) {
    faults.push(`${path} uses napi, which src/bridge/ alone may`)
  }
  const allowed = CORE[module]
  if (allowed === undefined) return [...faults, `${path}: CORE has no entry for "${module}"`]
  for (const used of modulesOf(text)) {
    if (used !== module && used in CORE && !allowed.includes(used)) {
      faults.push(`${path} uses crate::${used}, which ${module} may not`)
    } else if (used === 'bridge') faults.push(`${path} uses crate::bridge, which nobody may`)
  }
  return faults
}

/**
 * The sources of both languages.
 *
 * @param {string} root
 * @returns {Sources}
 */
export function sourcesOf(root) {
  /** @type {Record<string, string>} */
  const sources = {}
  for (const folder of ['js', 'src']) {
    const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    for (const entry of entries) {
      if (!/\.(ts|rs)$/.test(entry)) continue
      const path = posix.join(folder, entry.replaceAll('\\', '/'))
      sources[path] = readFileSync(join(root, path), 'utf8')
    }
  }
  return sources
}

/** @param {string} root */
export async function structure(root) {
  const faults = faultsOf(sourcesOf(root))
  if (faults.length > 0) throw new StepFailed(faults.join('\n'))
}
