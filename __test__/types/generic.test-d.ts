// 31: code over models: statics of an abstract base, repositories, functions over queries, mixins.
import {
  type AttributePath,
  BaseModel,
  column,
  type ModelAttributes,
  type ModelClass,
  type ModelConstructor,
  type ModelPaginator,
  type ModelQueryBuilder,
  type QueryValue,
  scope,
} from 'lucent-odm'
import { DateTime } from 'luxon'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

abstract class Base extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare tenant: string
  @column() declare uses: number
  @column() declare tags: string[]
  @column() declare address: { city: string } | null
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime() declare deletedAt: DateTime | null
  get label() {
    return this.tenant
  }

  abstract describe(): string

  static latest<T extends typeof Base>(this: T) {
    return this.query().orderBy('createdAt', 'desc').first()
  }

  static alive<T extends typeof Base>(this: T, tenant = 'a') {
    return this.query()
      .whereNull('deletedAt')
      .where('tenant', tenant)
      .where({ tenant, uses: 1, 'address.city': 'Rome' })
      .where('createdAt', '<=', DateTime.now())
      .where('uses', 'in', [1, 2])
      .orWhere((group) => group.where('uses', '>', 1).orWhereNull('deletedAt'))
      .whereIn('tenant', [tenant])
      .whereBetween('createdAt', [new Date(), DateTime.now()])
      .whereLike('tenant', 'a%')
      .whereArrayContains('tags', ['a'])
      .whereColumn('createdAt', '<', 'deletedAt')
      .select('tenant', 'createdAt')
      .orderBy({ createdAt: 'asc' })
      .if(tenant, (query) => query.where('tags', 'x'))
  }

  static page<T extends typeof Base>(this: T, page: number) {
    return this.query().orderBy('createdAt').paginate(page, 10)
  }

  static async shelf<T extends typeof Base>(this: T, tenant: string): Promise<InstanceType<T>[]> {
    const tenants: string[] = await this.query().pluck('tenant')
    const known = await this.findBy('tenant', tenant)
    const same = await this.findManyBy({ tenant, uses: 1 })
    const made = await this.create({ tenant, createdAt: new Date(), tags: tenants })
    const either = await this.firstOrCreate({ tenant }, { uses: 1 })
    const updated = await this.updateOrCreate({ tenant }, { uses: 1 })
    const many = await this.updateOrCreateMany('tenant', [{ tenant, uses: 1 }])
    await this.createMany([{ tenant }, { uses: 1 }])
    await this.query().where('tenant', tenant).update({ uses: 1, 'address.city': 'Rome' })
    await this.query()
      .where('tenant', tenant)
      .updateMany((update) => update.set('tenant', 'b').increment('uses').push('tags', 'x'))
    await this.query().increment('uses', 2)
    await this.upsertMany([{ tenant, uses: 1 }], { by: ['tenant'] })
    await this.bulkWrite((bulk) => bulk.insert({ tenant }).updateOne({ tenant }, { uses: 2 }))
    made.merge({ tenant, uses: 3 }).fill({ tenant })
    made.tenant = tenant
    await made.save()
    return known === null ? [made, either, updated, ...many] : [known, ...same]
  }

  static wrong<T extends typeof Base>(this: T) {
    // @ts-expect-error no such name
    this.query().where('nope', 1)
    // @ts-expect-error wrong type
    this.query().where('uses', '1')
    // @ts-expect-error wrong type
    this.query().where({ uses: '1' })
    // @ts-expect-error no such name
    this.query().where({ nope: 1 })
    // @ts-expect-error no such name
    this.query().orderBy('nope')
    // @ts-expect-error a getter
    this.query().where('label', 'x')
    // @ts-expect-error a method
    this.query().select('describe')
    // @ts-expect-error no such name
    void this.create({ nope: 1 })
    // @ts-expect-error wrong type
    void this.create({ uses: '1' })
    // @ts-expect-error no such name
    void this.findBy('nope', 1)
    // @ts-expect-error no such name
    void this.query().update({ nope: 1 })
    // @ts-expect-error not a number
    void this.query().increment('tenant')
  }

  static named = scope((query: ModelQueryBuilder<Base>, tenant: string) => {
    query.where('tenant', tenant)
  })

  /** In methods `this` is open as well. */
  async use(): Promise<this> {
    return this.merge({ uses: this.uses + 1 }).save()
  }
}

