// merge() and fill() inside of a model's own methods, where `this` is open.
import { BaseModel, column, type ModelAttributes } from 'lucent-odm'
import type { DateTime } from 'luxon'

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare status: 'active' | 'pending'
  @column() declare address: { city: string; zip?: string } | null
  @column() declare nickname?: string
  @column.dateTime() declare seenAt: DateTime | null
  private token = 'x'
  protected secret = 'x'

  rename(email: string) {
    return this.merge({ email, status: 'active', nickname: email, seenAt: new Date() })
  }

  async move(city: string): Promise<this> {
    return this.fill({ email: this.email, address: { city } }, true).save()
  }

  async twice() {
    return [this.rename('x'), await this.move('x'), this.merge({ seenAt: null })] as const
  }

  take(known: Partial<ModelAttributes<User>>, own: Partial<ModelAttributes<this>>): this {
    return this.merge(known).merge(own).merge({})
  }

  wrong(): void {
    // @ts-expect-error no such property
    this.merge({ nope: 1 })
    // @ts-expect-error no such property
    this.fill({ email: 'x', nope: 1 })
    // @ts-expect-error not the property's type
    this.merge({ email: 5 })
    // @ts-expect-error not one of the property's values
    this.merge({ status: 'gone' })
    // @ts-expect-error not a property of the object
    this.merge({ address: { town: 'x' } })
    // @ts-expect-error undefined is no text
    this.merge({ nickname: undefined })
    // @ts-expect-error a method is no attribute
    this.merge({ rename: () => this })
    // @ts-expect-error a private property is none
    this.merge({ token: this.token })
    // @ts-expect-error a protected property is none
    this.fill({ secret: this.secret })
    // @ts-expect-error not a flag
    this.merge({ email: 'x' }, 'yes')
  }
}

class Admin extends User {
  @column() declare level: number

  promote(): this {
    return this.merge({ level: this.level + 1, status: 'active' }).rename('x')
  }

  demote(): void {
    // @ts-expect-error no such property
    this.fill({ rank: 1 })
    // @ts-expect-error not the property's type
    this.merge({ level: 'high' })
    // @ts-expect-error not the inherited property's type
    this.merge({ level: 1, email: 5 })
  }
}

type MixinBase = Omit<typeof BaseModel, 'prototype'> & {
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript wants exactly this of a mixin's base
  new (...args: any[]): BaseModel
}

function Signed<Base extends MixinBase>(superclass: Base) {
  class Mixed extends superclass {
    @column() declare signedBy: string
    @column.dateTime() declare signedAt: DateTime

    sign(name: string) {
      return this.merge({ signedBy: name, signedAt: new Date() })
    }

    wrong() {
      // @ts-expect-error no such property
      this.merge({ signedFor: 'x' })
      // @ts-expect-error not the property's type
      this.fill({ signedBy: 5 })
    }
  }
  return Mixed
}

class Contract extends Signed(BaseModel) {
  @column() declare title: string

  close(): Promise<this> {
    return this.merge({ title: 'closed', signedBy: 'x' }).sign('y').save()
  }

  wrong2() {
    // @ts-expect-error no such property
    this.merge({ signedFor: 'x', title: 'y' })
  }
}

class Careful extends BaseModel {
  @column() declare name: string

  override merge(values: Partial<ModelAttributes<this>>, allowExtraProperties?: boolean): this {
    return super.merge(values, allowExtraProperties)
  }
}

export function fromOutside(user: User, admin: Admin, contract: Contract, careful: Careful) {
  const same: User = user.merge({ email: 'x', seenAt: '2026-01-01' }).fill({ status: 'pending' })
  const higher: Admin = admin.promote().merge({ level: 3, email: 'x' })
  const signed: Contract = contract.merge({ signedBy: 'x', title: 'y' }).sign('z')
  careful.merge({ name: 'x' })
  user.merge(
    // @ts-expect-error no such property
    { nope: 1 },
  )
  user.merge({
    email: 'x',
    // @ts-expect-error no such property
    nope: 1,
  })
  user.merge({
    // @ts-expect-error not the property's type
    email: 5,
  })
  user.fill({
    // @ts-expect-error a private property is none
    token: 'x',
  })
  user.merge({
    // @ts-expect-error a protected property is none
    secret: 'x',
  })
  user.merge(
    // @ts-expect-error undefined is no text
    { nickname: undefined },
  )
  contract.merge({
    // @ts-expect-error no such property
    signedFor: 'x',
  })
  careful.merge({
    // @ts-expect-error no such property
    nope: 1,
  })
  return [same, higher, signed]
}

export function inGeneral<Model extends User>(model: Model): Model {
  // @ts-expect-error no such property
  model.merge({ nope: 1 })
  return model.merge({ email: 'x' }).fill({ status: 'active' })
}
