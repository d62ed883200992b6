import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { freshDatabase } from './project.ts'
import { attempt, install, type Outcome, root } from './run.ts'

const KITS = path.join(root, '__test__', 'packaging', 'kits')

/** Applications in the shape of AdonisJS' starter kits, and how many tests each has. */
const APPLICATIONS = [
  ['api', 22],
  ['web', 12],
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

function compile(folder: string, application: string): Promise<Outcome> {
  const tsc = path.join(folder, 'node_modules', 'typescript', 'bin', 'tsc')
  return attempt(process.execPath, [tsc, '-p', application, '--pretty', 'false'], { cwd: folder })
}

/** Compiles an application and answers the folder it runs in. */
async function build(folder: string, application: string): Promise<string> {
  const { code, stdout } = await compile(folder, application)
  expect(code, stdout).toBe(0)
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

  it("names the import where Lucid's own providers are given a model", async () => {
    const application = assemble(folder, release, 'api')
    const lines = [
      "import { DbAccessTokensProvider, tokensUserProvider } from '@adonisjs/auth/access_tokens'",
      "import User from '#models/user'",
      'DbAccessTokensProvider.forModel(User)',
      "tokensUserProvider({ tokens: 'accessTokens', model: async () => ({ default: User }) })",
    ]
    writeFileSync(path.join(application, 'mistaken.ts'), lines.join('\n'))
    const { code, stdout } = await compile(folder, application)
    rmSync(application, { recursive: true })
    expect(code).not.toBe(0)
    const errors = stdout.split(/\n(?=\S)/)
    expect(errors).toHaveLength(2)
    for (const error of errors) {
      expect(error).toMatch(/^api.mistaken\.ts\([34],/)
      expect(error).toContain('from "lucent-odm/auth"')
    }
  })

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
