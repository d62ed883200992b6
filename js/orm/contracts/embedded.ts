/** How the types of properties tell that they hold documents with a model of their own. */

/** What a property's type tells of its documents; no instance has it. */
export declare const embedded: unique symbol

/** Marks the type of a property that holds documents of type `M`. */
export interface EmbedTag<M> {
  readonly [embedded]?: M
}

/** Whether a property holds embedded documents. */
export type IsEmbedded<T> = typeof embedded extends keyof T ? true : false

/** The documents that a property holds. */
export type DocumentIn<T> =
  NonNullable<T> extends { readonly [embedded]?: infer M } ? NonNullable<M> : never
