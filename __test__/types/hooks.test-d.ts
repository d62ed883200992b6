/** Compiled, never run: the hooks' public types. */
import {
  type AfterHandler,
  afterCreate,
  afterDelete,
  afterFetch,
  afterFind,
  afterPaginate,
  afterSave,
  afterUpdate,
  BaseModel,
  type BeforeHandler,
  beforeCreate,
  beforeDelete,
  beforeFetch,
  beforeFind,
  beforePaginate,
  beforeSave,
  beforeUpdate,
  column,
  type HookContext,
  type ModelClass,
  type ModelPaginator,
  type ModelQueryBuilder,
} from 'lucent-odm'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare status: 'pending' | 'active'
}

class Post extends BaseModel {
  @column() declare title: string
}

// ---- Every event takes a method of its own kind, sync or async, with or without parameters.

class Right extends User {
  @beforeSave()
  @afterSave()
  @beforeCreate()
  @afterCreate()
  @beforeUpdate()
  @afterUpdate()
  @beforeDelete()
  @afterDelete()
  static instance(user: Right, context: HookContext) {
    user.email = user.email.trim()
    type _ = Expect<Equal<typeof context.model, ModelClass>>
  }

  @beforeSave()
  @afterSave()
  static async later(user: Right) {
    await user.refresh()
  }

  @beforeCreate()
  static forTheParent(user: User) {
    user.status = 'pending'
  }

  @beforeDelete()
  static everyModel(model: BaseModel) {
    return model.$isPersisted
  }

  @beforeFind()
  @beforeFetch()
  static narrow(query: ModelQueryBuilder<Right>) {
    query.where('status', 'active')
    // @ts-expect-error the builder knows the model's columns
    query.where('state', 'active')
  }

  @beforeFetch()
  static async narrowLater(query: ModelQueryBuilder<User>): Promise<boolean> {
    query.where('status', 'active')
    return true
  }

  @afterFind()
  static found(user: Right | null) {
    // @ts-expect-error it may be null
    user.email
    return user?.email
  }

  @afterFetch()
  static async fetched(users: Right[]) {
    for (const user of users) user.email = user.email.trim()
  }

  @beforePaginate()
  static paginating(queries: [ModelQueryBuilder<Right>, ModelQueryBuilder<Right>]) {
    for (const query of queries) query.where('status', 'active')
  }

  @beforePaginate()
  static destructured([count, query]: [ModelQueryBuilder<Right>, ModelQueryBuilder<Right>]) {
    return count !== query
  }

  @afterPaginate()
  static paginated(page: ModelPaginator<Right>) {
    return page.total
  }

  @beforeSave()
  @afterFetch()
  @beforePaginate()
  static nothing() {}

  @afterSave()
  static anyAnswer(user: Right) {
    return user.email
  }
}

// ---- What does not fit is refused where the decorator stands.

class Wrong extends User {
  // @ts-expect-error an instance is no query
  @beforeCreate()
  static filter(query: ModelQueryBuilder<Wrong>) {
    query.where('status', 'active')
  }

  // @ts-expect-error a query is no instance
  @beforeFetch()
  static instance(user: Wrong) {
    user.email = ''
  }

  // @ts-expect-error another model
  @beforeSave()
  static post(post: Post) {
    post.title = ''
  }

  // @ts-expect-error a query for another model
  @beforeFind()
  static posts(query: ModelQueryBuilder<Post>) {
    query.where('title', '')
  }

  // @ts-expect-error one instance instead of the array
  @afterFetch()
  static one(user: Wrong) {
    user.email = ''
  }

  // @ts-expect-error there may be none
  @afterFind()
  static always(user: Wrong) {
    user.email = ''
  }

  // @ts-expect-error one query instead of two
  @beforePaginate()
  static oneQuery(query: ModelQueryBuilder<Wrong>) {
    query.where('status', 'active')
  }

  // @ts-expect-error rows instead of the page
  @afterPaginate()
  static rows(page: string) {
    return page
  }

