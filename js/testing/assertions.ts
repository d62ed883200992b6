import { AssertionError } from 'node:assert'
import { inspect } from 'node:util'
import { type BaseModel, type Database, errors } from 'lucent-odm'
import { countDocuments } from '../database/collections.ts'
import { isPlainObject } from '../query/values.ts'

/** A collection by its name, with stored field names; or a model, with its properties. */
export type Place = string | typeof BaseModel

/** A database, or what makes one when it is first needed. */
export type DatabaseSource = Database | (() => Database | Promise<Database>)

/** Answers the database of a source. */
export async function databaseOf(source: DatabaseSource): Promise<Database> {
  return typeof source === 'function' ? source() : source
}

const nameOf = (place: Place) => (typeof place === 'string' ? place : place.name)

/**
 * Assertions about what is stored. Each throws Node's `AssertionError`, and an error with a code where
 * nothing was asked: `E_UNDEFINED_VALUE` for an undefined value, `E_INVALID_VALUE` for values that are no
 * plain object, or an instance without its key. Inside a global transaction they see what it wrote.
 *
 * @example
 * await mongo.assertHas(User, { email: 'ada@example.com' })
 * await mongo.assertCount('users', 1)
 * await mongo.assertModelMissing(user)
 */
export class MongoAssertions {
  readonly #source: DatabaseSource
  readonly #connection: string | undefined

  /** `connection` is the primary one by default. */
  constructor(source: DatabaseSource, connection?: string) {
    this.#source = source
    this.#connection = connection
  }

  /** The same assertions on another connection. */
  connection(name: string): MongoAssertions {
    return new MongoAssertions(this.#source, name)
  }

  /** Documents have these values: some, or exactly `count`. */
  async assertHas(place: Place, values: object, count?: number): Promise<void> {
    const found = await this.#count(place, values)
    if (count === undefined ? found > 0 : found === count) return
    const wanted = count === undefined ? 'a document' : `${count} documents`
    fail(
      'assertHas',
      `"${nameOf(place)}" should have ${wanted} with ${inspect(values)}, and has ${found}`,
      found,
      count ?? 'one or more',
    )
  }

  /** No document has these values. */
  async assertMissing(place: Place, values: object): Promise<void> {
    const found = await this.#count(place, values)
    if (found === 0) return
    fail(
      'assertMissing',
      `"${nameOf(place)}" should have no document with ${inspect(values)}, and has ${found}`,
      found,
      0,
    )
  }

  /** The collection has exactly this many documents. */
  async assertCount(place: Place, count: number): Promise<void> {
    const found = await this.#count(place, {})
    if (found === count) return
    const message = `"${nameOf(place)}" should have ${count} documents, and has ${found}`
    fail('assertCount', message, found, count)
  }

  /** The collection has no documents. */
  assertEmpty(place: Place): Promise<void> {
    return this.assertCount(place, 0)
  }

  /** The instance's document is stored. */
  async assertModelExists(model: BaseModel): Promise<void> {
    if (await this.#isStored(model)) return
    const message = `${described(model)} should be stored, and is not`
    fail('assertModelExists', message, 'missing', 'stored')
  }

  /** The instance's document is not stored. */
  async assertModelMissing(model: BaseModel): Promise<void> {
    if (!(await this.#isStored(model))) return
    const message = `${described(model)} should not be stored, and is`
    fail('assertModelMissing', message, 'stored', 'missing')
  }

  async #client() {
    const connection = (await databaseOf(this.#source)).connection(this.#connection)
    return connection.ambient ?? connection
  }

  async #count(place: Place, values: object): Promise<number> {
    if (!isPlainObject(values)) {
      throw new errors.E_INVALID_VALUE(
        `${nameOf(place)}: what documents must have is given as a plain object of names and values`,
        { operation: 'assert' },
      )
    }
    const client = await this.#client()
    if (typeof place === 'string') {
      return countDocuments(client, place, values as Record<string, unknown>)
    }
    const query = place.query(this.#connection === undefined ? {} : { client })
    for (const [name, value] of Object.entries(values)) query.where(name, value)
    return query.count()
  }

  /** By key, without the model's hooks, which may hide documents. */
  async #isStored(model: BaseModel): Promise<boolean> {
    const Class = model.constructor as typeof BaseModel
    const key = model.$primaryKeyValue
    if (key === undefined || key === null) {
      if (!model.$isPersisted && !model.$isDeleted) return false
      throw new errors.E_INVALID_VALUE(
        `${Class.name}: the instance was read without its key, so its document cannot be looked for`,
        { model: Class.name, operation: 'assert' },
      )
    }
    return (await this.#count(Class, { [Class.primaryKey]: key })) > 0
  }
}

function described(model: BaseModel): string {
  return `${model.constructor.name} ${inspect(model.$primaryKeyValue)}`
}

function fail(operator: string, message: string, actual: unknown, expected: unknown): never {
  throw new AssertionError({ message, actual, expected, operator, stackStartFn: fail })
}
