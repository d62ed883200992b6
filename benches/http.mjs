// One AdonisJS route that lists 100 posts, by this package, by Mongoose and by the npm driver: each
// server in a process of its own, the client in another, in turns. Then what the package's provider
// adds to the start and to the memory of an application.
//
//   node benches/http.mjs [options]
//
//   --quick               a look, not a measurement
//   --part <name>         `routes` or `start` alone
//   --only <contender>    this one; may be repeated
//   --rounds <n>          measured rounds, 9 by default
//   --seconds <n>         length of a round, 3 by default
//   --connections <n>     of the client, 32 by default
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { startServer } from 'lucent-odm/testing/server'
import { MongoClient } from 'mongodb'
import { CONTENDERS } from './http/contenders.mjs'
import { COLLECTION, LISTED, post } from './http/posts.mjs'
import { median } from './lib/measure.mjs'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    part: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '32' },
  },
})
const { quick, only } = options
const rounds = Number(options.rounds ?? (quick ? 2 : 9))
const milliseconds = Number(options.seconds ?? (quick ? 1 : 3)) * 1000
const connections = Number(options.connections)
const starts = quick ? 3 : 11
const BASE = 'mongoose, models'

/** Ratios of requests per second, and bounds of what the provider adds. */
const TARGETS = { 'lucent, models': 2, 'lucent, toJson()': 4 }
const MOST_MILLISECONDS = 30
const MOST_MEGABYTES = 15

/** @typedef {{ rate: number, p50: number, p99: number, utilization: number, main: number, all: number }} Sample */

/**
 * A process of benches/http.
 *
 * @param {string} file
 * @param {string[]} [args]
 */
async function start(file, args = []) {
  const child = fork(new URL(`./http/${file}`, import.meta.url), args, {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  /** @type {any[]} */
  const answers = []
  let wake = () => {}
  child.on('message', (/** @type {any} */ message) => {
    // The framework tells a parent that it is ready, in words of its own.
    if (message?.bench) answers.push(message.bench)
    wake()
  })
  child.on('exit', () => wake())
  /** @param {unknown} [message] */
  const answer = async (message) => {
    if (message !== undefined) child.send(/** @type {any} */ (message))
    while (answers.length === 0) {
      if (child.exitCode !== null) {
        throw new Error(`${file} ${args[0] ?? ''} ended with exit code ${child.exitCode}`)
      }
      await new Promise((resolve) => {
        wake = () => resolve(undefined)
      })
    }
    return answers.shift()
  }
  const end = async () => {
    if (child.exitCode !== null || !child.connected) return
    const closed = once(child, 'close')
    child.send('end')
    await closed
  }
  try {
    return { first: await answer(), answer, end }
  } catch (error) {
    child.kill()
    throw error
  }
}

/** What a list says, whoever made it, so that it can be compared. @param {string} text */
function essence(text) {
  const rows = JSON.parse(text)
  if (rows.length !== LISTED) throw new Error(`${rows.length} posts instead of ${LISTED}`)
  return JSON.stringify(
    rows.map((/** @type {any} */ row) => [
      String(row.id ?? row._id),
      row.title,
      row.body,
      row.status,
      row.tags,
      row.author.handle,
      row.comments.map((/** @type {any} */ comment) => comment.text),
      row.views,
      Date.parse(row.createdAt ?? row.created_at),
      Date.parse(row.updatedAt ?? row.updated_at),
      row.seq,
    ]),
  )
}

/**
 * @param {string} uri
 * @param {string} database
 */
async function measureRoutes(uri, database) {
  const names = Object.keys(CONTENDERS).filter((name) => only.length === 0 || only.includes(name))
  const client = await start('client.mjs')
  /** @type {Map<string, Awaited<ReturnType<typeof start>>>} */
  const servers = new Map()
  /** @type {Map<string, Sample[]>} */
  const samples = new Map(names.map((name) => [name, []]))
  try {
    /** @type {string | undefined} */
    let wanted
    for (const name of names) {
      const server = await start('server.mjs', [name, uri, database])
      servers.set(name, server)
      const response = await fetch(`http://127.0.0.1:${server.first.port}/posts`)
      const said = essence(await response.text())
      wanted ??= said
      if (said !== wanted) throw new Error(`${name} and ${names[0]} answer something else`)
    }
    for (let round = -2; round < rounds; round += 1) {
      console.error(round < 0 ? 'warm-up' : `round ${round + 1} of ${rounds}`)
      const shift = (round + 2) % names.length
      for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
        const server = /** @type {Awaited<ReturnType<typeof start>>} */ (servers.get(name))
        await server.answer('mark')
        const url = `http://127.0.0.1:${server.first.port}/posts`
        const { requests, ...load } = await client.answer({ url, connections, milliseconds })
        const { utilization, main, all } = await server.answer('mark')
        if (round < 0) continue
        samples.get(name)?.push({
          rate: (requests * 1000) / load.milliseconds,
          p50: load.p50,
          p99: load.p99,
          utilization,
          main: main / requests,
          all: all / requests,
        })
      }
    }
  } finally {
    for (const server of servers.values()) await server.end()
    await client.end()
  }
  return samples
}

/**
 * @param {readonly Sample[]} list
 * @returns {Sample}
 */
function medians(list) {
  const of = (/** @type {keyof Sample} */ key) => median(list.map((sample) => sample[key]))
  return {
    rate: of('rate'),
    p50: of('p50'),
    p99: of('p99'),
    utilization: of('utilization'),
    main: of('main'),
    all: of('all'),
  }
}

/** @param {string[][]} rows */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    console.log(cells.join('  '))
  }
}

