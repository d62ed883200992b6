import { describe, expect, it } from 'vitest'
import { runNode } from '../helpers/child.ts'
import { testDatabase } from '../helpers/server.ts'

const { uri, name } = testDatabase()

/** Memory in MB. */
interface Memory {
  /** Outside the engine's heap. */
  native: number
  heap: number
  external: number
}

interface Report {
  before: Memory & { resources?: number }
  after: Memory & { resources?: number }
  kept?: number
  mainFinds?: number
}

async function run(program: string, ...args: string[]): Promise<Report> {
  const script = new URL(`fixtures/${program}.mjs`, import.meta.url)
  const child = await runNode(script, [uri, name, ...args], {
    node: ['--expose-gc'],
    timeout: 100_000,
  })
  expect({ code: child.code, signal: child.signal, stderr: child.stderr }).toEqual({
    code: 0,
    signal: null,
    stderr: '',
  })
  return JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as Report
}

describe('nothing grows', () => {
  it.each([
    ['finds', 200_000],
    ['hydrations', 200_000],
    ['writes', 20_000],
    ['failures', 20_000],
    ['queries', 200_000],
    ['cursors', 50_000],
  ])(
    'over many %s',
    async (what, times) => {
      const { before, after } = await run('growth', what, String(times))
      expect(after.heap - before.heap).toBeLessThan(3)
      expect(after.external - before.external).toBeLessThan(5)
      expect(after.native - before.native).toBeLessThan(30)
    },
    110_000,
  )

  it('over connecting and closing', async () => {
    const { before, after } = await run('cycles', '30')
    expect(after.resources).toBeLessThanOrEqual(before.resources ?? 0)
    expect(after.heap - before.heap).toBeLessThan(2)
    expect(after.native - before.native).toBeLessThan(20)
  }, 60_000)
})

describe('what is kept alive keeps little else alive', () => {
  it.each(['instances', 'read instances', 'strings', 'nested values', 'pojos', 'created'])(
    '%s',
    async (how) => {
      const { before, after, kept } = await run('kept', how)
      expect(kept).toBe(10)
      // All 20,000 documents are 12 MB; ten chunks of 64 KiB, and their text, about 1.5 MB.
      expect(after.external - before.external).toBeLessThan(3)
      expect(after.heap - before.heap).toBeLessThan(3)
    },
    60_000,
  )
})

describe('worker threads', () => {
  it('ten at once each see their own documents', async () => {
    const { mainFinds } = await run('threads', 'together', '10')
    expect(mainFinds).toBeGreaterThan(10)
  }, 60_000)

  it('terminated in the middle of their work leave the others alone', async () => {
    const { before, after, mainFinds } = await run('threads', 'terminated', '45')
    expect(mainFinds).toBeGreaterThan(50)
    expect(after.heap - before.heap).toBeLessThan(3)
    expect(after.native - before.native).toBeLessThan(45)
  }, 100_000)
})
