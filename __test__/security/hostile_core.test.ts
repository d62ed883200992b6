import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runNode } from '../helpers/child.ts'
import { testDatabase } from '../helpers/server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const fixture = new URL('fixtures/hostile_core.mjs', import.meta.url)

const { uri, name } = testDatabase()

it('no argument or request of any kind ends the process or panics in the core', async () => {
  const { code, stdout, stderr } = await runNode(fixture, [root, uri, name])
  expect([code, stderr]).toEqual([0, ''])
  const [word, reached, succeeded] = stdout.trim().split(' ')
  expect(word).toBe('alive')
  // Exports that took the arguments at least once.
  expect(Number(reached)).toBeGreaterThan(5)
  // Requests that the server carried out.
  expect(Number(succeeded)).toBeGreaterThan(100)
}, 60_000)
