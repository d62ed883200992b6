import { BaseModel, column } from 'lucent-odm'

export class Account extends BaseModel {
  @column({ isPrimary: true })
  declare id: string

  @column()
  declare owner: string

  @column()
  declare balance: number

  /** Stored so that the database cannot tell, and found by a hash beside it. */
  @column.encrypted({ blind: true })
  declare iban: string
}
