// What the npm scripts run. `npm test` and `npm run demo` work on a fresh clone: this file installs
// the dependencies, goes on under the Node that is one of them, and builds what is out of date.
//
//   node scripts/run.mjs <task> [arguments of the task]
import { bench, benchHttp, soak } from './run/bench.mjs'
import { bootstrap } from './run/bootstrap.mjs'
import { build, buildTypeScript, prepack } from './run/build.mjs'
import { checks, format, lint, typecheck } from './run/checks.mjs'
import { counting, sum } from './run/counts.mjs'
import { demo, exampleTests } from './run/example.mjs'
import { rustTests } from './run/rust.mjs'
import { all, elapsed, StepFailed } from './run/steps.mjs'
import { packaging, typeTests, vitest } from './run/tests.mjs'

/** @type {Record<string, (args: string[]) => unknown>} */
const TASKS = {
  install: () => {},
  demo,
  test: async (args) => {
    await build()
    await all(
      args.length > 0
        ? [() => vitest(args)]
        : [typeTests, () => vitest([]), () => exampleTests(), packaging],
    )
  },
  // The suites against the server, with every byte that models send searched for values in plain.
  'test:wire': async (args) => {
    await build()
    process.env.LUCENT_TEST_WIRE = 'search'
    await vitest(args.length > 0 ? args : ['__test__/integration'])
  },
  'test:example': async (args) => {
    await build()
    await exampleTests(args)
  },
  'test:packaging': async (args) => {
    await build()
    await packaging(args)
  },
  'test:rust': (args) => rustTests(args),
  bench,
  'bench:http': benchHttp,
  soak,
  build: () => build(),
  'build:ts': () => buildTypeScript(),
  'build:release': () => build({ release: true }),
  prepack,
  lint,
  format,
  typecheck,
  checks,
  sum,
}

const [task = '', ...args] = process.argv.slice(2)
const work = TASKS[task]
if (!work) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(TASKS).join(' | ')}`)
  process.exit(2)
}
const started = Date.now()
let outcome = 'ok'
try {
  await counting(task, args, async () => {
    await bootstrap()
    await work(args)
  })
} catch (error) {
  console.error(error instanceof StepFailed ? error.message : error)
  outcome = 'FAILED'
  process.exitCode = 1
}
if (task !== 'sum') console.error(`${task}: ${outcome}, ${elapsed(started)} in all`)
