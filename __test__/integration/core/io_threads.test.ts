import { describe, expect, it } from 'vitest'
import { runNode } from '../../helpers/child.ts'
import { testDatabase } from '../../helpers/server.ts'

const { uri, name } = testDatabase()
const SCRIPT = new URL('fixtures/io_threads.mjs', import.meta.url)

function work(threads: string | undefined, workers: number) {
  const env = threads === undefined ? {} : { LUCENT_IO_THREADS: threads }
  return runNode(SCRIPT, [uri, name, String(workers)], { env, timeout: 60_000 })
}

describe('threads for I/O', () => {
  it.each([
    [undefined, 1, 0],
    ['1', 1, 3],
    ['2', 2, 3],
    ['4', 4, 3],
  ])(
    'LUCENT_IO_THREADS=%s: %i of them',
    async (setting, count, workers) => {
      const { code, signal, stdout, stderr } = await work(setting, workers)
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
      expect(JSON.parse(stdout)).toEqual({
        found: true,
        read: 3000,
        kept: 100,
        left: 0,
        last: true,
        ...(workers > 0 && { ends: Array.from({ length: workers }, () => 0) }),
        ...(process.platform === 'linux' && { threads: count }),
      })
    },
    70_000,
  )

  it.each(['0', '65', '-1', '1.5', 'many'])('are not as many as %s', async (setting) => {
    const { code, stderr } = await work(setting, 0)
    expect(code).toBe(1)
    expect(stderr).toContain('E_CONFIGURATION')
    expect(stderr).toContain('LUCENT_IO_THREADS is a number from 1 to 64')
  })
})
