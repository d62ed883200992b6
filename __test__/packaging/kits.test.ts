import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { freshDatabase } from './project.ts'
import { attempt, install, root, run } from './run.ts'

const KITS = path.join(root, '__test__', 'packaging', 'kits')

/** Applications in the shape of AdonisJS' starter kits, and how many tests each has. */
const APPLICATIONS = [
  ['api', 21],
  ['web', 11],
] as const

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

/** Puts an application together: what all have, what the kit has, and what the release has otherwise. */
function assemble(folder: string, release: string, kit: string): string {
  const application = path.join(folder, kit)
  for (const part of ['common', kit, `${release}/common`, `${release}/${kit}`]) {
    const from = path.join(KITS, part)
    if (existsSync(from)) cpSync(from, application, { recursive: true })
  }
  return application
}

/** Compiles an application and answers the folder it runs in. */
async function build(folder: string, application: string): Promise<string> {
  const tsc = path.join(folder, 'node_modules', 'typescript', 'bin', 'tsc')
  await run(process.execPath, [tsc, '-p', application], { cwd: folder })
  const out = path.join(application, 'build')
  for (const name of ['package.json', 'resources']) {
    const from = path.join(application, name)
    if (existsSync(from)) cpSync(from, path.join(out, name), { recursive: true })
  }
  return out
}

describe.each(['adonis_7', 'adonis_6'])('on %s', (release) => {
  const folder = path.join(inject('scratch'), release)

  beforeAll(async () => {
    mkdirSync(folder)
    cpSync(path.join(KITS, release, 'package.json'), path.join(folder, 'package.json'))
    await install(folder, inject('tarball'))
  }, 240_000)

  it.each(APPLICATIONS)(
    'the %s kit compiles and passes its tests over HTTP',
    async (kit, count) => {
      const application = assemble(folder, release, kit)
      const out = await build(folder, application)
      const env = {
        MONGODB_URL: inject('mongoUri'),
        MONGODB_DATABASE: freshDatabase(),
        HOST: '127.0.0.1',
        PORT: String(await freePort()),
      }
      const { code, stdout, stderr } = await attempt(
        process.execPath,
        ['--enable-source-maps', path.join('bin', 'test.js')],
        { cwd: out, env, timeout: 120_000 },
      )
      const text = stripVTControlCharacters(stdout)
      expect(code, text + stderr).toBe(0)
      expect(text).toMatch(new RegExp(`^Tests +${count} passed`, 'm'))
    },
    180_000,
  )
})
