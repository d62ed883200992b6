// How many tests passed and failed, for the sum at the end of continuous integration.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { inRoot, json } from './paths.mjs'

/** What this run counted, for {@link sum}. */
export const counts = { passed: 0, failed: 0 }
/** Where counts are kept, and the reports that they come from. */
export const COUNTS = inRoot('.cache', 'counts')
/** Tasks whose counts are kept. */
const COUNTED = ['checks', 'test']

/** @param {string} task */
const fileOf = (task) => path.join(COUNTS, `${task}.json`)

/**
 * Adds what a test runner says at its end: "4 passed, 1 failed".
 *
 * @param {string} text what it printed
 * @param {RegExp} lines finds the lines that count, the counts being its first group
 */
export function countIn(text, lines) {
  for (const [, line = ''] of stripVTControlCharacters(text).matchAll(lines)) {
    for (const [, count, kind] of line.matchAll(/(\d+) (passed|failed)/g)) {
      counts[/** @type {'passed' | 'failed'} */ (kind)] += Number(count)
    }
  }
}

/**
 * Runs a task and keeps what it counted. Whatever fails counts as one failure at least.
 *
 * @param {string} task
 * @param {string[]} args
 * @param {() => Promise<void>} work
 */
export async function counting(task, args, work) {
  const kept = COUNTED.includes(task) && args.length === 0
  if (kept) {
    mkdirSync(COUNTS, { recursive: true })
    rmSync(fileOf(task), { force: true })
  }
  try {
    await work()
  } catch (error) {
    if (counts.failed === 0) counts.failed = 1
    throw error
  } finally {
    if (kept) writeFileSync(fileOf(task), JSON.stringify(counts))
  }
}

/** Prints what `checks` and `npm test` counted, on a line of its own. */
export function sum() {
  const sums = { passed: 0, failed: 0 }
  for (const task of COUNTED) {
    const file = fileOf(task)
    const { passed, failed } = existsSync(file) ? json(file) : { passed: 0, failed: 1 }
    sums.passed += passed
    sums.failed += failed
  }
  console.log(`${sums.passed} passed, ${sums.failed} failed`)
  if (sums.failed > 0) process.exitCode = 1
}
