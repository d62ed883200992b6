/** Mixins that keep what became of documents, in any order with others, together or alone. */
import type { DateTime } from 'luxon'
import type { ModelConstructor } from '../base_model/constructor.ts'
import type { MixinOf, Model, ModelClass } from '../contracts/index.ts'
import type {
  AttributeChange,
  KeyValue,
  ModelAdapterOptions,
  WriteOptions,
} from '../contracts/options.ts'
import { rowNotFound } from '../contracts/row_not_found.ts'
import { definitionOf } from '../definition/index.ts'
import { modelOf } from '../instance/attributes.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import { query, wayOf } from '../query_builder/of_model.ts'
import { audited, type HistoryOf, versioned } from '../rules/index.ts'
import { auditsOf } from './audits.ts'
import type { Audit } from './rows.ts'
import {
  diffVersions,
  restoreVersion,
  type Version,
  type VersionOptions,
  versionAt,
  versionsOf,
} from './versions.ts'

/** What `Auditable` gives instances. */
export interface Auditing {
  /** What became of the document, the newest first: a query. */
  audits(): ModelQueryBuilder<Audit>
}

/** What `Auditable` gives classes. */
export interface AuditableClass {
  /**
   * What became of a document, or of all, the newest first: a query.
   *
   * @example
   * const [last] = await Post.audits(post.id).limit(1)
   * console.log(last?.operation, last?.userId, last?.changes.title?.before)
   */
  audits<M extends ModelClass>(
    this: M,
    id?: KeyValue<InstanceType<M>>,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<Audit>
}

/** What `Versioned` gives instances. Errors: `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED` of encrypted columns. */
export interface Versioning {
  /** The document as it was before each change, the newest first. */
  versions(options?: Pick<VersionOptions, 'limit'>): Promise<Version<this>[]>
  /**
   * The document as it was: in the version of a number, or at a moment. The current one has the number behind
   * the newest version. Null where there is no such version.
   *
   * @example
   * const before = await post.versionAt(DateTime.now().minus({ days: 1 }))
   */
  versionAt(at: number | Date | DateTime): Promise<this | null>
  /**
   * The columns that differ between two versions, or a version and the document as it is now, by property.
   * Errors: `E_ROW_NOT_FOUND` where there is no such version.
   */
  diffVersions(before: number, after?: number): Promise<Record<string, AttributeChange>>
  /**
   * Gives the columns the values of a version and saves, through hooks and rules: the document has one more
   * version then. Keys, dates that stamp themselves, and columns of rules stay. Errors: `E_ROW_NOT_FOUND` where
   * there is no such version; as `save`.
   */
  restoreVersion(number: number, options?: WriteOptions): Promise<this>
}

/** What `Versioned` gives classes. */
export interface VersionedClass {
  /** The versions of a document, deleted or not, the newest first. */
  versions<M extends ModelClass>(
    this: M,
    id: KeyValue<InstanceType<M>>,
    options?: Omit<VersionOptions, 'history'>,
  ): Promise<Version<InstanceType<M>>[]>
  /** Reads the document and restores a version of it. Errors: as `restoreVersion` of an instance. */
  restoreVersion<M extends ModelClass>(
    this: M,
    id: KeyValue<InstanceType<M>>,
    number: number,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<M>>
}

/** The key of a model's instance. */
const keyOf = (instance: Model) =>
  (instance as unknown as { $primaryKeyValue: never }).$primaryKeyValue

/**
 * As {@link Auditable}, with a collection of its own, columns left out, or other values of the context.
 *
 * @example
 * class Post extends compose(BaseModel, AuditableWith({ except: ['views'], context: ['userId', 'ip'] })) {}
 */
export function AuditableWith(options: Omit<HistoryOf, 'keeps' | 'limit'>) {
  return <T extends ModelConstructor>(superclass: T): T & MixinOf<Auditing> & AuditableClass => {
    class Audited extends superclass {
      static override rules = [audited(options)]

      static audits<M extends ModelClass>(
        this: M,
        id?: KeyValue<InstanceType<M>>,
        way?: ModelAdapterOptions,
      ): ModelQueryBuilder<Audit> {
        return auditsOf(this, id as never, way)
      }

      audits(): ModelQueryBuilder<Audit> {
        return auditsOf(modelOf(this), keyOf(this), wayOf(this))
      }
    }
    return Audited as never
  }
}

/**
 * Keeps what became of documents: who (`userId` and `requestId` of the context), when, what (`created`, `updated`,
 * `deleted`, `restored`, `forceDeleted`) and the columns that changed, before and after, on every way of writing. Values
 * of encrypted, hashed and hidden columns are not kept. Rows are stored in the transaction of the write.
 *
 * @example
 * class Post extends compose(BaseModel, SoftDeletes, Auditable) {}
 * await context.run({ userId: user.id, requestId }, () => post.delete())
 * await Post.audits(post.id)
 */
export function Auditable<T extends ModelConstructor>(
  superclass: T,
): T & MixinOf<Auditing> & AuditableClass {
  return AuditableWith({})(superclass)
}

/**
 * As {@link Versioned}, with a limit, a collection of its own, columns left out, or other values of the context.
 *
 * @example
 * class Page extends compose(BaseModel, VersionedWith({ limit: 20 })) {}
 */
export function VersionedWith(options: Omit<HistoryOf, 'keeps'>) {
  return <T extends ModelConstructor>(superclass: T): T & MixinOf<Versioning> & VersionedClass => {
    class Versions extends superclass {
      static override rules = [versioned(options)]

      static versions<M extends ModelClass>(
        this: M,
        id: KeyValue<InstanceType<M>>,
        way?: Omit<VersionOptions, 'history'>,
      ): Promise<Version<InstanceType<M>>[]> {
        return versionsOf(this, id as never, way) as never
      }

      static async restoreVersion<M extends ModelClass>(
        this: M,
        id: KeyValue<InstanceType<M>>,
        number: number,
        way?: ModelAdapterOptions,
      ): Promise<InstanceType<M>> {
        const key = definitionOf(this).primary.attribute
        const found = await query(this, way)
          .where(key as never, id as never)
          .first()
        return restoreVersion(found ?? rowNotFound(this, 'restoreVersion'), number)
      }

      versions(given?: Pick<VersionOptions, 'limit'>): Promise<Version<this>[]> {
        return versionsOf(modelOf(this), keyOf(this), { ...given, ...wayOf(this) }) as never
      }

      versionAt(at: number | Date | DateTime): Promise<this | null> {
        return versionAt(modelOf(this), keyOf(this), at, wayOf(this)) as never
      }

      diffVersions(before: number, after?: number): Promise<Record<string, AttributeChange>> {
        return diffVersions(this, before, after)
      }

      restoreVersion(number: number, given?: WriteOptions): Promise<this> {
        return restoreVersion(this, number, given)
      }
    }
    return Versions as never
  }
}

/**
 * Keeps documents as they were before each change, numbered, on every way of writing; encrypted columns stay sealed.
 *
 * @example
 * class Page extends compose(BaseModel, Versioned) {}
 * await page.merge({ title: 'New' }).save()
 * await page.diffVersions(1)
 * await page.restoreVersion(1)
 */
export function Versioned<T extends ModelConstructor>(
  superclass: T,
): T & MixinOf<Versioning> & VersionedClass {
  return VersionedWith({})(superclass)
}
