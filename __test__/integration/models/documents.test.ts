import { BaseModel, column, Long, ObjectId } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { insertRaw, rawDocument, rawElement, rawString } from '../../helpers/raw_wire.ts'

const { db, uri, name } = lucentDatabase()

class Person extends BaseModel {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare age: unknown
  @column() declare tags: string[]
  @column() declare address: { city: string; zip?: string } | null
}

const people = db.collection('people')

describe('documents of other programs', () => {
  it.each([
    ['in the order of the columns', { name: 'Ada', age: 36, tags: ['a'], address: null }],
    ['in another order', { address: null, tags: ['a'], age: 36, name: 'Ada' }],
    ['with fields between', { x: 1, name: 'Ada', y: 2, age: 36, tags: ['a'], z: 3, address: null }],
  ])('read %s', async (_, fields) => {
    const _id = new ObjectId()
    await people.insertOne({ ...fields, _id })
    const { name, age, tags, address } = await Person.findOrFail(_id)
    expect({ name, age, tags, address }).toEqual({
      name: 'Ada',
      age: 36,
      tags: ['a'],
      address: null,
    })
  })

  it('read with the key anywhere', async () => {
    const _id = new ObjectId()
    await people.insertOne({ name: 'Ada', _id })
    expect((await Person.findOrFail(_id)).name).toBe('Ada')
  })

  it('tell null from missing', async () => {
    const _id = new ObjectId()
    await people.insertOne({ _id, age: null })
    const person = await Person.findOrFail(_id)
    expect(person.age).toBeNull()
    expect(person.name).toBeUndefined()
    expect(person.$hasAttribute('age')).toBe(true)
    expect(person.$hasAttribute('name')).toBe(false)
    expect(Object.keys(person.$attributes)).toEqual(['id', 'age'])
    expect(person.toJSON()).toEqual({ id: _id.toHexString(), age: null })
  })

  it('keep what is no column in $extras', async () => {
    const _id = new ObjectId()
    const extra = { deep: { er: [1, { at: new Date(5) }] } }
    await people.insertOne({ _id, before: 1, name: 'Ada', extra, last: null })
    const person = await Person.findOrFail(_id)
    expect(person.$extras).toEqual({ before: 1, extra, last: null })
    person.name = 'Eve'
    await person.save()
    expect(await people.findOne({ _id })).toEqual({
      _id,
      before: 1,
      name: 'Eve',
      extra,
      last: null,
    })
  })

  it('may hold another type in each document', async () => {
    const values = [1, 1.5, 'one', Long.fromString('9007199254740993'), null, [1], { a: 1 }, true]
    const documents = values.map((age, place) => ({ _id: new ObjectId(), age, place }))
    await people.insertMany(documents.map(({ _id, age }) => ({ _id, age })))
    const found = await Person.query()
      .whereIn(
        'id',
        documents.map(({ _id }) => _id),
      )
      .orderBy('id')
    expect(found.map(({ age }) => age)).toEqual(values)
    expect(found.map(({ $isDirty }) => $isDirty)).toEqual(values.map(() => false))
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then'])(
    'read a stored %s as data',
    async (key) => {
      const _id = new ObjectId()
      const bytes = (value: string) => rawString(Buffer.from(value))
      const inner = rawDocument(
        rawElement(2, key, bytes('inner')),
        rawElement(2, 'zip', bytes('1')),
      )
      await insertRaw(uri, name, 'people', [
        rawDocument(
          rawElement(7, '_id', _id.id),
          rawElement(2, key, bytes('outer')),
          rawElement(3, 'address', inner),
        ),
      ])
      const person = await Person.findOrFail(_id)
      const address = person.address as unknown as Record<string, unknown>
      expect(Object.getOwnPropertyDescriptor(address, key)?.value).toBe('inner')
      expect(Object.getPrototypeOf(address)).toBe(Object.prototype)
      expect(Object.getOwnPropertyDescriptor(person.$extras, key)?.value).toBe('outer')
      expect(Object.keys(person.$extras)).toEqual([key])
      const [row] = await Person.query().where('id', person.id).pojo()
      expect(Object.getOwnPropertyDescriptor(row as object, key)?.value).toBe('outer')
      expect(person.$isDirty).toBe(false)
      // Writing it again keeps it.
      address.zip = '2'
      await person.save()
      const raw = await people.findOne({ _id }, { raw: true })
      expect(Buffer.from(raw as unknown as Uint8Array).includes(`${key}\0\x06\0\0\0inner`)).toBe(
        true,
      )
    },
  )

  it('read the last of two fields of one name', async () => {
    const _id = new ObjectId()
    const text = (value: string) => rawElement(2, 'name', rawString(Buffer.from(value)))
    const inner = rawDocument(text('one'), text('two'))
    await insertRaw(uri, name, 'people', [
      rawDocument(
        rawElement(7, '_id', _id.id),
        text('first'),
        rawElement(3, 'address', inner),
        text('last'),
      ),
    ])
    const person = await Person.findOrFail(_id)
    expect(person.name).toBe('last')
    expect(person.address).toEqual({ name: 'two' })
    expect(person.$isDirty).toBe(false)
    const [row] = await Person.query().where('id', person.id).pojo()
    expect(row).toMatchObject({ name: 'last' })
  })

  it('that hold bytes which are no UTF-8 reject, and name no bytes', async () => {
    const _id = new ObjectId()
    const bad = rawElement(2, 'name', rawString(Buffer.from([0x61, 0xff, 0xfe])))
    await insertRaw(uri, name, 'people', [rawDocument(rawElement(7, '_id', _id.id), bad)])
    await expect(Person.findOrFail(_id)).rejects.toMatchObject({ code: 'E_INVALID_DOCUMENT' })
    // The connection is none the worse for it.
    expect(await Person.query().where('id', _id).count()).toBe(1)
    await people.deleteOne({ _id })
  })
})

describe('large documents', () => {
  it('of 15 MB are written and read', async () => {
    const tags = Array.from({ length: 15 }, (_, place) =>
      'abcdefghijklmno'.charAt(place).repeat(500_000),
    )
    const address = { city: 'x'.repeat(7_000_000) }
    const created = await Person.create({ name: 'big', tags, address })
    const document = await people.findOne({ _id: new ObjectId(created.id) })
    expect(document?.tags).toEqual(tags)
    const found = await Person.findOrFail(created.id)
    expect(found.tags).toEqual(tags)
    expect(found.address?.city.length).toBe(7_000_000)
    expect(found.$isDirty).toBe(false)
    found.tags.push('more')
    await found.save()
    expect((await people.findOne({ _id: new ObjectId(created.id) }))?.tags).toHaveLength(16)
  })

  it('come several in one batch', async () => {
    const text = 'é'.repeat(1_500_000)
    await Person.createMany(
      Array.from({ length: 8 }, (_, age) => ({ name: 'heavy', age, tags: [text] })),
    )
    const found = await Person.query().where('name', 'heavy').orderBy('age')
    expect(found.map(({ age }) => age)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(found.every(({ tags }) => tags[0] === text)).toBe(true)
  })
})

describe('many documents', () => {
  class Row extends BaseModel {
    static override collection = 'rows'
    @column({ isPrimary: true }) declare id: string
    @column() declare n: number
    @column() declare text: string
    @column() declare when: Date
    @column() declare maybe: unknown
    @column() declare nested: { list: number[]; name: string }
    @column.objectId() declare owner: string
  }

  it('10,000 equal what the npm driver reads', async () => {
    const rows = db.collection('rows')
    const documents = Array.from({ length: 10_000 }, (_, n) => ({
      _id: new ObjectId(),
      n: n % 3 === 0 ? n : n / 2,
      text: n % 7 === 0 ? `Zoë ${n} 🦀` : `row ${n}`,
      when: new Date(n * 1e9),
      ...(n % 5 === 0 ? {} : { maybe: n % 2 === 0 ? null : String(n) }),
      nested: { list: [n, n + 0.5, n * 1e6], name: n % 11 === 0 ? 'ключ' : 'key' },
      owner: new ObjectId(),
    }))
    await rows.insertMany(documents)
    const expected = await rows.find().sort({ _id: 1 }).toArray()
    const found = await Row.query().orderBy('id')
    const same = found.map(({ id, n, text, when, maybe, nested, owner }) => ({
      _id: id,
      n,
      text,
      when,
      ...(maybe === undefined ? {} : { maybe }),
      nested,
      owner,
    }))
    const plain = expected.map((one) => ({
      ...one,
      _id: one._id.toHexString(),
      owner: one.owner.toHexString(),
    }))
    expect(same).toHaveLength(10_000)
    expect(same).toEqual(plain)
    expect(found.filter(({ $isDirty }) => $isDirty)).toEqual([])
    const pojos = await Row.query().orderBy('id').pojo()
    expect(JSON.stringify(pojos)).toBe(JSON.stringify(expected))
  })

  it('keep the order of the server over several batches', async () => {
    const found = await Row.query().orderBy('n', 'desc').batchSize(77)
    const numbers = found.map(({ n }) => n)
    expect(numbers).toHaveLength(10_000)
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
  })
})
