// The tables of benches/results.md.
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { mainThreadOnly } from './measure.mjs'

/** @typedef {import('./types.d.ts').Figures} Figures */
/** @typedef {import('./types.d.ts').Metric} Metric */
/** @typedef {import('./types.d.ts').Outcome} Outcome */
/** @typedef {import('./types.d.ts').Target} Target */

/** @param {number} value */
function number(value) {
  if (!Number.isFinite(value)) return '–'
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** @type {Record<Metric, string>} */
const METRICS = {
  rate: 'throughput',
  cpu: 'main-thread CPU',
  block: 'longest block',
  heap: 'heap held',
  rss: 'resident memory',
}

/** @type {Record<Metric, string>} */
const UNITS = { rate: '', cpu: 'µs', block: 'ms', heap: 'MB', rss: 'MB' }

/**
 * The figures of a row; `undefined` when it did not run.
 *
 * @param {Outcome} outcome
 * @param {string} label
 * @returns {Figures | undefined}
 */
export function row(outcome, label) {
  const found = outcome.figures[label]
  return found && 'rate' in found ? found : undefined
}

/**
 * A target and what was measured.
 *
 * @param {Outcome} outcome
 * @param {Target} target
 */
export function judge(outcome, target) {
  const { metric, subject = 'lucent', over, atLeast, atMost } = target
  const ours = row(outcome, subject)?.[metric]
  const theirs = over ? row(outcome, over)?.[metric] : undefined
  if (over) {
    const name = `${subject} / ${over}, ${METRICS[metric]}`
    if (ours === undefined || theirs === undefined) return undefined
    const value = metric === 'rate' ? ours / theirs : theirs / ours
    const reached = value >= (atLeast ?? 0)
    return { name, value: `${number(value)}×`, target: `≥ ${atLeast}×`, reached }
  }
  if (ours === undefined) return undefined
  const reached = ours <= (atMost ?? Number.POSITIVE_INFINITY)
  const unit = UNITS[metric]
  return {
    name: `${subject}, ${METRICS[metric]}`,
    value: `${number(ours)} ${unit}`,
    target: `≤ ${atMost} ${unit}`,
    reached,
  }
}

/** @param {Outcome} outcome */
function table(outcome) {
  const labels = Object.keys(outcome.case.contenders).filter((label) => label in outcome.figures)
  const memory = labels.some((label) => row(outcome, label)?.rss !== undefined)
  const unit = outcome.case.unit
  const head = [
    '',
    `${unit}/s`,
    'spread',
    `main-thread µs/${unit.slice(0, -1)}`,
    'longest block, ms',
  ]
  if (memory) head.push('heap held, MB', 'RSS, MB')
  const rows = labels.map((label) => {
    const found = outcome.figures[label]
    if (!found || !('rate' in found)) {
      return [label, `— (${found?.unsupported})`, ...head.slice(2).map(() => '')]
    }
    const cells = [label, number(found.rate), `±${Math.round(found.spread * 50)} %`]
    cells.push(number(found.cpu), number(found.block))
    if (memory) cells.push(number(found.heap ?? Number.NaN), number(found.rss ?? Number.NaN))
    return cells
  })
  return [
    `| ${head.join(' | ')} |`,
    `|---|${'---:|'.repeat(head.length - 1)}`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n')
}

/**
 * One case for the terminal.
 *
 * @param {Outcome} outcome
 */
export function summary(outcome) {
  const verdicts = outcome.case.targets.flatMap((target) => {
    const verdict = judge(outcome, target)
    return verdict
      ? [
          `  ${verdict.reached ? 'reached' : 'MISSED '}  ${verdict.name}: ${verdict.value} (${verdict.target})`,
        ]
      : []
  })
  return [table(outcome), ...verdicts].join('\n')
}

/** @param {string} name */
function versionOf(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return `${name} ${JSON.parse(readFileSync(file, 'utf8')).version}`
}

function ownVersion() {
  const file = new URL('../../package.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).version
}

/**
 * The whole report.
 *
 * @param {Outcome[]} outcomes
 * @param {{ rounds: number, quick: boolean, stored: number, mongod: string, without: string[] }} run
 */
export function markdown(outcomes, { rounds, quick, stored, mongod, without }) {
  const cpus = os.cpus()
  const machine = [
    `${cpus.length} × ${cpus[0]?.model.trim() || os.arch()}`,
    `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    `${os.platform()} ${os.arch()}`,
    `Node ${process.versions.node}`,
    `mongod ${mongod} on the same machine`,
    `lucent-odm ${ownVersion()}`,
    versionOf('mongodb'),
    versionOf('mongoose'),
    new Date().toISOString().slice(0, 10),
  ].join(', ')
  const verdicts = outcomes.flatMap((outcome) =>
    outcome.case.targets.flatMap((target) => {
      const verdict = judge(outcome, target)
      return verdict ? [{ title: outcome.case.title, ...verdict }] : []
    }),
  )
  const missed = verdicts.filter(({ reached }) => !reached).length
  const lines = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Each round runs every contender in turn, in one process, after',
    `warm-up; figures are medians of ${rounds} rounds${quick ? ' (a quick run: a look, not a measurement)' : ''}. ${stored.toLocaleString('en')} stored`,
    'documents of about 640 bytes: 13 fields, 29 leaf values. Pools of 100 connections, default write',
    'concern, journaled. Every field that is said to be read goes into a sum that must agree; so must',
    'what was written. Memory cases run each round in a process of its own.',
    mainThreadOnly
      ? 'CPU is that of the main thread alone; work on other threads is not in it.'
      : 'CPU is that of the whole process: this platform does not tell threads apart.',
    'A longest block is the longest time the event loop stood still in a round.',
    '',
    machine,
    '',
  ]
  if (without.length > 0) lines.push(`Left out: ${without.join(', ')}.`, '')
  if (verdicts.length > 0) {
    lines.push(
      '## Targets',
      '',
      'Ratios are turned so that more is better: ours over theirs for throughput, theirs over ours for',
      `costs. ${verdicts.length - missed} of ${verdicts.length} reached.`,
      '',
      '| case | comparison | measured | target | |',
      '|---|---|---:|---:|---|',
      ...verdicts.map(
        ({ title, name, value, target, reached }) =>
          `| ${title} | ${name} | ${value} | ${target} | ${reached ? 'reached' : '**missed**'} |`,
      ),
      '',
    )
  }
  for (const outcome of outcomes) lines.push(`## ${outcome.case.title}`, '', table(outcome), '')
  return lines.join('\n')
}
