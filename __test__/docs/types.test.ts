import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { compileSource } from '../helpers/compile.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

it('api.txt is what the sources declare', async () => {
  const script = path.join(root, 'scripts', 'generate_types.mjs')
  await promisify(execFile)(process.execPath, [script, '--check'])
}, 60_000)

/** TypeScript takes nothing else for the base of a mixin. */
const MIXIN_BASE = 'new (...args: any[]): M'

it('no public type is `any`, but for the arguments of what mixins extend', () => {
  const code = readFileSync(path.join(root, 'api.txt'), 'utf8')
  const lines = code.match(/.*\bany\b.*/g) ?? []
  expect(lines.map((line) => line.trim())).toEqual([MIXIN_BASE])
})

const refusal = await compileSource(`import { BaseModel, column } from 'lucent-odm'
class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare address: { city: string }
}
User.query().where('emial', 'x')
`).then(
  () => 'it compiles',
  (error: Error) => error.message,
)

it.each(['email', 'id', 'address', 'address.city'])(
  '32: a refused name comes with "%s"',
  (name) => {
    expect(refusal).toContain(`"${name}"`)
  },
)
