// Measures this package, the npm driver and Mongoose side by side, in one process, in turns.
//
//   node --expose-gc benches/run.mjs [options]
//
//   --quick             fewer rounds and less work: a look, not a measurement
//   --only <case>       this case; may be repeated
//   --without <name>    leaves out `lucent`, `driver` or `mongoose`; may be repeated
//   --rounds <n>        measured rounds of each case
//   --list              names the cases
//   --render            writes the pages from benches/results.json anew, and measures nothing
//
// A run without options is a full one. It writes benches/results.json, and from it every page with
// figures: benches/results.md, the README and its chart, the guide. Any other run writes none of them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { startServer } from 'lucent-odm/testing/server'
import { MongoClient } from 'mongodb'
import { CASES } from './cases/index.mjs'
import { mainThreadOnly, measure } from './lib/measure.mjs'
import { readResults, writePages } from './lib/pages.mjs'
import { markdown, summary } from './lib/report.mjs'
import { FULL, runCase } from './lib/run_case.mjs'
import { Unsupported } from './lib/unsupported.mjs'
import { idOf, user } from './lib/workload.mjs'

/** @typedef {import('./lib/types.d.ts').Case} Case */
/** @typedef {import('./lib/types.d.ts').Contender} Contender */
/** @typedef {import('./lib/types.d.ts').Outcome} Outcome */
/** @typedef {import('./lib/types.d.ts').RunInfo} RunInfo */
/** @typedef {import('./lib/types.d.ts').World} World */

const NAMES = ['lucent', 'driver', 'mongoose']
const POOL = 100
const READ_ONLY = 'users'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    without: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    list: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    // One round of an isolated case, for the process that asked for it.
    alone: { type: 'string' },
    uri: { type: 'string' },
    database: { type: 'string' },
    stored: { type: 'string' },
  },
})

/**
 * @param {string} name
 * @param {string} uri
 * @param {string} database
 * @returns {Promise<Contender>}
 */
async function openContender(name, uri, database) {
  const { open } = await import(`./contenders/${name}.mjs`)
  return open({ uri, database, poolSize: POOL, readOnly: READ_ONLY })
}

/**
 * Stores the users that are read, `_id` and all.
 *
 * @param {import('mongodb').Db} db
 * @param {number} count
 */
async function fill(db, count) {
  const batch = 5000
  for (let from = 0; from < count; from += batch) {
    const size = Math.min(batch, count - from)
    await db.collection(READ_ONLY).insertMany(
      Array.from({ length: size }, (_, index) => ({
        _id: idOf(from + index),
        ...user(from + index),
      })),
    )
  }
}

/**
 * One measured run in this process, which does nothing else; the parent gets the sample.
 *
 * @param {string} caseName
 * @param {string} label
 */
async function runAlone(caseName, label) {
  const { uri = '', database = '', stored = '0', quick } = options
  const testCase = CASES.find(({ name }) => name === caseName)
  const prepare = testCase?.contenders[label]
  if (!prepare) throw new Error(`no such row: ${caseName}, ${label}`)
  const name = label.split(',', 1)[0] ?? ''
  const witness = new MongoClient(uri)
  const contender = await openContender(name, uri, database)
  /** @type {World} */
  const world = {
    stored: Number(stored),
    readOnly: READ_ONLY,
    contenders: { [name]: contender },
    witness: witness.db(database),
    quick,
  }
  /** @type {any} */
  let message
  try {
    const work = await prepare(world)
    // The code is hot, as in a server that has run for a while.
    for (let round = 0; round < 4; round += 1) await contender.findEvery(2500)
    const sample = await measure(() => work.run())
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    message = { ...sample, heap: (heapUsed + external) / 2 ** 20, rss: rss / 2 ** 20 }
    // Held until here, so that the figures include them.
    if (!work) throw new Error('unreachable')
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error
    message = { unsupported: error.message }
  }
  await contender.close()
  await witness.close()
  process.send?.(message)
  process.disconnect?.()
}

/** @param {string} name of a package */
function versionOf(name) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).version
}

/**
 * When and where this run is.
 *
 * @param {{ mongod: string, stored: number, started: number }} run
 * @returns {RunInfo}
 */