class User extends Base {
  @column() declare email: string
  describe() {
    return this.email
  }
}

export async function statics() {
  const one = await User.latest()
  const many = await User.alive('a').where('email', 'x')
  const page = await User.page(1)
  const shelf = await User.shelf('a')
  User.alive().withScopes((scopes) => scopes.named('a'))
  // @ts-expect-error no such name
  User.alive().where('nope', 1)
  type _ = [
    Expect<Equal<typeof one, User | null>>,
    Expect<Equal<typeof many, User[]>>,
    Expect<Equal<typeof page, ModelPaginator<User>>>,
    Expect<Equal<typeof shelf, User[]>>,
  ]
}

// ---- Repositories

/** Of any model: names and values are those of all models, so that they are not checked. */
class Repository<T extends typeof BaseModel> {
  constructor(readonly model: T) {}

  find(id: string): Promise<InstanceType<T> | null> {
    return this.model.find(id)
  }

  query() {
    return this.model.query()
  }

  newest(): Promise<InstanceType<T>[]> {
    return this.model.query().where('tenant', 'a').orderBy('createdAt', 'desc').limit(10).exec()
  }

  create(values: Partial<ModelAttributes<InstanceType<T>>>): Promise<InstanceType<T>> {
    return this.model.create(values)
  }

  async change(id: string, values: Partial<ModelAttributes<InstanceType<T>>>) {
    const found = await this.model.findOrFail(id)
    found.merge(values)
    return found.save()
  }

  by<Name extends AttributePath<InstanceType<T>>>(
    name: Name,
    value: QueryValue<InstanceType<T>, Name>,
  ) {
    return this.model.query().where(name, value).first()
  }
}

/** By the instance's type. */
class TenantRepository<M extends Base> {
  constructor(readonly model: ModelConstructor<M>) {}

  of(tenant: string): Promise<M[]> {
    return this.model.query().where('tenant', tenant).orderBy('createdAt', 'desc').exec()
  }

  one(id: string): Promise<M> {
    return this.model.findOrFail(id)
  }

  add(tenant: string): Promise<M> {
    return this.model.create({ tenant, uses: 0 })
  }

  addAll(rows: Partial<ModelAttributes<M>>[]): Promise<M[]> {
    return this.model.createMany(rows)
  }

  make(tenant: string): M {
    const made = new this.model()
    made.tenant = tenant
    return made
  }

  sorted(by: AttributePath<M>) {
    return this.model.query().orderBy(by).select(by).whereNotNull(by)
  }
}

export async function repositories() {
  const users = new Repository(User)
  const found = await users.find('x')
  const queried = await users.query().where('email', 'x')
  const created = await users.create({ email: 'x', tenant: 'a' })
  const by = await users.by('email', 'x')
  const changed = await users.change('x', { email: 'x' })
  // @ts-expect-error no such name
  void users.create({ nope: 1 })
  // @ts-expect-error no such name
  void users.by('nope', 1)
  // @ts-expect-error wrong type
  void users.by('email', 1)
  const tenants = new TenantRepository(User)
  const of = await tenants.of('a')
  const added = await tenants.addAll([{ email: 'x', tenant: 'a' }])
  const sorted = await tenants.sorted('email')
  // @ts-expect-error no such name
  tenants.sorted('nope')
  // @ts-expect-error an abstract class makes no instances
  new TenantRepository(Base)
  type _ = [
    Expect<Equal<typeof found, User | null>>,
    Expect<Equal<typeof queried, User[]>>,
    Expect<Equal<typeof created, User>>,
    Expect<Equal<typeof by, User | null>>,
    Expect<Equal<typeof changed, User>>,
    Expect<Equal<typeof of, User[]>>,
    Expect<Equal<typeof added, User[]>>,
    Expect<Equal<typeof sorted, User[]>>,
  ]
}

// ---- Functions

export function ofTenant<T extends Base>(query: ModelQueryBuilder<T>, tenant: string) {
  return query.where('tenant', tenant).whereNull('deletedAt').orderBy('createdAt', 'desc')
}

export function narrow<T extends Base>(query: ModelQueryBuilder<T>): ModelQueryBuilder<T> {
  // @ts-expect-error no such name
  query.where('nope', 1)
  return query.if(true, (inner) => inner.where('uses', 1))
}

