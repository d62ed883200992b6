import { BaseModel, column } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { ENVELOPE, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

/** Several batches of documents, each larger than what is opened on the I/O thread. */
const STORED = 4500
const textOf = (id: number) => `secret ${id} `.repeat(10)

class Note extends BaseModel {
  @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  @column.encrypted() declare text: string
}

class Broken extends BaseModel {
  static override collection = 'broken'
  @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  @column.encrypted() declare text: string
}

const rows = () => Array.from({ length: STORED }, (_, id) => ({ id, text: textOf(id) }))

beforeAll(async () => {
  await Note.createMany(rows())
  await Broken.createMany(rows())
  const forged = new (await import('bson')).Binary(Buffer.alloc(60, 7), ENVELOPE)
  await db.collection('broken').updateOne({ _id: 3500 as never }, { $set: { text: forged } })
})

interface Read {
  readonly id: number
  readonly text: string
}

const collected = async (all: AsyncIterable<Read>) => {
  const read: Read[] = []
  for await (const one of all) read.push(one)
  return read
}

const READS: Record<string, (client?: never) => PromiseLike<readonly Read[]>> = {
  'a find': () => Note.query().orderBy('id'),
  'a find in a transaction': () =>
    Note.transaction(async (trx) => [...(await Note.query({ client: trx }).orderBy('id'))]),
  'plain rows': async () => {
    const plain = await Note.query().orderBy('id').pojo<{ _id: number; text: string }>()
    return plain.map(({ _id: id, text }) => ({ id, text }))
  },
  'a cursor': () => collected(Note.query().orderBy('id').cursor()),
  'a cursor in a transaction': () =>
    Note.transaction((trx) => collected(Note.query({ client: trx }).orderBy('id').cursor())),
  'an aggregation': () => Note.aggregate().sort({ id: 1 }),
  'JSON text': async () => JSON.parse(String(await Note.query().orderBy('id').toJson())) as Read[],
}

describe('large batches with encrypted columns', () => {
  it.each(Object.entries(READS))('come whole and in order by %s', async (_name, read) => {
    const all = await read()
    expect(all.map(({ id }) => id)).toEqual(rows().map(({ id }) => id))
    expect(all.every(({ id, text }) => text === textOf(id))).toBe(true)
  })

  it('come to those who read at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, part) =>
        Note.query()
          .where('id', '>=', part * 500)
          .orderBy('id'),
      ),
    )
    expect(all.map((some) => some.length)).toEqual(
      Array.from({ length: 8 }, (_, part) => STORED - part * 500),
    )
    expect(all.flat().every(({ id, text }) => text === textOf(id))).toBe(true)
  })

  it('come up to the one with a value that cannot be opened', async () => {
    const failure = { code: 'E_DECRYPTION_FAILED', model: 'Broken', column: 'text' }
    const read: number[] = []
    const reading = async () => {
      for await (const { id } of Broken.query().orderBy('id').cursor({ batchSize: 1000 }))
        read.push(id)
    }
    await expect(reading()).rejects.toMatchObject(failure)
    expect(read).toEqual(Array.from({ length: 3000 }, (_, id) => id))
    await expect(Broken.query()).rejects.toMatchObject(failure)
  })

  it('may be left, and given up on', async () => {
    for (let time = 0; time < 5; time++) {
      for await (const { id } of Note.query().orderBy('id').cursor()) {
        if (id === 1200) break
      }
      const abort = new AbortController()
      const reading = Promise.resolve(Note.query().signal(abort.signal))
      setTimeout(() => abort.abort(), 2 * time)
      await reading.catch((error: unknown) => expect(error).toMatchObject({ code: 'E_ABORTED' }))
    }
    expect(await Note.query().count()).toBe(STORED)
  })
})