function describeRun({ mongod, stored, started }) {
  const cpus = os.cpus()
  const own = new URL('../package.json', import.meta.url)
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: [
      `${cpus.length} × ${cpus[0]?.model.trim() || os.arch()}`,
      `${Math.round(os.totalmem() / 2 ** 30)} GB`,
      `${os.platform()} ${os.arch()}`,
    ].join(', '),
    node: process.versions.node,
    mongod,
    versions: {
      'lucent-odm': JSON.parse(readFileSync(own, 'utf8')).version,
      mongodb: versionOf('mongodb'),
      mongoose: versionOf('mongoose'),
    },
    stored,
    mainThreadOnly,
    seconds: Math.round((Date.now() - started) / 1000),
  }
}

/** What the run is not, where it is no full one. */
function shortcomings() {
  const { quick, only, without, rounds } = options
  return [
    ...(quick ? ['A quick run: a look, not a measurement.'] : []),
    ...(only.length > 0 ? ['Not all cases.'] : []),
    ...(without.length > 0 ? [`Left out: ${without.join(', ')}.`] : []),
    ...(rounds === undefined ? [] : ['The number of rounds was given.']),
  ]
}

async function main() {
  if (options.render) {
    console.log(`wrote ${writePages(readResults(), CASES).join(', ')}`)
    return
  }
  const unknown = options.only.filter((name) => !CASES.some((testCase) => testCase.name === name))
  if (options.list || unknown.length > 0) {
    if (unknown.length > 0) console.error(`no such case: ${unknown.join(', ')}; there are:`)
    for (const { name, title } of CASES) console.log(`${name.padEnd(24)} ${title}`)
    process.exitCode = unknown.length > 0 ? 2 : 0
    return
  }
  const chosen = CASES.filter(
    ({ name }) => options.only.length === 0 || options.only.includes(name),
  )
  const { quick } = options
  const stored = quick ? 20_000 : 100_000
  const given = options.rounds ? Number(options.rounds) : quick ? 3 : undefined
  const plans = given === undefined ? FULL : { ...FULL, least: given, most: given }
  const started = Date.now()

  // The pages say that the server is on the same machine.
  const server = await startServer({ useUri: false })
  const client = new MongoClient(server.uri)
  const database = `bench_${process.pid}`
  const db = client.db(database)
  /** @type {World['contenders']} */
  const contenders = {}
  try {
    console.error(`storing ${stored.toLocaleString('en')} documents`)
    await fill(db, stored)
    for (const name of NAMES) {
      if (!options.without.includes(name)) {
        contenders[name] = await openContender(name, server.uri, database)
      }
    }
    /** @type {World} */
    const world = { stored, readOnly: READ_ONLY, contenders, witness: db, quick }
    /**
     * @param {Case} testCase
     * @param {string} label
     */
    const alone = async (testCase, label) => {
      const args = ['--alone', `${testCase.name}/${label}`, '--uri', server.uri]
      args.push('--database', database, '--stored', String(stored), ...(quick ? ['--quick'] : []))
      const child = fork(new URL(import.meta.url), args, { execArgv: ['--expose-gc'] })
      /** @type {any} */
      let message
      child.on('message', (value) => {
        message = value
      })
      const [code] = await once(child, 'close')
      if (message?.unsupported) throw new Unsupported(message.unsupported)
      if (code !== 0 || !message) throw new Error(`${testCase.name}, ${label}: exit code ${code}`)
      return message
    }

    /** @type {Outcome[]} */
    const outcomes = []
    for (const testCase of chosen) {
      console.error(`\n${testCase.title}`)
      const isolated = { ...plans, warmUp: 0, least: 3, most: 3 }
      const plan = { ...(testCase.isolated ? isolated : plans), alone }
      const outcome = await runCase(testCase, world, plan)
      outcomes.push(outcome)
      console.error(summary(outcome))
    }

    const { version } = await db.admin().serverInfo()
    const run = describeRun({ mongod: version, stored, started })
    const note = shortcomings().join(' ')
    if (note === '') {
      const cases = outcomes.map(({ case: { name }, count, rounds, figures }) => ({
        name,
        count,
        rounds,
        rows: figures,
      }))
      console.error(`\nwrote ${writePages({ run, cases }, CASES).join(', ')}`)
    } else {
      console.log(`\n${markdown(outcomes, run, { note })}`)
    }
    console.error(`${Math.round((Date.now() - started) / 1000)} s in all`)
  } finally {
    await Promise.all(Object.values(contenders).map((contender) => contender?.close()))
    await db.dropDatabase().catch(() => {})
    await client.close()
    await server.stop()
  }
}

if (options.alone) {
  const [caseName = '', label = ''] = options.alone.split('/')
  await runAlone(caseName, label)
} else {
  await main()
}
