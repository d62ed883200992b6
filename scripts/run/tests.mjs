// The suites in TypeScript: types, the real server, the packed tarball.
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { COUNTS, counts } from './counts.mjs'
import { json } from './paths.mjs'
import { tool, tsc } from './programs.mjs'
import { all, step } from './steps.mjs'

/** Other compilers that the published types hold for: the oldest, and the last in JavaScript. */
const OTHER_COMPILERS = ['typescript-5.4', 'typescript-5.9']
const OTHERS_PROJECT = '__test__/types/older.tsconfig.json'

/** What applications may write: with this repository's TypeScript, and with the others. */
export const typeTests = () =>
  all([
    () => step('type tests', () => tsc(['-p', '__test__/types'])),
    ...OTHER_COMPILERS.map(
      (name) => () =>
        step(`type tests (${name})`, () => tool(name, ['-p', OTHERS_PROJECT], { program: 'tsc' })),
    ),
  ])

const FAULTS = '__test__/fault'

/**
 * The suites against the real server. The whole of them is counted. Those of faults have servers of
 * their own and mostly wait: they run beside the others.
 *
 * @param {string[]} args
 */
export async function vitest(args) {
  if (args.length > 0) return step('vitest', () => tool('vitest', ['run', ...args]))
  const outcomes = await Promise.allSettled([
    countedVitest('vitest', ['--exclude', `${FAULTS}/**`]),
    countedVitest('faults', [FAULTS]),
  ])
  await all(
    outcomes.map((outcome) => async () => {
      if (outcome.status === 'rejected') throw outcome.reason
    }),
  )
}

/**
 * Installs the tarball in projects of its own. It builds `dist` anew, so nothing else may run beside.
 *
 * @param {string[]} [args]
 */
export function packaging(args = []) {
  return countedVitest('packaging', ['--config', '__test__/packaging/vitest.config.ts', ...args])
}

/**
 * @param {string} name
 * @param {string[]} args
 */
async function countedVitest(name, args) {
  const report = path.join(COUNTS, `${name}.report.json`)
  rmSync(report, { force: true })
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    await step(name, () => tool('vitest', ['run', ...reporters, ...args]))
  } finally {
    if (existsSync(report)) {
      const { numPassedTests, numFailedTests } = json(report)
      counts.passed += numPassedTests
      counts.failed += numFailedTests
    }
  }
}
