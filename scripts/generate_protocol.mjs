// Writes src/protocol.rs and js/protocol.generated.ts from src/protocol.json: the numbers, limits and
// names that cross between the languages. A number is a place in its list. `--check` only compares.
import { generated, table } from './generated.mjs'

/**
 * @typedef {{ name: string, summary: string }} Named
 * @typedef {Named & { reads?: boolean, described?: boolean, retried?: boolean }} Operation
 * @typedef {{ name: string, value?: string | string[], core?: boolean, instead?: string }} UrlOption
 * @typedef {Named & { before: string[], after: string[], rules: string[], events: string[] }} Raising
 * @typedef {Named & { value: number }} Value
 * @typedef {Named & { type?: string, named?: boolean, values: Value[] }} Group
 */

/**
 * @type {{
 *   operations: Operation[], events: string[], lifecycles: Raising[], steps: Named[], outcomes: Named[],
 *   statements: Named[], constants: Group[], texts: (Named & { value: string })[], urlOptions: UrlOption[],
 * }}
 */
const protocol = table('src/protocol.json')
const { operations, events, lifecycles, steps, outcomes, statements } = protocol
const { constants, texts, urlOptions } = protocol

const HEADER = '// Generated from src/protocol.json by scripts/generate_protocol.mjs.'
const pascal = (/** @type {string} */ name) => name.charAt(0).toUpperCase() + name.slice(1)
const snake = (/** @type {string} */ name) =>
  name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
const shouting = (/** @type {string} */ name) => snake(name).toUpperCase()
const numbered = (/** @type {Named[]} */ list) => list.map((one, value) => ({ ...one, value }))

/** Words in lines of at most 100 characters, each after `prefix`. */
function lines(/** @type {string} */ text, /** @type {string} */ prefix) {
  const wrapped = ['']
  for (const word of text.split(' ')) {
    const last = wrapped.at(-1) ?? ''
    const longer = last === '' ? word : `${last} ${word}`
    if (prefix.length + longer.length <= 100) wrapped[wrapped.length - 1] = longer
    else wrapped.push(word)
  }
  return wrapped.map((line) => prefix + line)
}

/** A property with a list of names, as the formatter has it. */
function property(/** @type {string} */ name, /** @type {string[]} */ list) {
  const quoted = list.map((one) => `'${one}'`)
  const line = `    ${name}: [${quoted.join(', ')}],`
  if (line.length <= 100) return [line]
  return [`    ${name}: [`, ...quoted.map((one) => `      ${one},`), '    ],']
}

/* Rust */

/** A number as Rust likes to read it. */
const grouped = (/** @type {number} */ value) => String(value).replace(/(?<=\d)(?=(\d{3})+$)/g, '_')

function rustEnum(
  /** @type {string} */ name,
  /** @type {string} */ summary,
  /** @type {Named[]} */ variants,
) {
  return [
    ...lines(summary, '/// '),
    '#[derive(Debug, Clone, Copy, PartialEq, Eq)]',
    `pub enum ${name} {`,
    ...variants.flatMap((one) => [...lines(one.summary, '    /// '), `    ${pascal(one.name)},`]),
    '}',
    '',
    `impl ${name} {`,
    '    /// From the number that JavaScript uses.',
    '    #[must_use]',
    '    pub const fn from_number(number: u32) -> Option<Self> {',
    '        Some(match number {',
    ...variants.map((one, number) => `            ${number} => Self::${pascal(one.name)},`),
    '            _ => return None,',
    '        })',
    '    }',
    '}',
    '',
  ]
}

function rustFact(
  /** @type {'reads' | 'described'} */ fact,
  /** @type {string} */ name,
  /** @type {string} */ summary,
) {
  const such = operations
    .filter((one) => one[fact] === true)
    .map((one) => `Self::${pascal(one.name)}`)
  const line = `        matches!(self, ${such.join(' | ')})`
  const [first, ...others] = such
  const tall = [
    '        matches!(',
    '            self,',
    `            ${first}`,
    ...others.map((one) => `                | ${one}`),
    '        )',
  ]
  return [
    `    /// ${summary}`,
    '    #[must_use]',
    `    pub const fn ${name}(self) -> bool {`,
    ...(line.length <= 100 ? [line] : tall),
    '    }',
  ]
}

