import { describe, expect, it } from 'vitest'
import { callIn, compileFixture, nodes } from '../../helpers/compile.ts'
import { testDatabase } from '../../helpers/server.ts'
import type { observeAll } from './fixtures/async_storage.ts'

type Observations = Awaited<ReturnType<typeof observeAll>>

const { uri, name } = testDatabase()
const fixture = await compileFixture(new URL('fixtures/async_storage.ts', import.meta.url))
const found = await nodes()

const callers = (what: (place: number) => string[]) =>
  Array.from({ length: 20 }, (_, place) => what(place))
    .flat()
    .sort()

// In processes of their own: Node.js keeps the stores in another way from version 24 on.
describe.each(found)('with Node.js $version', async ({ file }) => {
  const { observations, crowds, outside } = (await callIn(file, fixture, 'observeAll', [
    uri,
    name,
  ])) as Observations

  it.each(observations)('hooks of $operation see the store of the caller', (observation) => {
    const { operation, hooks, after } = observation
    expect(hooks.length).toBeGreaterThan(0)
    expect(hooks.filter((entry) => !entry.endsWith(` ${operation}`))).toEqual([])
    expect(after).toBe(operation === 'started here' ? 'awaited there' : operation)
  })

  it('every hook was seen, at its start and after a pause', () => {
    const seen = new Set(
      observations.flatMap(({ hooks, operation }) =>
        hooks.map((entry) => entry.slice(0, -operation.length - 1)),
      ),
    )
    const events = ['create', 'delete', 'fetch', 'find', 'paginate', 'save', 'update']
    const expected = events.flatMap((event) =>
      ['before', 'after'].flatMap((when) => [`${when} ${event}`, `${when} ${event} later`]),
    )
    expect([...seen].sort()).toEqual(expected.sort())
  })

  it('callers whose finds share a query keep their stores apart', () => {
    expect(crowds.finds).toEqual(
      callers((place) => [`found ${place} caller ${place}`, `caller ${place} caller ${place}`]),
    )
  })

  it('callers whose writes share a command keep their stores apart', () => {
    expect(crowds.writes).toEqual(
      callers((place) => [
        ...['before save', 'before save later', 'after save', 'after save later'].map(
          (when) => `${when} caller ${place}`,
        ),
        `caller ${place} caller ${place}`,
      ]),
    )
  })

  it('nothing leaks out of the operations', () => {
    expect(outside).toBeNull()
  })
})
