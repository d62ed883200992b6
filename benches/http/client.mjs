// The HTTP client, in a process of its own: for every `{ url, connections, milliseconds }` it gets,
// asks as fast as that many connections can, and answers `{ requests, milliseconds, p50, p99 }`.
import { Agent, get } from 'node:http'
import { performance } from 'node:perf_hooks'

/** @type {Map<string, Agent>} */
const agents = new Map()

/**
 * @param {string} url
 * @param {Agent} agent
 * @returns {Promise<void>}
 */
function ask(url, agent) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
      response.on('data', () => {}).on('end', resolve)
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

/**
 * @param {readonly number[]} sorted
 * @param {number} part
 */
const quantile = (sorted, part) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0

/** @param {{ url: string, connections: number, milliseconds: number }} load */
async function run({ url, connections, milliseconds }) {
  const agent = agents.get(url) ?? new Agent({ keepAlive: true, maxSockets: connections })
  agents.set(url, agent)
  /** @type {number[]} */
  const latencies = []
  const started = performance.now()
  const end = started + milliseconds
  const connection = async () => {
    for (let now = performance.now(); now < end; ) {
      await ask(url, agent)
      const then = now
      now = performance.now()
      latencies.push(now - then)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const took = performance.now() - started
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    milliseconds: took,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}

process.on('message', async (message) => {
  if (message === 'end') {
    for (const agent of agents.values()) agent.destroy()
    process.disconnect?.()
    return
  }
  process.send?.({ bench: await run(/** @type {any} */ (message)) })
})
process.send?.({ bench: 'ready' })
