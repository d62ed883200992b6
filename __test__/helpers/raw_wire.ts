import { connect } from 'node:net'
import { BSON } from 'mongodb'

const OP_MSG = 2013

/**
 * Stores documents given as bytes, past every driver: names that occur twice, text that is no UTF-8.
 */
export async function insertRaw(
  uri: string,
  database: string,
  collection: string,
  documents: readonly Uint8Array[],
): Promise<void> {
  const command = BSON.serialize({ insert: collection, $db: database })
  const payload = Buffer.concat(documents)
  const identifier = Buffer.from('documents\0')
  const size = Buffer.alloc(4)
  size.writeInt32LE(4 + identifier.length + payload.length)
  const sections = [Buffer.alloc(5), command, Buffer.from([1]), size, identifier, payload]
  const body = Buffer.concat(sections)
  const head = Buffer.alloc(16)
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(1, 4)
  head.writeInt32LE(OP_MSG, 12)
  const { hostname, port } = new URL(uri.replace('mongodb:', 'http:').replace(/,[^/]*/, ''))
  const reply = await exchange(hostname, Number(port), Buffer.concat([head, body]))
  const answer = BSON.deserialize(reply.subarray(21))
  if (answer.n !== documents.length) throw new Error(`not inserted: ${JSON.stringify(answer)}`)
}

function exchange(host: string, port: number, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const socket = connect(port, host, () => socket.write(message))
    socket.on('error', reject)
    socket.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data])
      if (received.length < 4 || received.length < received.readInt32LE(0)) return
      socket.destroy()
      resolve(received)
    })
  })
}

/** One BSON element: type, name, value. */
export function rawElement(type: number, name: string, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), value])
}

/** A document of these elements. */
export function rawDocument(...elements: readonly Buffer[]): Buffer {
  const body = Buffer.concat(elements)
  const length = Buffer.alloc(4)
  length.writeInt32LE(body.length + 5)
  return Buffer.concat([length, body, Buffer.from([0])])
}

/** The value of a BSON string of these bytes. */
export function rawString(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32LE(bytes.length + 1)
  return Buffer.concat([length, bytes, Buffer.from([0])])
}
