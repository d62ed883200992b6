/** Types of properties that hold documents with a model of their own. */

/** What a property's type tells of its documents; no instance has it. */
export declare const embedded: unique symbol

type EmbeddedClass = abstract new () => object

/** The type of a property of `@embedsOne()`. */
export type EmbedsOne<T extends EmbeddedClass> = InstanceType<T> & {
  readonly [embedded]?: InstanceType<T>
}

/** The type of a property of `@embedsMany()`. */
export type EmbedsMany<T extends EmbeddedClass> = InstanceType<T>[] & {
  readonly [embedded]?: InstanceType<T>
}

/** Whether a property holds embedded documents. */
export type IsEmbedded<T> = typeof embedded extends keyof T ? true : false
