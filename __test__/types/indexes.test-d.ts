import {
  BaseModel,
  type CollectionOptions,
  column,
  type EmbedsOne,
  embedsOne,
  type IndexReport,
  index,
} from 'lucent-odm'
import type { DateTime } from 'luxon'

class Address extends BaseModel {
  @column() declare city: string
}

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column({ unique: true }) declare email: string
  @column({ index: 'desc', unique: { sparse: true } }) declare age: number
  @column({ index: { kind: 'text', name: 'words' }, schema: { required: true } })
  declare about: string
  @column.dateTime({ index: { expireAfter: '30 days' } }) declare goneAt: DateTime | null
  @column() declare anything: Record<string, unknown>
  @column.encrypted({ blind: true, index: true }) declare ssn: string
  @embedsOne(() => Address) declare address: EmbedsOne<typeof Address> | null
  static override indexes = [
    index<User>({
      keys: { email: 1, 'address.city': -1 },
      where: { age: { $gt: 17 }, about: null },
    }),
    index<User>({ keys: { '$**': 1 }, wildcardProjection: { anything: 1 } }),
    index<User>({ keys: { 'anything.$**': 1 } }),
    index({ keys: { whatever: 1 } }),
  ]
  static override collectionOptions: CollectionOptions = { validator: 'columns' }
}

// @ts-expect-error 'emial' is no property
index<User>({ keys: { emial: 1 } })
// @ts-expect-error no path of the embedded model
index<User>({ keys: { 'address.town': 1 } })
// @ts-expect-error no kind of an index
index<User>({ keys: { email: 'up' } })
// @ts-expect-error no option
index<User>({ keys: { email: 1 }, uniq: true })
// @ts-expect-error the value of another type
index<User>({ keys: { email: 1 }, where: { age: 'old' } })
// @ts-expect-error a method is no property
index<User>({ keys: { save: 1 } })

const report: Promise<IndexReport> = User.diffIndexes({ unused: true })
report.then(({ missing, different }) => [missing[0]?.name, different[0]?.inPlace])
User.syncIndexes({ dropStale: true, onProgress: ({ step }) => step.names })
// @ts-expect-error no option of it
User.syncIndexes({ background: true })
User.createCollection() satisfies Promise<boolean>
