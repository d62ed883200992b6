// The example application, and the demo that drives it.
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { build } from './build.mjs'
import { countIn } from './counts.mjs'
import { inRoot, root } from './paths.mjs'
import { exec, tsc } from './programs.mjs'
import { StepFailed, step } from './steps.mjs'

const EXAMPLE = inRoot('examples', 'adonis')

/** Lets the example import the package; everything else it finds in the root's node_modules. */
export function linkExample() {
  const link = path.join(EXAMPLE, 'node_modules', 'lucent-odm')
  if (existsSync(link)) return
  mkdirSync(path.dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(process.platform === 'win32' ? root : '../../..', link, 'junction')
}

/** Answers the folder that the application runs in. */
async function buildExample() {
  const out = path.join(EXAMPLE, 'build')
  await step('example application', async () => {
    linkExample()
    rmSync(out, { recursive: true, force: true })
    await tsc(['-p', 'examples/adonis'])
    for (const name of ['package.json', '.env.test']) {
      copyFileSync(path.join(EXAMPLE, name), path.join(out, name))
    }
  })
  return out
}

/**
 * The tests of the example application, over HTTP.
 *
 * @param {string[]} [args] for Japa
 */
export async function exampleTests(args = []) {
  const cwd = await buildExample()
  let text = ''
  const env = { TEST_ON_MONGODB_URI: String(Boolean(process.env.MONGODB_URI)) }
  /** @param {string} chunk */
  const output = (chunk) => {
    text += chunk
  }
  try {
    await step('tests of the example', () =>
      exec(process.execPath, ['--enable-source-maps', path.join('bin', 'test.js'), ...args], {
        cwd,
        env,
        output,
      }),
    )
  } finally {
    countIn(text, /^Tests +(.*)$/gm)
  }
  if (!/^Tests +\d+ passed/m.test(stripVTControlCharacters(text))) {
    throw new StepFailed('the example ran no tests')
  }
}

/** @param {string[]} args */
export async function demo(args) {
  await build()
  const application = await buildExample()
  const out = inRoot('.cache', 'demo')
  await step('demo sources', () => tsc(['-p', 'examples/demo', '--outDir', out]))
  await exec(process.execPath, [
    '--enable-source-maps',
    path.join(out, 'examples', 'demo', 'main.js'),
    application,
    ...args,
  ])
}
