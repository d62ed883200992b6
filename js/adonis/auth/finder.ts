/** Finding users by their credentials. */
import { inspect } from 'node:util'
import { errors as authErrors } from '@adonisjs/auth'
import { RuntimeException } from '@adonisjs/core/exceptions'
import { beforeSave, errors, type ModelClass, type ModelConstructor } from 'lucent-odm'
import { definitionOf } from '../../orm/definition/index.ts'
import { isMalformed } from '../malformed.ts'

/** What makes and verifies hashes: a driver of AdonisJS' hash service. */
export interface PasswordHasher {
  make(value: string): Promise<string>
  verify(hash: string, value: string): Promise<boolean>
  /** Whether the text is a hash of this driver. */
  isValidHash?(value: string): boolean
}

/** AdonisJS' hash service, or a function that answers one of its drivers. */
export type HashSource = (() => PasswordHasher) | { use(): PasswordHasher }

/** Options of `withAuthFinder()`. */
export interface AuthFinderOptions {
  /** Properties that a user may be found by; `['email']` by default. Encrypted ones need `blind`. */
  uids?: readonly string[]
  /** Property that holds the hash; `password` by default. */
  passwordColumnName?: string
}

/** What the mixin adds to instances. */
export interface AuthFinderMembers {
  /** Whether it is the user's password. Errors: `RuntimeException` for a user without one. */
  verifyPassword(plainPassword: string): Promise<boolean>
  /**
   * Errors: the framework's `E_VALIDATION_ERROR` (422) about the field `passwordFieldName`,
   * `currentPassword` by default, where it is not the user's password.
   */
  validatePassword(plainPassword: string, passwordFieldName?: string): Promise<void>
}

/** What the mixin adds to classes. */
export interface AuthFinderStatics {
  /** The hook that hashes a password which changed, before a user is saved. */
  hashPassword<T extends ModelConstructor>(this: T, user: InstanceType<T>): Promise<void>
  /** The user that one of the properties finds; override it to look elsewhere. */
  findForAuth<T extends ModelConstructor>(
    this: T,
    uids: readonly string[],
    value: string,
  ): Promise<InstanceType<T> | null>
  /**
   * The user with these credentials. It takes as long for unknown users, and for those without a
   * password, as for known ones. Errors: the framework's `E_INVALID_CREDENTIALS` (400).
   */
  verifyCredentials<T extends ModelConstructor>(
    this: T,
    uid: string,
    password: string,
  ): Promise<InstanceType<T>>
}

/** A model class with what {@link withAuthFinder} adds. */
export type AuthFinderClass<Model extends ModelConstructor = ModelConstructor> = Model &
  AuthFinderStatics &
  (new (
    ...args: ConstructorParameters<ModelConstructor>
  ) => AuthFinderMembers)

/**
 * A mixin for users who log in with a password: it hashes the password before a user is saved, finds
 * users by their e-mail address, or other properties, and verifies passwords.
 *
 * The password is hashed in a hook: updates by queries, `bulkWrite`, `upsertMany` and what runs no
 * hooks (the quiet forms, `hooks: false`) store what they are given. The column is a plain
 * `@column({ serializeAs: null })`; consoles show `[hashed]` for it.
 *
 * Errors: `E_INVALID_VALUE` for a password that is no text; `E_MODEL_DEFINITION`, at first use, where
 * the password's column is not there or is a `@column.hashed()`, which hashes by itself.
 *
 * @example
 * import hash from '@adonisjs/core/services/hash'
 *
 * class User extends compose(BaseModel, withAuthFinder(hash, { uids: ['email', 'handle'] })) {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 *   @column() declare handle: string
 *   @column({ serializeAs: null }) declare password: string
 * }
 * const user = await User.verifyCredentials(email, password)
 */
