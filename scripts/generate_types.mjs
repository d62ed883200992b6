// Writes index.d.ts, the public types in one file, from the declarations of js/.
// `--check` only compares.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
const target = path.join(root, 'index.d.ts')
// Two checks may run at once.
const scratch = path.join(root, '.cache', `types-${process.pid}`)

/**
 * Runs a package's program under this Node and answers what it prints.
 *
 * @param {string} name of the package
 * @param {string} program
 * @param {string[]} args
 * @param {string} [input]
 */
function run(name, program, args, input) {
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

/** The declarations of everything that `js/index.ts` exports, and of what those refer to. */
async function rollUp() {
  // Members marked @internal are no part of the public types.
  const flags = ['--emitDeclarationOnly', '--stripInternal', '--sourceMap', 'false']
  run('typescript', 'tsc', ['-p', '.', ...flags, '--outDir', scratch])
  const bundle = await rolldown({
    input: { index: path.join(scratch, 'index.d.ts') },
    external: ['bson', 'luxon'],
    // Declarations are only put together here; `oxc` keeps the plugin from asking for a compiler.
    plugins: [dts({ dtsInput: true, oxc: true, tsconfig: false })],
  })
  try {
    const { output } = await bundle.generate({ format: 'es' })
    // A namespace among the exports makes the bundler add code of its own, which types do not need.
    const files = output.filter(({ fileName }) => !fileName.startsWith('rolldown-runtime'))
    const [file] = files
    if (files.length !== 1 || file?.type !== 'chunk') throw new Error('more than one file')
    return file.code
  } finally {
    await bundle.close()
  }
}

/** @param {string} code */
function format(code) {
  const text = code.replace(/^\/\/#(end)?region.*\n/gm, '')
  const header = '// Generated from js/ by scripts/generate_types.mjs.\n'
  // The settings leave index.d.ts out, so it goes by another name.
  const args = ['format', '--stdin-file-path=public.d.ts']
  return run('@biomejs/biome', 'biome', args, header + text)
}

try {
  const text = format(await rollUp())
  if (!process.argv.includes('--check')) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    console.error('index.d.ts is out of date: run npm run generate')
    process.exitCode = 1
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
