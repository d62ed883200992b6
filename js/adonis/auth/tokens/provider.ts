/** What the providers of both kinds of tokens do alike. */
import { errors, type ModelConstructor } from 'lucent-odm'
import { collectionOf, type Identifier, keyOfUser } from '../users.ts'
import { clientFor, isTokenId, type TokenCallOptions, type TokenRow, tokenRows } from './rows.ts'

/** Options of both kinds of tokens. */
export interface TokensProviderOptions<Model extends ModelConstructor> {
  /** The model of those who have the tokens. */
  tokenableModel: Model
  /** The collection of the tokens. */
  table?: string
  /** Characters of a token's secret; 40 by default. */
  tokenSecretLength?: number
}

/** A new token, before it is stored. */
export type NewToken = Partial<Pick<TokenRow, 'name' | 'abilities' | 'lastUsedAt' | 'type'>> &
  Pick<TokenRow, 'hash' | 'expiresAt'>

/**
 * Keeps the tokens of users. `Token` is what the application gets of one, `Kept` what narrows all
 * queries.
 */
export abstract class TokensProvider<Model extends ModelConstructor, Token> {
  protected readonly options: TokensProviderOptions<Model>
  /** The collection of the tokens. */
  protected readonly table: string
  protected readonly tokenSecretLength: number
  #rows: typeof TokenRow | undefined

  constructor(options: TokensProviderOptions<Model>, table: string) {
    this.options = options
    this.table = options.table ?? table
    this.tokenSecretLength = options.tokenSecretLength ?? 40
  }

  /**
   * Errors: `E_CONFIGURATION` where a model has these tokens from a class with another collection: a
   * token of one user there would let another user in, who has the same key.
   */
  static ensureOwn(model: ModelConstructor, property: string, provider: unknown): void {
    if (!(provider instanceof TokensProvider)) return
    const { tokenableModel } = provider.options as TokensProviderOptions<ModelConstructor>
    if (collectionOf(tokenableModel) === collectionOf(model)) return
    throw new errors.E_CONFIGURATION(
      `${model.name}.${property} are the tokens of ${tokenableModel.name}, which has another collection; ` +
        `add "static ${property} = ${provider.constructor.name}.forModel(${model.name})" to ${model.name}`,
      { model: model.name, operation: 'authenticate' },
    )
  }

  /** Makes the application's token of a stored one. */
  protected abstract tokenOf(row: TokenRow): Token

  /** What all tokens of this provider have; others in the collection are not its own. */
  protected get own(): Partial<Pick<TokenRow, 'tokenableType' | 'type'>> {
    return { tokenableType: collectionOf(this.options.tokenableModel) }
  }

  /** The model of the tokens. Not made before the class of the users is complete. */
  protected get rows(): typeof TokenRow {
    this.#rows ??= tokenRows(this.options.tokenableModel, this.table)
    return this.#rows
  }

  /** Stores a token. Errors: `E_MODEL_NOT_PERSISTED` for a user without a primary key. */
  protected insert(
    user: InstanceType<Model>,
    values: NewToken,
    options: TokenCallOptions | undefined,
  ): Promise<TokenRow> {
    const now = new Date()
    const row = {
      tokenableId: keyOfUser(this.options.tokenableModel, user),
      ...this.own,
      ...values,
      createdAt: now,
      updatedAt: now,
    }
    return this.rows.createQuietly(row, clientFor(options, user))
  }

  /** The stored token with an id, whoever it belongs to. */
  protected async row(
    identifier: string,
    options: TokenCallOptions | undefined,
  ): Promise<TokenRow | null> {
    if (!isTokenId(identifier)) return null
    const row = await this.rows.find(identifier, clientFor(options))
    const { tokenableType, type = row?.type } = this.own
    return row?.tokenableType === tokenableType && row?.type === type ? row : null
  }

  #tokensOf(user: InstanceType<Model>, options: TokenCallOptions | undefined) {
    const tokenableId = keyOfUser(this.options.tokenableModel, user)
    return this.rows.query(clientFor(options, user)).where({ tokenableId, ...this.own })
  }

  /** A token of the user by its id, or `null`. */
  async find(
    user: InstanceType<Model>,
    identifier: Identifier,
    options?: TokenCallOptions,
  ): Promise<Token | null> {
    const tokens = this.#tokensOf(user, options)
    if (!isTokenId(identifier)) return null
    const row = await tokens.where('id', identifier).first()
    return row === null ? null : this.tokenOf(row)
  }

  /** Deletes a token of the user by its id; answers how many there were. */
  async delete(
    user: InstanceType<Model>,
    identifier: Identifier,
    options?: TokenCallOptions,
  ): Promise<number> {
    const tokens = this.#tokensOf(user, options)
    if (!isTokenId(identifier)) return 0
    const [deleted] = await tokens.where('id', identifier).delete()
    return deleted
  }

  /** Deletes every token of the user: they are logged out everywhere. Answers how many there were. */
  async deleteAll(user: InstanceType<Model>, options?: TokenCallOptions): Promise<number> {
    const [deleted] = await this.#tokensOf(user, options).delete()
    return deleted
  }

  /** Every token of the user, expired ones included: the one used last first, then the newest. */
  async all(user: InstanceType<Model>, options?: TokenCallOptions): Promise<Token[]> {
    const rows = await this.#tokensOf(user, options)
      .orderBy('lastUsedAt', 'desc')
      .orderBy('id', 'desc')
    return rows.map((row) => this.tokenOf(row))
  }
}
