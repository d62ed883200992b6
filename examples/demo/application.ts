/** The example application as a process of its own, and a client of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** A hook as it ran. */
export interface HookRun {
  hook: string
  message: string
}

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: each step knows what it asked for
  body: any
  hooks: readonly HookRun[]
}

/** A line of the application's log. */
interface LogLine {
  msg: string
  hook?: string
  request_id?: string
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port')
  return address.port
}

/** The connection string with the name of a database. */
function withDatabase(uri: string, name: string): string {
  const [, server = uri, , options = ''] =
    /^(\w[\w+]*:\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(uri) ?? []
  return `${server}/${name}${options}`
}

export class Application {
  readonly #child: ChildProcess
  readonly #url: string
  readonly #log: LogLine[] = []
  readonly #exit: Promise<number | null>
  #wake: () => void = () => {}
  #requests = 0

  /** Creates the indexes, as a deployment does, and starts the server on a free port. */
  static async start(folder: string, uri: string, database: string): Promise<Application> {
    const port = await freePort()
    const environment = {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      TZ: 'UTC',
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'debug',
      APP_KEY: randomBytes(24).toString('hex'),
      MONGODB_URI: withDatabase(uri, database),
      LUCENT_ENCRYPTION_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    }
    const sync = [path.join('bin', 'console.js'), 'mongo:indexes', '--sync']
    const command = spawn(process.execPath, sync, {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code] = await once(command, 'close')
    if (code !== 0) throw new Error(`mongo:indexes ended with exit code ${code}`)
    const child = spawn(process.execPath, ['--enable-source-maps', path.join('bin', 'server.js')], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const application = new Application(child, port)
    try {
      await application.#until(({ msg }) => msg.startsWith('started HTTP server'))
    } catch (error) {
      await application.stop()
      throw error
    }
    return application
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#url = `http://127.0.0.1:${port}`
    this.#exit = once(child, 'close').then(([code]) => code)
    const { stdout } = child
    if (stdout === null) throw new Error('the application has no output')
    createInterface({ input: stdout }).on('line', (text) => {
      if (text.startsWith('{')) this.#log.push(JSON.parse(text))
      this.#wake()
    })
    this.#exit.then(() => this.#wake())
  }

  get url(): string {
    return this.#url
  }

  /** Sends a request (`GET /path`), and answers when its hooks are in the log too. */
  async ask(route: string, body?: unknown, token?: string): Promise<Answer> {
    const [method = 'GET', target = '/'] = route.split(' ')
    this.#requests += 1
    const id = `demo-${this.#requests}`
    const headers: Record<string, string> = { 'x-request-id': id }
    if (token !== undefined) headers.authorization = `Bearer ${token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    const response = await fetch(this.#url + target, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    await this.#until((line) => line.request_id === id && line.msg === 'request completed')
    const hooks = this.#log.flatMap(({ request_id, hook, msg }) =>
      request_id === id && hook !== undefined ? [{ hook, message: msg }] : [],
    )
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), hooks }
  }

  /** Ends the application as a deployment does. Answers its exit code. */
  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.#exit
  }

  /** Resolves when a line like that is in the log. */
  async #until(wanted: (line: LogLine) => boolean): Promise<void> {
    const deadline = Date.now() + 30_000
    while (!this.#log.some(wanted)) {
      if (this.#child.exitCode !== null) throw new Error('the application ended by itself')
      if (Date.now() > deadline) throw new Error('the application did not log what it should')
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}
