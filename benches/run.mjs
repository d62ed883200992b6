// Measures this package, the npm driver and Mongoose side by side, in one process, in turns.
//
//   node --expose-gc benches/run.mjs [options]
//
//   --quick             fewer rounds and less work: a look, not a measurement
//   --only <case>       this case; may be repeated
//   --without <name>    leaves out `lucent`, `driver` or `mongoose`; may be repeated
//   --rounds <n>        measured rounds of each case
//   --list              names the cases
//   --write             writes benches/results.md and docs/bench.svg, as a full run does by itself
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startServer } from 'lucent-odm/testing/server'
import { MongoClient } from 'mongodb'
import block from './cases/block.mjs'
import encrypted from './cases/encrypted.mjs'
import find from './cases/find.mjs'
import json from './cases/json.mjs'
import page from './cases/page.mjs'
import write from './cases/write.mjs'
import { chart } from './lib/chart.mjs'
import { measure, median } from './lib/measure.mjs'
import { markdown, summary } from './lib/report.mjs'
import { Unsupported } from './lib/unsupported.mjs'
import { idOf, user } from './lib/workload.mjs'

/** @typedef {import('./lib/types.d.ts').Case} Case */
/** @typedef {import('./lib/types.d.ts').Contender} Contender */
/** @typedef {import('./lib/types.d.ts').Figures} Figures */
/** @typedef {import('./lib/types.d.ts').Outcome} Outcome */
/** @typedef {import('./lib/types.d.ts').Prepared} Prepared */
/** @typedef {import('./lib/types.d.ts').World} World */

/** @type {Case[]} */
const CASES = [...find, ...json, ...page, ...write, ...encrypted, ...block]
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
    write: { type: 'boolean', default: false },
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
 * The figures of one row from its rounds.
 *
 * @param {number} count
 * @param {(import('./lib/measure.mjs').Sample & { heap?: number, rss?: number })[]} samples
 * @returns {Figures}
 */
function figures(count, samples) {
  const rates = samples.map(({ wall }) => (count * 1000) / wall)
  const rate = median(rates)
  const { heap, rss } = samples[0] ?? {}
  return {
    rate,
    cpu: median(samples.map(({ cpu }) => (cpu * 1000) / count)),
    block: median(samples.map((sample) => sample.block)),
    spread: (Math.max(...rates) - Math.min(...rates)) / rate,
    ...(heap === undefined ? {} : { heap: median(samples.map((sample) => sample.heap ?? 0)) }),
    ...(rss === undefined ? {} : { rss: median(samples.map((sample) => sample.rss ?? 0)) }),
  }
}

/**
 * Throws unless every row gave the same answer.
 *
 * @param {string} what
 * @param {Map<string, unknown>} answers
 */
function agree(what, answers) {
  const [first, ...others] = answers
  for (const [label, answer] of others) {
    if (first && !Object.is(answer, first[1])) {
      throw new Error(
        `${what}: ${label} and ${first[0]} did different work (${answer} and ${first[1]})`,
      )
    }
  }
}

/**
 * @param {Case} testCase
 * @param {World} world
 * @param {{ warmUp: number, rounds: number, alone: (testCase: Case, label: string) => Promise<any> }} plan
 * @returns {Promise<Outcome>}
 */
async function runCase(testCase, world, { warmUp, rounds, alone }) {
  const count = testCase.count(world)
  /** @type {Outcome['figures']} */
  const result = {}
  /** @type {Map<string, Prepared>} */
  const prepared = new Map()
  for (const [label, prepare] of Object.entries(testCase.contenders)) {
    if (!world.contenders[label.split(',', 1)[0] ?? '']) continue
    try {
      prepared.set(label, await prepare(world))
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error
      result[label] = { unsupported: error.message }
    }
  }
  /** @type {Map<string, import('./lib/measure.mjs').Sample[]>} */
  const samples = new Map([...prepared.keys()].map((label) => [label, []]))
  const labels = [...prepared.keys()]
  for (let round = -warmUp; round < rounds; round += 1) {
    /** @type {Map<string, unknown>} */
    const answers = new Map()
    /** @type {Map<string, unknown>} */
    const stored = new Map()
    // Nobody always runs after the same neighbour.
    const shift = (((round + warmUp) % labels.length) + labels.length) % labels.length
    for (const label of [...labels.slice(shift), ...labels.slice(0, shift)]) {
      const work = /** @type {Prepared} */ (prepared.get(label))
      try {
        await work.reset?.()
        const sample = testCase.isolated
          ? await alone(testCase, label)
          : await measure(() => work.run(), { repeatable: work.reset === undefined })
        answers.set(label, sample.result)
        stored.set(label, await work.verify?.())
        if (round >= 0) samples.get(label)?.push(sample)
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error
        result[label] = { unsupported: error.message }
        samples.delete(label)
        prepared.delete(label)
        labels.splice(labels.indexOf(label), 1)
      }
    }
    agree(`${testCase.name}, read`, answers)
    agree(`${testCase.name}, stored`, stored)
  }
  for (const [label, list] of samples) result[label] = figures(count, list)
  return { case: testCase, count, figures: result }
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

async function main() {
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
  const rounds = options.rounds ? Number(options.rounds) : quick ? 3 : 9
  const started = Date.now()

  const server = await startServer()
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
      const plan = testCase.isolated
        ? { warmUp: 0, rounds: Math.min(rounds, 3), alone }
        : { warmUp: quick ? 2 : 4, rounds, alone }
      const outcome = await runCase(testCase, world, plan)
      outcomes.push(outcome)
      console.error(summary(outcome))
    }

    const { version } = await db.admin().serverInfo()
    const text = markdown(outcomes, {
      rounds,
      quick,
      stored,
      mongod: version,
      without: options.without,
    })
    const complete = options.only.length === 0 && options.without.length === 0 && !quick
    if (complete || options.write) {
      writeFileSync(new URL('results.md', import.meta.url), text)
      writeFileSync(new URL('../docs/bench.svg', import.meta.url), chart(outcomes))
      console.error('\nwrote benches/results.md and docs/bench.svg')
    } else {
      console.log(`\n${text}`)
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
