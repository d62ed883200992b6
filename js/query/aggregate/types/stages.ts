/** What stages take and what they make of rows. */
import type { Accumulator } from '../expressions/accumulator.ts'
import type { Expression } from '../expressions/expression.ts'
import type { WindowFunction } from '../expressions/window_function.ts'
import type {
  AnyExpression,
  NoPath,
  Resolve,
  Settled,
  SubjectOf,
  SubjectValue,
  ValueOf,
} from './operands.ts'
import type { Expand, FieldPath, RowOf } from './rows.ts'

/** How a class of builders names itself with other rows, so that stages return what they were called on. */
export interface BuilderKind {
  readonly model: unknown
  readonly row: unknown
  /** The builder of `model` and `row`. */
  readonly builder: unknown
  /** The builder of a pipeline inside of this one. */
  readonly inner: unknown
}

/** The builder of kind `K` with rows of type `Row`. */
export type Built<K extends BuilderKind, M, Row> = (K & {
  readonly model: M
  readonly row: Row
})['builder']

/** The builder of a pipeline inside of one of kind `K`. */
export type Inner<K extends BuilderKind, M, Row> = (K & {
  readonly model: M
  readonly row: Row
})['inner']

/** A pipeline whose rows are of type `Row`. */
export interface PipelineOf<out Row> {
  /** For the compiler only. */
  readonly $row?: () => Row
}

type RowsOf<Result> = Result extends PipelineOf<infer Row> ? Row[] : never

// ---- Fields

type FieldCheck<A, Row> = A extends AnyExpression ? AnyExpression<FieldPath<Row>> : NoPath<A>

/** Checks the values of `addFields()`. */
export type AddCheck<S, Row> = { readonly [K in keyof S]: FieldCheck<S[K], Row> }

/** The fields that `addFields()` adds. Paths into fields leave the field's type. */
export type AddedFields<Row, S> = {
  -readonly [K in keyof S as K extends `${string}.${string}` ? never : K]: Resolve<
    Row,
    ValueOf<S[K]>
  >
}

type Included = true | 1
type Excluded = false | 0

/** Checks the values of `project()`. */
export type ProjectCheck<S, Row> = {
  readonly [K in keyof S]: S[K] extends Included | Excluded
    ? K extends keyof Row
      ? S[K]
      : never
    : FieldCheck<S[K], Row>
}

type Keys<S, Value> = { [K in keyof S]: S[K] extends Value ? K : never }[keyof S]

/** What `project()` leaves. */
export type Projected<Row, S> = [Exclude<keyof S, Keys<S, Excluded>>] extends [never]
  ? Expand<Omit<Row, keyof S>>
  : Expand<
      Pick<Row, Extract<keyof Row, Keys<S, Included>>> & {
        -readonly [K in Exclude<keyof S, Keys<S, Included | Excluded>>]: Resolve<Row, ValueOf<S[K]>>
      }
    >

// ---- Groups

/** Accumulators by the name of the field that they make. */
export type AccumulatorCheck<S, Row> = {
  readonly [K in keyof S]: Accumulator<unknown, FieldPath<Row>>
}

/** Checks the argument of `group()`. */
export type GroupCheck<S, Row> = {
  readonly [K in keyof S]: K extends 'by' ? SubjectOf<Row> : Accumulator<unknown, FieldPath<Row>>
}

/** The fields that accumulators make. */
export type Accumulated<Row, S> = {
  -readonly [K in keyof S]: S[K] extends Accumulator<infer T, string> ? Resolve<Row, T> : unknown
}

/** Type of the value that groups are made by. */
export type KeyValue<Row, By> = Expand<Resolve<Row, Settled<SubjectValue<By>>>>

/** The rows of `group()`. */
export type Grouped<Row, S extends { readonly by: unknown }> = Expand<
  { _id: Resolve<Row, Settled<SubjectValue<S['by']>>> } & Accumulated<Row, Omit<S, 'by'>>
>

/** Rows with a key and the fields of accumulators. */
export type Keyed<Row, Key, Fields> = Expand<{ _id: Key } & Accumulated<Row, Fields>>

// ---- Windows

/** Window functions by the name of the field that they make. */
export type WindowCheck<S, Row> = {
  readonly [K in keyof S]:
    | WindowFunction<unknown, FieldPath<Row>>
    | Accumulator<unknown, FieldPath<Row>>
}

/** The fields that window functions make. */
export type Windowed<Row, S> = {
  -readonly [K in keyof S]: S[K] extends WindowFunction<infer T, string>
    ? Resolve<Row, T>
    : S[K] extends Accumulator<infer T, string>
      ? Resolve<Row, T>
      : unknown
}

// ---- Other collections

/** A model class, by its shape. */
export type ModelSource = abstract new () => object

/** A collection: a model class, or a name. */
export type Source = ModelSource | string

/** Instances of the model that a source is; `unknown` for a name. */
export type SourceModel<S> = S extends abstract new () => infer M ? M : unknown

/** Rows of a source. */
export type SourceRow<S> = S extends abstract new () => infer M ? RowOf<M> : Record<string, unknown>

/** Variables as the inner pipeline gets them. */
export type Variables<Row, L> = {
  readonly [K in keyof L]: Expression<Resolve<Row, SubjectValue<L[K]>>, never>
}

/** The rows of `facet()`. */
export type Faceted<F> = Expand<{
  -readonly [K in keyof F]: F[K] extends (...args: never[]) => infer Result ? RowsOf<Result> : never
}>

// ---- Order

/** `'asc'` and `'desc'`, or MongoDB's 1 and -1. */
export type SortDirection = 'asc' | 'desc' | 1 | -1

/** Fields with their directions, the most significant first. */
export type SortSpec<Row> = {
  readonly [P in FieldPath<Row>]?: SortDirection | Expression<number, never>
}
