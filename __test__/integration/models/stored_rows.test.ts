/** What instances know to be stored once many were written together. */
import { BaseModel, column, ObjectId } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Note extends BaseModel {
  static override collection = 'notes'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string | null
  @column() declare text: string
  @column() declare tags: string[]
  @column() declare place: { x: number; y: number }
  @column.objectId() declare authorId: string
  @column.uuid() declare token: string
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.version() declare version: number
}

const notes = db.collection('notes')
const COUNT = 300

/** Rows of many shapes: each lacks other columns than its neighbours. */
function row(n: number): Partial<Note> {
  return {
    title: n % 5 === 0 ? null : `note ${n} é`,
    ...(n % 2 === 0 && { text: 'x'.repeat(n * 7) }),
    ...(n % 3 === 0 && { tags: [`t${n}`, 'all'] }),
    ...(n % 4 === 0 && { place: { x: n, y: n / 3 } }),
    ...(n % 7 === 0 && { authorId: new ObjectId().toHexString() }),
    ...(n % 11 === 0 && { token: crypto.randomUUID() }),
  }
}

const dirty = (all: readonly Note[]) => all.flatMap((one) => Object.keys(one.$dirty))
const plain = (one: Note) => one.toJSON()
const original = (one: Note): unknown => JSON.parse(JSON.stringify(one.$original))

beforeEach(() => notes.deleteMany({}))

describe('instances that createMany stored', () => {
  it('have the documents that are read', async () => {
    const made = await Note.createMany(Array.from({ length: COUNT }, (_, n) => row(n)))
    expect(dirty(made)).toEqual([])
    const read = await Note.query().orderBy('id')
    expect(made.map(plain)).toEqual(read.map(plain))
    expect(made.map(original)).toEqual(read.map(original))
    expect(made.map(({ $extras }) => $extras)).toEqual(made.map(() => ({})))
  })

  it('save what changed of them, each its own', async () => {
    const made = await Note.createMany(Array.from({ length: COUNT }, (_, n) => row(n)))
    const some = made.filter((_, n) => n % 31 === 0)
    for (const [n, one] of some.entries()) one.merge({ text: `changed ${n}` })
    expect(dirty(made)).toEqual(some.map(() => 'text'))
    await Promise.all(some.map((one) => one.save()))
    expect(dirty(made)).toEqual([])
    const read = await Note.query().orderBy('id')
    expect(read.map(plain)).toEqual(made.map(plain))
    expect(some.map(({ version }) => version)).toEqual(some.map(() => 2))
  })

  it('take documents of their own when they are read again, or removed', async () => {
    const made = await Note.createMany([row(1), row(2), row(3)])
    const [first, second, third] = made as [Note, Note, Note]
    await notes.updateOne({ _id: new ObjectId(second.id) }, { $set: { title: 'by another' } })
    await second.refresh()
    await first.unset('title').save()
    await third.delete()
    expect([first.$original.title, second.title]).toEqual([undefined, 'by another'])
    expect(await notes.countDocuments({ title: { $exists: true } })).toBe(1)
  })
})

describe('instances that bulkSave stored', () => {
  it('remember each value that was written, short and long', async () => {
    await Note.createMany(Array.from({ length: 80 }, (_, n) => row(n)))
    const all = await Note.query().orderBy('id')
    for (const round of [1, 2]) {
      for (const [n, one] of all.entries()) {
        one.merge({ title: `${round}`.repeat(1 + ((n * 97) % 6000)), place: { x: n, y: round } })
      }
      await Note.bulkSave(all)
      expect(dirty(all)).toEqual([])
      // The values that are stored are no change; others are.
      for (const one of all) one.merge({ title: `${one.title}`, place: { ...one.place } })
      expect(dirty(all)).toEqual([])
      const [first] = all
      first?.merge({ title: 'another' })
      expect(dirty(all)).toEqual(['title'])
      await first?.refresh()
    }
    const read = await Note.query().orderBy('id')
    expect(read.map(plain)).toEqual(all.map(plain))
    expect(read.map(original)).toEqual(all.map(original))
  })
})
