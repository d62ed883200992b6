// Installs what is missing and continues under the Node that is a development dependency.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { inRoot, json } from './paths.mjs'
import { exec } from './programs.mjs'
import { step } from './steps.mjs'

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
  const wanted = json(inRoot('node_modules', 'node', 'package.json')).version
  return wanted === process.versions.node ? undefined : file
}

/** Installs what is missing, then continues under the Node that was installed. */
export async function bootstrap() {
  if (!installed()) await install()
  process.env.PATH = `${inRoot('node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`
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
