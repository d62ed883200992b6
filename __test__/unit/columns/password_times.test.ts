import { createHook } from 'node:async_hooks'
import { BaseModel, column, hashPassword, verifyPassword } from 'lucent-odm'
import { describe, expect, it } from 'vitest'

/** How often scrypt ran. */
async function derivations(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const hook = createHook({
    init(_id, type) {
      if (type === 'SCRYPTREQUEST') count++
    },
  }).enable()
  try {
    await work()
  } finally {
    hook.disable()
  }
  return count
}

const NOBODY: [string, string | null | undefined][] = [
  ['nobody', undefined],
  ['a user without a password', null],
  ['an empty text', ''],
  ['what is no hash', 'plain text'],
  ['a hash that is too costly', `$scrypt$n=1073741824,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(86)}`],
]

describe('issue 29: verifyPassword takes as long without a user as with one', () => {
  it('a user', async () => {
    const hash = await hashPassword('secret')
    expect(await derivations(() => verifyPassword(hash, 'secret'))).toBe(1)
    expect(await derivations(() => verifyPassword(hash, 'other'))).toBe(1)
  })

  it.each(NOBODY)('%s', async (_name, hash) => {
    let answer: unknown
    const count = await derivations(async () => {
      answer = await verifyPassword(hash, 'secret')
    })
    expect([answer, count]).toEqual([false, 1])
  })

  it('a hasher of its own verifies a hash of its own', async () => {
    const calls: string[] = []
    const hasher = {
      make: async (value: string) => {
        calls.push('make')
        return `hash of ${value.length}`
      },
      verify: async (hash: string, value: string) => {
        calls.push(`verify ${hash} ${value}`)
        return true
      },
    }
    for (const [, hash] of NOBODY.slice(0, 3)) {
      expect(await verifyPassword(hash, 'secret', { hasher })).toBe(false)
    }
    expect(calls).toEqual(['make', 'verify hash of 32 secret', 'verify hash of 32 secret'])
    expect(await verifyPassword('theirs', 'secret', { hasher })).toBe(true)
    expect(calls.at(-1)).toBe('verify theirs secret')
  })

  it('as long as a hash of the column that is declared', async () => {
    const usual = await hashPassword('x')
    class Cheap extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.hashed({ cost: 2 }) declare password: string
    }
    expect(Cheap.name).toBe('Cheap')
    const time = async (given: string | undefined) => {
      const times: number[] = []
      for (let round = 0; round < 5; round++) {
        const start = process.cpuUsage()
        await verifyPassword(given, 'secret')
        const { user, system } = process.cpuUsage(start)
        times.push(user + system)
      }
      return times.sort((one, other) => one - other)[0] as number
    }
    // A hash of the defaults costs 8,000 times as much.
    expect(await time(undefined)).toBeLessThan((await time(usual)) / 4)
  })
})
