// Writes the functions of `expr` that are an operator and its arguments,
// `js/query/aggregate/expressions/*.generated.ts`, from the tables beside them, whose README says how
// they are written. `--check` only compares.
import { readdirSync, readFileSync } from 'node:fs'
import { generated } from './generated.mjs'
import { comment, sectionsOf, trimmed } from './tables.mjs'

const folder = 'js/query/aggregate/expressions'
const tables = new URL(`../${folder}/tables/`, import.meta.url)

/** What stands in the code of a family in the place of each name. */
const NAME = /\bNAME\b/g

/**
 * One function. Its name may be one that no function can be declared with: `isIn as in`.
 *
 * @param {string} name
 * @param {string[]} text
 * @param {string[]} code the declaration, and a last line that says what is made
 */
function functionOf(name, text, code) {
  const [declared = name, exported] = name.split(' as ')
  const signature = code.join('\n').replace(NAME, exported ?? declared)
  const [, given, kind = 'Expression', made] =
    signature.match(/^\w+([\s\S]*)\n=> (?:([A-Z]\w*) )?(.*)$/) ?? []
  if (made === undefined) throw new Error(`${name}: the last line must say what is made`)
  const lines = [
    ...comment(text, ''),
    `${exported === undefined ? 'export ' : ''}function ${declared}${given} {`,
    `  return new ${kind}(${made})`,
    '}',
    '',
  ]
  return exported === undefined ? lines : [...lines, `export { ${name} }`, '']
}

/**
 * The functions of a section: of its own, or one for each row of its table.
 *
 * @param {import('./tables.mjs').Section} section
 */
function functionsOf({ title, code, text }) {
  const rows = text.filter((line) => line.startsWith('| `'))
  if (rows.length === 0) return functionOf(title, trimmed(text), code)
  return rows.flatMap((row) => {
    const [name = '', about = '', example = ''] = row.slice(2, -2).split(' | ').map(plain)
    const short = example === '' ? [about] : [`${about} @example ${example}`]
    const fits = short.every((line) => line.length <= 93)
    return functionOf(name, fits ? short : [...wrapped(about), '', '@example', example], code)
  })
}

/** @param {string} cell of a table */
function plain(cell) {
  return cell.trim().replace(/^`([^`]+)`$/, '$1')
}

/**
 * Text in lines of at most 97 characters.
 *
 * @param {string} text
 */
function wrapped(text) {
  return text.match(/.{1,97}(?:\s|$)/g)?.map((line) => line.trim()) ?? []
}

for (const name of readdirSync(tables)) {
  if (name === 'README.md') continue
  const [head, ...sections] = sectionsOf(readFileSync(new URL(name, tables), 'utf8'))
  if (head === undefined) throw new Error(`${name} is empty`)
  const lines = [
    `// Generated from tables/${name} by scripts/generate_expressions.mjs.`,
    ...comment(trimmed(head.text), ''),
    '',
    ...head.code,
    '',
    ...sections.flatMap(functionsOf),
  ]
  generated(`${folder}/${name.replace('.md', '.generated.ts')}`, `${lines.join('\n').trimEnd()}\n`)
}
