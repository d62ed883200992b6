import fc from 'fast-check'
import {
  BaseModel,
  Binary,
  column,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  UUID,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { waysToAnInstance } from '../../helpers/instances.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'

lucentDatabase()

describe.each(waysToAnInstance)('values of an instance that was %s', (_, make) => {
  class Holder extends BaseModel {
    static override collection = 'holders'
    @column({ isPrimary: true }) declare id: string
    @column() declare value: unknown
    @column.date() declare day: DateTime
    @column.dateTime() declare at: DateTime
    @column.objectId() declare teamId: string
    @column.objectId({ as: 'object' }) declare owner: ObjectId
  }

  const id = new ObjectId('65a000000000000000000001')
  const big = 9223372036854775807n
  const cases: [what: string, value: unknown, json: unknown][] = [
    ['text', 'x', 'x'],
    ['a number', 1.5, 1.5],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a DateTime', DateTime.fromMillis(0, { zone: 'utc' }), '1970-01-01T00:00:00.000Z'],
    ['an ObjectId', id, String(id)],
    ['a decimal', Decimal128.fromString('0.10'), '0.10'],
    ['an integer as Long', Long.fromNumber(7), 7],
    ['an integer beyond numbers', Long.fromBigInt(big), String(big)],
    ['a bigint', 7n, 7],
    ['a bigint beyond numbers', big, String(big)],
    ['a negative bigint beyond numbers', -big, String(-big)],
    ['a double', new Double(2.5), 2.5],
    ['an int32', new Int32(2), 2],
    ['binary', new Binary(Buffer.from('bytes')), 'Ynl0ZXM='],
    ['a Buffer', Buffer.from('bytes'), 'Ynl0ZXM='],
    ['a part of an array of bytes', new Uint8Array([0, 98, 0]).subarray(1, 2), 'Yg=='],
    [
      'a UUID',
      new UUID('0f0f0f0f-0000-4000-8000-000000000000'),
      '0f0f0f0f-0000-4000-8000-000000000000',
    ],
    ['a pattern', /a+/i, '/a+/i'],
    ['the least key', new MinKey(), { $minKey: 1 }],
    ['the greatest key', new MaxKey(), { $maxKey: 1 }],
    ['a Map', new Map([['a', big]]), { a: String(big) }],
    ['null', null, null],
  ]

  it.each(cases)('%s, alone and nested', async (_what, value, json) => {
    const holder = (await make(Holder, {
      value: { one: value, list: [value, { two: value }] },
    })) as Holder
    const nested = JSON.parse(JSON.stringify(holder)).value
    expect(nested.one).toEqual(json)
    expect(nested.list[0]).toEqual(json)
    expect(nested.list[1].two).toEqual(json)
    holder.value = value
    expect(JSON.parse(JSON.stringify(holder)).value).toEqual(json)
    expect(holder.serializeAttributes(['value'], true)).toEqual({ value })
  })

  it('dates and ids of columns', async () => {
    const at = DateTime.fromISO('2024-02-29T12:30:00.000Z')
    const holder = (await make(Holder, {
      day: '2024-02-29',
      at: at.toJSDate(),
      teamId: id,
      owner: id,
    })) as Holder
    const json = JSON.parse(JSON.stringify(holder))
    expect(json).toEqual({
      id: holder.id,
      day: '2024-02-29',
      at: expect.any(String),
      teamId: String(id),
      owner: String(id),
    })
    expect(DateTime.fromISO(json.at).toMillis()).toBe(at.toMillis())
  })

  it('of a field called __proto__ are data', async () => {
    const value = JSON.parse('{ "__proto__": { "admin": true }, "constructor": 1 }')
    const holder = await make(Holder, { value })
    const json = holder.toJSON().value as object
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype)
    expect(JSON.stringify(json)).toBe('{"__proto__":{"admin":true},"constructor":1}')
  })

  it('in JSON are copies: changing them leaves the instance as it is', async () => {
    const holder = (await make(Holder, { value: { list: [{ a: 1 }] } })) as Holder
    const json = holder.toJSON() as { value: { list: { a: number }[] } }
    json.value.list[0] = { a: 2 }
    json.value.list.push({ a: 3 })
    expect(holder.value).toEqual({ list: [{ a: 1 }] })
    expect(holder.$isDirty).toBe(false)
  })

  it('that say themselves how they are written are left alone', async () => {
    class Money {
      readonly cents: number
      constructor(cents: number) {
        this.cents = cents
      }
      toJSON() {
        return `${this.cents / 100} EUR`
      }
    }
    const holder = (await make(Holder, {})) as Holder
    const money = new Money(150)
    holder.value = { money, holder: undefined }
    expect((holder.toJSON().value as { money: unknown }).money).toBe(money)
    expect(JSON.stringify(holder.toJSON().value)).toBe('{"money":"1.5 EUR"}')
  })

  it('that contain themselves fail as they do in JSON.stringify', async () => {
    const holder = (await make(Holder, {})) as Holder
    const loop: Record<string, unknown> = {}
    loop.self = loop
    holder.value = loop
    expect(() => JSON.stringify(holder)).toThrow(TypeError)
  })
})

describe('any value', () => {
  class Holder extends BaseModel {
    static override collection = 'any_values'
    @column({ isPrimary: true }) declare id: string
    @column() declare value: unknown
  }
  const jsonOf = (value: unknown) => JSON.stringify(new Holder().merge({ value }))

  it('of JSON is written as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonOf(value)).toBe(JSON.stringify({ value }))
      }),
      tries(),
    )
  })

  it('of 64 bits keeps all its digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        for (const one of [value, Long.fromBigInt(value)]) {
          expect(BigInt(JSON.parse(jsonOf([one])).value[0])).toBe(value)
        }
      }),
      tries(),
    )
  })

  it('of bytes can be read back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        expect(new Uint8Array(Buffer.from(JSON.parse(jsonOf(value)).value, 'base64'))).toEqual(
          value,
        )
      }),
      tries(),
    )
  })

  it('that was stored has the JSON of the one that was given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 20 }), async (values) => {
        const made = await Holder.createMany(values.map((value) => ({ value })))
        const found = await Holder.findMany(made.map(({ id }) => id))
        const byId = new Map(found.map((one) => [one.id, one]))
        for (const one of made) {
          expect(JSON.parse(JSON.stringify(byId.get(one.id)))).toEqual(
            JSON.parse(JSON.stringify(one)),
          )
        }
      }),
      tries(20),
    )
  })
})
