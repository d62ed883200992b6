import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { CANARY } from './encryption.ts'

/** Bytes around a find that are shown of it. */
const AROUND = 80

/**
 * A proxy before a server that searches every byte which clients send for {@link CANARY}: suites put it
 * into the values of encrypted columns, so where it is found, a value was sent in plain.
 */
export class WireSearch {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** What stands around the values that were sent in plain. */
  readonly found: string[] = []
  /** Bytes that were searched. */
  searched = 0

  /** @param uri of a server, or of a replica set of which the first member answers */
  constructor(uri: string) {
    const { hostname, port } = new URL(uri.replace(/,[^/]*/, '').replace('mongodb:', 'http:'))
    this.#server = createServer((near) => this.#connected(near, connect(Number(port), hostname)))
    // Without a host this listens at once, so that the address is known.
    this.#server.listen(0)
    this.#server.unref()
  }

  get uri(): string {
    const { port } = this.#server.address() as AddressInfo
    return `mongodb://127.0.0.1:${port}/?directConnection=true`
  }

  #connected(near: Socket, far: Socket): void {
    let tail = Buffer.alloc(0)
    near.on('data', (data: Buffer) => {
      this.searched += data.length
      const seen = Buffer.concat([tail, data])
      for (let at = seen.indexOf(CANARY); at >= 0; at = seen.indexOf(CANARY, at + 1)) {
        this.found.push(seen.subarray(Math.max(0, at - AROUND), at + AROUND).toString('latin1'))
      }
      tail = seen.subarray(Math.max(0, seen.length - CANARY.length + 1))
    })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }
}
