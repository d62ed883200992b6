/** Compiled, never run: public types of serialisation, scopes and macros. */
import {
  BaseModel,
  beforeFetch,
  type CherryPick,
  column,
  computed,
  type Model,
  type ModelColumnOptions,
  type ModelObject,
  ModelQueryBuilder,
  type Related,
  scope,
} from 'lucent-odm'
import type { DateTime } from 'luxon'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

declare module 'lucent-odm' {
  interface ModelQueryBuilder<M extends Model, Result = M> {
    newest(count: number): this
    readonly label: string
  }
}

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare first: string
  @column() declare age: number | null
  @column.dateTime() declare createdAt: DateTime
  @column()
  get nickname(): string {
    return String(this.$getAttribute('nickname'))
  }
  set nickname(value: string) {
    this.$setAttribute('nickname', value)
  }
  @computed({ serializeAs: 'full_name', meta: { any: 'thing' } })
  get fullName(): string {
    return this.first
  }
  serializeExtras = true
  method(): void {}

  static active = scope((query: ModelQueryBuilder<User>) => {
    query.where('first', 'active')
  })
  static olderThan = scope((query: ModelQueryBuilder<User>, age: number, strict?: boolean) => {
    query.where('age', strict ? '>' : '>=', age)
  })
  /** Scopes may apply others. */
  static adults = scope((query: ModelQueryBuilder<User>) => {
    query.withScopes<typeof User>((scopes) => scopes.active().olderThan(18))
  })
  static loose = scope((query) => {
    query.where('whatever', 1)
  })
  static notAScope(query: ModelQueryBuilder<User>): void {
    query.where('age', 1)
  }

  static wrong = scope((query: ModelQueryBuilder<User>) => {
    // @ts-expect-error no such column
    query.where('nope', 1)
  })

  @beforeFetch() static only(query: ModelQueryBuilder<User>) {
    query.withScopes<typeof User>((scopes) => scopes.active())
  }
}

class Admin extends User {
  @column() declare level: number
  static ranked = scope((query: ModelQueryBuilder<Admin>, level: number) => {
    query.where('level', level)
  })
}

/** A schema class lists its columns. */
class Listed extends BaseModel {
  static $columns = ['id', 'title'] as const
  override $columns = Listed.$columns
  @column({ isPrimary: true }) declare readonly id: string
  @column() declare title: string
  @column() declare body: string
  @computed() get excerpt() {
    return this.body.slice(0, 10)
  }
}

// ---- Serialisation

export function serialisation(user: User, admin: Admin, listed: Listed) {
  const attributes = user.toAttributes()
  type _1 = Expect<
    Equal<
      typeof attributes,
      { id: string; first: string; age: number | null; createdAt: DateTime; nickname: string }
    >
  >
  type _2 = Expect<Equal<ReturnType<typeof admin.toAttributes>['level'], number>>
  type _3 = Expect<Equal<ReturnType<typeof listed.toAttributes>, { id: string; title: string }>>
  // @ts-expect-error a getter is no column
  attributes.fullName
  // @ts-expect-error no data property
  attributes.serializeExtras
  // @ts-expect-error not listed
  listed.toAttributes().body

  const json: ModelObject = user.serialize({
    fields: { pick: ['first'], omit: ['age'] },
    relations: { posts: { fields: ['title'], relations: { author: { fields: [] } } } },
  })
  const names = ['first'] as const
  user.serialize({ fields: names })
  // @ts-expect-error fields are names
  user.serialize({ fields: 'first' })
  // @ts-expect-error fields are names
  user.serialize({ fields: { pick: [1] } })
  const rows: Record<string, Related> = user.serializeRelations(undefined, true)
  const plain: ModelObject = user.serializeRelations({ posts: {} })
  const pick: CherryPick = { relations: { posts: {} } }
  const settings: number = user.$getAttributeFromCache('age', (raw) => Number(raw))
  // @ts-expect-error the flag is a boolean
  user.serializeAttributes([], 'raw')
  void User.create({ first: 'x' })
  // @ts-expect-error no column
  void User.create({ serializeExtras: true })
  return [json, rows, plain, pick, settings, user.toJSON(), user.toObject(), user.$sideloaded]
}

