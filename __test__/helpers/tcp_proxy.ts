import { connect, createServer, type Server, type Socket } from 'node:net'

/** Whether a message is one with which connections begin, and which alone monitors send. */
function isGreeting(message: Buffer): boolean {
  const text = message.toString('latin1')
  return /\bhello\b|ismaster|isMaster/.test(text)
}

/** A TCP proxy between a client and a server, whose network can be made to fail. */
export class TcpProxy {
  readonly #server: Server
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  /** Both ends of the connections that carried more than greetings. */
  readonly #commanding = new Set<Socket>()
  readonly #swallowed = new WeakSet<Socket>()
  #silent = false
  #deaf = false
  #lost: { command: string; times: number } | undefined
  #delay = 0
  #held: (() => void)[] | undefined
  #recorded: Buffer[] | undefined
  port = 0
  /** Sees what clients send. */
  onRequest: ((data: Buffer) => void) | undefined

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((socket) => this.#connected(socket))
  }

  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    const address = proxy.#server.address()
    if (typeof address === 'object' && address !== null) proxy.port = address.port
    return proxy
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/?directConnection=true`
  }

  #connected(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1')
    let cut = false
    near.on('data', (data: Buffer) => this.#recorded?.push(Buffer.from(data)))
    const pipe = (from: Socket, to: Socket) => {
      this.#sockets.add(from)
      from.on('data', (data: Buffer) => {
        if (this.#silent || this.#swallowed.has(from)) return
        if (from === near) {
          if (!isGreeting(data)) for (const one of [near, far]) this.#commanding.add(one)
          this.onRequest?.(data)
          cut ||= this.#losesReplyTo(data)
        } else if (cut) {
          near.resetAndDestroy()
          return
        } else if (this.#deaf) return
        if (this.#held !== undefined) this.#held.push(() => to.destroyed || to.write(data))
        else if (this.#delay === 0) to.write(data)
        else setTimeout(() => to.destroyed || to.write(data), this.#delay)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#sockets.delete(from)
        this.#commanding.delete(from)
        to.destroy()
      })
    }
    pipe(near, far)
    pipe(far, near)
  }

  #losesReplyTo(data: Buffer): boolean {
    const lost = this.#lost
    if (lost === undefined || lost.times === 0 || !data.includes(`${lost.command}\0`)) return false
    lost.times--
    return true
  }

  /** Every byte that clients send while `work` runs. */
  async record(work: () => Promise<unknown>): Promise<Buffer> {
    const recorded: Buffer[] = []
    this.#recorded = recorded
    try {
      await work()
    } finally {
      this.#recorded = undefined
    }
    return Buffer.concat(recorded)
  }

  /** Resets every connection; new ones are served. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Swallows every byte from now on, both ways. */
  blackhole(): void {
    this.#silent = true
  }

  /** Swallows what the server says from now on; what it is asked reaches it. */
  loseReplies(): void {
    this.#deaf = true
  }

  /** The next commands of this name are carried out, and the connection breaks before the reply. */
  loseReplyTo(command: string, times = 1): void {
    this.#lost = { command, times }
  }

  /** Delays every byte. */
  delay(milliseconds: number): void {
    this.#delay = milliseconds
  }

  /** Holds every byte back from now on, both ways. */
  stall(): void {
    this.#held ??= []
  }

  /** Delivers what was held back, and serves again. */
  resume(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const deliver of held) deliver()
  }

  /**
   * Swallows every byte of the connections that there are now, both ways, but for those that tell
   * the driver of the server: they carry nothing but `hello`. New connections are served.
   */
  blackholeCommands(): void {
    for (const socket of this.#commanding) this.#swallowed.add(socket)
  }

  /** Serves again; connections that lost bytes are reset. */
  heal(): void {
    this.#silent = false
    this.#deaf = false
    this.#lost = undefined
    this.#delay = 0
    this.reset()
  }

  async stop(): Promise<void> {
    this.reset()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
