/**
 * Types of expressions. `expr.first('amount')` is written before it is known on which rows it will
 * run, so its type only says "what `amount` is"; the stage that takes it looks that up in its rows.
 */
import type { Decimal128 } from 'bson'
import type { SubjectValue, ValueOf } from './operands.ts'
import type { FieldValue, IsAny } from './rows.ts'

declare const DEFERRED: unique symbol

/** A type that depends on the row. */
interface Deferred {
  readonly [DEFERRED]: true
}

/** What the path leads to. */
export interface Ref<Path extends string> extends Deferred {
  readonly ref: Path
}

/** The row itself. */
export interface Whole extends Deferred {
  readonly whole: true
}

/** A list of `T`. */
export interface ListOf<T> extends Deferred {
  readonly list: T
}

/** An element of the list `T`. */
export interface ElementOf<T> extends Deferred {
  readonly element: T
}

/** What the path leads to inside of `T`. */
export interface At<T, Path extends string> extends Deferred {
  readonly at: T
  readonly path: Path
}

/** `T`, null where it is missing. */
export interface Settled<T> extends Deferred {
  readonly settled: T
}

/** `T` without null and missing. */
export interface Present<T> extends Deferred {
  readonly present: T
}

/** `To`, or null where `From` can be null or missing. */
export interface Derived<From, To> extends Deferred {
  readonly from: From
  readonly to: To
}

/** A number, or a Decimal128 where `T` is one. */
export interface Numeric<T> extends Deferred {
  readonly numeric: T
}

/** A document of subjects. */
export interface Doc<S> extends Deferred {
  readonly doc: S
}

/** A document of operands. */
export interface ValueDoc<S> extends Deferred {
  readonly values: S
}

/** What `T` is on rows of type `Row`. */
export type Resolve<Row, T> =
  IsAny<T> extends true ? unknown : T extends Deferred ? ResolveDeferred<Row, T> : T

type ResolveDeferred<Row, T> =
  T extends Ref<infer Path>
    ? FieldValue<Row, Path>
    : T extends Whole
      ? Row
      : T extends ListOf<infer E>
        ? Exclude<Resolve<Row, E>, undefined>[]
        : T extends ElementOf<infer L>
          ? Element<Resolve<Row, L>>
          : T extends At<infer V, infer Path>
            ? FieldValue<Resolve<Row, V>, Path>
            : T extends Settled<infer V>
              ? NullForMissing<Resolve<Row, V>>
              : T extends Present<infer V>
                ? PresentOf<Resolve<Row, V>>
                : T extends Derived<infer From, infer To>
                  ? Resolve<Row, To> | NullOf<Resolve<Row, From>>
                  : T extends Numeric<infer V>
                    ? NumberLike<Resolve<Row, V>>
                    : T extends Doc<infer S>
                      ? { -readonly [K in keyof S]: Resolve<Row, SubjectValue<S[K]>> }
                      : T extends ValueDoc<infer S>
                        ? { -readonly [K in keyof S]: Resolve<Row, ValueOf<S[K]>> }
                        : unknown

type Element<L> = L extends readonly (infer E)[] ? E : L extends null | undefined ? null : unknown
type NullForMissing<T> = unknown extends T
  ? T
  : undefined extends T
    ? Exclude<T, undefined> | null
    : T
type PresentOf<T> = unknown extends T ? T : NonNullable<T>
type NullOf<T> = null extends T ? null : undefined extends T ? null : never
type NumberLike<T> = [Extract<T, { readonly _bsontype: 'Decimal128' }>] extends [never]
  ? number
  : Decimal128
