import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runNode } from '../helpers/child.ts'

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url)

async function loads(specifier: string): Promise<string[]> {
  const { stdout, stderr, code } = await runNode(fixture('loads.mjs'), [specifier])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]')
}

const OTHERS = /node_modules\/(@adonisjs|@japa|@vinejs|vitest|mongodb-memory-server-core)\//

it.each(['lucent-odm', 'lucent-odm/testing', 'lucent-odm/testing/server'])(
  '%s brings in neither AdonisJS nor a test runner',
  async (specifier) => {
    const loaded = await loads(specifier)
    expect(loaded.length).toBeGreaterThan(0)
    expect(loaded.filter((url) => OTHERS.test(url))).toEqual([])
  },
)

it('lists the commands without bringing in the models', async () => {
  const loaded = await loads('lucent-odm/commands')
  expect(loaded.some((url) => url.includes('/@adonisjs/'))).toBe(true)
  expect(loaded.filter((url) => /\/dist\/(core|orm|database|native|query)\//.test(url))).toEqual([])
})

it('starts without the native core', async () => {
  const run = async (...args: string[]) => {
    const { stdout, stderr, code } = await runNode(fixture('start.mjs'), args)
    expect(code, stderr).toBe(0)
    const started: { native: boolean; modules: number } = JSON.parse(stdout)
    return started
  }
  const { native, modules } = await run('--models', '--provider')
  const without = await run('--models')
  expect(native).toBe(false)
  // What is left to load where the models are there already is the provider itself, and transformers.
  expect(modules - without.modules).toBeLessThan(30)
})

it('has a file for everything that package.json exports', async () => {
  const root = new URL('../../', import.meta.url)
  const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const entries: [string, string | Record<string, string>][] = Object.entries(manifest.exports)
  const files = entries.flatMap(([, entry]) =>
    typeof entry === 'string' ? [entry] : Object.values(entry),
  )
  expect(files.length).toBeGreaterThan(15)
  for (const file of files) expect(readFileSync(new URL(file, root))).not.toHaveLength(0)
})
