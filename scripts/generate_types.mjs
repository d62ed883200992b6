// Writes api.txt: the public types without docs and sorted by name, in which a change of a signature
// shows. It compiles js/ for itself. `--check` only compares.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-5.9'
import { generated } from './generated.mjs'
import { format, rolledUp, run } from './roll_up_types.mjs'

// Two checks may run at once.
const scratch = fileURLToPath(new URL(`../.cache/types-${process.pid}`, import.meta.url))

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

const HEADER = '// Generated from js/ by scripts/generate_types.mjs.\n'

try {
  run('typescript', 'tsc', [
    '-p',
    '.',
    '--emitDeclarationOnly',
    '--sourceMap',
    'false',
    '--outDir',
    scratch,
  ])
  generated('api.txt', format(HEADER + signatures(await rolledUp(scratch))))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
