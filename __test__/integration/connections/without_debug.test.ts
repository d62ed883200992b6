import { Database } from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../../helpers/server.ts'

const { uri } = testDatabase()

describe('13: a listener where no connection has debug', () => {
  let warnings: (Error & { code?: string })[] = []
  const note = (warning: Error) => warnings.push(warning)
  beforeEach(() => {
    warnings = []
    process.on('warning', note)
  })
  afterEach(() => {
    process.off('warning', note)
  })

  const made = (...debug: (boolean | undefined)[]) => {
    const settings = debug.map((on, place) => [
      `c${place}`,
      { url: uri, ...(on === undefined ? {} : { debug: on }) },
    ])
    return new Database({ connection: 'c0', connections: Object.fromEntries(settings) })
  }
  /** Warnings are told on a later turn. */
  const told = async () => {
    await new Promise(setImmediate)
    return warnings.filter(({ code }) => code === 'LUCENT_DEBUG_UNSET')
  }

  it('is warned of, once', async () => {
    const database = made(undefined, undefined)
    const stop = database.onQuery(() => {})
    stop()
    database.onQuery(() => {})
    const [warning, ...more] = await told()
    expect(more).toEqual([])
    expect(warning?.message).toContain('debug')
  })

  it.each([
    ['where one has it', [true, undefined]],
    ['where it is off because somebody said so', [false]],
  ] as const)('is not warned of %s', async (_, debug) => {
    made(...debug).onQuery(() => {})
    expect(await told()).toEqual([])
  })

  it('is not warned of where that is asked for', async () => {
    made(undefined).onQuery(() => {}, { warn: false })
    expect(await told()).toEqual([])
  })
})
