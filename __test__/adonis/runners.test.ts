import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { runNode } from '../helpers/child.ts'
import { mongoUri } from '../helpers/server.ts'

const vitest = new URL('../../node_modules/vitest/vitest.mjs', import.meta.url)
const folder = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

interface JapaTest {
  event: string
  title: { expanded: string }
  errors: { error: { message: string } }[]
}

it('serves an AdonisJS application under Japa', async () => {
  const run = await runNode(new URL('./fixtures/japa.mjs', import.meta.url), [], {
    env: { NODE_ENV: 'test', MONGODB_URI: 'mongodb://127.0.0.1:1/development' },
    timeout: 60_000,
  })
  const ends = run.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): JapaTest => JSON.parse(line))
    .filter(({ event }) => event === 'test:end')
  expect(
    ends.map(({ title, errors }) => [title.expanded, errors.length]),
    run.stderr,
  ).toEqual([
    ['first', 0],
    ['second', 0],
    ['third', 0],
    ['fourth', 0],
    ['fails', 1],
  ])
  expect(ends.at(-1)?.errors[0]?.error.message).toContain(
    `"Sailor" should have a document with { name: 'nobody' }`,
  )
  expect(run.code).toBe(1)
}, 90_000)

it('serves test files under Vitest', async () => {
  const run = await runNode(vitest, ['run'], {
    env: { VITEST_WORKER_ID: '', MONGODB_URI: mongoUri() },
    timeout: 60_000,
    cwd: folder('vitest'),
  })
  const output = stripVTControlCharacters(run.stdout)
  expect(output, run.stderr).toMatch(/Test Files +2 passed \(2\)\n +Tests +4 passed \(4\)/)
  expect(run.code).toBe(0)
}, 90_000)