export async function latestOf<T extends typeof Base>(model: T): Promise<InstanceType<T> | null> {
  return model.latest()
}

export function sortedBy<M extends Base, Name extends AttributePath<M>>(
  query: ModelQueryBuilder<M>,
  name: Name,
  value: QueryValue<M, Name>,
) {
  return query.where(name, value).orderBy(name).groupBy(name)
}

export async function touch<M extends Base>(model: M, values: Partial<ModelAttributes<M>>) {
  model.merge({ uses: 1 }).fill({ tenant: 'a' }).merge(values)
  // @ts-expect-error no such name
  model.merge({ nope: 1 })
  await model.save()
  return model.tenant
}

export async function functions(user: User) {
  const rows: User[] = await ofTenant(User.query(), 'a').where('email', 'x')
  const same: User[] = await narrow(User.query().where('email', 'x'))
  const latest: User | null = await latestOf(User)
  const sorted: User[] = await sortedBy(User.query(), 'email', 'x')
  // @ts-expect-error no such name
  sortedBy(User.query(), 'nope', 'x')
  // @ts-expect-error wrong type
  sortedBy(User.query(), 'uses', 'x')
  const tenant: string = await touch(user, { email: 'x' })
  return [rows, same, latest, sorted, tenant]
}

export function name<T extends ModelClass>(model: T): string {
  return model.name
}
name(Base)
name(User)

// ---- Mixins

function SoftDeletes<T extends ModelConstructor>(superclass: T) {
  class SoftDeleting extends superclass {
    @column.dateTime() declare removedAt: DateTime | null

    static kept<U extends typeof SoftDeleting>(this: U) {
      return this.query().whereNull('removedAt').orderBy('removedAt', 'desc')
    }

    static async lastRemoved<U extends typeof SoftDeleting>(this: U) {
      await this.create({ removedAt: new Date() })
      return this.query().whereNotNull('removedAt').orderBy('removedAt', 'desc').first()
    }

    async remove(): Promise<this> {
      return this.merge({ removedAt: DateTime.now() }).save()
    }
  }
  return SoftDeleting
}

function Owned<T extends ModelConstructor>(superclass: T) {
  abstract class OwnedModel extends superclass {
    @column.objectId() declare ownerId: string

    static ownedBy<U extends typeof OwnedModel>(this: U, owner: string) {
      return this.query().where('ownerId', owner)
    }
  }
  return OwnedModel
}

/** What AdonisJS offers for mixins. */
type NormalizeConstructor<T extends abstract new (...args: never[]) => unknown> = {
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript wants exactly this of a mixin's base
  new (...args: any[]): InstanceType<T>
} & Omit<T, 'prototype'>

function Slugged<T extends NormalizeConstructor<typeof BaseModel>>(superclass: T) {
  class SluggedModel extends superclass {
    @column() declare slug: string

    static bySlug<U extends typeof SluggedModel>(this: U, slug: string) {
      return this.query().where('slug', slug).first()
    }
  }
  return SluggedModel
}

class Note extends Slugged(Owned(SoftDeletes(BaseModel))) {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
}

export async function mixins() {
  const kept = await Note.kept().where('text', 'x').where('ownerId', 'y')
  const last = await Note.lastRemoved()
  const owned = await Note.ownedBy('x').where('slug', 'y')
  const slugged = await Note.bySlug('x')
  const removed = await slugged?.remove()
  type _ = [
    Expect<Equal<typeof kept, Note[]>>,
    Expect<Equal<typeof last, Note | null>>,
    Expect<Equal<typeof owned, Note[]>>,
    Expect<Equal<typeof slugged, Note | null>>,
    Expect<Equal<typeof removed, Note | undefined>>,
  ]
  // @ts-expect-error no such name
  Note.kept().where('nope', 1)
}

/** Any model class fits. */
export const models: ModelConstructor[] = [User, Note]

/** A query of a model is one of its base. */
export function asBase<T extends Base>(open: ModelQueryBuilder<T>) {
  const one: ModelQueryBuilder<Base> = User.query()
  const two: ModelQueryBuilder<Base> = open
  const three: ModelQueryBuilder<BaseModel> = open
  const four: ModelClass<Base> = User
  const five: ModelConstructor<Base> = User
  return [one, two, three, four, five]
}
