/** Mixins that give a model rules, in any order, together or alone. */
import type { DateTime } from 'luxon'
import type { ModelConstructor } from '../base_model/constructor.ts'
import type { MixinOf, ModelClass } from '../contracts/index.ts'
import type { CallLimits } from '../contracts/options.ts'
import { column } from '../decorators/column.ts'
import { definitionFor, getColumn } from '../instance/attributes.ts'
import { remove, restore } from '../persistence/index.ts'
import { removalColumns } from '../persistence/restore.ts'
import { query } from '../query_builder/of_model.ts'
import type { ModelQuery } from '../query_builder/scopes.ts'
import { blameable, softDeletes, type TenantOptions, tenantScoped } from './index.ts'

/** What `SoftDeletes` gives instances. */
export interface SoftDeletable {
  /** Whether the document is deleted, as far as the instance knows. */
  readonly trashed: boolean
  /**
   * Brings the document back. Runs the hooks `beforeRestore` and `afterRestore`. What was deleted with it
   * stays deleted: nothing tells it from what was deleted before. Errors: `E_STALE_MODEL`, `E_HOOK_ABORTED`.
   */
  restore(limits?: CallLimits): Promise<this>
  /**
   * Deletes the document for good, deleted already or not, and what depends on it. Runs the hooks of
   * `forceDelete` around those of `delete`. Errors: as `delete`.
   */
  forceDelete(limits?: CallLimits): Promise<void>
}

/** What `SoftDeletes` gives classes. */
export interface SoftDeletableClass {
  /** A query that finds deleted documents too. */
  withTrashed<M extends ModelClass>(this: M): ModelQuery<M>
  /** A query that finds deleted documents alone. */
  onlyTrashed<M extends ModelClass>(this: M): ModelQuery<M>
}

/** What `TenantScoped` gives classes. */
export interface TenantScopedClass {
  /** A query of all tenants. Say why. Errors: `E_INVALID_QUERY` without a reason. */
  withoutTenant<M extends ModelClass>(this: M, reason: string): ModelQuery<M>
}

/** What `Timestamps` gives instances. */
export interface Timestamped {
  createdAt: DateTime
  updatedAt: DateTime
}

/** What `Blameable` gives instances. */
export interface Blamed {
  createdBy: string | null
  updatedBy: string | null
  deletedBy: string | null
}

/**
 * As {@link SoftDeletes}, with the column in a property of this name, which the class declares.
 *
 * @example
 * class Post extends compose(BaseModel, SoftDeletesIn('removedAt')) {
 *   @column.dateTime() declare removedAt: DateTime | null
 * }
 */
export function SoftDeletesIn(property: string) {
  return <T extends ModelConstructor>(
    superclass: T,
  ): T & MixinOf<SoftDeletable> & SoftDeletableClass => {
    class SoftDeleting extends superclass {
      static override rules = [softDeletes(property)]

      static withTrashed<M extends ModelClass>(this: M): ModelQuery<M> {
        return query(this).withTrashed()
      }

      static onlyTrashed<M extends ModelClass>(this: M): ModelQuery<M> {
        return query(this).onlyTrashed()
      }

      get trashed(): boolean {
        const definition = definitionFor(this)
        const [first] = removalColumns(definition)
        return first !== undefined && getColumn(this, definition, first) != null
      }

      async restore(limits?: CallLimits): Promise<this> {
        await restore(this, limits)
        return this
      }

      forceDelete(limits?: CallLimits): Promise<void> {
        return remove(this, limits, true)
      }
    }
    return SoftDeleting as never
  }
}

/**
 * Deletes keep the document: they set `deletedAt`, and whatever has it is not there for reads, counts, changes,
 * relations, joins and unions of the model, nor for pipelines of others. `query.withTrashed()` and
 * `onlyTrashed()` find it, `restore()` brings it back, `forceDelete()` deletes it for good.
 *
 * @example
 * class Post extends compose(BaseModel, SoftDeletes) {
 *   @column({ isPrimary: true }) declare id: string
 * }
 * await post.delete()
 * await Post.onlyTrashed().where('id', post.id).restore()
 */
export function SoftDeletes<T extends ModelConstructor>(
  superclass: T,
): T & MixinOf<SoftDeletable & { deletedAt: DateTime | null }> & SoftDeletableClass {
  class Deletable extends SoftDeletesIn('deletedAt')(superclass) {
    @column.dateTime() declare deletedAt: DateTime | null
  }
  return Deletable as never
}

/**
 * Documents belong to a tenant, that of the context: others are not there for any command of the model, nor for
 * pipelines that reach its collection. New documents get the tenant; one that names another is refused
 * (`E_RULE_VIOLATED`). Without a tenant nothing is sent (`E_TENANT_REQUIRED`). The class declares the column.
 *
 * With `database` each tenant has a database of its own on the same connection, and the class no such column. Encrypted
 * columns are sealed with the tenant's keys.
 *
 * @example
 * class Invoice extends compose(BaseModel, TenantScoped('orgId')) {
 *   @column.objectId() declare orgId: string
 * }
 * await context.run({ tenant: org.id }, () => Invoice.all())
 *
 * class Order extends compose(BaseModel, TenantScoped({ database: 'tenant_{tenant}' })) {}
 */
export function TenantScoped(tenants: string | TenantOptions = {}) {
  return <T extends ModelConstructor>(superclass: T): T & TenantScopedClass => {
    class Scoped extends superclass {
      static override rules = [tenantScoped(tenants)]

      static withoutTenant<M extends ModelClass>(this: M, reason: string): ModelQuery<M> {
        return query(this).withoutTenant(reason)
      }
    }
    return Scoped as never
  }
}

/**
 * When a document was made, and changed last.
 *
 * @example
 * class Post extends compose(BaseModel, Timestamps) {}
 */
export function Timestamps<T extends ModelConstructor>(superclass: T): T & MixinOf<Timestamped> {
  class Dated extends superclass {
    @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
    @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
  }
  return Dated as never
}

/**
 * Who made a document, changed it last and, with `SoftDeletes`, deleted it: `userId` of the context. Without one
 * nothing is set. A class may declare the columns anew, as ids say.
 *
 * @example
 * class Post extends compose(BaseModel, SoftDeletes, Blameable) {}
 * await context.run({ userId: user.id }, () => post.merge({ title }).save())
 */
export function Blameable<T extends ModelConstructor>(superclass: T): T & MixinOf<Blamed> {
  class ByUsers extends superclass {
    static override rules = [blameable()]
    @column() declare createdBy: string | null
    @column() declare updatedBy: string | null
    @column() declare deletedBy: string | null
  }
  return ByUsers as never
}
