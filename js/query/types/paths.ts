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

/** Whether two types are the same, `readonly` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Those of the names `K` of `T` that can be set. What cannot be set are getters. */
type SettableKey<T, K extends keyof T> = {
  [Name in K]-?: Same<Pick<T, Name>, Settable<Pick<T, Name>>> extends true ? Name : never
}[K]
type Settable<T> = { -readonly [K in keyof T]: T[K] }

/** Keys of documents are often `readonly`, and never getters. */
type PrimaryName = 'id' | '_id'

/**
 * Names of what can be a column: of a model the properties that can be set and those that its
 * `$columns` lists, of other objects all data.
 */
type ColumnKey<T> = T extends { readonly $columns: readonly (infer Listed extends string)[] }
  ?
      | SettableKey<T, DataKey<T>>
      | Extract<DataKey<T>, PrimaryName | (string extends Listed ? never : Listed)>
  : DataKey<T>

// In code over models `M` is open: `T extends Base`. TypeScript compares with what is known of a type
// parameter where it stands in a conditional type (`M extends unknown ? … : never`) of which a key is
// taken: a name of `Base` is a name of every `M`. Everything below that depends on `M` has that form.

type NamesIn<M> = M extends unknown ? { [K in NamesOf<M>]: K } : never
type NamesOf<M> =
  IsAny<M> extends true ? string : [ColumnKey<M>] extends [never] ? string : ColumnKey<M>

/**
 * Names of the data properties of model `M`: no methods, no getters, no relations, nothing that
 * starts with `$`. Any string where `M` has no properties of its own, as in code for all models.
 */
export type AttributeName<M> = keyof NamesIn<M> & string

/** Paths inside a value. `Depth` is the number of further levels that are spelled out. */
type Inside<T, Depth extends readonly 0[]> =
  IsAny<T> extends true
    ? string
    : unknown extends T
      ? string
      : T extends ReadonlyMap<string, unknown>
        ? string
        : T extends Leaf
          ? never
          : T extends readonly (infer E)[]
            ? `${number}` | ItemPath<Elements<E, Depth>>
            : string extends keyof T
              ? string
              : Depth extends readonly [0, ...infer Rest extends readonly 0[]]
                ? { [K in DataKey<T>]: K | Below<K, Inside<T[K & keyof T], Rest>> }[DataKey<T>]
                : string

/** An array in an array counts as a level: an array may be one of the elements of itself. */
type Elements<E, Depth extends readonly 0[]> =
  Extract<E, readonly unknown[]> extends never
    ? Inside<E, Depth>
    : Depth extends readonly [0, ...infer Rest extends readonly 0[]]
      ? Inside<E, Rest>
      : string

/** What follows a position is not spelled out: patterns are what makes unions of names slow. */
type ItemPath<Path extends string> = [Path] extends [never] ? never : Path | `${number}.${string}`
type Below<K extends string, Path extends string> = [Path] extends [never] ? never : `${K}.${Path}`

/** The union has no name of its own: so the compiler lists what is in it when it refuses a path. */
type PathsIn<M> = M extends unknown
  ? {
      are: string extends NamesOf<M>
        ? string
        : { [K in ColumnKey<M>]: K | Below<K, Inside<M[K & keyof M], [0, 0]>> }[ColumnKey<M>]
    }
  : never

/**
 * A property name of `M`, or a dotted path into a nested object or the objects of an array:
 * `'address.city'`, `'items.sku'`, `'items.0.sku'`. Names are checked two levels below the property;
 * deeper, after a position in an array, and below an object of any names (`Record`, `Map`), any name
 * may follow.
 */
export type AttributePath<M> = PathsIn<M>['are']

/** Type of what a path leads to; `never` where a member of a union does not have it. */
type ValueAt<T, Path extends string> =
  IsAny<T> extends true
    ? unknown
    : T extends readonly (infer E)[]
      ? [Path] extends [`${number}`]
        ? E
        : [Path] extends [`${number}.${infer Rest}`]
          ? ValueAt<NonNullable<E>, Rest>
          : ValueAt<Exclude<NonNullable<E>, readonly unknown[]>, Path>
      : T extends ReadonlyMap<string, infer V>
        ? ValueOfAny<V, Path>
        : T extends Leaf
          ? never
          : string extends keyof T
            ? ValueOfAny<T[keyof T & string], Path>
            : [Path] extends [keyof T]
              ? T[Path]
              : [Path] extends [`${infer Head}.${infer Rest}`]
                ? Head extends keyof T
                  ? ValueAt<NonNullable<T[Head]>, Rest>
                  : never
                : never

/** As {@link ValueAt}, of an object with values `V` under any names. */
type ValueOfAny<V, Path extends string> = string extends Path
  ? unknown
  : [Path] extends [`${string}.${infer Rest}`]
    ? ValueAt<NonNullable<V>, Rest>
    : V

type ValueIn<M, Path extends string> = M extends unknown ? { is: ValueOf<M, Path> } : never
type ValueOf<M, Path extends string> =
  IsAny<M> extends true
    ? unknown
    : [Path] extends [keyof M]
      ? M[Path]
      : [ValueAt<M, Path>] extends [never]
        ? unknown
        : ValueAt<M, Path>

/** Type of the property or nested value that `Path` names; `unknown` where it cannot be told. */
export type AttributeValue<M, Path extends string> = ValueIn<M, Path>['is']
