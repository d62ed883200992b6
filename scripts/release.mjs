// Packs what a release publishes, into .cache/release: the package without a core, and for each
// platform a package with its core. docs/internal/releasing.md tells how they go together.
//
//   node scripts/release.mjs main        the package; `dist` has to be built (npm run prepack)
//   node scripts/release.mjs platform    a package for each lucent-odm.<platform>.node that is here
//   node scripts/release.mjs smoke       installs this platform's two in a new project and runs them
//   node scripts/release.mjs publish     publishes all of them, the platforms first
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { FILE as LICENCES, licences } from './licences.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Platforms with prebuilt cores; the release workflow builds one for each. */
export const PLATFORMS = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
  'win32-arm64-msvc',
]

/** npm's names for the C libraries. */
const LIBC = { gnu: 'glibc', musl: 'musl' }

class Refused extends Error {}

/** @returns {Record<string, any>} */
const manifest = () => JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))

/**
 * Runs npm and answers what it printed.
 *
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const { status, stdout, error } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0) throw new Refused(`npm ${args[0]} failed:\n${stdout}`)
  return stdout
}

/**
 * npm's account of a pack.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @returns {{ filename: string, size: number, unpackedSize: number, files: { path: string }[] }}
 */
function pack(args, cwd) {
  const report = JSON.parse(npm(['pack', '--json', '--ignore-scripts', ...args], cwd))
  // A list, or since npm 12 an object by package.
  return /** @type {any} */ (Object.values(report)[0])
}

/**
 * Packs a folder that is made for it.
 *
 * @param {string} out
 * @param {(folder: string) => void} fill
 */
function packed(out, fill) {
  mkdirSync(out, { recursive: true })
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lucent-odm-pack-'))
  try {
    fill(folder)
    const { filename, size, unpackedSize } = pack(['--pack-destination', path.resolve(out)], folder)
    console.error(`${filename}: ${size} bytes, ${unpackedSize} unpacked`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Provenance is refused where the package does not name the repository it was built from. */
function repository() {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY) return {}
  return { repository: { type: 'git', url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git` } }
}

/**
 * @param {string} folder
 * @param {object} content
 */
function writeManifest(folder, content) {
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
}

/** @param {string} out */
function packMain(out) {
  const { scripts, devDependencies, allowScripts, overrides, ...kept } = manifest()
  const cores = PLATFORMS.map((name) => [`@${kept.name}/${name}`, kept.version])
  const { files } = pack(['--dry-run'], root)
  packed(out, (folder) => {
    for (const { path: file } of files) {
      // What belongs to a core goes into the packages of the platforms.
      if (file.endsWith('.node') || file === LICENCES) continue
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      copyFileSync(path.join(root, file), path.join(folder, file))
    }
    writeManifest(folder, {
      ...kept,
      ...repository(),
      optionalDependencies: Object.fromEntries(cores),
    })
  })
}

/**
 * Refuses a core that names folders of the machine that built it.
 *
 * @param {string} core
 */
function refuseLeaks(core) {
  const bytes = readFileSync(path.join(root, core))
  const leak = [os.homedir(), root].find((folder) => folder.length > 1 && bytes.includes(folder))
  if (leak) throw new Refused(`${core} names ${leak}: npm run build:release`)
}

/** @param {string} out */
function packPlatforms(out) {
  const { name, version, description, license, engines } = manifest()
  const cores = readdirSync(root).filter((file) => file.endsWith('.node'))
  if (cores.length === 0) throw new Refused('there is no core here: npm run build:release')
  for (const core of cores) {
    const platform = core.slice(name.length + 1, -'.node'.length)
    if (!PLATFORMS.includes(platform)) throw new Refused(`${core} is for no platform of the list`)
    // `present` takes the core that is there, as it does for `npm run prepack`.
    if (process.env.LUCENT_CORE !== 'present') refuseLeaks(core)
    const [system = '', cpu = '', abi = ''] = platform.split('-')
    const libc = LIBC[/** @type {keyof typeof LIBC} */ (abi)]
    packed(out, (folder) => {
      cpSync(path.join(root, core), path.join(folder, core))
      cpSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'))
      writeFileSync(path.join(folder, LICENCES), licences(platform))
      writeFileSync(
        path.join(folder, 'README.md'),
        `# @${name}/${platform}\n\nThe native core of \`${name}\` for ${platform}. Installed with it.\n`,
      )
      writeManifest(folder, {
        name: `@${name}/${platform}`,
        version,
        description: `${description} (core for ${platform})`,
        license,
        ...repository(),
        engines,
        os: [system],
        cpu: [cpu],
        ...(libc && { libc: [libc] }),
        main: core,
        files: [core, LICENCES],
      })
    })
  }
}

/** @param {string} out */
function smoke(out) {
  const tarballs = packages()
    .map(({ file }) => path.resolve(out, file))
    .filter((file) => existsSync(file))
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lucent-odm-smoke-'))
  try {
    writeManifest(folder, { private: true, type: 'module' })
    const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline']
    npm(['install', ...flags, 'luxon@3', ...tarballs], folder)
    const script = path.join(folder, 'smoke.mjs')
    copyFileSync(fileURLToPath(new URL('smoke.mjs', import.meta.url)), script)
    const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit', timeout: 60_000 })
    if (status !== 0) throw new Refused('the installed package does not work')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Everything that a release publishes, the package last: what it asks for has to be there before. */
function packages() {
  const { name, version } = manifest()
  const cores = PLATFORMS.map((platform) => ({
    id: `@${name}/${platform}@${version}`,
    file: `${name}-${platform}-${version}.tgz`,
  }))
  return [...cores, { id: `${name}@${version}`, file: `${name}-${version}.tgz` }]
}

/** @param {string} out */
function publish(out) {
  const { version } = manifest()
  const { GITHUB_REF_NAME: tag = `v${version}` } = process.env
  if (tag !== `v${version}`) throw new Refused(`the tag is ${tag}, the package v${version}`)
  for (const { file } of packages()) {
    if (!existsSync(path.join(out, file))) throw new Refused(`${file} is missing`)
  }
  const channel = version.includes('-') ? 'next' : 'latest'
  for (const { id, file } of packages()) {
    // An earlier run may have been interrupted.
    const found = spawnSync('npm', ['view', id, 'version'], { encoding: 'utf8' })
    if (found.status === 0 && found.stdout.trim() === version) continue
    const flags = ['--provenance', '--access', 'public', '--tag', channel]
    npm(['publish', path.resolve(out, file), ...flags], root)
    console.error(`published ${id}`)
  }
}

const TASKS = {
  main: packMain,
  platform: packPlatforms,
  smoke,
  publish,
  refuse() {
    throw new Refused('the release workflow publishes: docs/internal/releasing.md')
  },
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [name = '', out = path.join(root, '.cache', 'release')] = process.argv.slice(2)
  const task = Object.hasOwn(TASKS, name) && TASKS[/** @type {keyof typeof TASKS} */ (name)]
  try {
    if (!task)
      throw new Refused(`usage: node scripts/release.mjs ${Object.keys(TASKS).join(' | ')}`)
    task(out)
  } catch (error) {
    console.error(error instanceof Refused ? error.message : error)
    process.exitCode = 1
  }
}
