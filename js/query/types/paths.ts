/** Names and dotted paths that a model class has, and the types of what they lead to. */
type AnyFunction = (...args: never[]) => unknown
export type IsAny<T> = 0 extends 1 & T ? true : false

/** A Luxon `DateTime`, by its shape: Luxon is optional. */
export interface DateTimeLike {
  toJSDate(): Date
}

/** Properties that are no data: methods, and relations (they carry an opaque type tag). */
type NoData = AnyFunction | { readonly __opaque_type: unknown }

/** Values that have nothing inside that a path could name. */
export type Leaf =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | ArrayBufferView
  | ReadonlySet<unknown>
  | DateTimeLike
  | { readonly _bsontype: string }
  | NoData

type DataKey<T> = {
  [K in keyof T & string]-?: K extends `$${string}` | 'serializeExtras'
    ? never
    : unknown extends T[K]
      ? K
      : [NonNullable<T[K]>] extends [NoData]
        ? never
        : K
}[keyof T & string]

/**
 * Names of the data properties of model `M`: no methods, no relations, nothing that starts with
 * `$`. Any string where `M` has no properties of its own, as in code for all models.
 */
export type AttributeName<M> =
  IsAny<M> extends true ? string : [DataKey<M>] extends [never] ? string : DataKey<M>

/** Paths inside a value. `Depth` is the number of further levels that are spelled out. */
type Inside<T, Depth extends readonly 0[]> =
  IsAny<T> extends true
    ? string
    : unknown extends T
      ? string
      : T extends Leaf
        ? never
        : T extends readonly (infer E)[]
          ? `${number}` | ItemPath<Inside<E, Depth>>
          : T extends ReadonlyMap<string, unknown>
            ? string
            : string extends keyof T
              ? string
              : Depth extends readonly [0, ...infer Rest extends readonly 0[]]
                ? { [K in DataKey<T>]: K | Below<K, Inside<T[K & keyof T], Rest>> }[DataKey<T>]
                : string

/** What follows a position is not spelled out: patterns are what makes unions of names slow. */
type ItemPath<Path extends string> = [Path] extends [never] ? never : Path | `${number}.${string}`
type Below<K extends string, Path extends string> = [Path] extends [never] ? never : `${K}.${Path}`

/**
 * A property name of `M`, or a dotted path into a nested object or the objects of an array:
 * `'address.city'`, `'items.sku'`, `'items.0.sku'`. Names are checked two levels below the property;
 * deeper, and after a position in an array, any name may follow.
 */
export type AttributePath<M> =
  IsAny<M> extends true
    ? string
    : [DataKey<M>] extends [never]
      ? string
      : { [K in DataKey<M>]: K | Below<K, Inside<M[K & keyof M], [0, 0]>> }[DataKey<M>]

/** Type of what a path leads to; `never` where a member of a union does not have it. */
type ValueAt<T, Path extends string> =
  IsAny<T> extends true
    ? unknown
    : T extends readonly (infer E)[]
      ? [Path] extends [`${number}`]
        ? E
        : [Path] extends [`${number}.${infer Rest}`]
          ? ValueAt<NonNullable<E>, Rest>
          : ValueAt<NonNullable<E>, Path>
      : T extends Leaf
        ? never
        : [Path] extends [keyof T]
          ? T[Path]
          : [Path] extends [`${infer Head}.${infer Rest}`]
            ? Head extends keyof T
              ? ValueAt<NonNullable<T[Head]>, Rest>
              : never
            : never

/** Type of the property or nested value that `Path` names; `unknown` where it cannot be told. */
export type AttributeValue<M, Path extends string> =
  IsAny<M> extends true
    ? unknown
    : [Path] extends [keyof M]
      ? M[Path]
      : [ValueAt<M, Path>] extends [never]
        ? unknown
        : ValueAt<M, Path>
