import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { publint } from 'publint'
import { describe, expect, inject, it } from 'vitest'
import { project } from './project.ts'
import { attempt, root, run } from './run.ts'

interface Manifest {
  version: string
  exports: Record<string, unknown>
  engines: { node: string }
  scripts?: Record<string, string>
  dependencies: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

const folder = path.join(project, 'node_modules', 'lucent-odm')
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  .map((name) => name.replaceAll(path.sep, '/'))
  .sort()
const manifest: Manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))

/** Files that an export points to, whatever its conditions. */
function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(targets)
}

const exported = Object.entries(manifest.exports).filter(([, target]) => target !== null)

describe('the tarball', () => {
  it("holds this platform's core, and nothing that is not for those who install it", () => {
    const wanted = [
      /^(package\.json|(README|CHANGELOG|THIRD_PARTY_LICENSES)\.md|LICENSE|(index|lucid_absent)\.d\.ts)$/,
      /^dist\/[\w/.]+\.(js|d\.ts|json)$/,
      /^stubs\/[\w/.]+\.stub$/,
      /^lucent-odm\.[\w-]+\.node$/,
      // The sources of the core, for platforms without a prebuilt one.
      /^(Cargo\.toml|Cargo\.lock|build\.rs|scripts\/build_native\.mjs|src\/(error\/codes|protocol)\.json)$/,
      /^src\/[\w/]+\.rs$/,
    ]
    const others = files.filter((name) => !wanted.some((pattern) => pattern.test(name)))
    expect(others).toEqual([])
    const tests =
      /(^|\/)(__test__|tests?|bench(es)?|fixtures|coverage)(\/|\.rs$)|\.(test|spec|bench)\./
    expect(files.filter((name) => tests.test(name))).toEqual([])
    expect(files.filter((name) => name.endsWith('.node'))).toHaveLength(1)
    for (const name of ['dist/index.js', 'index.d.ts', 'Cargo.lock', 'LICENSE', 'README.md']) {
      expect(files).toContain(name)
    }
  })

  it('has the licences of the crates that its core is linked from, and of no others', () => {
    const notices = readFileSync(path.join(folder, 'THIRD_PARTY_LICENSES.md'), 'utf8')
    const [core = ''] = files.filter((name) => name.endsWith('.node'))
    expect(notices).toContain(`lucent-odm for ${core.replace(/^lucent-odm\.|\.node$/g, '')} `)
    const cargo = readFileSync(path.join(folder, 'Cargo.toml'), 'utf8')
    const [, section = ''] = /^\[dependencies\]\n([\s\S]*?)^\[/m.exec(cargo) ?? []
    const direct = [...section.matchAll(/^([\w-]+) =/gm)].map(([, name = '']) => name)
    const listed = [...notices.matchAll(/^- ([\w-]+) \d\S*: \S/gm)].map(([, name = '']) => name)
    // A macro runs while the core is built.
    expect(direct.filter((name) => !listed.includes(name))).toEqual(['napi-derive'])
    expect(listed).not.toContain('proptest')
    expect(listed).not.toContain('lucent-odm')
    expect(notices).toContain('Permission is hereby granted, free of charge')
    expect(notices).toContain('Apache License')
  })

  it('names no machine, no registry and nothing outside of the package', () => {
    const machine = [root.replace(/[/\\]$/, ''), os.homedir()]
    const named = files
      .filter((name) => !name.endsWith('.node') && name !== 'Cargo.lock')
      .flatMap((name) => {
        const text = readFileSync(path.join(folder, name), 'utf8')
        const depth = name.split('/').length - 1
        const outside = [...text.matchAll(/(?:\.\.\/)+[\w./-]*/g)]
          .map(([climb]) => climb)
          .filter((climb) => climb.split('../').length - 1 > depth)
        const hosts = text.match(/\bregistry\.\w+\.\w+|\bcrates\.io-\w+/g) ?? []
        const machines = machine.filter((word) => word.length > 4 && text.includes(word))
        return [...outside, ...hosts, ...machines].map((word) => `${name}: ${word}`)
      })
    expect(named).toEqual([])
  })

  it('points to no source map that is not there', () => {
    const dangling = files.filter(
      (name) =>
        name.endsWith('.js') &&
        readFileSync(path.join(folder, name), 'utf8').includes('sourceMappingURL'),
    )
    expect(dangling).toEqual([])
  })

  it('has all that its exports and imports name', () => {
    const missing = exported
      .flatMap(([, target]) => targets(target))
      .filter((name) => !name.includes('*') && !existsSync(path.join(folder, name)))
    expect(missing).toEqual([])
    const unresolved = files
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => {
        const text = readFileSync(path.join(folder, name), 'utf8')
        return [...text.matchAll(/(?:from|import) ?\(?'(\.[^']+)'/g)]
          .map(([, specifier = '']) => path.posix.join(path.posix.dirname(name), specifier))
          .filter((target) => !files.includes(target))
      })
    expect(unresolved).toEqual([])
  })

  it('can be imported by each of its names, but for those that need an optional peer', async () => {
    const names = exported
      .map(([name]) => path.posix.join('lucent-odm', name))
      .filter((name) => !name.includes('*') && !name.endsWith('.json'))
    const script = `
      const failures = {}
      for (const name of ${JSON.stringify(names)}) {
        await import(name).catch((error) => { failures[name] = error.message })
      }
      console.log(JSON.stringify(failures))`
    const args = ['--input-type=module', '--eval', script]
    const stdout = await run(process.execPath, args, { cwd: project, timeout: 30_000 })
    const failures: Record<string, string> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    const { peerDependenciesMeta = {} } = manifest
    const optional = Object.keys(peerDependenciesMeta).filter(
      (name) => peerDependenciesMeta[name]?.optional,
    )
    const unexplained = Object.entries(failures).filter(
      ([, message]) => !optional.some((peer) => message.includes(`Cannot find package '${peer}'`)),
    )
    expect(unexplained).toEqual([])
    expect(Object.keys(failures)).not.toContain('lucent-odm')
  })

  it('declares what its main entry exports in one file, without what is internal', () => {
    const entry = readFileSync(path.join(folder, 'index.d.ts'), 'utf8')
    expect(entry).toContain("export * from './dist/index.js'")
    const types = readFileSync(path.join(folder, 'dist', 'index.d.ts'), 'utf8')
    const imported = [...types.matchAll(/^[^*\n]* from '([^']+)'/gm)].map(
      ([, specifier]) => specifier,
    )
    expect(imported).toEqual(['bson', 'luxon'])
    expect(types).not.toContain('@internal')
  })

  it('declares no class twice, so that those of one export are those of another', () => {
    const declarations = files
      .filter((name) => name.endsWith('.d.ts'))
      .flatMap((name) => {
        const text = readFileSync(path.join(folder, name), 'utf8')
        const classes = text.matchAll(/^(?:export )?declare (?:abstract )?class (\w+)/gm)
        return [...classes].map(([, declared = '']) => declared)
      })
    expect(declarations).toContain('BaseModel')
    expect(declarations.filter((name, at) => declarations.indexOf(name) !== at)).toEqual([])
  })

  it('stays small', () => {
    const size = (name: string) => statSync(path.join(folder, name)).size
    const rest = files.filter((name) => !name.endsWith('.node'))
    expect(rest.reduce((sum, name) => sum + size(name), 0)).toBeLessThan(3_500_000)
    expect(rest.length).toBeLessThan(1000)
  })

  it('runs no script where it is installed', () => {
    const { scripts = {} } = manifest
    expect(Object.keys(scripts)).not.toContain('install')
    expect(Object.keys(scripts)).not.toContain('preinstall')
    expect(Object.keys(scripts)).not.toContain('postinstall')
  })

  it('has nothing that publint would change', async () => {
    const tarball = readFileSync(inject('tarball'))
    const bytes = new Uint8Array(tarball).buffer
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true })
    expect(messages).toEqual([])
  })

  it('has types that every way of importing it finds (attw)', async () => {
    const attw = path.join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js')
    // The package is ESM; Node.js 20.19 and later can require that.
    const args = [attw, inject('tarball'), '--profile', 'esm-only', '--format', 'ascii']
    const { code, stdout, stderr } = await attempt(process.execPath, args, { cwd: root })
    expect(code, `${stdout}${stderr}`).toBe(0)
    const entries = exported.map(([name]) => path.posix.join('lucent-odm', name))
    for (const name of entries.filter((name) => !name.includes('*'))) {
      expect(stdout).toContain(`"${name}"`)
    }
  })
})

describe('package.json', () => {
  it('lets the tests try the oldest Node.js that it supports', () => {
    const [oldest] = inject('runtimes')
    expect(`>=${oldest?.name.replace('Node ', '')}`).toBe(manifest.engines.node)
  })

  it('names the version of the core', () => {
    const cargo = readFileSync(path.join(folder, 'Cargo.toml'), 'utf8')
    expect(/^version = "(.*)"$/m.exec(cargo)?.[1]).toBe(manifest.version)
  })

  it('depends on everything that the sources import', () => {
    const imported = files
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => {
        const text = readFileSync(path.join(folder, name), 'utf8')
        return [...text.matchAll(/^(?:import|export)[^']*from '([^'.][^']*)'/gm)].map(
          ([, specifier = '']) => specifier,
        )
      })
      .filter((specifier) => !specifier.startsWith('node:') && !specifier.startsWith('lucent-odm'))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    const { dependencies, peerDependencies = {} } = manifest
    const known = Object.keys({ ...dependencies, ...peerDependencies })
    expect([...new Set(imported)].filter((name) => !known.includes(name))).toEqual([])
  })
})
