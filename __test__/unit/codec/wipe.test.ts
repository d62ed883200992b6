import { describe, expect, it } from 'vitest'
import { BsonWriter } from '../../../js/codec/writer.ts'

const KEY = 'key material that must not stay'

describe('issue 19: a writer of key material', () => {
  it('keeps nothing of it once it is wiped, nor in buffers that it outgrew', () => {
    const writer = new BsonWriter(true)
    const buffers = new Set<Uint8Array>([writer.buffer])
    writer.document({ keys: [{ name: 'one', key: Buffer.from(KEY) }] })
    expect(Buffer.from(writer.buffer).includes(KEY)).toBe(true)
    writer.document({ more: 'x'.repeat(100_000) })
    buffers.add(writer.buffer)
    expect(buffers.size).toBe(2)
    expect(writer.toBuffer().includes(KEY)).toBe(true)
    writer.wipe()
    for (const buffer of buffers) expect(Buffer.from(buffer).includes(KEY)).toBe(false)
    expect(writer.position).toBe(0)
  })
})
