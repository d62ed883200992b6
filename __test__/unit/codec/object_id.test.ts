import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import * as values from '../../../js/codec/values.ts'
import { generateObjectId, parseObjectId } from '../../../js/codec/writer.ts'

describe('generateObjectId', () => {
  it('makes ids that ascend, are unique and carry the time', () => {
    const ids = Array.from({ length: 50_000 }, generateObjectId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true)
    const [first] = ids as [string]
    expect(Math.abs(new ObjectId(first).getTimestamp().getTime() - Date.now())).toBeLessThan(5000)
    expect(new Set(ids.map((id) => id.slice(8, 18))).size).toBe(1)
  })
})

describe('parseObjectId', () => {
  it('writes 12 bytes where it is told', () => {
    const target = Buffer.alloc(14, 9)
    expect(parseObjectId('0123456789abcdefABCDEF01', target, 1)).toBe(true)
    expect(target.toString('hex')).toBe('090123456789abcdefabcdef0109')
  })

  it('refuses every other character at every place', () => {
    const target = Buffer.alloc(12)
    const good = '0123456789abcdef01234567'
    for (let at = 0; at < 24; at++) {
      for (const wrong of ['g', 'G', '/', ':', '@', '`', ' ', '\0', '\x7f', 'é', '٠', '１']) {
        const text = good.slice(0, at) + wrong + good.slice(at + 1)
        expect(parseObjectId(text, target, 0)).toBe(false)
      }
    }
    expect(parseObjectId('', target, 0)).toBe(false)
  })
})

describe('isBsonValue', () => {
  it('believes prototypes only', () => {
    expect(values.isBsonValue(new values.ObjectId())).toBe(true)
    expect(values.isBsonValue(new values.UUID())).toBe(true)
    expect(values.isBsonValue(values.Long.ONE)).toBe(true)
    for (const forged of [
      { _bsontype: 'ObjectId' },
      JSON.parse('{"_bsontype":"ObjectId","@@mdb.bson.version":7}'),
      { _bsontype: 'ObjectId', [Symbol.for('@@mdb.bson.version')]: 7 },
      null,
      'ObjectId',
      new Date(),
      Object.create(null),
    ]) {
      expect(values.isBsonValue(forged)).toBe(false)
    }
  })
})
