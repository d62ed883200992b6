// The tests of the Rust core.
import { spawnSync } from 'node:child_process'
import { countIn } from './counts.mjs'
import { exec } from './programs.mjs'
import { step } from './steps.mjs'

function hasNextest() {
  return spawnSync('cargo', ['nextest', '--version'], { stdio: 'ignore' }).status === 0
}

/**
 * Tests of the Rust core, without Node.
 *
 * @param {string[]} args for the test runner
 * @param {(text: string) => void} [output]
 */
export async function rustTests(args, output) {
  const options = output ? { output } : {}
  if (!hasNextest()) {
    await step('cargo test', () =>
      exec('cargo', ['test', '--no-default-features', ...args], options),
    )
    return
  }
  await step('cargo nextest', () =>
    exec(
      'cargo',
      ['nextest', 'run', '--no-default-features', '--no-tests', 'pass', ...args],
      options,
    ),
  )
  // nextest runs no documentation tests.
  if (args.length === 0) {
    await step('cargo test --doc', () =>
      exec('cargo', ['test', '--doc', '--no-default-features'], options),
    )
  }
}

export async function countedRustTests() {
  let text = ''
  // The fuzzing tests run beside the others, for this long; seconds where nothing is said.
  process.env.LUCENT_FUZZ_SECONDS ??= '60'
  try {
    await rustTests([], (chunk) => {
      text += chunk
    })
  } finally {
    countIn(text, /(?:Summary \[.*?\]|test result:)(.*)/g)
  }
}
