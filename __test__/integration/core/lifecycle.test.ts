import { expect, it } from 'vitest'
import { RawCore } from '../../helpers/raw_core.ts'
import { mongoUri } from '../../helpers/server.ts'

const core = new RawCore({ name: 'main', url: mongoUri(), database: 'unused' })

const [COMMIT, ROLLBACK] = [10, 11]
const [AFTER_COMMIT, AFTER_ROLLBACK] = [14, 15]
const [OK, THREW] = [0, 2]
const [DONE, HOOK, NEXT] = [0, 1, 4]

const hook = (event: number, handler: number) => HOOK | (event << 4) | (handler << 9)

/** The steps of a run whose outcomes are all alike. */
function steps(
  model: number,
  operation: number,
  rows: number,
  outcome: number,
  muted = 0,
): number[] {
  const { addon, environment } = core
  const seen = [addon.begin(environment, 0, model, operation, rows, muted)]
  while (seen.at(-1) !== DONE) seen.push(addon.advance(environment, 0, outcome))
  return seen
}

it.each([OK, THREW])('after a transaction every hook is called (outcome %i)', (outcome) => {
  const model = core.model('hooked', [], [...Array<number>(14).fill(1), 2, 1])
  const one = [hook(AFTER_COMMIT, 0), hook(AFTER_COMMIT, 1)]
  expect(steps(model, COMMIT, 2, outcome)).toEqual([...one, NEXT, ...one, DONE])
  expect(steps(model, ROLLBACK, 1, outcome)).toEqual([hook(AFTER_ROLLBACK, 0), DONE])
})

it('hooks of muted events are not called', () => {
  const model = core.model('muted', [], [...Array<number>(14).fill(1), 2, 1])
  const none = steps(model, COMMIT, 2, OK, 1 << AFTER_COMMIT)
  expect(none).toEqual([DONE])
  const others = ~(1 << AFTER_COMMIT) >>> 0
  expect(steps(model, COMMIT, 1, OK, others)).toEqual([
    hook(AFTER_COMMIT, 0),
    hook(AFTER_COMMIT, 1),
    DONE,
  ])
})

it('a model without such hooks has nothing to run', () => {
  const model = core.model('unhooked', [], Array<number>(14).fill(1))
  for (const operation of [COMMIT, ROLLBACK]) expect(steps(model, operation, 3, OK)).toEqual([DONE])
  // A run that is over takes no outcome.
  expect(() => core.addon.advance(core.environment, 0, OK)).toThrow('no such run')
})
