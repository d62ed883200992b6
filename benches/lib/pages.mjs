// Every page with figures, rendered from the run that benches/results.json holds.
import { readFileSync, writeFileSync } from 'node:fs'
import { chart } from './chart.mjs'
import { verdicts } from './figures.mjs'
import { markdown, overview, roundsOf, surroundings, targetTable } from './report.mjs'

/** @typedef {import('./types.d.ts').Case} Case */
/** @typedef {import('./types.d.ts').Outcome} Outcome */
/** @typedef {import('./types.d.ts').Results} Results */

/** What is written, by paths inside the repository. */
const RESULTS = 'benches/results.json'
const REPORT = 'benches/results.md'
const CHART = 'docs/bench.svg'
/** Pages with generated blocks, and what `results.md` is called from there. */
const PAGES = /** @type {const} */ ({
  'README.md': 'benches/results.md',
  'docs/guide/performance.md': '../../benches/results.md',
})

/**
 * The rows of a run beside the cases that they are of, in the order of the cases.
 *
 * @param {Results} results
 * @param {Case[]} cases
 * @returns {{ outcomes: Outcome[], missing: string[] }}
 */
export function joined({ cases: measured }, cases) {
  const byName = new Map(measured.map((one) => [one.name, one]))
  /** @type {Outcome[]} */
  const outcomes = []
  const missing = []
  for (const one of cases) {
    const found = byName.get(one.name)
    byName.delete(one.name)
    if (found === undefined) missing.push(one.title)
    else {
      const { count, rounds, rows } = found
      outcomes.push({ case: one, count, rounds, figures: rows })
    }
  }
  if (byName.size > 0) throw new Error(`there are no such cases: ${[...byName.keys()].join(', ')}`)
  return { outcomes, missing }
}

/**
 * The generated blocks of the pages, by name.
 *
 * @param {Results} results
 * @param {Case[]} cases
 * @param {string} report what the page calls `results.md`
 * @returns {Record<string, string>}
 */
export function blocks(results, cases, report) {
  const { outcomes, missing } = joined(results, cases)
  const all = verdicts(outcomes)
  const missed = all.filter(({ reached }) => !reached)
  const absent =
    missing.length === 0 ? [] : [`Not measured in this run: ${missing.join('; ')}.`, '']
  return {
    overview: [
      ...overview(outcomes),
      '',
      `Medians of ${roundsOf(outcomes)} rounds of one run. ${surroundings(results.run)}.`,
      '',
      ...absent,
    ].join('\n'),
    missed: [
      `Of ${all.length} targets ${missed.length} are missed${missed.length > 0 ? ':' : '.'}`,
      '',
      ...(missed.length > 0 ? [...targetTable(missed), ''] : []),
    ].join('\n'),
    targets: [
      'Ratios are turned so that more is better: ours over theirs for throughput, theirs over ours for',
      `costs. Of ${all.length} targets ${missed.length} are missed.`,
      '',
      ...targetTable(all),
      '',
      ...absent,
      `${surroundings(results.run)}. Every row that was measured, with its spread, is in`,
      `[benches/results.md](${report}).`,
      '',
    ].join('\n'),
  }
}

const BLOCK = /(<!-- bench:(\w+) -->\n)[\s\S]*?(<!-- \/bench:\2 -->)/g

/**
 * A page with its generated blocks replaced; what stands outside of them is left alone.
 *
 * @param {string} text
 * @param {Record<string, string>} generated
 */
export function filled(text, generated) {
  return text.replace(BLOCK, (_all, start, name, end) => {
    const block = generated[name]
    if (block === undefined) throw new Error(`there is no block "${name}"`)
    return `${start}${block}${end}`
  })
}

/**
 * A page without its generated blocks.
 *
 * @param {string} text
 */
export const withoutBlocks = (text) => text.replace(BLOCK, '')

/** @param {string} file */
const at = (file) => new URL(`../../${file}`, import.meta.url)

/** The run that the pages show. @returns {Results} */
export function readResults() {
  return JSON.parse(readFileSync(at(RESULTS), 'utf8'))
}

/**
 * Every page as the run makes it, by paths inside the repository.
 *
 * @param {Results} results
 * @param {Case[]} cases
 * @returns {Record<string, string>}
 */
export function rendered(results, cases) {
  const { outcomes, missing } = joined(results, cases)
  const pages = Object.entries(PAGES).map(([file, report]) => [
    file,
    filled(readFileSync(at(file), 'utf8'), blocks(results, cases, report)),
  ])
  return {
    [RESULTS]: `${JSON.stringify(results, null, 2)}\n`,
    [REPORT]: markdown(outcomes, results.run, { missing }),
    [CHART]: chart(outcomes, results.run),
    ...Object.fromEntries(pages),
  }
}

/**
 * Writes every page. All are rendered before the first is written, so that they cannot differ.
 *
 * @param {Results} results
 * @param {Case[]} cases
 * @returns {string[]} what was written
 */
export function writePages(results, cases) {
  const pages = Object.entries(rendered(results, cases))
  for (const [file, text] of pages) writeFileSync(at(file), text)
  return pages.map(([file]) => file)
}
