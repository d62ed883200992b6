import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** How a Node process went. */
export interface Finished {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** From the spawn to the end. */
  milliseconds: number
}

/** What a child process gets besides its script. */
export interface ChildOptions {
  env?: Record<string, string>
  /** Options of Node itself. */
  node?: readonly string[]
  /** When the process is killed, in milliseconds; 30,000 by default. */
  timeout?: number
  /** Folder that the process runs in. */
  cwd?: string
}

/** Runs a script in a Node process of its own and waits for its end. */
export async function runNode(
  script: URL,
  args: readonly string[] = [],
  { env = {}, node = [], timeout = 30_000, cwd }: ChildOptions = {},
): Promise<Finished> {
  const started = performance.now()
  const child = spawn(process.execPath, [...node, fileURLToPath(script), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    ...(cwd !== undefined && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const killer = setTimeout(() => child.kill('SIGKILL'), timeout)
  try {
    const [code, signal] = await once(child, 'close')
    return { code, signal, stdout, stderr, milliseconds: performance.now() - started }
  } finally {
    clearTimeout(killer)
  }
}
