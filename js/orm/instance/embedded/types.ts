/** Types of properties that hold documents with a model of their own. */
import type { EmbedTag } from '../../contracts/embedded.ts'
import type { EmbeddedList } from './list.ts'

type EmbeddedClass = abstract new () => object

/** The type of a property of `@embedsOne()`. */
export type EmbedsOne<T extends EmbeddedClass> = InstanceType<T> & EmbedTag<InstanceType<T>>

/** The type of a property of `@embedsMany()`. */
export type EmbedsMany<T extends EmbeddedClass> = EmbeddedList<InstanceType<T>> &
  EmbedTag<InstanceType<T>>
