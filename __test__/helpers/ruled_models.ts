/** Models with rules, composed in every order. */
import {
  Auditable,
  BaseModel,
  Blameable,
  column,
  type Database,
  type ModelConstructor,
  SoftDeletes,
  TenantScoped,
  Timestamps,
  Versioned,
} from 'lucent-odm'

const MIXINS = {
  SoftDeletes,
  TenantScoped: TenantScoped('tenantId'),
  Timestamps,
  Blameable,
  Auditable,
  Versioned,
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

/** Those of conditions and stamps. */
export const MIXIN_NAMES: MixinName[] = ['SoftDeletes', 'TenantScoped', 'Timestamps', 'Blameable']

/** Those of histories, with the two that say which documents there are. */
export const HISTORY_NAMES: MixinName[] = ['SoftDeletes', 'TenantScoped', 'Auditable', 'Versioned']
