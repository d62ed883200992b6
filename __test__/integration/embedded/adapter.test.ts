/** Documents inside of documents through an adapter of the application's own. */
import {
  Adapter,
  type AdapterColumns,
  BaseModel,
  type CallLimits,
  column,
  type EmbedsMany,
  type EmbedsOne,
  embedsMany,
  embedsOne,
  type Model,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Home extends BaseModel {
  @column() declare city: string
  @column({ columnName: 'zip_code' }) declare zipCode: string | null
  @column.encrypted() declare phone: string
}

class Piece extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare price: number
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare touchedAt: DateTime
}

function modelOf(adapter?: Adapter) {
  class Parcel extends BaseModel {
    static override collection = adapter === undefined ? 'parcels' : 'adapted'
    @column({ isPrimary: true }) declare id: string
    @embedsOne(() => Home, { columnName: 'home_of' }) declare home: EmbedsOne<typeof Home> | null
    @embedsMany(() => Piece) declare pieces: EmbedsMany<typeof Piece>
  }
  if (adapter !== undefined) Parcel.useAdapter(adapter)
  return Parcel
}

type Parcel = InstanceType<ReturnType<typeof modelOf>>

/** Writes down what it is given, and stores it. */
class Recorder extends Adapter {
  readonly written: AdapterColumns[] = []

  override insert(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
    this.written.push(columns)
    return super.insert(instance, columns, limits)
  }

  override update(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
    this.written.push(columns)
    return super.update(instance, columns, limits)
  }
}

afterEach(async () => {
  for (const name of ['parcels', 'adapted']) await db.collection(name).deleteMany({})
})

const CHANGES: readonly (readonly [name: string, change: (parcel: Parcel) => unknown])[] = [
  ['nothing', () => {}],
  ['a path', ({ home }) => home?.merge({ city: 'Oslo' })],
  ['a path that is null', ({ home }) => home?.merge({ zipCode: null })],
  ['a sealed path', ({ home }) => home?.merge({ phone: '555' })],
  ['another document', (parcel) => parcel.merge({ home: { city: 'Bonn', phone: '1' } as Home })],
  ['none', (parcel) => parcel.merge({ home: null })],
  ['an item in its place', ({ pieces }) => pieces[1]?.merge({ price: 9 })],
  ['an item more', ({ pieces }) => pieces.push({ name: 'new', price: 3 } as Piece)],
  ['an item less', ({ pieces }) => pieces.shift()],
  ['items the other way round', ({ pieces }) => pieces.reverse()],
  [
    'a path and an item',
    ({ home, pieces }) => [home?.merge({ city: 'Ulm' }), pieces[0]?.merge({ name: 'z' })],
  ],
]

/** What is stored, without what differs from one run to the next. */
const shown = (parcel: Parcel) => ({
  home: parcel.home && {
    city: parcel.home.city,
    zipCode: parcel.home.zipCode ?? null,
    phone: parcel.home.phone,
  },
  pieces: parcel.pieces.map(({ name, price }) => ({ name, price })),
})

const values = () => ({
  home: { city: 'Rome', zipCode: '00179', phone: '123' } as Home,
  pieces: [
    { name: 'a', price: 1 },
    { name: 'b', price: 2 },
  ] as Piece[],
})

describe('embedded documents and an adapter', () => {
  it.each(CHANGES)('%s: what is stored is the same as without one', async (_, change) => {
    const recorder = new Recorder()
    const found: unknown[] = []
    for (const model of [modelOf(), modelOf(recorder)]) {
      const parcel = await model.create(values())
      change(parcel)
      await parcel.save()
      expect(parcel.$isDirty).toBe(false)
      expect(
        parcel.pieces.every(({ id, touchedAt }) => id !== undefined && touchedAt.isValid),
      ).toBe(true)
      const again = await model.findOrFail(parcel.id)
      expect(shown(again)).toEqual(shown(parcel))
      found.push(shown(again))
      // Nothing is left to be written.
      const { length } = recorder.written
      await again.save()
      await parcel.save()
      expect(recorder.written).toHaveLength(length)
    }
    expect(found[0]).toEqual(found[1])
    const [plain, adapted] = await Promise.all(
      ['parcels', 'adapted'].map((name) => db.collection(name).findOne()),
    )
    expect(Object.keys(adapted ?? {})).toEqual(Object.keys(plain ?? {}))
    expect(adapted?.home_of?.phone?._bsontype).toBe(plain?.home_of?.phone?._bsontype)
  })

  it('the adapter gets documents by stored names, with their keys and dates', async () => {
    const recorder = new Recorder()
    const parcel = await modelOf(recorder).create(values())
    parcel.home?.merge({ city: 'Oslo' })
    await parcel.save()
    const [made, changed] = recorder.written
    expect(made).toMatchObject({
      home_of: { city: 'Rome', zip_code: '00179', phone: '123' },
      pieces: [
        { name: 'a', price: 1, touched_at: expect.any(Date) },
        { name: 'b', price: 2, touched_at: expect.any(Date) },
      ],
    })
    expect(JSON.stringify(changed)).toContain('Oslo')
    expect(JSON.stringify(changed)).not.toContain('touched_at')
  })
})
