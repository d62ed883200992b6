import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = path.join(root, 'node_modules')

/** What a program that was run left. */
export interface Run {
  code: number | null
  output: string
  errors: string
}

/** Runs a program to its end. */
export async function runProgram(file: string, args: readonly string[]): Promise<Run> {
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const run: Run = { code: null, output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.errors += text
  })
  const [code] = await once(child, 'close')
  return { ...run, code: code as number | null }
}

/** Compiles a TypeScript file; see {@link compileSource}. */
export function compileFixture(file: URL): Promise<URL> {
  return compileSource(readFileSync(file, 'utf8'))
}

/**
 * Compiles TypeScript in a folder of its own, as an application that has the package installed,
 * and answers the URL of the JavaScript module. The folder goes after the test file's tests.
 */
export async function compileSource(
  source: string,
  options: Record<string, unknown> = {},
): Promise<URL> {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'lucent-fixture-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const installed = path.join(folder, 'node_modules')
  mkdirSync(installed)
  symlinkSync(root, path.join(installed, 'lucent-odm'), 'junction')
  for (const name of ['luxon', '@types']) {
    symlinkSync(path.join(modules, name), path.join(installed, name), 'junction')
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(path.join(folder, 'module.ts'), source)
  const config = {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      experimentalDecorators: true,
      skipLibCheck: true,
      noEmitOnError: true,
      ...options,
    },
    files: ['module.ts'],
  }
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = path.join(modules, 'typescript', 'bin', 'tsc')
  const { code, output, errors } = await runProgram(process.execPath, [tsc, '-p', folder])
  if (code !== 0) throw new Error(`the source does not compile:\n${output}${errors}`)
  return pathToFileURL(path.join(folder, 'module.js'))
}

/** This Node.js, and others of supported major versions on the PATH, each once. */
export async function nodes(): Promise<{ file: string; version: string }[]> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const found = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .filter((file) => existsSync(file))
  const byVersion = new Map<string, string>()
  for (const file of new Set([process.execPath, ...found])) {
    const { code, output } = await runProgram(file, ['--version'])
    const version = output.trim()
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
    const supported = major > 20 || (major === 20 && minor >= 19)
    if (code === 0 && supported && !byVersion.has(version)) byVersion.set(version, file)
  }
  return [...byVersion].map(([version, file]) => ({ version, file }))
}

/**
 * Calls a function that a module exports, under another Node.js, with arguments that are JSON.
 * Answers its result.
 */
export async function callIn(
  node: string,
  module: URL,
  name: string,
  args: readonly unknown[],
): Promise<unknown> {
  const script = `import { ${name} } from ${JSON.stringify(module.href)}
const result = await ${name}(...${JSON.stringify(args)})
console.log('\\n' + JSON.stringify(result))`
  const run = await runProgram(node, ['--input-type=module', '--eval', script])
  if (run.code !== 0) throw new Error(`${name} failed with ${run.code}:\n${run.errors}`)
  return JSON.parse(run.output.trim().split('\n').at(-1) ?? 'null')
}
