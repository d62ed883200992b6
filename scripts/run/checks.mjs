// What looks at the sources: formatters, linters, compilers.
import { spawnSync } from 'node:child_process'
import { build } from './build.mjs'
import { counts } from './counts.mjs'
import { linkExample } from './example.mjs'
import { inRoot, root } from './paths.mjs'
import { exec, tool, tsc } from './programs.mjs'
import { countedRustTests } from './rust.mjs'
import { all, step } from './steps.mjs'

/** @type {[string, () => Promise<void>][]} */
const LINTS = [
  ['biome', () => tool('@biomejs/biome', ['check', '--error-on-warnings', '.'])],
  [
    'public types',
    () => exec(process.execPath, [inRoot('scripts', 'generate_types.mjs'), '--check']),
  ],
  // Loaded when it runs: it needs TypeScript, which the first task on a fresh clone has yet to install.
  ['structure', async () => (await import('./structure.mjs')).structure(root)],
  ['rustfmt', () => exec('cargo', ['fmt', '--check'])],
  ['clippy', () => exec('cargo', ['clippy', '--all-targets', '--', '--deny', 'warnings'])],
]

export const lint = () =>
  all(
    LINTS.map(
      ([name, work]) =>
        () =>
          step(name, work),
    ),
  )

export async function typecheck() {
  linkExample()
  const projects = ['.', '__test__', 'scripts', 'examples/adonis', 'examples/demo']
  await all(
    projects.map((project) => () => step(`tsc ${project}`, () => tsc(['-p', project, '--noEmit']))),
  )
}

export async function format() {
  await tool('@biomejs/biome', ['check', '--write', '.'])
  await exec('cargo', ['fmt'])
}

/** Everything a change must pass besides `npm test`. */
export async function checks() {
  /** @type {[string, () => Promise<unknown>][]} */
  const works = [...LINTS, ['Rust tests', countedRustTests], ['build', build], ['types', typecheck]]
  if (spawnSync('cargo', ['deny', '--version'], { stdio: 'ignore' }).status === 0) {
    const args = ['deny', '--all-features', 'check', 'bans', 'licenses']
    works.push(['cargo deny', () => exec('cargo', args)])
  }
  await all(
    works.map(([name, work]) => async () => {
      const failedBefore = counts.failed
      try {
        await step(name, work)
      } catch (error) {
        // A step that counts no tests of its own still has to show in the sum.
        if (counts.failed === failedBefore) counts.failed += 1
        throw error
      }
    }),
  )
}
