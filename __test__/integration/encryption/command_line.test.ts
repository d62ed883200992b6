import { fileURLToPath } from 'node:url'
import { BaseModel, column, rotateEncryption, setEncryptionKeys } from 'lucent-odm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { runNode } from '../../helpers/child.ts'
import { compileSource } from '../../helpers/compile.ts'
import { testKey } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, uri, name } = lucentDatabase()
afterAll(() => setEncryptionKeys(undefined))

const COMMAND = new URL('../../../dist/cli/main.js', import.meta.url)

class Member extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.encrypted() declare secret: string
}

let module = ''
beforeAll(async () => {
  const source = `
    import { BaseModel, column, Database } from 'lucent-odm'
    BaseModel.useDatabase(new Database({
      connection: 'main',
      connections: { main: { url: '${uri}', database: '${name}' } },
    }))
    export class Member extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.encrypted() declare secret: string
    }
    export class Plain extends BaseModel {
      @column() declare text: string
    }
    export const other = 1
  `
  module = fileURLToPath(await compileSource(source))
})

beforeEach(async () => {
  await db.collection('members').deleteMany({})
  setEncryptionKeys({ keys: { old: testKey(1) } })
  await Member.createMany(Array.from({ length: 30 }, (_, place) => ({ secret: `s${place}` })))
})

const KEYS = { LUCENT_ENCRYPTION_KEYS: `new:${testKey(2)},old:${testKey(1)}` }
const run = (args: string[], env: Record<string, string> = KEYS) => runNode(COMMAND, args, { env })

it('rotates the models of a module and says how it went', async () => {
  const dry = await run(['encryption:rotate', module, '--dry-run', '--batch-size', '7'])
  expect(dry).toMatchObject({ code: 1, stderr: 'Member: 30 values are under the key "old"\n' })
  const { code, stdout, stderr } = await run(['encryption:rotate', module, '--model', 'Member'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Member \[=+\] +100 % 30 of 30: 30 rewritten, 0 changed .* 0 failed\n$/)
  setEncryptionKeys({ keys: { new: testKey(2) } })
  expect(await rotateEncryption(Member)).toMatchObject({ rewritten: 0, complete: true })
})

it('says what is wrong with a call', async () => {
  const without = await run(['encryption:rotate', module], { LUCENT_ENCRYPTION_KEYS: '' })
  expect(without).toMatchObject({ code: 1, stdout: '' })
  expect(without.stderr).toMatch(/no encryption keys; set LUCENT_ENCRYPTION_KEYS/)
  const unknown = await run(['encryption:rotate', module, '--model', 'Nobody'])
  expect(unknown).toMatchObject({ code: 1 })
  expect(unknown.stderr).toMatch(/no model with encrypted columns is named Nobody/)
  expect((await run(['encryption:rotate', module, '--batch-size', 'x'])).stderr).toMatch(
    /batch-size/,
  )
  expect(await run(['encryption:sing'])).toMatchObject({ code: 2 })
  expect((await run([])).stdout).toMatch(/^Usage:/)
})

it('makes keys', async () => {
  const { code, stdout } = await run(['encryption:key', '2026'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^2026:[A-Za-z0-9+/]{43}=\n$/)
})