function rustStatements() {
  return [
    '/// What a statement of a bulk write does; its document has the name, and nothing else.',
    '#[derive(Debug, Clone, Copy, PartialEq, Eq)]',
    'pub enum StatementKind {',
    ...statements.flatMap((one) => [...lines(one.summary, '    /// '), `    ${pascal(one.name)},`]),
    '}',
    '',
    'impl StatementKind {',
    '    /// From its name.',
    '    #[must_use]',
    '    pub const fn of(name: &[u8]) -> Option<Self> {',
    '        Some(match name {',
    ...statements.map(({ name }) => `            b"${name}" => Self::${pascal(name)},`),
    '            _ => return None,',
    '        })',
    '    }',
    '}',
    '',
  ]
}

function rustEvents() {
  const list = (/** @type {'before' | 'after'} */ when, /** @type {string} */ summary) => [
    `    /// ${summary}`,
    '    #[must_use]',
    `    pub const fn ${when}(self) -> &'static [Event] {`,
    '        match self {',
    ...[...new Set(lifecycles.map((one) => one[when].join()))].flatMap((events) => {
      const same = lifecycles.filter((one) => one[when].join() === events)
      const raised = (same[0]?.[when] ?? []).map((name) => `Event::${pascal(name)}`)
      const names = same.map(({ name }) => `Self::${pascal(name)}`).join(' | ')
      const line = `            ${names} => &[${raised.join(', ')}],`
      if (line.length <= 100) return [line]
      const items = raised.map((name) => `                ${name},`)
      return [`            ${names} => &[`, ...items, '            ],']
    }),
    '        }',
    '    }',
  ]
  return [
    'impl Lifecycle {',
    ...list(
      'before',
      'Events before the command, in order. As in Lucid the specific event comes first.',
    ),
    '',
    ...list('after', 'Events after the command, in order.'),
    '}',
    '',
  ]
}

function rustUrlOptions() {
  const ours = urlOptions.filter((one) => one.core === true)
  return [
    '/// An option of connection strings that the core reads itself.',
    '#[derive(Debug, Clone, Copy, PartialEq, Eq)]',
    'pub enum UrlOption {',
    ...ours.flatMap(({ name }) => [`    /// \`${name}\`.`, `    ${pascal(name)},`]),
    '}',
    '',
    'impl UrlOption {',
    '    /// From its name in any case.',
    '    #[must_use]',
    '    pub fn of(name: &str) -> Option<Self> {',
    `        [${ours.map(({ name }) => `Self::${pascal(name)}`).join(', ')}]`,
    '            .into_iter()',
    '            .find(|one| one.name().eq_ignore_ascii_case(name))',
    '    }',
    '',
    '    /// Its name as it is documented.',
    '    #[must_use]',
    "    pub const fn name(self) -> &'static str {",
    '        match self {',
    ...ours.map(({ name }) => `            Self::${pascal(name)} => "${name}",`),
    '        }',
    '    }',
    '}',
    '',
  ]
}

function rustModule(/** @type {Group} */ { name, type = 'u32', summary, values }) {
  return [
    ...lines(summary, '/// '),
    `pub mod ${snake(name)} {`,
    ...values.flatMap((one) => [
      ...lines(one.summary, '    /// '),
      `    pub const ${shouting(one.name)}: ${type} = ${grouped(one.value)};`,
    ]),
    '}',
    '',
  ]
}

const rust = [
  HEADER,
  '//! The numbers, limits and names that cross between the languages.',
  '',
  ...rustEnum('Kind', 'What an operation does.', operations),
  'impl Kind {',
  ...rustFact('reads', 'reads', 'Whether it changes nothing, whatever becomes of it.'),
  '',
  ...rustFact(
    'described',
    'is_described',
    'Whether what stands behind its head may describe a query.',
  ),
  '}',
  '',
  '/// A hook event, in the order of the model descriptor.',
  '#[derive(Debug, Clone, Copy, PartialEq, Eq)]',
  '#[allow(missing_docs, reason = "the names are those of the decorators")]',
  'pub enum Event {',
  ...events.map((name) => `    ${pascal(name)},`),
  '}',
  '',
  '/// How many hook events there are.',
  `pub const EVENTS: usize = ${events.length};`,
  '',
  ...rustEnum('Lifecycle', 'An operation that raises hook events.', lifecycles),
  ...rustEvents(),
  ...rustModule({
    name: 'step',
    summary: 'Kinds of the steps of a lifecycle run.',
    values: numbered(steps),
  }),
  ...rustEnum('Outcome', 'How the last step of a lifecycle run went.', outcomes),
  ...rustStatements(),
  ...constants.flatMap(rustModule),
  ...rustUrlOptions(),
  ...texts.flatMap((one) => [
    ...lines(one.summary, '/// '),
    `pub const ${shouting(one.name)}: &[u8] = b${rustText(one.value)};`,
  ]),
  '',
]

function rustText(/** @type {string} */ value) {
  return JSON.stringify(value).replace(/\\u00([0-7][0-9a-f])/g, '\\x$1')
}

