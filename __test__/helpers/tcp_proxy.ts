import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP proxy between a client and a server, whose network can be made to fail. */
export class TcpProxy {
  readonly #server: Server
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #silent = false
  #delay = 0
  #recorded: Buffer[] | undefined
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
    near.on('data', (data: Buffer) => this.#recorded?.push(Buffer.from(data)))
    const pipe = (from: Socket, to: Socket) => {
      this.#sockets.add(from)
      from.on('data', (data) => {
        if (this.#silent) return
        if (this.#delay === 0) to.write(data)
        else setTimeout(() => to.destroyed || to.write(data), this.#delay)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
    pipe(near, far)
    pipe(far, near)
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

  /** Delays every byte. */
  delay(milliseconds: number): void {
    this.#delay = milliseconds
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
