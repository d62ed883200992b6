/** Compiled, never run: types of validators, listeners and background work. */
import vine from '@vinejs/vine'
import {
  BaseModel,
  type BulkResult,
  column,
  context,
  Database,
  type HookContext,
  type ModelEventContext,
  type ModelListener,
  type ModelQueryBuilder,
  type ModelValidator,
  onInit,
  type QueryWrite,
  type ValidationMeta,
} from 'lucent-odm'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

class User extends BaseModel {
  static override validator: ModelValidator = vine.compile(vine.object({ email: vine.string() }))
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string

  @onInit()
  static begin(user: User) {
    user.email ??= ''
  }
}

class Admin extends User {
  static override validator = (
    data: { email: string },
    { instance, trx }: ValidationMeta<Admin>,
  ) => {
    instance.email = data.email
    return trx === undefined ? { email: data.email } : undefined
  }
}

// @ts-expect-error no validator
class Order extends BaseModel {
  static override validator = 5
}

class Cart extends BaseModel {
  // @ts-expect-error onInit hooks get the instance of their class
  @onInit()
  static begin(user: User) {
    user.email = ''
  }
}

const off = User.on('created', (user, { changes, event, trx }) => {
  type _Subject = Expect<Equal<typeof user, User>>
  type _Event = Expect<Equal<typeof event, ModelEventContext['event']>>
  type _Trx = Expect<Equal<typeof trx, HookContext['trx']>>
  changes.email?.before
})
off()
Admin.on('updatedByQuery', (write) => {
  type _Subject = Expect<Equal<typeof write, QueryWrite<Admin, ModelQueryBuilder<Admin>>>>
})
User.on('bulkWritten', (result) => {
  type _Subject = Expect<Equal<typeof result, BulkResult>>
})
User.on('saved', async (user) => user.email, { when: 'now', connection: 'main' })
BaseModel.on('deleted', (row, { model }) => [row.$isDeleted, model.name])
// @ts-expect-error there is no such event
User.on('exploded', () => {})
// @ts-expect-error nor such a moment
User.on('created', () => {}, { when: 'soon' })
// @ts-expect-error the instance is a User
User.on('created', (user) => user.nothing)

const listener: ModelListener<'restored', User> = (user) => user.email
User.on('restored', listener)
User.validator = vine.compile(vine.object({}))
Cart.validator = vine.compile(vine.object({}))
Cart.validator = undefined
await User.create({ email: 'a' }, { validate: false, hooks: ['listeners'] })
await User.bulkSave([new User()], { validate: false })
User.before('validate', (user) => user.email !== '')

context.defer(() => User.create({ email: 'a' }))
context.defer(async () => {}, { client: await User.transaction() })
context.defer(() => {}, { client: undefined })
// @ts-expect-error work is a function
context.defer('work')

declare const db: Database
db.onError(({ source, name, error }) => [source === 'deferred', name.length, String(error)])
export const used = [Order, Cart, Database, db.connection()]