/**
 * @param {string} what
 * @param {boolean} reached
 */
function verdict(what, reached) {
  console.log(`${what}: ${reached ? 'reached' : 'MISSED'}`)
}

/** @param {Map<string, Sample[]>} samples */
function reportRoutes(samples) {
  const results = new Map([...samples].map(([name, list]) => [name, medians(list)]))
  const base = results.get(BASE)
  const ratio = (/** @type {number} */ value) => `${value.toFixed(2)}×`
  console.log(
    `\nGET /posts, ${LISTED} posts, ${connections} connections, medians of ${rounds} rounds`,
  )
  table([
    [
      '',
      'req/s',
      'over Mongoose',
      'p50 ms',
      'p99 ms',
      'loop busy',
      'main µs',
      'all µs',
      'main less',
    ],
    ...[...results].map(([name, { rate, p50, p99, utilization, main, all }]) => [
      name,
      rate.toFixed(0),
      base ? ratio(rate / base.rate) : '',
      p50.toFixed(1),
      p99.toFixed(1),
      `${(utilization * 100).toFixed(0)} %`,
      main.toFixed(0),
      all.toFixed(0),
      base ? ratio(base.main / main) : '',
    ]),
  ])
  for (const [name, least] of Object.entries(TARGETS)) {
    const { rate } = results.get(name) ?? {}
    if (base === undefined || rate === undefined) continue
    const measured = rate / base.rate
    verdict(`${name} over Mongoose ${ratio(measured)} (≥ ${least}×)`, measured >= least)
  }
}

/**
 * @param {string} uri
 * @param {string} database
 */
async function measureStarts(uri, database) {
  const run = promisify(execFile)
  const file = fileURLToPath(new URL('./http/start.mjs', import.meta.url))
  /** @type {Record<string, string[]>} */
  const modes = {
    'without the package': [],
    'with the models, no provider': ['models'],
    'with its provider, idle': ['provider'],
    'after a first query': ['used', uri, database],
  }
  /** @type {Map<string, { milliseconds: number, rss: number, heap: number }[]>} */
  const all = new Map(Object.keys(modes).map((mode) => [mode, []]))
  for (let round = 0; round < starts; round += 1) {
    for (const [mode, args] of Object.entries(modes)) {
      const env = { ...process.env, NODE_ENV: 'production' }
      const { stdout } = await run(process.execPath, ['--expose-gc', file, ...args], { env })
      all.get(mode)?.push(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    }
  }
  const results = [...all].map(([mode, list]) => ({
    mode,
    milliseconds: median(list.map((one) => one.milliseconds)),
    rss: median(list.map((one) => one.rss)),
    heap: median(list.map((one) => one.heap)),
  }))
  console.log(`\nStart of an application, medians of ${starts}`)
  table([
    ['', 'start ms', 'resident MB', 'heap MB'],
    ...results.map(({ mode, milliseconds, rss, heap }) => [
      mode,
      milliseconds.toFixed(1),
      rss.toFixed(1),
      heap.toFixed(1),
    ]),
  ])
  const [without, models, idle] = results
  if (without === undefined || models === undefined || idle === undefined) return
  const later = idle.milliseconds - models.milliseconds
  const more = idle.rss - without.rss
  const inAll = idle.milliseconds - without.milliseconds
  console.log(`the package and its provider add ${inAll.toFixed(1)} ms to the start`)
  verdict(
    `the provider adds ${later.toFixed(1)} ms to it (≤ ${MOST_MILLISECONDS} ms)`,
    later <= MOST_MILLISECONDS,
  )
  verdict(
    `the idle application has ${more.toFixed(1)} MB more (≤ ${MOST_MEGABYTES} MB)`,
    more <= MOST_MEGABYTES,
  )
}

const mongod = await startServer()
const client = new MongoClient(mongod.uri)
const database = `bench_http_${process.pid}`
const db = client.db(database)
try {
  const posts = Array.from({ length: 1000 }, (_, seq) => post(seq))
  await db.collection(COLLECTION).insertMany(posts)
  await db.collection(COLLECTION).createIndex({ seq: 1 })
  if (options.part !== 'start') reportRoutes(await measureRoutes(mongod.uri, database))
  if (options.part !== 'routes') await measureStarts(mongod.uri, database)
} finally {
  await db.dropDatabase().catch(() => {})
  await client.close()
  await mongod.stop()
}