export function withAuthFinder(
  hash: HashSource,
  { uids = ['email'], passwordColumnName = 'password' }: AuthFinderOptions = {},
): <Model extends ModelConstructor>(superclass: Model) => AuthFinderClass<Model> {
  const hasher = (): PasswordHasher => (typeof hash === 'function' ? hash() : hash.use())
  const passwordOf = (user: object) => (user as Record<string, unknown>)[passwordColumnName]

  return <Model extends ModelConstructor>(superclass: Model) => {
    class UserWithAuthFinder extends superclass implements AuthFinderMembers {
      static async hashPassword(user: UserWithAuthFinder): Promise<void> {
        checkColumn(user.constructor as ModelClass, passwordColumnName)
        const plain = user.$dirty[passwordColumnName]
        if (plain === undefined || plain === null || plain === '') return
        if (!isText(plain)) throw noText(user.constructor as ModelClass, passwordColumnName)
        user.$setAttribute(passwordColumnName, await hasher().make(plain))
      }

      static async findForAuth(
        this: ModelConstructor,
        uids: readonly string[],
        value: string,
      ): Promise<UserWithAuthFinder | null> {
        const able = uids.filter(
          (uid) => !isMalformed(() => this.query().where(uid, value).toMongo()),
        )
        if (able.length === 0) return null
        const query = this.query().where((one) => {
          for (const uid of able) one.orWhere(uid, value)
        })
        return (await query.first()) as UserWithAuthFinder | null
      }

      static async verifyCredentials(uid: string, password: string): Promise<UserWithAuthFinder> {
        checkColumn(this as unknown as ModelClass, passwordColumnName)
        if (isText(uid) && isText(password)) {
          const user = await this.findForAuth(uids, uid)
          if (user !== null && (hasHash(user) || verifiesItself(user))) {
            if (await user.verifyPassword(password)) return user
          } else {
            await hasher().make(password)
          }
        }
        throw new authErrors.E_INVALID_CREDENTIALS('Invalid user credentials')
      }

      [inspect.custom](depth: number, options: object, show: Show): string {
        const above = superclass.prototype as unknown as Shown
        return above[inspect.custom].call(this, depth, options, (value, given) => {
          const hides = isText(passwordOf(this))
          return show(hides ? { ...value, [passwordColumnName]: '[hashed]' } : value, given)
        })
      }

      async verifyPassword(plainPassword: string): Promise<boolean> {
        const stored = passwordOf(this)
        if (isText(stored)) return hasher().verify(stored, plainPassword)
        throw new RuntimeException(
          `Cannot verify password. The value for "${passwordColumnName}" column is undefined or null`,
        )
      }

      async validatePassword(plainPassword: string, passwordFieldName = 'currentPassword') {
        if (await this.verifyPassword(plainPassword)) return
        const message = 'The current password is incorrect'
        const messages = [{ field: passwordFieldName, message, rule: 'current_password' }]
        throw Object.defineProperties(new Error('Validation Error'), {
          code: { value: 'E_VALIDATION_ERROR' },
          status: { value: 422 },
          messages: { value: messages },
        })
      }
    }

    /** What the driver cannot read it refuses at once, which would tell that there is such a user. */
    const hasHash = (user: UserWithAuthFinder) => {
      const stored = passwordOf(user)
      return isText(stored) && hasher().isValidHash?.(stored) !== false
    }
    /** The application's own way of verifying may need no hash. */
    const verifiesItself = (user: UserWithAuthFinder) =>
      user.verifyPassword !== UserWithAuthFinder.prototype.verifyPassword

    beforeSave()(UserWithAuthFinder, 'hashPassword')
    return UserWithAuthFinder as unknown as AuthFinderClass<Model>
  }
}

/** How a console shows an instance. */
type Show = (value: object, options: object) => string

interface Shown {
  [inspect.custom](depth: number, options: object, show: Show): string
}

function noText({ name: model }: ModelClass, column: string): Error {
  const message = `${model}.${column} takes a password, which is a text`
  return new errors.E_INVALID_VALUE(message, { model, column })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

const checked = new WeakSet<ModelClass>()

/** Errors: `E_MODEL_DEFINITION` for a column that is not there, or hashes by itself. */
function checkColumn(model: ModelClass, attribute: string): void {
  if (checked.has(model)) return
  const column = definitionOf(model).attribute(attribute)
  const wrong =
    column === undefined
      ? 'is no column; name the one with the password in passwordColumnName of withAuthFinder()'
      : column.kind.hashed !== undefined
        ? 'would be hashed twice, by withAuthFinder() and by @column.hashed(); make it a plain ' +
          '@column({ serializeAs: null }), or leave withAuthFinder() out and use verifyPassword() of lucent-odm'
        : undefined
  if (wrong !== undefined) {
    throw new errors.E_MODEL_DEFINITION(`${model.name}.${attribute} ${wrong}`, {
      model: model.name,
      column: attribute,
    })
  }
  checked.add(model)
}
