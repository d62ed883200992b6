/** Models with rules, composed in every order. */
import {
  BaseModel,
  Blameable,
  column,
  type Database,
  type ModelConstructor,
  SoftDeletes,
  TenantScoped,
  Timestamps,
} from 'lucent-odm'

const MIXINS = {
  SoftDeletes,
  TenantScoped: TenantScoped('tenantId'),
  Timestamps,
  Blameable,
} as const

export type MixinName = keyof typeof MIXINS

type Mixin = (superclass: ModelConstructor) => ModelConstructor

/** A model of `collection` with the mixins, the first one applied first. */
export function ruledModel(
  database: Database,
  collection: string,
  names: readonly MixinName[],
): typeof BaseModel {
  const base: ModelConstructor = names.reduce(
    (made, name) => (MIXINS[name] as Mixin)(made),
    BaseModel as ModelConstructor,
  )
  class Ruled extends base {
    static override collection = collection
    @column({ isPrimary: true }) declare id: string
    @column() declare key: string
    @column() declare count: number
    @column() declare list: string[]
    @column() declare tenantId: string
  }
  Ruled.useDatabase(database)
  return Ruled as unknown as typeof BaseModel
}

/** All orders of the mixins. */
export function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((one) =>
    orders(items.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  )
}

export const MIXIN_NAMES = Object.keys(MIXINS) as MixinName[]
