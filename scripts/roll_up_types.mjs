// Puts the declarations of a build together into one text.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

/**
 * Runs a package's program under this Node and answers what it prints.
 *
 * @param {string} name of the package
 * @param {string} program
 * @param {string[]} args
 * @param {string} [input]
 */
export function run(name, program, args, input) {
  const manifest = require.resolve(`${name}/package.json`)
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  const file = path.join(path.dirname(manifest), typeof bin === 'string' ? bin : bin[program])
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  })
  if (status !== 0) throw new Error(`${program} failed:\n${stdout}${stderr}`)
  return stdout
}

/** @param {string} code declarations */
export function format(code) {
  return run('@biomejs/biome', 'biome', ['format', '--stdin-file-path=public.d.ts'], code)
}

/**
 * All that a folder's `index.d.ts` exports, and what that refers to.
 *
 * @param {string} folder
 */
export async function rolledUp(folder) {
  const bundle = await rolldown({
    input: { index: path.join(folder, 'index.d.ts') },
    external: ['bson', 'luxon'],
    checks: { pluginTimings: false },
    // Declarations are only put together here; `oxc` keeps the plugin from asking for a compiler.
    plugins: [dts({ dtsInput: true, oxc: true, tsconfig: false })],
  })
  try {
    const { output } = await bundle.generate({ format: 'es' })
    // A namespace among the exports makes the bundler add code of its own, which types do not need.
    const files = output.filter(({ fileName }) => !fileName.startsWith('rolldown-runtime'))
    const [file] = files
    if (files.length !== 1 || file?.type !== 'chunk') throw new Error('more than one file')
    return file.code.replace(/^\/\/#(end)?region.*\n/gm, '')
  } finally {
    await bundle.close()
  }
}
