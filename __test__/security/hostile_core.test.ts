import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runNode } from '../helpers/child.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const fixture = new URL('fixtures/hostile_core.mjs', import.meta.url)

it('no argument of any kind ends the process or panics in the native core', async () => {
  const { code, stdout, stderr } = await runNode(fixture, [root])
  expect([code, stderr]).toEqual([0, ''])
  const [word, reached] = stdout.trim().split(' ')
  expect(word).toBe('alive')
  // Exports that took the arguments at least once.
  expect(Number(reached)).toBeGreaterThan(3)
})
