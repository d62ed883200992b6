import type { MixinOf } from '../contracts/index.ts'
import type { BaseModel } from './index.ts'

/**
 * A class of models `M` with all that `BaseModel` has: for repositories and the like, and what a
 * mixin extends. Abstract classes are none.
 *
 * @example
 * class Repository<M extends BaseModel> {
 *   constructor(private model: ModelConstructor<M>) {}
 *   find(id: string) {
 *     return this.model.find(id)
 *   }
 * }
 *
 * function SoftDeletes<T extends ModelConstructor>(superclass: T) {
 *   return class extends superclass {
 *     @column.dateTime() declare deletedAt: DateTime | null
 *   }
 * }
 */
export type ModelConstructor<M extends BaseModel = BaseModel> = Omit<
  typeof BaseModel,
  'prototype'
> & {
  readonly prototype: M
} & MixinOf<M>
