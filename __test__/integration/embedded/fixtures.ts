/** Models with documents inside of their documents. */

import {
  BaseModel,
  column,
  computed,
  type Decimal128,
  type EmbedsMany,
  type EmbedsOne,
  embedsMany,
  embedsOne,
} from 'lucent-odm'
import type { DateTime } from 'luxon'

export class Geo extends BaseModel {
  @column() declare lat: number
  @column() declare lng: number
}

export class Address extends BaseModel {
  @column() declare street: string
  @column() declare city: string
  @column({ columnName: 'zip_code', serializeAs: 'zip' }) declare zipCode: string
  @column.date() declare since: DateTime | null
  @column.json() declare notes: { gate: string } | null
  @column({ serializeAs: null }) declare secret: string | null
  @column({
    prepare: (tags: string[] | null) => tags?.join(','),
    consume: (tags: unknown) => (tags as string | null)?.split(','),
  })
  declare tags: string[] | null
  @embedsOne(() => Geo) declare geo: EmbedsOne<typeof Geo> | null

  @computed() get line(): string {
    return `${this.street}, ${this.city}`
  }
}

export class Item extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare sku: string
  @column() declare price: number
  @column() declare weight: Decimal128 | null
  @column.objectId() declare productId: string | null
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
}

/** Without a key of its own. */
export class Remark extends BaseModel {
  @column() declare text: string
  @column() declare stars: number
}

export class Order extends BaseModel {
  static override collection = 'orders'
  @column({ isPrimary: true }) declare id: string
  @column() declare number: number
  @embedsOne(() => Address, { columnName: 'ship_to' })
  declare address: EmbedsOne<typeof Address> | null
  @embedsMany(() => Item) declare items: EmbedsMany<typeof Item>
  @embedsMany(() => Remark) declare remarks: EmbedsMany<typeof Remark>
}
