// Writes THIRD_PARTY_LICENSES.md: the licences of the crates that are linked into a core, read where
// cargo keeps the sources that it was built from. Crates that only run while it is built are not in it.
//
//   node scripts/licences.mjs [platform] [file]
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { platformName } from './build_native.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the file is called in every package that has a core. */
export const FILE = 'THIRD_PARTY_LICENSES.md'

/** Rust's names for processors and systems. */
const PROCESSORS = { x64: 'x86_64', arm64: 'aarch64' }
const SYSTEMS = { linux: 'unknown-linux', darwin: 'apple-darwin', win32: 'pc-windows' }

const NOTICE = /^(un)?licen[cs]e|^copying|^copyright|^notice/i

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} version
 * @property {string | null} license
 * @property {string | null} license_file
 * @property {string | null} repository
 * @property {string[]} authors
 * @property {string} manifest_path
 */

/**
 * Rust's name of a platform; of `linux-x64-gnu` it is `x86_64-unknown-linux-gnu`.
 *
 * @param {string} platform
 */
export function targetOf(platform) {
  const [system = '', cpu = '', abi] = platform.split('-')
  const processor = PROCESSORS[/** @type {keyof typeof PROCESSORS} */ (cpu)]
  const rest = SYSTEMS[/** @type {keyof typeof SYSTEMS} */ (system)]
  if (!processor || !rest) throw new Error(`${platform} has no name of Rust's here`)
  return [processor, rest, abi].filter(Boolean).join('-')
}

/**
 * Runs a program and answers what it printed.
 *
 * @param {string} file
 * @param {string[]} args
 */
function run(file, args) {
  const options = /** @type {const} */ ({ cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  const { status, stdout, stderr, error } = spawnSync(file, args, options)
  if (error) throw new Error(`${file} is needed for ${FILE}: ${error.message}`)
  if (status !== 0) throw new Error(`${file} ${args[0]} failed:\n${stderr}`)
  return stdout
}

/**
 * The crates that are linked: the addon's normal dependencies and theirs, but no macros. `cargo tree`
 * says which; the metadata has crates too that no feature of ours turns on.
 *
 * @param {string} platform
 * @returns {Package[]}
 */
function linked(platform) {
  const target = targetOf(platform)
  const edges = ['--edges', 'normal,no-proc-macro', '--target', target, '--prefix', 'none']
  const tree = run('cargo', ['tree', '--locked', ...edges, '--format', '{p}'])
  const names = new Set(
    [...tree.matchAll(/^(\S+) v(\S+)$/gm)].map(([, ...parts]) => parts.join(' ')),
  )
  const flags = ['--locked', '--format-version', '1', '--filter-platform', target]
  /** @type {{ packages: Package[] }} */
  const { packages } = JSON.parse(run('cargo', ['metadata', ...flags]))
  return packages
    .filter(({ name, version }) => names.has(`${name} ${version}`))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))
}

/**
 * The texts of a crate's licences. A file may be anywhere in it, beside code of others.
 *
 * @param {Package} crate
 */
function textsOf({ manifest_path: manifest, license_file: named }) {
  const folder = path.dirname(manifest)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(rs|toml|html)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => NOTICE.test(path.basename(file)))
  const all = new Set(named === null ? files : [...files, path.join(folder, named)])
  return [...all].sort().map((file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim())
}

/**
 * The file's text, for the core of a platform.
 *
 * @param {string} [platform] by default the one that runs
 */
export function licences(platform = platformName()) {
  const crates = linked(platform)
  /** Names of the crates by text. What differs in its line breaks alone is one text. */
  /** @type {Map<string, { text: string, names: string[] }>} */
  const groups = new Map()
  /** @type {string[]} */
  const without = []
  for (const crate of crates) {
    const name = `${crate.name} ${crate.version}`
    const texts = textsOf(crate)
    if (texts.length === 0) {
      if (!crate.license) throw new Error(`${name} names no licence`)
      const from = [crate.authors.join(', '), crate.repository].filter(Boolean).join('; ')
      without.push(`- ${name}: ${crate.license}${from && ` (${from})`}`)
    }
    for (const text of texts) {
      const key = text.replace(/\s+/g, ' ')
      const group = groups.get(key) ?? { text, names: [] }
      groups.set(key, group)
      if (!group.names.includes(name)) group.names.push(name)
    }
  }
  const rust = run('rustc', ['--version']).trim().split(' ')[1]
  without.push(
    `- the standard library of Rust ${rust}: MIT OR Apache-2.0 (The Rust Project Developers)`,
  )
  return [
    '# Third-party licences',
    `The native core of lucent-odm for ${platform} is linked from these crates:`,
    crates
      .map(({ name, version, license }) => `- ${name} ${version}: ${license ?? 'see below'}`)
      .join('\n'),
    '## Without a text of their own',
    without.join('\n'),
    '## Texts',
    ...[...groups.values()].map(({ text, names }) => {
      const fence = text.includes('```') ? '~~~~' : '```'
      return `${names.join(', ')}:\n\n${fence}text\n${text}\n${fence}`
    }),
    '',
  ].join('\n\n')
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [platform, file = path.join(root, FILE)] = process.argv.slice(2)
  try {
    writeFileSync(file, licences(platform))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
