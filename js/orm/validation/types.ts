/** What a model's `validator` may be. */
import type { Model } from '../contracts/index.ts'
import type { HookContext } from '../operation/run.ts'

/** What a validator learns beside the data: VineJS has it as `field.meta`. */
export interface ValidationMeta<M = Model> extends HookContext {
  /** The instance that is written. */
  readonly instance: M
}

/** One thing that is wrong, as VineJS and AdonisJS show it. */
export interface ValidationMessage {
  readonly message: string
  /** Path of the property, `items.0.price`. */
  readonly field: string
  /** The rule that does not hold; of Standard Schema the name of the library. */
  readonly rule: string
}

/** A validator of VineJS: what `vine.compile()` or `vine.create()` answer. */
export interface VineValidator {
  validate(data: never, options: never): PromiseLike<unknown>
}

/** A schema of any library that has Standard Schema. */
export interface StandardValidator {
  readonly '~standard': {
    readonly vendor: string
    readonly validate: (value: unknown) => unknown
  }
}

/**
 * Takes the properties and answers those that are to be others, or nothing. Throws what is wrong: an
 * error with `messages` becomes `E_VALIDATION_ERROR`, any other reaches the caller.
 */
export type ValidateFunction = (data: never, meta: never) => unknown

/** What says whether an instance may be written; see `BaseModel.validator`. */
export type ModelValidator = VineValidator | StandardValidator | ValidateFunction
