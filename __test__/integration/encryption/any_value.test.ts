import { BSON, type Document } from 'bson'
import fc from 'fast-check'
import { BaseModel, column } from 'lucent-odm'
import { expect, it } from 'vitest'
import { ENVELOPE, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'
import { documentOf, type RawValue, rawValue } from '../../helpers/raw_documents.ts'
import { insertRaw } from '../../helpers/raw_wire.ts'

const { db, uri, name } = lucentDatabase({ encryption: TEST_KEYS })

class Plain extends BaseModel {
  static override collection = 'plains'
  @column({ isPrimary: true }) declare id: string
  @column() declare value: unknown
}

class Sealed extends BaseModel {
  static override collection = 'sealeds'
  @column({ isPrimary: true }) declare id: string
  @column.encrypted({ blind: true }) declare value: unknown
}

class Inside extends BaseModel {
  static override collection = 'insides'
  @column({ isPrimary: true }) declare id: string
  @column.encrypted({ fields: ['value'] }) declare held: { value: unknown }[]
}

/** Types whose values conditions compare: numbers, text, binary, ids, booleans, dates. */
const COMPARED = new Set<number | undefined>([1, 2, 5, 7, 8, 9, 16, 18, 19])

function number(value: number) {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return { type: 16, bytes }
}

/** The bytes of a value, as the npm driver's package writes it. */
const bytesOf = (value: unknown) => Buffer.from(BSON.serialize({ value })).toString('hex')

/** Whether a value can be compared so: npm bson refuses to write vectors that are damaged. */
function isWritten(value: RawValue): boolean {
  try {
    return bytesOf(BSON.deserialize(documentOf([['value', value]])).value) !== ''
  } catch {
    return false
  }
}

const values = rawValue(false)
  .filter(isWritten)
  // `undefined` is not written, and without it a document that was none is a reference.
  .filter(({ bytes }) => !bytes.includes('\x06$db\0'))

it('any value comes back as it was, and is found by itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(values, { minLength: 8, maxLength: 8 }), async (values) => {
      for (const of of ['plains', 'sealeds', 'insides']) await db.collection(of).deleteMany({})
      const documents = values.map((value, place) =>
        documentOf([
          ['_id', number(place)],
          ['value', value],
        ]),
      )
      await insertRaw(uri, name, 'plains', documents)
      const read = (await Plain.query().orderBy('id').pojo()) as Document[]
      const made = await Sealed.createMany(read.map(({ value }) => ({ value })))
      const inside = await Inside.create({ held: read.map(({ value }) => ({ value })) })
      const rows = (await Sealed.query().orderBy('id').pojo()) as Document[]
      expect(rows.map(({ value }) => bytesOf(value))).toEqual(
        read.map(({ value }) => bytesOf(value)),
      )
      const [held] = (await Inside.query().where('id', inside.id).pojo()) as Document[]
      expect(held?.held.map(({ value }: Document) => bytesOf(value))).toEqual(
        read.map(({ value }) => bytesOf(value)),
      )
      for (const stored of await db.collection('sealeds').find().toArray()) {
        expect(stored.value?.sub_type ?? ENVELOPE).toBe(ENVELOPE)
      }
      for (const [place, { value }] of read.entries()) {
        if (!COMPARED.has(values[place]?.type)) continue
        const found = await Sealed.query().where('value', value)
        expect(found.map(({ id }) => id)).toContain(made[place]?.id)
      }
    }),
    tries(40),
  )
})
