// Writes the methods of queries that differ by their names alone, `js/query/builder/*.generated.ts`,
// from the tables in `js/query/builder/tables/`, whose README says how they are written.
// `--check` only compares.
import { readdirSync, readFileSync } from 'node:fs'
import { generated } from './generated.mjs'
import { comment, sectionsOf, trimmed } from './tables.mjs'

/** @typedef {import('./tables.mjs').Section} Section */

const tables = new URL('../js/query/builder/tables/', import.meta.url)

/** @param {string} name */
function capital(name) {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/**
 * The signatures of a code block: each begins with the name, at the begin of a line.
 *
 * @param {Section} section
 * @param {string} name
 */
function signaturesOf({ title, code }, name) {
  /** @type {string[][]} */
  const signatures = []
  for (const line of code) {
    if (line.startsWith(name)) signatures.push([line.slice(name.length)])
    else signatures.at(-1)?.push(line)
  }
  const last = signatures.pop()?.join('\n') ?? ''
  const [, head, not, call, given] = last.match(/^([\s\S]*) => (not )?(\w+)\((.*)\)$/) ?? []
  if (head === undefined) throw new Error(`${title}: the last line must say what is called`)
  const heads = signatures.map((lines) => lines.join('\n'))
  return { heads, head, negated: not !== undefined, call, given }
}

/**
 * One method.
 *
 * @param {string} name
 * @param {string[]} text
 * @param {ReturnType<typeof signaturesOf>} signatures
 * @param {string} joiner
 * @param {boolean} negated
 */
function method(name, text, { heads, head, call, given }, joiner, negated) {
  const indented = (/** @type {string} */ code) => `  ${code.replaceAll('\n', '\n  ')}`
  return [
    ...comment(text, '  '),
    ...heads.map((one) => indented(`${name}${one}: this`)),
    indented(`${name}${head}: this {`),
    `    return this.${call}('${joiner}', ${negated}, ${given})`,
    '  }',
    '',
  ]
}

/**
 * A condition with `and` and `or`.
 *
 * @param {string} name
 * @param {string[]} text
 * @param {ReturnType<typeof signaturesOf>} signatures
 * @param {boolean} negated
 * @param {Map<string, Section>} own sections of methods with a text of their own
 */
function family(name, text, signatures, negated, own) {
  const [and, or] = [`and${capital(name)}`, `or${capital(name)}`]
  const textOf = (/** @type {string} */ twin, /** @type {string} */ usual) =>
    own.has(twin) ? trimmed(own.get(twin)?.text ?? []) : [usual]
  return [
    ...method(name, text, signatures, 'and', negated),
    ...method(and, textOf(and, `Same as {@link ${name}}.`), signatures, 'and', negated),
    ...method(or, textOf(or, `{@link ${name}} as an alternative.`), signatures, 'or', negated),
  ]
}

/** @param {ReturnType<typeof sectionsOf>} sections */
function families(sections) {
  const lines = []
  for (const [index, section] of sections.entries()) {
    if (section.level !== 2) continue
    const end = sections.findIndex(({ level }, later) => later > index && level === 2)
    const below = sections.slice(index + 1, end < 0 ? undefined : end)
    const own = new Map(below.map((one) => [one.title, one]))
    const name = section.title
    const signatures = signaturesOf(section, name)
    lines.push(...family(name, trimmed(section.text), signatures, signatures.negated, own))
    const opposite = name.replace(/^(where|having)/, '$1Not')
    const not = own.get(opposite)
    if (not === undefined) continue
    const others = not.code.length > 0 ? signaturesOf(not, opposite) : signatures
    lines.push(...family(opposite, trimmed(not.text), others, true, own))
  }
  return lines
}

/**
 * Methods that only say what to use instead: rows of names, text and message.
 *
 * @param {string[]} rows
 */
function refusals(rows) {
  return rows.flatMap((row) => {
    const [names = '', text, message] = row.slice(2, -2).split(' | ')
    return Array.from(names.matchAll(/`([^`]+)`/g), ([, declared = '']) => {
      const [, name = ''] = declared.match(/^(?:get )?(\w+)/) ?? []
      const isGetter = declared.startsWith('get ')
      const result = isGetter ? '(): never' : '(..._arguments: unknown[]): never'
      const signature = declared.includes('(') ? declared : `${declared}${result}`
      return [
        `  /** @deprecated Throws \`E_UNSUPPORTED\`: ${text}. */`,
        `  ${signature} {`,
        `    return unsupported(this.target, '${name}', '${message}')`,
        '  }',
        '',
      ]
    }).flat()
  })
}

/** @param {string} name */
function generate(name) {
  const [head, ...sections] = sectionsOf(readFileSync(new URL(name, tables), 'utf8'))
  if (head === undefined) throw new Error(`${name} is empty`)
  const text = trimmed(head.text)
  const rows = text.filter((line) => line.startsWith('| `'))
  const about = trimmed(text.filter((line) => !line.startsWith('|')))
  const begin = head.code.findIndex((line) => line.startsWith('export abstract class'))
  const [declaration = '', ...members] = head.code.slice(begin)
  const lines = [
    `// Generated from tables/${name} by scripts/generate_builder.mjs.`,
    ...head.code.slice(0, begin),
    ...comment(about, ''),
    declaration.endsWith('{') ? declaration : `${declaration} {`,
    ...(members.length > 0 ? [...members, ''] : []),
    ...(rows.length > 0 ? refusals(rows) : families(sections)),
  ]
  return `${lines.join('\n').trimEnd()}\n}\n`
}

for (const name of readdirSync(tables)) {
  if (name === 'README.md') continue
  generated(`js/query/builder/${name.replace('.md', '.generated.ts')}`, generate(name))
}