  // @ts-expect-error a before hook answers a boolean or nothing
  @beforeCreate()
  static text(user: Wrong) {
    return user.email
  }

  // @ts-expect-error also when it is async
  @beforeUpdate()
  static async textLater(user: Wrong) {
    return user.email
  }

  // @ts-expect-error a hook that returns its query would have it awaited
  @beforeFetch()
  static returned(query: ModelQueryBuilder<Wrong>) {
    return query.where('status', 'active')
  }

  // @ts-expect-error there is no third argument
  @afterSave()
  static three(_user: Wrong, _context: HookContext, extra: number) {
    return extra
  }

  // @ts-expect-error hooks are static
  @beforeSave()
  onInstance(user: Wrong) {
    user.email = ''
  }

  // @ts-expect-error hooks are methods
  @beforeSave()
  static value = 1
}

class NoModel {
  declare name: string

  // @ts-expect-error hooks belong to models
  @beforeSave()
  static hook(user: NoModel) {
    return user === undefined
  }
}

// ---- Model.before() and Model.after() infer the handler's arguments.

User.before('create', (user, context) => {
  type _ = [Expect<Equal<typeof user, User>>, Expect<Equal<typeof context, HookContext>>]
  user.email.trim()
})
User.before('save', async (user) => user.$isDirty)
User.before('fetch', (query) => {
  type _ = Expect<Equal<typeof query, ModelQueryBuilder<User>>>
  query.where('status', 'active')
})
User.before('paginate', ([count, query]) => {
  type _ = Expect<Equal<typeof count, ModelQueryBuilder<User>>>
  query.where('status', 'active')
})
User.after('find', (user) => {
  type _ = Expect<Equal<typeof user, User | null>>
})
User.after('fetch', (users) => {
  type _ = Expect<Equal<typeof users, User[]>>
})
User.after('paginate', (page) => {
  type _ = Expect<Equal<typeof page, ModelPaginator<User>>>
  return page.total
})
User.after('delete', (user) => user.email)
User.before('delete', () => false)

// @ts-expect-error no column of that name
User.before('create', (user) => user.mail.trim() === '')
// @ts-expect-error a before hook answers a boolean or nothing
User.before('create', (user) => user.email)
// @ts-expect-error an assignment's value may be false by accident
User.before('create', (user) => (user.email = ''))
// @ts-expect-error a hook that returns its query would have it awaited
User.before('fetch', (query) => query.where('status', 'active'))
// @ts-expect-error also when it is async
User.before('fetch', async (query) => query.where('status', 'active'))
// @ts-expect-error no such event
User.before('insert', () => {})
// @ts-expect-error the name without its before
User.after('afterSave', () => {})
// @ts-expect-error a handler is needed
User.before('create')
// @ts-expect-error another model's handler
User.before('create', (post: Post) => post.title === '')

// ---- The handlers' types by name, for hooks that live outside a class.

const stamp: BeforeHandler<'save', User> = (user) => {
  user.status = 'active'
}
const log: AfterHandler<'fetch', User> = (users) => users.length
User.before('save', stamp)
User.after('fetch', log)

// ---- The context is there to be read.

User.before('save', (_user, context) => {
  type _ = Expect<Equal<typeof context.connection, string>>
  // @ts-expect-error read only
  context.operation = 'update'
})

// ---- Mixins keep the types of both classes.

type MixinBase = Omit<typeof BaseModel, 'prototype'> & {
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript wants exactly this of a mixin's base
  new (...args: any[]): BaseModel
}

function withSlug<T extends MixinBase>(superclass: T) {
  class WithSlug extends superclass {
    @column() declare slug: string

    @beforeSave()
    static makeSlug(model: WithSlug) {
      model.slug = 'slug'
    }
  }
  return WithSlug
}

class Page extends withSlug(BaseModel) {
  @column() declare title: string

  @beforeCreate()
  static check(page: Page) {
    return page.slug !== page.title
  }
}
Page.before('save', (page) => page.slug === page.title)

export type Unused = [Right, Wrong, NoModel]
