/** Users as guards know them: by a key that a session can keep. */
import type { AccessToken } from '@adonisjs/auth/access_tokens'
import { type BaseModel, errors, type ModelConstructor, ObjectId, UUID } from 'lucent-odm'
import { definitionOf } from '../../orm/definition/index.ts'
import { isMalformed } from '../malformed.ts'

/** A model's primary key as sessions and tokens keep it: ids are hexadecimal digits. */
export type UserKey = string | number | bigint

/** An id as the framework hands it over: of a user, or of a token. */
export type Identifier = AccessToken['identifier']

/** A user of a guard. */
export interface GuardUser<User> {
  /** The primary key. Errors: `E_MODEL_NOT_PERSISTED` where there is none. */
  getId(): UserKey
  getOriginal(): User
}

/** The module of a model, imported when it is needed. */
export type ModelImport<Model> = () => Promise<{ default: Model }>

/** The primary key as a {@link UserKey}; undefined for what is none. */
export function asKey(value: unknown): UserKey | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value
    default:
      if (value instanceof ObjectId) return value.toHexString()
      return value instanceof UUID ? value.toString() : undefined
  }
}

/**
 * The key of a user. Errors: `E_MODEL_NOT_PERSISTED` without one, `E_CONFIGURATION` for a user of
 * another model, or a key that no session can keep.
 */
export function keyOfUser(model: ModelConstructor, user: BaseModel): UserKey {
  ensureUser(model, user)
  const value = user.$primaryKeyValue
  const key = asKey(value)
  if (key !== undefined) return key
  const column = model.primaryKey
  const details = { model: model.name, column, operation: 'authenticate' }
  if (value === undefined || value === null) {
    throw new errors.E_MODEL_NOT_PERSISTED(
      `${model.name}.${column} has no value, so the user cannot be authenticated; save the user first`,
      details,
    )
  }
  throw new errors.E_CONFIGURATION(
    `${model.name}.${column} is neither text, a number nor an id, so no session or token can keep it`,
    details,
  )
}

/** Where the users are. */
export function collectionOf(model: ModelConstructor): string {
  return definitionOf(model).collection
}

/**
 * Errors: `E_CONFIGURATION`, also for users of a subclass that has a collection of its own: their keys
 * may be those of others in the model's.
 */
export function ensureUser(model: ModelConstructor, user: unknown): void {
  if (user instanceof model) {
    const own = user.constructor as ModelConstructor
    if (own === model || collectionOf(own) === collectionOf(model)) return
  }
  throw new errors.E_CONFIGURATION(
    `the user is no instance of ${model.name} in its collection, which is the guard's in config/auth.ts`,
    { model: model.name, operation: 'authenticate' },
  )
}

/** A user for a guard. Errors: `E_CONFIGURATION` for one of another model. */
export function guardUser<Model extends ModelConstructor>(
  model: Model,
  user: InstanceType<Model>,
): GuardUser<InstanceType<Model>> {
  ensureUser(model, user)
  return { getId: () => keyOfUser(model, user), getOriginal: () => user }
}

/**
 * The user with the key that a session or a token kept; null where there is none, and for what cannot
 * be a key of the model.
 */
export async function findUser<Model extends ModelConstructor>(
  model: Model,
  identifier: unknown,
): Promise<GuardUser<InstanceType<Model>> | null> {
  const key = typeof identifier === 'object' ? undefined : asKey(identifier)
  if (key === undefined) return null
  try {
    const user = (await model.find(key as never)) as InstanceType<Model> | null
    return user === null ? null : guardUser(model, user)
  } catch (error) {
    // What a hook of the model refuses is an error; what can be no key is nobody's.
    if (isMalformed(() => model.query().where(model.primaryKey, key).toMongo())) return null
    throw error
  }
}
