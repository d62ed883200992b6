// Wall time, CPU of the main thread, and the longest time that the event loop stood still.
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

const SCHEDSTAT = `/proc/self/task/${process.pid}/schedstat`

/** Whether the CPU figures are those of the main thread alone; else they are the whole process's. */
export const mainThreadOnly = readable()

function readable() {
  try {
    readFileSync(SCHEDSTAT)
    return true
  } catch {
    return false
  }
}

/** CPU time of all threads so far, in milliseconds. */
function threadsTime() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** CPU time of the main thread so far, in milliseconds. */
function cpuTime() {
  if (!mainThreadOnly) return threadsTime()
  return Number(readFileSync(SCHEDSTAT, 'latin1').split(' ', 1)[0]) / 1e6
}

/**
 * @typedef {object} Sample
 * @property {number} wall milliseconds
 * @property {number} cpu milliseconds of the main thread
 * @property {number} threads milliseconds of all threads
 * @property {number} block the event loop's longest pause, in milliseconds
 * @property {unknown} result what the work returned
 */

/**
 * Runs `work` once and measures it, on a heap that was collected beforehand. A collection also
 * throws away machine code whose objects are gone: work that may be repeated runs once unmeasured
 * after it, as in a server that has been busy before.
 *
 * @param {() => Promise<unknown>} work
 * @param {{ repeatable?: boolean }} [options]
 * @returns {Promise<Sample>}
 */
export async function measure(work, { repeatable = false } = {}) {
  globalThis.gc?.()
  if (repeatable) await work()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(5)
  delay.reset()
  // A reset forgets the last tick: without another, a pause right at the start would go unseen.
  await sleep(5)
  const cpu = cpuTime()
  const threads = threadsTime()
  const started = performance.now()
  const result = await work()
  const wall = performance.now() - started
  const used = cpuTime() - cpu
  const usedByAll = threadsTime() - threads
  // A pause is recorded when the timer fires after it.
  await sleep(3)
  delay.disable()
  // The timer's own millisecond is no pause.
  const block = Math.max(0, delay.max / 1e6 - 1)
  return { wall, cpu: used, threads: usedByAll, block, result }
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Calls `task(index)` for every index below `count`, so many at a time.
 *
 * @param {number} count
 * @param {number} width
 * @param {(index: number) => Promise<unknown>} task
 */
export async function inFlight(count, width, task) {
  let next = 0
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) {
        const index = next
        next += 1
        await task(index)
      }
    }),
  )
}
