import { execFile } from 'node:child_process'
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
import { promisify } from 'node:util'
import { afterAll } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = path.join(root, 'node_modules')

/** Runs a program to its end and answers what it printed. Rejects when it fails. */
async function run(file: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, { cwd: root })
  return stdout
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
  await run(process.execPath, tsc, '-p', folder).catch((error: { stdout?: string }) => {
    throw new Error(`the source does not compile:\n${error.stdout}`, { cause: error })
  })
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
    const version = (await run(file, '--version').catch(() => '')).trim()
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
    const supported = major > 20 || (major === 20 && minor >= 19)
    if (supported && !byVersion.has(version)) byVersion.set(version, file)
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
  const output = await run(node, '--input-type=module', '--eval', script)
  return JSON.parse(output.trim().split('\n').at(-1) ?? 'null')
}
