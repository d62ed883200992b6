import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { PLATFORMS } from '../../scripts/release.mjs'
import { attempt, install, root, run } from './run.ts'

const release = path.join(root, 'scripts', 'release.mjs')
const packages = path.join(inject('scratch'), 'release')
const app = path.join(inject('scratch'), 'released')
const own = path.join(app, 'node_modules', 'lucent-odm')
const [core = ''] = readdirSync(root).filter((name) => name.endsWith('.node'))
const platform = core.replace(/^lucent-odm\.|\.node$/g, '')
const ownCore = path.join(app, 'node_modules', '@lucent-odm', platform, core)
const { version }: { version: string } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
)
const present = { LUCENT_CORE: 'present' }

/** Uses the installed package where no server is and answers what it says. */
const smoke = () => attempt(process.execPath, ['smoke.mjs'], { cwd: app })

beforeAll(async () => {
  const environment = { GITHUB_SERVER_URL: 'https://example.com', GITHUB_REPOSITORY: 'a/b' }
  const options = { cwd: root, env: { ...present, ...environment } }
  await run(process.execPath, [release, 'main', packages], options)
  await run(process.execPath, [release, 'platform', packages], options)
  mkdirSync(app)
  writeFileSync(path.join(app, 'package.json'), '{ "private": true, "type": "module" }')
  copyFileSync(path.join(root, 'scripts', 'smoke.mjs'), path.join(app, 'smoke.mjs'))
}, 120_000)

/** A core for another platform, or one that is broken. */
const FOREIGN = [
  ['linux', 'arm64', '2.36', 'linux-arm64-gnu'],
  ['linux', 'x64', undefined, 'linux-x64-musl'],
  ['linux', 'arm64', undefined, 'linux-arm64-musl'],
  ['darwin', 'x64', undefined, 'darwin-x64'],
  ['darwin', 'arm64', undefined, 'darwin-arm64'],
  ['win32', 'x64', undefined, 'win32-x64-msvc'],
  ['win32', 'arm64', undefined, 'win32-arm64-msvc'],
] as const

/** Runs the smoke test where Node.js says that it is on another platform. */
function pretend(os: string, arch: string, glibc: string | undefined) {
  const header = JSON.stringify({ glibcVersionRuntime: glibc })
  const script = `
    Object.defineProperty(process, 'platform', { value: '${os}' })
    Object.defineProperty(process, 'arch', { value: '${arch}' })
    Object.defineProperty(process, 'report', { value: { getReport: () => ({ header: ${header} }) } })
    await import('./smoke.mjs')`
  return attempt(process.execPath, ['--input-type=module', '--eval', script], { cwd: app })
}

describe('a release', () => {
  it("without its platform's package says what to do", async () => {
    const main = path.join(packages, `lucent-odm-${version}.tgz`)
    await install(app, 'luxon@3.7.2', '--omit=optional', main)
    expect(readdirSync(own).filter((name) => name.endsWith('.node'))).toEqual([])
    const { code, stderr } = await smoke()
    expect(code).toBe(1)
    expect(stderr).toContain("'E_NATIVE_MISSING'")
    expect(stderr).toContain(`the package @lucent-odm/${platform} is not installed`)
    expect(stderr).toContain('npm install --include=optional')
    const script = path.join(own, 'scripts', 'build_native.mjs')
    expect(stderr).toContain(`it can be built from source: node "${script}"`)
    expect(existsSync(script)).toBe(true)
  }, 120_000)

  it.each(FOREIGN)(
    'looks for the package of %s on %s (glibc %s)',
    async (os, arch, glibc, name) => {
      const { stderr } = await pretend(os, arch, glibc)
      expect(stderr).toContain(`the package @lucent-odm/${name} is not installed`)
    },
  )

  it.each([
    ['freebsd', 'x64', 'freebsd-x64'],
    ['win32', 'ia32', 'win32-ia32-msvc'],
    ['linux', 's390x', 'linux-s390x-musl'],
  ])('says that %s on %s has no prebuilt core', async (os, arch, name) => {
    const { stderr } = await pretend(os, arch, undefined)
    expect(stderr).toContain(`no native core for ${name}: there is no prebuilt one`)
    expect(stderr).toContain('it can be built from source: node')
  })

  it('that cannot be built from source says what it takes', async () => {
    const script = path.join(own, 'scripts', 'build_native.mjs')
    const options = { cwd: app, env: { PATH: path.join(app, 'nothing') } }
    const { code, stderr } = await attempt(process.execPath, [script], options)
    expect(code).toBe(1)
    expect(stderr).toContain('install Rust 1.88 or later')
    expect(readdirSync(own)).not.toContain('target')
  })

  it("with its platform's package works", async () => {
    await run(process.execPath, [release, 'smoke', packages], { cwd: root, timeout: 120_000 })
    await install(app, path.join(packages, `lucent-odm-${platform}-${version}.tgz`))
    expect(await smoke()).toMatchObject({ code: 0 })
    expect(existsSync(ownCore)).toBe(true)
  }, 120_000)

  it('with a broken core says so', async () => {
    writeFileSync(ownCore, 'no library')
    const { code, stderr } = await smoke()
    expect(code).toBe(1)
    expect(stderr).toContain(`no native core for ${platform}: what is there cannot be loaded (`)
    expect(stderr).toContain('it can be built from source: node')
  })

  it('takes a core that was built in place before that of the platform', async () => {
    copyFileSync(path.join(root, core), path.join(own, core))
    expect(await smoke()).toMatchObject({ code: 0 })
    rmSync(path.join(own, core))
  })
})

