/** Values of the JSON and array conditions. */
import type { AttributePath, AttributeValue, IsAny, Leaf } from './paths.ts'
import type { Comparable, EqualityOperator, OrderOperator, QueryValue } from './values.ts'

/** Part of a value of type `T`: some of an object's keys, some of an array's elements. */
export type JsonPart<T> =
  IsAny<T> extends true
    ? unknown
    : unknown extends T
      ? unknown
      : T extends readonly (infer E)[]
        ? readonly JsonPart<E>[] | (E extends Leaf ? JsonPart<E> : never)
        : T extends Leaf
          ? NonNullable<Comparable<T>>
          : { readonly [K in keyof T]?: JsonPart<NonNullable<T[K]>> | Extract<T[K], null> }

/** What `whereJsonSuperset()` takes for the property or nested value that `Path` names. */
export type JsonPartOf<M, Path extends string> = JsonPartIn<M, Path>['is']

// For models that are not known yet, as all that depends on `M`: see paths.ts.
type JsonPartIn<M, Path extends string> = M extends unknown
  ? {
      is: unknown extends AttributeValue<M, Path>
        ? unknown
        : JsonPart<NonNullable<AttributeValue<M, Path>>>
    }
  : never

/** What can hold a property's value: any object, array or single value. */
export type JsonWhole =
  | Readonly<Record<string, unknown>>
  | readonly unknown[]
  | string
  | number
  | bigint
  | boolean
  | Date

/** Type of the elements of the array that `Path` names; `unknown` where it cannot be told. */
export type ElementOf<M, Path extends string> = ElementIn<M, Path>['is']

type ElementIn<M, Path extends string> = M extends unknown
  ? {
      is: NonNullable<AttributeValue<M, Path>> extends readonly (infer E)[]
        ? NonNullable<E>
        : unknown
    }
  : never

/** Type of the embedded document that `Path` names, or of the items of the array. */
export type EmbeddedOf<M, Path extends string> = EmbeddedIn<M, Path>['is']

type EmbeddedIn<M, Path extends string> = M extends unknown
  ? {
      is: NonNullable<AttributeValue<M, Path>> extends readonly (infer E)[]
        ? NonNullable<E>
        : NonNullable<AttributeValue<M, Path>>
    }
  : never

/** What an element of the array that `Path` names can be compared with. */
export type ElementValue<M, Path extends string> = ElementValueIn<M, Path>['is']

type ElementValueIn<M, Path extends string> = M extends unknown
  ? {
      is: NonNullable<AttributeValue<M, Path>> extends readonly unknown[]
        ? ElementsOf<QueryValue<M, Path>>
        : unknown
    }
  : never
type ElementsOf<V> = V extends readonly (infer E)[] ? E : V

/** Conditions on an element that is a single value: `{ '>=': 80, '<': 85 }`. */
export type ElementComparisons<E> = {
  readonly [Operator in EqualityOperator | OrderOperator]?: Comparable<E>
}

/** What `whereElemMatch()` takes in place of a callback. */
export type ElementConditions<E> = unknown extends E
  ? Readonly<Record<string, unknown>>
  : E extends Leaf
    ? ElementComparisons<E>
    : { readonly [P in AttributePath<E>]?: QueryValue<E, P> }
