import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { BSON, type Document } from 'mongodb'

const OP_MSG = 2013
const OP_REPLY = 1
const OP_QUERY = 2004
const HEAD = 16

/** What the server says to a greeting: a primary of a set of one. */
const greeting = (address: string): Document => ({
  ok: 1,
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  setName: 'fake',
  setVersion: 1,
  hosts: [address],
  primary: address,
  me: address,
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
  localTime: new Date(),
})

/** Answers a command, or `undefined` for what a server that means well would say. */
export type Answer = (command: Document) => Document | undefined

/**
 * A server that speaks the wire protocol and says what a test tells it to: replies that no server
 * should give. Stores nothing.
 */
export class FakeServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** The commands that came, but for greetings. */
  readonly commands: Document[] = []
  answer: Answer = () => undefined
  port = 0

  private constructor() {
    this.#server = createServer((socket) => this.#connected(socket))
  }

  static async start(): Promise<FakeServer> {
    const fake = new FakeServer()
    fake.#server.listen(0, '127.0.0.1')
    await once(fake.#server, 'listening')
    const address = fake.#server.address()
    if (typeof address === 'object' && address !== null) fake.port = address.port
    return fake
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/fake?directConnection=true`
  }

  #connected(socket: Socket): void {
    let received = Buffer.alloc(0)
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (data) => {
      received = Buffer.concat([received, data])
      while (received.length >= HEAD && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0)
        this.#message(socket, received.subarray(0, length))
        received = received.subarray(length)
      }
    })
  }

  #message(socket: Socket, message: Buffer): void {
    const id = message.readInt32LE(4)
    const kind = message.readInt32LE(12)
    if (kind === OP_QUERY) {
      // An old greeting: its reply has 20 bytes of cursor and counts before the document.
      const head = Buffer.alloc(20)
      head.writeInt32LE(1, 16)
      const body = Buffer.concat([head, BSON.serialize(this.#greeting())])
      socket.write(framed(OP_REPLY, id, body))
      return
    }
    const command = readCommand(message)
    const reply = this.#reply(command)
    socket.write(framed(OP_MSG, id, Buffer.concat([Buffer.alloc(5), BSON.serialize(reply)])))
  }

  #greeting(): Document {
    return greeting(`127.0.0.1:${this.port}`)
  }

  #reply(command: Document): Document {
    const [name = ''] = Object.keys(command)
    if (/^(hello|ismaster)$/i.test(name)) return this.#greeting()
    this.commands.push(command)
    return this.answer(command) ?? wellMeant(command)
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** What an empty server that does as it is told would say. */
function wellMeant(command: Document): Document {
  const ns = `${command.$db}.${command.find ?? command.aggregate ?? command.collection}`
  if ('find' in command || 'aggregate' in command) {
    return { ok: 1, cursor: { id: 0n, ns, firstBatch: [] } }
  }
  if ('insert' in command) return { ok: 1, n: command.documents.length }
  if ('update' in command) {
    return { ok: 1, n: command.updates.length, nModified: command.updates.length }
  }
  if ('delete' in command) return { ok: 1, n: command.deletes.length }
  return { ok: 1 }
}

/** The command with its document sequences as arrays. */
function readCommand(message: Buffer): Document {
  let command: Document = {}
  for (let at = HEAD + 4; at < message.length; ) {
    const kind = message[at++]
    const length = message.readInt32LE(at)
    const section = message.subarray(at, at + length)
    at += length
    if (kind === 0) {
      command = { ...BSON.deserialize(section), ...command }
      continue
    }
    const end = section.indexOf(0, 4)
    const documents: Document[] = []
    for (let place = end + 1; place < section.length; ) {
      const size = section.readInt32LE(place)
      documents.push(BSON.deserialize(section.subarray(place, place + size)))
      place += size
    }
    command[section.toString('utf8', 4, end)] = documents
  }
  // The command's name stands first, whichever section came first.
  return command
}

function framed(kind: number, answers: number, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD)
  head.writeInt32LE(HEAD + body.length, 0)
  head.writeInt32LE(answers, 8)
  head.writeInt32LE(kind, 12)
  return Buffer.concat([head, body])
}
