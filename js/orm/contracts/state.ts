/** The state of an instance beside its column values. */
import type { RawValue } from '../../codec/chunk.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { Related } from './options.ts'

/** Key of an instance's flags. */
export const FLAGS: unique symbol = Symbol('flags')
/** Key of what few instances have; null for the others. */
export const REST: unique symbol = Symbol('rest')

/** Bits of an instance's flags. */
export const Flag = {
  /** The document is in the database. */
  persisted: 1,
  /** The instance was made by the application, not read. */
  local: 2,
  /** The document was deleted through the instance. */
  deleted: 4,
  /** The next save writes even when nothing changed. */
  force: 8,
  /** The instance is a part of another document. */
  embedded: 16,
} as const

/** A document as it was inserted: a part of bytes that a few documents share. */
export interface Inserted {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** What a getter made of an attribute's value. */
export interface CachedGetter {
  readonly original: unknown
  readonly resolved: unknown
}

/** A property's value that BSON cannot hold. */
export interface Shown {
  readonly shown: unknown
}

/** What an after hook of a read made a property show, and that as bytes, where BSON can hold it. */
export interface View {
  readonly value: unknown
  readonly bytes: RawValue | null
}

/** The values that a write under way puts back when it fails; see `persistence/snapshot.ts`. */
export interface PendingWrite {
  /** The next one of the same instance. */
  next: PendingWrite | undefined
  /** Another write stored this value of a column meanwhile. */
  supersede(column: number, value: unknown): void
}

/** Links by which rows of a relation were found. */
export interface Linking {
  /** Adds to the `$extras` of a row what is known of its link. */
  extend(extras: Record<string, unknown>, link: number): void
}

/** What few instances have. */
export interface Rest {
  /** Connection, where it is not the model's own. */
  connection: string | undefined
  /** Transaction in which the instance was read, made or last saved; it may be over. */
  trx: TransactionClient | undefined
  extras: Record<string, unknown> | undefined
  /** What `extras` get besides when somebody looks at them, and by which number. */
  linkedBy: Linking | undefined
  link: number
  sideloaded: Record<string, unknown> | undefined
  /** Relations that were loaded, by name. */
  preloaded: Record<string, Related> | undefined
  /** What getters made of attributes, by name. */
  cached: Map<string, CachedGetter> | undefined
  /** The document as it was inserted: what changes are told by until it is read again. */
  inserted: Inserted | undefined
  /** Stored values, by column, of those that were updated since the document was read or inserted. */
  updated: (RawValue | undefined)[] | undefined
  /** What the last save changed, by column: the stored values that it replaced. */
  changes: ReadonlyMap<number, RawValue | null> | undefined
  /** Property values that were written, of columns that remember them. */
  properties: Map<number, RawValue | Shown> | undefined
  /** What after hooks of reads made properties show, by column. */
  views: Map<number, View> | undefined
  /** Columns of which such a hook says that the value is meant as a change. */
  meant: Set<number> | undefined
  /** Columns that are no attributes any more: the next save removes them, or leaves them alone. */
  gone: Map<number, 'unset' | 'left out'> | undefined
  /** Stored values that the application's adapter hands back, while it carries out a write. */
  handedBack: Map<number, RawValue> | undefined
  /** Writes of the instance that are under way. */
  pending: PendingWrite | undefined
}

export function emptyRest(): Rest {
  return {
    connection: undefined,
    trx: undefined,
    extras: undefined,
    linkedBy: undefined,
    link: 0,
    sideloaded: undefined,
    preloaded: undefined,
    cached: undefined,
    inserted: undefined,
    updated: undefined,
    changes: undefined,
    properties: undefined,
    views: undefined,
    meant: undefined,
    gone: undefined,
    handedBack: undefined,
    pending: undefined,
  }
}
