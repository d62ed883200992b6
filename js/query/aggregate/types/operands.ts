/** What expressions are written of. */
import type { DateTimeLike } from '../../types.ts'
import type { Accumulator, ArrayAccumulator } from '../expressions/accumulator.ts'
import type { Expression } from '../expressions/expression.ts'
import type { Derived, Doc, ListOf, Numeric, Ref, ValueDoc } from './deferred.ts'
import type { Bare, FieldName, FieldPath } from './rows.ts'

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