describe('what a release holds', () => {
  const manifestOf = (folder: string) =>
    JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))

  it('the package asks for the core of every platform, in its own version', () => {
    const { optionalDependencies, devDependencies, scripts, repository } = manifestOf(own)
    const wanted = PLATFORMS.map((name: string) => [`@lucent-odm/${name}`, version])
    expect(optionalDependencies).toEqual(Object.fromEntries(wanted))
    expect([devDependencies, scripts]).toEqual([undefined, undefined])
    expect(repository).toEqual({ type: 'git', url: 'git+https://example.com/a/b.git' })
  })

  it('a core says where it can be installed', () => {
    const folder = path.dirname(ownCore)
    const [system, cpu, abi = ''] = platform.split('-')
    const libc = { gnu: ['glibc'], musl: ['musl'] }[abi]
    expect(manifestOf(folder)).toMatchObject({
      name: `@lucent-odm/${platform}`,
      version,
      main: core,
      os: [system],
      cpu: [cpu],
      ...(libc && { libc }),
    })
    const notices = 'THIRD_PARTY_LICENSES.md'
    const files = ['LICENSE', 'README.md', notices, core, 'package.json']
    expect(readdirSync(folder).sort()).toEqual(files)
    expect(readFileSync(path.join(folder, notices), 'utf8')).toContain(
      `core of lucent-odm for ${platform} `,
    )
    expect(readdirSync(own)).not.toContain(notices)
  })

  it('a core that names folders of its machine is refused', async () => {
    const leaks = readFileSync(path.join(root, core)).includes(os.homedir())
    const out = path.join(inject('scratch'), 'checked')
    const { code, stderr } = await attempt(process.execPath, [release, 'platform', out], {
      cwd: root,
    })
    expect(code).toBe(leaks ? 1 : 0)
    if (leaks) expect(stderr).toContain(`${core} names ${os.homedir()}`)
  })
})

describe('publishing', () => {
  it('is refused while a platform is missing', async () => {
    const env = { GITHUB_REF_NAME: `v${version}` }
    const outcome = await attempt(process.execPath, [release, 'publish', packages], {
      cwd: root,
      env,
    })
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('.tgz is missing') })
  })

  it('is refused when the tag is of another version', async () => {
    const env = { GITHUB_REF_NAME: 'v999.0.0' }
    const outcome = await attempt(process.execPath, [release, 'publish', packages], {
      cwd: root,
      env,
    })
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the tag is v999.0.0'),
    })
  })

  it('is refused by hand from the repository', async () => {
    const { code, stderr } = await attempt('npm', ['publish', '--dry-run'], {
      cwd: root,
      env: present,
    })
    expect(code).not.toBe(0)
    expect(stderr).toContain('the release workflow publishes')
  })

  it('builds every platform that the package asks for', () => {
    const workflow = readFileSync(path.join(root, '.github', 'workflows', 'release.yml'), 'utf8')
    const built = [...workflow.matchAll(/platform: ([\w-]+)/g)].map(([, name = '']) => name)
    expect(built.sort()).toEqual([...PLATFORMS].sort())
  })
})
