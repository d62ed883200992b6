import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** Run where `new Function` throws; prints what it read. */
const SCRIPT = `
import { serialize, ObjectId } from 'bson'
import { Chunk } from './js/codec/chunk.ts'
import { ValueSite } from './js/codec/shapes.ts'
import { BsonWriter } from './js/codec/writer.ts'
import { CHUNK, ROW, VALUES, compileAccessors } from './js/codec/accessors.ts'
import { encodeChunk } from './__test__/unit/codec/encode_chunk.ts'

let generates = true
try { new Function('') } catch { generates = false }
const doc = { _id: new ObjectId('0123456789abcdef01234567'), name: 'Ada', n: 5, v: { a: [{ b: 'é' }] } }
const columns = ['_id', 'name', 'n', 'v', 'none'].map((name) => ({ name, id: true }))
const chunk = new Chunk(encodeChunk(Array(20).fill(serialize(doc)), columns))
const guard = { key: Symbol('flags'), mask: 1, refuse() { throw new Error('refused') } }
const { columns: accessors } = compileAccessors(columns.map(() => ({})), guard)
const site = new ValueSite()
let out
for (let row = 0; row < 20; row++) {
  const instance = { [CHUNK]: chunk, [ROW]: row, [VALUES]: null }
  const values = accessors.map(({ get }) => get.call(instance) ?? null)
  const stable = accessors[3].get.call(instance) === values[3]
  accessors[1].set.call(instance, 'Eva')
  out = { generates, values, stable, set: accessors[1].get.call(instance), document: chunk.document(row, site) }
}
const writer = new BsonWriter()
writer.document(doc)
out.same = writer.toBuffer().equals(Buffer.from(serialize(doc)))
console.log(JSON.stringify(out))
`

/** Node strips types itself from version 22 on; the child process has no other way to. */
const strips = Number.parseInt(process.versions.node, 10) >= 22

describe.skipIf(!strips)('where code generation is forbidden', () => {
  it('everything works the same', () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url))
    const flags = ['--disallow-code-generation-from-strings', '--experimental-strip-types']
    const args = [...flags, '--no-warnings', '--input-type=module', '--eval', SCRIPT]
    const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    const nested = { a: [{ b: 'é' }] }
    expect(JSON.parse(output)).toEqual({
      generates: false,
      values: ['0123456789abcdef01234567', 'Ada', 5, nested, null],
      stable: true,
      set: 'Eva',
      document: { _id: '0123456789abcdef01234567', name: 'Ada', n: 5, v: nested },
      same: true,
    })
  })
})
