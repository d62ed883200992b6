import type { Document } from 'bson'
import { BaseModel, column, errors, expr } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../helpers/encryption.ts'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db, name: databaseName } = lucentDatabase({ encryption: TEST_KEYS })
const SECRET = 'written as it is'

class Patient extends BaseModel {
  static override collection = 'patients'
  @column({ isPrimary: true }) declare id: string
  @column() declare city: string
  @column() declare visits: number
  @column.encrypted({ blind: true }) declare note: string
  @column.encrypted({ fields: ['street'] }) declare address: { street: string; city: string }
}

/** Of the same collection, and nothing was ever asked of it. */
class Unused extends BaseModel {
  static override collection = 'unused'
  @column({ isPrimary: true }) declare id: string
  @column() declare city: string
  @column.encrypted({ blind: true }) declare note: string
}

class Visit extends BaseModel {
  static override collection = 'visits'
  @column({ isPrimary: true }) declare id: string
  @column() declare patientId: string
  @column() declare city: string
  @column() declare note: string
}

let before: Document[] = []
const patients = () => db.collection('patients').find().sort({ _id: 1 }).toArray()

beforeEach(async () => {
  await Promise.all(
    ['patients', 'visits', 'unused', 'copies'].map((one) => db.collection(one).deleteMany({})),
  )
  const address = { street: 'S', city: 'C' }
  const { id } = await Patient.create({ city: 'Rome', note: 'sealed', address })
  await Visit.create({ patientId: id, city: 'Rome', note: 'a plain column' })
  before = await patients()
})

const into = { db: databaseName, coll: 'patients' }
const stages = (...list: Document[]) => Visit.aggregate().raw(list)

/** Pipelines that would store plain values, or hashes, in the place of encrypted ones. */
const REFUSED: Record<string, () => PromiseLike<unknown>> = {
  'whenMatched sets the column': () =>
    Patient.aggregate().merge({
      into: Patient,
      whenMatched: (patient) => patient.set({ note: expr.literal(SECRET) } as never),
    }),
  'whenMatched sets the column, natively': () =>
    Patient.aggregate().stage({
      $merge: { into: 'patients', whenMatched: [{ $set: { note: SECRET } }] },
    }),
  'whenMatched sets the hash': () =>
    Patient.aggregate().stage({
      $merge: { into: 'patients', whenMatched: [{ $addFields: { note__blind: SECRET } }] },
    }),
  'whenMatched sets what holds the column': () =>
    Patient.aggregate().stage({
      $merge: { into: 'patients', whenMatched: [{ $set: { address: { street: SECRET } } }] },
    }),
  'whenMatched sets inside of a document': () =>
    Patient.aggregate().stage({
      $merge: { into: 'patients', whenMatched: [{ $set: { 'address.street': SECRET } }] },
    }),
  'whenMatched removes the hash': () =>
    Patient.aggregate().stage({
      $merge: { into: 'patients', whenMatched: [{ $unset: 'note__blind' }] },
    }),
  'whenMatched replaces': () =>
    Patient.aggregate().stage({
      $merge: { into: 'patients', whenMatched: [{ $replaceWith: { note: SECRET } }] },
    }),
  'whenMatched takes the row': () =>
    Visit.aggregate().stage({
      $merge: { into: 'patients', whenMatched: [{ $replaceWith: '$$new' }] },
    }),
  'rows with the column': () =>
    Visit.aggregate()
      .project({ note: true })
      .merge({ into: Patient as never }),
  'rows with the column, replacing': () =>
    Visit.aggregate()
      .project({ note: true })
      .merge({ into: Patient as never, whenMatched: 'replace' }),
  'rows with the column, into a name': () =>
    Visit.aggregate().project({ note: true }).merge({ into: 'patients' }),
  'rows with the column, into a database': () =>
    Visit.aggregate().project({ note: true }).merge({ into }),
  'rows with the hash': () =>
    stages({ $project: { note__blind: '$note' } }, { $merge: { into: 'patients' } }),
  'rows of which nothing is known': () => stages({ $merge: { into: 'patients' } }),
  'a short form': () => stages({ $merge: 'patients' }),
  'rows of a group with the column': () =>
    stages(
      { $group: { _id: '$city', note: { $first: '$note' } } },
      { $merge: { into: 'patients' } },
    ),
  'rows that are written out': () =>
    stages({ $replaceWith: { note: SECRET } }, { $merge: { into: 'patients' } }),
  'rows that were put together': () =>
    Patient.aggregate()
      .stage({ $replaceWith: { $mergeObjects: ['$$ROOT', { note: SECRET }] } })
      .stage({ $merge: { into: 'patients' } }),
  'documents without their hashes': () =>
    Patient.aggregate().stage({ $unset: 'note__blind' }).stage({ $out: 'patients' }),
  'documents told apart by another field': () =>
    Patient.aggregate().stage({ $merge: { into: 'patients', on: 'city' } }),
  'out()': () => Visit.aggregate().out(Patient as never),
  'out() into a name': () => Visit.aggregate().out('patients'),
  'out() into a database': () => Visit.aggregate().out(into),
  'out(), natively': () => stages({ $out: 'patients' }),
  'out() into a model that was never used': () => Visit.aggregate().out(Unused as never),
  'merge() into a name of a model that was never used': () =>
    Visit.aggregate().project({ note: true }).merge({ into: 'unused' }),
}

describe('issue 16: no pipeline writes in the place of encrypted columns', () => {
  it.each(Object.keys(REFUSED))('%s', async (name) => {
    const run = async () => (REFUSED[name] as () => PromiseLike<unknown>)()
    await expect(run()).rejects.toBeInstanceOf(errors.E_ENCRYPTED_COLUMN_QUERY)
    expect(await patients()).toEqual(before)
    expect(await db.collection('unused').countDocuments()).toBe(0)
  })
})

describe('issue 16: other pipelines write', () => {
  it('columns beside them', async () => {
    await stages(
      { $group: { _id: { $toObjectId: '$patient_id' }, visits: { $sum: 1 } } },
      { $merge: { into: 'patients', whenMatched: 'merge', whenNotMatched: 'discard' } },
    )
    await Patient.aggregate().merge({
      into: Patient,
      whenMatched: (patient) => patient.set({ city: expr.literal('Paris') } as never),
      whenNotMatched: 'discard',
    })
    expect(await Patient.firstOrFail()).toMatchObject({ note: 'sealed', visits: 1, city: 'Paris' })
    expect((await Patient.findBy('note', 'sealed'))?.visits).toBe(1)
  })

  it('documents to themselves, and to where no model has encrypted columns', async () => {
    await Patient.aggregate()
      .addFields({ visits: expr.literal(3) })
      .merge({ into: Patient as never })
    expect((await Patient.findBy('note', 'sealed'))?.visits).toBe(3)
    await Patient.aggregate().out('copies')
    expect(await db.collection('copies').find().toArray()).toEqual(await patients())
  })
})
