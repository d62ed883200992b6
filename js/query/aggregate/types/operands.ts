/** What expressions are written of, and what they come to. */
import type { Decimal128 } from 'bson'
import type { DateTimeLike } from '../../types.ts'
import type { Accumulator, ArrayAccumulator } from '../expressions/accumulator.ts'
import type { Expression } from '../expressions/expression.ts'
import type { Bare, FieldName, FieldPath, FieldValue, IsAny } from './rows.ts'

/** A value that stands for itself. */
export type Scalar =
  | string
  | number
  | boolean
  | bigint
  | null
  | Date
  | RegExp
  | DateTimeLike
  | ArrayBufferView
  | { readonly _bsontype: string }

/** An expression, or an accumulator that works on arrays too. */
export type AnyExpression<P = string> =
  | Expression<unknown, P>
  | ArrayAccumulator<unknown, P, unknown>

/**
 * What an operator takes: a value or an expression. Text is text, whatever it starts with; a field is
 * `expr.field('name')`.
 */
export type Operand =
  | Scalar
  | AnyExpression
  | readonly Operand[]
  | { readonly [name: string]: Operand }

/** The same where only a number or a date makes sense. */
export type NumberOperand =
  | number
  | bigint
  | Date
  | DateTimeLike
  | { readonly _bsontype: string }
  | AnyExpression

/** The same where only text makes sense. */
export type TextOperand = string | AnyExpression

/**
 * What accumulators, windows and stages read: the name of a field, an expression, or an object of
 * those. Text is a name here.
 */
export type Subject =
  | string
  | number
  | boolean
  | null
  | Date
  | AnyExpression
  | { readonly [name: string]: Subject }

/** A subject whose names occur in `Row`. */
export type SubjectOf<Row> =
  | FieldName<Row>
  | number
  | boolean
  | null
  | Date
  | AnyExpression<FieldPath<Row>>
  | { readonly [name: string]: SubjectOf<Row> }

type ExpressionType<A> =
  A extends Expression<infer T, string>
    ? T
    : A extends ArrayAccumulator<unknown, string, infer U>
      ? U
      : never

type ExpressionPaths<A> =
  A extends Expression<unknown, infer P> ? P : A extends Accumulator<unknown, infer P> ? P : never

/** Type of what an operand comes to. */
export type ValueOf<A> = A extends AnyExpression
  ? ExpressionType<A>
  : A extends DateTimeLike
    ? Date
    : A extends Scalar
      ? A
      : A extends readonly unknown[]
        ? ListOf<ValueOf<A[number]>>
        : A extends object
          ? ValueDoc<A>
          : unknown

/** Fields that an operand refers to. */
export type PathsOf<A> = A extends AnyExpression
  ? ExpressionPaths<A>
  : A extends Scalar
    ? never
    : A extends readonly unknown[]
      ? PathsOf<A[number]>
      : A extends object
        ? PathsOf<A[keyof A]>
        : never

/** Type of what a subject comes to. Names that are only known at run time say nothing. */
export type SubjectValue<S> = S extends string
  ? string extends S
    ? unknown
    : Ref<Bare<S>>
  : S extends AnyExpression
    ? ExpressionType<S>
    : S extends Scalar
      ? S
      : Doc<S>

/** Type of what an array comes to: of a subject, or of a list of operands. */
export type ArrayValue<S> = S extends readonly unknown[]
  ? ListOf<ValueOf<S[number]>>
  : SubjectValue<S>

/** Fields that an array refers to. */
export type ArrayPaths<S> = S extends readonly unknown[] ? PathsOf<S> : SubjectPaths<S>

/** Type of an element of an array. */
export type Item<S> = ElementOf<ArrayValue<S>>

/** Fields that a subject refers to. */
export type SubjectPaths<S> = S extends string
  ? string extends S
    ? never
    : Bare<S>
  : S extends AnyExpression
    ? ExpressionPaths<S>
    : S extends Scalar
      ? never
      : S extends object
        ? SubjectPaths<S[keyof S]>
        : never

/** What the compiler shows for `'$amount'` where text is text. */
interface TextIsNoField {
  readonly hint: "text stands for itself here: expr.field('name') is the field, expr.literal(text) the text"
}

/** `A`, unless it is text that looks like a field. */
export type NoPath<A> = A extends `$${string}` ? TextIsNoField : A

/** The outcome of arithmetic: a number, a Decimal128 among Decimal128s, null where an operand is. */
export type Computed<V> = Derived<V, Numeric<V>>

// `expr.first('amount')` is written before it is known on which rows it will run, so its type only says
// "what `amount` is"; the stage that takes it looks that up in its rows.

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
