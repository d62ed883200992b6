/** Functions that are generated for what is read and written: one place takes none from another. */
import * as bson from 'bson'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CHUNK, compileAccessors, ROW, VALUES } from '../../../js/codec/accessors.ts'
import { Chunk } from '../../../js/codec/chunk.ts'
import { ValueSite } from '../../../js/codec/shapes.ts'
import { BsonWriter, WriteSite } from '../../../js/codec/writer.ts'
import { encodeChunk } from './encode_chunk.ts'

const MOST = 100
const writer = new BsonWriter()

/** A body with many parts, each of a shape of its own in each generation. */
function odd(generation: number): Record<string, unknown> {
  const part = (name: string) => ({ [`${name}${generation % 4}`]: 1, list: [{ x: generation }] })
  return Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`part${n}`, part(`p${n}x`)]))
}

/** How many functions are generated while `work` runs. */
function generatedIn(work: () => void): number {
  const { Function: original } = globalThis
  const seen = vi.fn(function generate(...args: string[]) {
    return new original(...args)
  })
  vi.stubGlobal('Function', seen)
  try {
    work()
  } finally {
    vi.unstubAllGlobals()
  }
  return seen.mock.calls.length
}

function read(site: ValueSite, values: readonly unknown[]): void {
  const docs = values.map((v) => Buffer.from(bson.serialize({ v })))
  const chunk = new Chunk(encodeChunk(docs, [{ name: 'v' }]))
  values.forEach((value, row) => {
    expect(chunk.read(row, site)).toEqual(value)
  })
}

function write(site: WriteSite, values: readonly object[]): void {
  for (const value of values) {
    writer.reset()
    writer.document(value, undefined, site)
    expect(writer.toBuffer().equals(Buffer.from(bson.serialize(value)))).toBe(true)
  }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('28: odd bodies', () => {
  const bodies = Array.from({ length: 126 }, (_, n) => odd(Math.floor(n / 8)))

  it.each<[string, (values: Record<string, unknown>[]) => void]>([
    ['read', (values) => read(new ValueSite(), values)],
    ['written', (values) => write(new WriteSite(), values)],
  ])('%s at one place take its own budget alone', (_, pass) => {
    const spent = generatedIn(() => pass(bodies))
    expect(spent).toBeGreaterThan(10)
    expect(spent).toBeLessThanOrEqual(MOST)
    for (let place = 0; place < 40; place++) pass(bodies.slice(0, 20))
    expect(generatedIn(() => pass(Array.from({ length: 9 }, () => ({ a: 1, b: 'x' }))))).toBe(1)
  })

  it('leave accessors their code', () => {
    for (let place = 0; place < 60; place++) read(new ValueSite(), bodies.slice(0, 20))
    let columns: ReturnType<typeof compileAccessors>['columns'] = []
    const spent = generatedIn(() => {
      columns = compileAccessors([{}, {}, {}]).columns
    })
    expect(spent).toBe(3)
    const chunk = new Chunk(encodeChunk([Buffer.from(bson.serialize({ v: 'x' }))], [{ name: 'v' }]))
    expect(columns[0]?.get.call({ [CHUNK]: chunk, [ROW]: 0, [VALUES]: null })).toBe('x')
  })
})