export function metadata() {
  const definitions: Map<string, ModelColumnOptions> = User.$columnsDefinitions
  const stored: string = User.$keys.attributesToColumns.resolve('first')
  const perhaps: string | undefined = User.$keys.columnsToAttributes.get('first')
  const surely: string = User.$keys.serializedToAttributes.get('first', 'first')
  const options = User.$getColumn('first')
  const getter: boolean | undefined = options?.hasGetter
  // @ts-expect-error a column's options are told, not set
  if (options) options.serializeAs = null
  User.$addComputed('other', { serializeAs: null })
  User.$addColumn('more', { columnName: 'm' })
  User.$defineProperty('audited', ['a'], (parent) => [...parent, 'b'])
  // @ts-expect-error no such strategy
  User.$defineProperty('audited', [], 'merge')
  return [definitions, stored, perhaps, surely, getter, User.$getComputed('x')?.meta]
}

class Refused extends BaseModel {
  // @ts-expect-error no such option
  @computed({ columnName: 'x' }) get one() {
    return 1
  }
}

// ---- Scopes

export async function scopes() {
  const users = await User.query().withScopes((scopes) => {
    scopes.active().olderThan(5).olderThan(5, true).adults().loose()
  })
  type _1 = Expect<Equal<typeof users, User[]>>
  const query: ModelQueryBuilder<User> = User.query()
    .where('first', 'x')
    .apply((scopes) => scopes.active())
    .orderBy('age')
  User.query().where((group) => {
    group.withScopes((scopes) => scopes.active()).orWhere('age', 1)
  })
  User.query().if(true, (query) => {
    query.apply((scopes) => scopes.olderThan(5))
  })
  Admin.query().withScopes((scopes) => scopes.ranked(1).active())
  const rows = await User.query()
    .pojo<{ first: string }>()
    .withScopes((scopes) => scopes.active())
  type _2 = Expect<Equal<typeof rows, { first: string }[]>>
  query.withScopes<typeof User>((scopes) => scopes.active())
  // @ts-expect-error the class is not known
  query.withScopes((scopes) => scopes.active())
  // @ts-expect-error no such scope
  User.query().withScopes((scopes) => scopes.ranked(1))
  // @ts-expect-error a static method that is no scope
  User.query().withScopes((scopes) => scopes.notAScope())
  // @ts-expect-error static methods of all models are no scopes
  User.query().withScopes((scopes) => scopes.create({}))
  // @ts-expect-error the argument is missing
  User.query().withScopes((scopes) => scopes.olderThan())
  // @ts-expect-error the argument is a number
  User.query().withScopes((scopes) => scopes.olderThan('5'))
  // @ts-expect-error scopes are not callable on instances
  users[0]?.active()
  // @ts-expect-error a scope is a function
  scope('active')
  User.active(User.query())
  return Refused
}

// ---- Rows

export function rows() {
  User.query()
    .rowTransformer((user) => {
      user.$extras.label = user.first
    })
    .sideload({ viewer: 1 }, true)
  // @ts-expect-error values come in an object
  User.query().sideload('viewer')
  return User.query().sideloaded
}

// ---- Macros

export async function macros() {
  ModelQueryBuilder.macro('newest', function (this: ModelQueryBuilder<Model>, count: number) {
    return this.orderBy('id', 'desc').limit(count)
  })
  ModelQueryBuilder.getter('label', function () {
    return this.model.name
  })
  ModelQueryBuilder.getter('label', () => 'x', true)
  // @ts-expect-error not declared
  ModelQueryBuilder.macro('undeclared', () => 1)
  // @ts-expect-error the declared argument is a number
  ModelQueryBuilder.macro('newest', function (this: ModelQueryBuilder<Model>, count: string) {
    return this.where('id', count)
  })
  // @ts-expect-error the declared type is a string
  ModelQueryBuilder.getter('label', () => 1)
  const users = await User.query().newest(3).where('first', 'x')
  type _ = Expect<Equal<typeof users, User[]>>
  return User.query().label.length
}
