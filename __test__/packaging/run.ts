import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** How a program went. */
export interface Outcome {
  code: number | string
  stdout: string
  stderr: string
}

/** Where a program runs, and with what. */
export interface RunOptions {
  cwd: string
  env?: Record<string, string> | undefined
  /** When the program is killed, in milliseconds; 60,000 by default. */
  timeout?: number
}

/** The environment, without what npm tells the scripts of this package. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(npm_(package|lifecycle|command|config_local_prefix|config_json)|NODE_OPTIONS|VITEST|NODE_ENV)/
  const kept = Object.entries(process.env).filter(([name]) => !own.test(name))
  return { ...Object.fromEntries(kept), NO_COLOR: '1' }
}

/** Runs a program to its end, whatever that is. A program that does not end is killed. */
export function attempt(
  file: string,
  args: readonly string[],
  { cwd, env = {}, timeout = 60_000 }: RunOptions,
): Promise<Outcome> {
  const shell = process.platform === 'win32' && path.extname(file) === ''
  const options = { cwd, timeout, shell, env: { ...plainEnvironment(), ...env } }
  return new Promise((resolve) => {
    execFile(file, args, { ...options, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? error.signal ?? 'unknown')
      resolve({ code, stdout, stderr })
    })
  })
}

/** Runs a program that has to succeed and answers what it printed. */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const { code, stdout, stderr } = await attempt(file, args, options)
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${code}\n${stdout}${stderr}`)
  return stdout
}

/** Installs what the package.json of a folder asks for, and more; never runs an install script. */
export function install(folder: string, ...more: readonly string[]): Promise<string> {
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  return run('npm', ['install', ...flags, '--loglevel=error', ...more], {
    cwd: folder,
    timeout: 180_000,
  })
}
