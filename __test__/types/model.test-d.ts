import {
  afterFind,
  BaseModel,
  beforeCreate,
  beforeFetch,
  beforeSave,
  column,
  type HookContext,
  type ModelQueryBuilder,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
export default class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare public email: string
  @column() declare status: 'active' | 'pending'
  @column() declare credits: number
  @column() declare address: { city: string; zip?: string } | null
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column({ prepare: (v: string) => v.trim(), serialize: (v: string) => v.length })
  declare name: string
  @beforeCreate() static setDefaults(user: User) {
    user.status ??= 'pending'
  }
  @beforeSave() static async hash(user: User, ctx: HookContext) {
    if (ctx.operation === 'create') user.credits = 1
  }
  @beforeFetch() static only(query: ModelQueryBuilder<User>) {
    query.where('status', 'active')
  }
  @afterFind() static found(user: User | null) {
    user?.email
  }
  // @ts-expect-error the argument is a model, not a query
  @beforeCreate() static wrong(query: ModelQueryBuilder<User>) {
    query.where('status', 'active')
  }
}
export async function f() {
  const u = await User.create({ email: 'x', createdAt: new Date() })
  u.merge({ credits: 3 })
  const c: number = u.credits
  const us = await User.query().where('address.city', 'x').orderBy('createdAt', 'desc')
  us[0]?.email.length
  const x: User | null = await User.findBy('email', 'x')
  const y = await User.findBy({ email: 'x' })
  y?.save()
  User.before('create', (user) => {
    user.email.length
  })
  await User.query().where('id', 'x').update({ credits: 3 })
  // @ts-expect-error no such column
  await User.create({ nope: 1 })
  return [c, x, u.toJSON()]
}