/* TypeScript */

function object(
  /** @type {string} */ name,
  /** @type {string} */ summary,
  /** @type {Value[]} */ values,
) {
  return [
    `/** ${summary} */`,
    `export const ${name} = {`,
    ...values.flatMap((one) => [`  /** ${one.summary} */`, `  ${one.name}: ${one.value},`]),
    '} as const',
    '',
  ]
}

function names(
  /** @type {string} */ name,
  /** @type {string} */ summary,
  /** @type {string[]} */ all,
) {
  return [
    `/** ${summary} */`,
    `export const ${name} = [`,
    ...all.map((one) => `  '${one}',`),
    '] as const',
    '',
  ]
}

function urlTable() {
  const text = (/** @type {unknown} */ value) => JSON.stringify(value)
  return [
    '/** What an option of a connection string may be set to: of a kind, or one of some words. */',
    'export const URL_OPTIONS = {',
    ...urlOptions
      .filter((one) => one.value !== undefined)
      .map((one) => `  ${one.name}: ${text(one.value)},`),
    '} as const',
    '',
    '/** Options that other drivers take, and what to do in their place. */',
    'export const URL_OPTIONS_INSTEAD = {',
    ...urlOptions
      .filter((one) => one.instead !== undefined)
      .map((one) => `  ${one.name}: ${text(one.instead)},`),
    '} as const',
    '',
  ]
}

const reads = operations.filter((one) => one.reads === true)
const typescript = [
  HEADER,
  '',
  ...object('Operation', 'What a request asks the core for.', numbered(operations)),
  'export type Operation = (typeof Operation)[keyof typeof Operation]',
  '',
  '/** Operations that change nothing, whatever becomes of them. */',
  'export const READS: ReadonlySet<Operation> = new Set<Operation>([',
  ...reads.map(({ name }) => `  Operation.${name},`),
  '])',
  '',
  ...names('HOOK_EVENTS', 'Hook events, in the order of the model descriptor.', events),
  '/** Name of a hook event, as of its decorator; `validator` and `listeners` are the places of these. */',
  'export type HookEvent = (typeof HOOK_EVENTS)[number]',
  '',
  ...names(
    'LIFECYCLE',
    'Operations that raise hook events, by their numbers.',
    lifecycles.map(({ name }) => name),
  ),
  '/** An operation that raises hook events. */',
  'export type LifecycleOperation = (typeof LIFECYCLE)[number]',
  '',
  '/** What rules of models do to an operation. */',
  "export type RuleKind = 'conditions' | 'tenant' | 'stamps' | 'kept'",
  '',
  '/** The events that each raises, before and after its command, in order; which rules it goes by, and what listeners are told. */',
  'export const RAISED = {',
  ...lifecycles.flatMap(({ name, before, after, rules, events: told }) => [
    `  ${name}: {`,
    ...property('before', before),
    ...property('after', after),
    ...property('rules', rules),
    ...property('told', told),
    '  },',
  ]),
  '} as const satisfies Record<',
  '  LifecycleOperation,',
  '  Readonly<{ before: readonly HookEvent[]; after: readonly HookEvent[]; rules: readonly RuleKind[]; told: readonly ModelEvent[] }>',
  '>',
  '',
  ...names('MODEL_EVENTS', 'Events that listeners of models are told of.', [
    ...new Set([0, 1].flatMap((at) => lifecycles.flatMap((one) => one.events[at] ?? []))),
  ]),
  '/** An event that listeners of models are told of. */',
  'export type ModelEvent = (typeof MODEL_EVENTS)[number]',
  '',
  ...object('Step', 'Kinds of the steps of a lifecycle run.', numbered(steps)),
  ...object('Outcome', 'How the last step of a lifecycle run went.', numbered(outcomes)),
  ...names(
    'STATEMENTS',
    'What a statement of a bulk write does; its document has the name, and nothing else.',
    statements.map(({ name }) => name),
  ),
  'export type StatementKind = (typeof STATEMENTS)[number]',
  '',
  ...constants.flatMap(({ name, summary, named, values }) => [
    ...object(name, summary, values),
    ...(named === true ? [`export type ${name} = (typeof ${name})[keyof typeof ${name}]`, ''] : []),
  ]),
  ...texts.flatMap((one) => [
    `/** ${one.summary} */`,
    `export const ${shouting(one.name)} = ${JSON.stringify(one.value)}`,
    '',
  ]),
  ...urlTable(),
]

generated('src/protocol.rs', rust.join('\n'))
generated('js/protocol.generated.ts', typescript.join('\n'))
