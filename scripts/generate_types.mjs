// Writes index.d.ts, the public types in one file, from the declarations of js/; and api.txt, the same
// without docs and sorted by name, in which a change of a signature shows. `--check` only compares.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import ts from 'typescript-5.9'
import { generated } from './generated.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
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

/**
 * The declarations without comments, sorted by their names; overloads stay in their order.
 *
 * @param {string} code
 */
function signatures(code) {
  const source = ts.createSourceFile('public.d.ts', code, ts.ScriptTarget.Latest, true)
  const printer = ts.createPrinter({ removeComments: true })
  const printed = source.statements.map((statement) => ({
    name: nameOf(statement),
    text: printer.printNode(ts.EmitHint.Unspecified, statement, source),
  }))
  // Of names of one kind the order is that of their characters, whatever the machine's language.
  printed.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return printed.map(({ text }) => text).join('\n')
}

/**
 * What a statement is sorted by; imports come first, exports last.
 *
 * @param {ts.Statement} statement
 */
function nameOf(statement) {
  if (ts.isImportDeclaration(statement)) return ''
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join()
  }
  const { name } = /** @type {ts.DeclarationStatement} */ (statement)
  return name === undefined ? '~' : name.text
}

try {
  const code = await rollUp()
  generated('index.d.ts', format(code))
  generated('api.txt', format(signatures(code)))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
