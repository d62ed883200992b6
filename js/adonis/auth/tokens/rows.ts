/** Where tokens are kept: documents with the fields of Lucid's tables. */
import { BaseModel, column, type ModelConstructor, type QueryClient } from 'lucent-odm'
import { definitionOf } from '../../../orm/definition/index.ts'
import type { UserKey } from '../users.ts'

/** A stored token. Its hash stays in this folder. */
export class TokenRow extends BaseModel {
  static override selfAssignPrimaryKey = false

  declare id: string
  declare tokenableId: UserKey
  /** The collection of the users: keys of two models may be equal. */
  declare tokenableType: string
  declare type: string
  declare name: string | null
  declare hash: string
  declare abilities: unknown
  declare createdAt: Date
  declare updatedAt: Date
  declare lastUsedAt: Date | null
  declare expiresAt: Date | null
}

column({ isPrimary: true })(TokenRow.prototype, 'id')
column({ columnName: 'tokenable_type' })(TokenRow.prototype, 'tokenableType')
column()(TokenRow.prototype, 'type')
column()(TokenRow.prototype, 'name')
column({ serializeAs: null })(TokenRow.prototype, 'hash')
column()(TokenRow.prototype, 'abilities')
column({ columnName: 'created_at' })(TokenRow.prototype, 'createdAt')
column({ columnName: 'updated_at' })(TokenRow.prototype, 'updatedAt')
column({ columnName: 'last_used_at' })(TokenRow.prototype, 'lastUsedAt')
column({ columnName: 'expires_at' })(TokenRow.prototype, 'expiresAt')

/** What tokens share with the model of their users. */
const SHARED = ['connection', '$database', '$adapter'] as const

/**
 * The model of the tokens in a collection, which belong to users of `model`: on its connection, with
 * its adapter, and with its kind of key.
 */
export function tokenRows(model: ModelConstructor, collection: string): typeof TokenRow {
  class Tokens extends TokenRow {
    static override collection = collection
  }
  Object.defineProperty(Tokens, 'name', { value: `${model.name}Token` })
  for (const name of SHARED) {
    Object.defineProperty(Tokens, name, { get: () => model[name], configurable: true })
  }
  const { options, kind } = definitionOf(model).primary
  const { prepare, consume } = options
  definitionOf(Tokens).schema.addColumn(
    'tokenableId',
    {
      columnName: 'tokenable_id',
      ...(prepare !== undefined && { prepare }),
      ...(consume !== undefined && { consume }),
    },
    kind,
  )
  return Tokens
}

/** Where a call of a tokens provider goes. */
export interface TokenCallOptions {
  /** A transaction, or a connection; by default the user's transaction, if it is in one. */
  client?: QueryClient
}

/** The client of a call, for the options of a model's operation. */
export function clientFor(
  options: TokenCallOptions | undefined,
  user?: BaseModel,
): { client?: QueryClient } {
  const client = options?.client ?? user?.$trx
  return client === undefined ? {} : { client }
}

const HEX_ID = /^[0-9a-f]{24}$/i

/** Whether it can be a token's id. */
export function isTokenId(identifier: unknown): identifier is string {
  return typeof identifier === 'string' && HEX_ID.test(identifier)
}
