// Runs programs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { inRoot, json, root } from './paths.mjs'
import { StepFailed } from './steps.mjs'

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
export async function exec(file, args, { output, shell = false, cwd = root, env = {} } = {}) {
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
export function tool(name, args, { program = path.basename(name), node = [] } = {}) {
  const directory = inRoot('node_modules', name)
  const { bin } = json(path.join(directory, 'package.json'))
  const file = path.join(directory, typeof bin === 'string' ? bin : bin[program])
  return exec(process.execPath, [...node, file, ...args])
}

/** @param {string[]} args */
export const tsc = (args) => tool('typescript', args, { program: 'tsc' })
