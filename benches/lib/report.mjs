// The report of a run: benches/results.md, and one case for the terminal.
import { judge, number, row, shown, spread, times, verdicts } from './figures.mjs'

/** @typedef {import('./types.d.ts').Outcome} Outcome */
/** @typedef {import('./types.d.ts').RunInfo} RunInfo */

/**
 * One row of a Markdown table.
 *
 * @param {string[]} cells
 */
export const cells = (cells) => `| ${cells.join(' | ')} |`

/**
 * When and where it was measured, and of what.
 *
 * @param {RunInfo} run
 */
export function surroundings({ machine, node, mongod, versions, date }) {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [machine, `Node ${node}`, `mongod ${mongod} on the same machine`, ...packages, date].join(
    ', ',
  )
}

/** @param {Outcome} outcome */
function table(outcome) {
  const labels = Object.keys(outcome.case.contenders).filter((label) => label in outcome.figures)
  const has = (/** @type {'threads' | 'rss'} */ metric) =>
    labels.some((label) => row(outcome, label)?.[metric] !== undefined)
  const driver = row(outcome, 'driver')
  const { unit } = outcome.case
  const one = unit.slice(0, -1)
  const columns = [
    '',
    `${unit}/s`,
    'spread',
    ...(driver ? ["of the driver's"] : []),
    `main-thread µs/${one}`,
    ...(has('threads') ? [`all threads µs/${one}`] : []),
    'longest block, ms',
    ...(has('rss') ? ['heap held, MB', 'RSS, MB'] : []),
  ]
  const rows = labels.map((label) => {
    const found = outcome.figures[label]
    if (!found || !('rate' in found)) {
      return [label, `— (${found?.unsupported})`, ...columns.slice(2).map(() => '')]
    }
    return [
      label,
      number(found.rate),
      spread(found),
      ...(driver ? [times(found.rate / driver.rate)] : []),
      number(found.cpu),
      ...(has('threads') ? [number(found.threads ?? Number.NaN)] : []),
      number(found.block),
      ...(has('rss') ? [number(found.heap ?? Number.NaN), number(found.rss ?? Number.NaN)] : []),
    ]
  })
  return [cells(columns), `|---|${'---:|'.repeat(columns.length - 1)}`, ...rows.map(cells)].join(
    '\n',
  )
}

/**
 * The targets and what was measured.
 *
 * @param {import('./figures.mjs').Verdict[]} list
 */
export function targetTable(list) {
  return [
    '| case | comparison | measured | target | |',
    '|---|---|---:|---:|---|',
    ...list.map(({ title, name, value, target, reached }) =>
      cells([title, name, value, target, reached ? 'reached' : '**missed**']),
    ),
  ]
}

/**
 * Throughput of all cases beside each other.
 *
 * @param {Outcome[]} outcomes
 */
export function overview(outcomes) {
  const lines = outcomes.map((outcome) => {
    const [ours, ...others] = shown(outcome)
    const first = ours?.figures
    const rest = others.map(({ figures }) => {
      if (figures === undefined || first === undefined) return '–'
      const ratio = first.rate / figures.rate
      const said = ratio < 1 ? `**${times(ratio)}**` : times(ratio)
      return `${number(figures.rate)} ${spread(figures)}, ${said}`
    })
    const own =
      first === undefined ? '–' : `${number(first.rate)} ${outcome.case.unit}/s ${spread(first)}`
    return cells([outcome.case.title, own, ...rest])
  })
  return [
    'Throughput with its spread, and how many times theirs ours is. Bold is below 1: there we are slower.',
    '',
    '| case | lucent-odm | npm driver | Mongoose | Mongoose, lean |',
    '|---|---:|---:|---:|---:|',
    ...lines,
  ]
}

/**
 * How many rounds the cases had.
 *
 * @param {Outcome[]} outcomes
 */
export function roundsOf(outcomes) {
  const all = outcomes.map(({ rounds }) => rounds)
  const [least, most] = [Math.min(...all), Math.max(...all)]
  return least === most ? String(least) : `${least} to ${most}`
}

/**
 * One case for the terminal.
 *
 * @param {Outcome} outcome
 */
export function summary(outcome) {
  const lines = outcome.case.targets.flatMap((target) => {
    const verdict = judge(outcome, target)
    if (!verdict) return []
    const { reached, name, value, target: wanted } = verdict
    return [`  ${reached ? 'reached' : 'MISSED '}  ${name}: ${value} (${wanted})`]
  })
  return [table(outcome), ...lines].join('\n')
}

/**
 * The whole report.
 *
 * @param {Outcome[]} outcomes
 * @param {RunInfo} run
 * @param {{ note?: string, missing?: string[] }} [more] what the run is not, and cases that it lacks
 */
export function markdown(outcomes, run, { note, missing = [] } = {}) {
  const all = verdicts(outcomes)
  const reached = all.filter((one) => one.reached).length
  const lines = [
    '# Benchmarks',
    '',
    'Written by `npm run bench` from one run of all cases, as are `benches/results.json` and the figures of',
    'the README and the guide. Each round runs every contender in turn, in one process, after',
    `warm-up; figures are medians of ${roundsOf(outcomes)} rounds, and the spread is half the distance between the`,
    `quickest and the slowest. ${run.stored.toLocaleString('en')} stored documents of about 640 bytes: 13 fields, 29 leaf values.`,
    'Pools of 100 connections, default write concern, journaled. Every field that is said to be read',
    'goes into a sum that must agree; so must what was written. Memory cases run each round in a',
    'process of its own. `lucent` sends each find of its own; `lucent, coalesced` is with finds of one',
    'tick together, which is the default, and with writes of one tick together, which is not.',
    run.mainThreadOnly
      ? 'Main-thread CPU is that of the main thread alone; work on other threads is not in it.'
      : 'CPU is that of the whole process: this platform does not tell threads apart.',
    'A longest block is the longest time the event loop stood still in a round.',
    '',
    surroundings(run),
    '',
  ]
  if (note !== undefined) lines.push(note, '')
  if (missing.length > 0) {
    lines.push(`Not measured in this run: ${missing.join('; ')}.`, '')
  }
  lines.push('## Overview', '', ...overview(outcomes), '')
  if (all.length > 0) {
    lines.push(
      '## Targets',
      '',
      'Ratios are turned so that more is better: ours over theirs for throughput, theirs over ours for',
      `costs. ${reached} of ${all.length} reached.`,
      '',
      ...targetTable(all),
      '',
    )
  }
  for (const outcome of outcomes) lines.push(`## ${outcome.case.title}`, '', table(outcome), '')
  return lines.join('\n')
}
