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
  #delay = 0
  #held: (() => void)[] | undefined
  port = 0

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
    const pipe = (from: Socket, to: Socket) => {
      this.#sockets.add(from)
      from.on('data', (data) => {
        if (this.#silent || this.#swallowed.has(from)) return
        if (from === near && !isGreeting(data))
          for (const one of [near, far]) this.#commanding.add(one)
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

  /** Resets every connection; new ones are served. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Swallows every byte from now on, both ways. */
  blackhole(): void {
    this.#silent = true
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
    this.#delay = 0
    this.reset()
  }

  async stop(): Promise<void> {
    this.reset()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
