import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findMongod } from 'lucent-odm/testing/server'
import { MongoClient } from 'mongodb'

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

/**
 * A server of a test's own on a port of its own, that can be killed and started again with the
 * same data: what the shared server cannot bear.
 */
export class OwnMongod {
  readonly port: number
  readonly #args: readonly string[]
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'lucent-odm-own-'))
  #process: ChildProcess | undefined

  private constructor(port: number, args: readonly string[]) {
    this.port = port
    this.#args = args
  }

  /** Starts one. `replicaSet` makes it a set of one node. */
  static async start(
    args: readonly string[] = [],
    { replicaSet = false }: { replicaSet?: boolean } = {},
  ): Promise<OwnMongod> {
    const set = replicaSet ? ['--replSet', 'own'] : []
    const server = new OwnMongod(await freePort(), [...args, ...set])
    await server.restart()
    if (replicaSet) await server.#initiate()
    return server
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/?directConnection=true`
  }

  /** Starts the process again; resolves when it answers. */
  async restart(): Promise<void> {
    const { path: binary } = await findMongod(() => undefined)
    const args = ['--quiet', '--bind_ip', '127.0.0.1', '--nounixsocket', '--wiredTigerCacheSizeGB']
    const child = spawn(
      binary,
      [...args, '0.25', '--port', `${this.port}`, '--dbpath', this.#directory, ...this.#args],
      { stdio: 'ignore' },
    )
    this.#process = child
    await this.#admin(async (client) => {
      for (;;) {
        const { isWritablePrimary, setName } = await client.db('admin').command({ hello: 1 })
        const initiated = setName !== undefined
        if (!initiated || isWritablePrimary) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })
  }

  async #admin(work: (client: MongoClient) => Promise<void>): Promise<void> {
    const client = new MongoClient(this.uri, { serverSelectionTimeoutMS: 20_000 })
    try {
      await work(client)
    } finally {
      await client.close()
    }
  }

  async #initiate(): Promise<void> {
    await this.#admin(async (client) => {
      const members = [{ _id: 0, host: `127.0.0.1:${this.port}` }]
      await client.db('admin').command({ replSetInitiate: { _id: 'own', members } })
      for (;;) {
        const { isWritablePrimary } = await client.db('admin').command({ hello: 1 })
        if (isWritablePrimary) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })
  }

  /** Ends the process without a word to anybody. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  /** Freezes the process; resolves when every thread of it stands still. */
  async freeze(): Promise<void> {
    const pid = this.#process?.pid
    if (pid === undefined) return
    process.kill(pid, 'SIGSTOP')
    while (!isFrozen(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  /** Lets a frozen process go on. */
  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Ends the process and removes its data. */
  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
}

/** A signal is delivered to one thread after the other; a request may still be answered meanwhile. */
function isFrozen(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
  })
}
