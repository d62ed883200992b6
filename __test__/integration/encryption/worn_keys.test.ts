import { createRequire } from 'node:module'
import { BaseModel, column } from 'lucent-odm'
import { afterAll, expect, it, vi } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase({ encryption: TEST_KEYS })

class Secret extends BaseModel {
  @column.encrypted() declare text: string
}

class Plain extends BaseModel {
  @column() declare text: string
}

/** The core that the package uses: what is loaded once is loaded for all. */
const addon = createRequire(import.meta.url)('../../../lucent-odm.linux-x64-gnu.node') as {
  wornKeys(): number
}
const counted = addon.wornKeys()
const worn = vi.spyOn(addon, 'wornKeys')

const warnings: NodeJS.ErrnoException[] = []
const listen = (warning: Error) => warnings.push(warning)
process.on('warning', listen)
afterAll(() => {
  process.off('warning', listen)
  worn.mockRestore()
})

/** Reads until the core was asked again. */
async function untilAsked(): Promise<number> {
  const before = worn.mock.calls.length
  let commands = 0
  while (worn.mock.calls.length === before) {
    await Promise.all(Array.from({ length: 64 }, () => Secret.query().limit(1).exists()))
    commands += 64
  }
  await new Promise((done) => setImmediate(done))
  return commands
}

it('the process is warned of keys that encrypted too much, once for each', async () => {
  expect(counted).toBe(0)
  worn.mockReturnValue(1)
  await Plain.create({ text: 'not encrypted' })
  expect(worn).not.toHaveBeenCalled()
  await Secret.create({ text: 'encrypted' })
  await new Promise((done) => setImmediate(done))
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatchObject({ name: 'Warning', code: 'LUCENT_WORN_KEY' })
  expect(warnings[0]?.message).toMatch(/2\^30.*new primary key.*rotate/)
  // It is asked now and then, not by each command.
  expect(await untilAsked()).toBeGreaterThan(4000)
  expect(warnings).toHaveLength(1)
  worn.mockReturnValue(2)
  await untilAsked()
  expect(warnings).toHaveLength(2)
})
