// Builds the core and the TypeScript.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot, json } from './paths.mjs'
import { exec, tsc } from './programs.mjs'
import { step } from './steps.mjs'

/** @param {{ release?: boolean }} [options] */
function buildNative({ release = false } = {}) {
  const profile = release ? 'release' : 'fast'
  const what = `native core: the Rust crates of the package, with the MongoDB driver (${profile} profile)`
  return step(what, async () => {
    const { buildNative: build } = await import('../build_native.mjs')
    await build({ release })
  })
}

/**
 * `clean` for what is installed or measured: a few files instead of many. `packed` for a tarball.
 *
 * @param {{ clean?: boolean, packed?: boolean }} [options]
 */
export async function buildTypeScript({ clean = false, packed = false } = {}) {
  await step('generated sources', () =>
    exec(process.execPath, [inRoot('scripts', 'generate_sources.mjs'), '--check']),
  )
  await step('TypeScript', () => {
    if (clean) rmSync(inRoot('dist'), { recursive: true, force: true })
    return tsc(['-p', '.', ...(packed ? ['--sourceMap', 'false'] : [])])
  })
  if (clean) await step('bundle', () => exec(process.execPath, [inRoot('scripts', 'bundle.mjs')]))
}

export async function build({ release = false } = {}) {
  await buildTypeScript({ clean: release })
  await buildNative({ release })
}

/** Puts the declarations of the main entry together into one file, and removes those that no export leads to any more. */
async function rollUpDeclarations() {
  const { format, rolledUp } = await import('../roll_up_types.mjs')
  writeFileSync(inRoot('dist', 'index.d.ts'), format(await rolledUp(inRoot('dist'))))

  const { exports } = json(inRoot('package.json'))
  /** @type {string[]} */
  const open = JSON.stringify(exports).match(/[^"]+\.d\.ts/g) ?? []
  const reached = new Set(open.map((name) => inRoot(name)))
  for (const file of reached) {
    const text = readFileSync(file, 'utf8')
    for (const [, target = ''] of text.matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)['"]/g)) {
      reached.add(path.resolve(path.dirname(file), target.replace(/\.[jt]s$/, '.d.ts')))
    }
  }
  for (const name of readdirSync(inRoot('dist'), { recursive: true, encoding: 'utf8' })) {
    const file = inRoot('dist', name)
    if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
  }
}

/** What a tarball holds. `LUCENT_CORE=present` takes the core that is there, whatever its profile. */
export async function prepack() {
  await buildTypeScript({ clean: true, packed: true })
  await step('declarations', rollUpDeclarations)
  if (process.env.LUCENT_CORE !== 'present') await buildNative({ release: true })
  await step('licences of crates', () =>
    exec(process.execPath, [inRoot('scripts', 'licences.mjs')]),
  )
}
