/** Validation of instances that are to be written: a place in their lifecycle, before the other hooks. */
import { isDeepStrictEqual } from 'node:util'
import type { DateTime } from 'luxon'
import { errors, refuse } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { absorb, assign } from '../instance/attributes.ts'
import type { HookContext } from '../operation/run.ts'
import { asPlain, asShown, dataOf, type Shape } from './data.ts'
import type {
  ModelValidator,
  StandardValidator,
  ValidationMessage,
  ValidationMeta,
} from './types.ts'

/** What runs in the place of the validator. */
export type ValidatorHook = (instance: Model, context: HookContext) => Promise<void>

type Values = Record<string, unknown>
/** Answers the values, or throws an error with `messages`. */
type Check = (values: Values, meta: ValidationMeta) => unknown

/** VineJS reads dates from texts, other libraries take those of JavaScript. */
const WITH_TEXTS = asPlain((date, column) => textOf(date, column))
const WITH_DATES = asPlain((date) => date.toJSDate())

function textOf(date: DateTime, { kind }: Column): string | null {
  return kind.shownAs === 'day' ? date.toISODate() : date.toISO()
}

/** The hook of a validator. Errors: `E_MODEL_DEFINITION` for what is none. */
export function validatorHook(
  owner: { readonly name: string },
  validator: ModelValidator,
): ValidatorHook {
  const [check, shape] = checkOf(owner, validator)
  return async (instance, context) => {
    const definition = absorb(instance)
    const { values, unjudged } = dataOf(definition, instance, shape)
    let answer: unknown
    try {
      answer = await check(values, { ...context, instance })
    } catch (error) {
      const messages = messagesOf(error, unjudged)
      if (messages === undefined) throw error
      if (messages.length === 0) return
      throw invalid(definition, context, messages, error)
    }
    take(definition, instance, values, answer)
  }
}

function checkOf(owner: { readonly name: string }, given: ModelValidator): [Check, Shape] {
  if (typeof given === 'function') return [given as Check, asShown]
  const standard = (given as Partial<StandardValidator> | null)?.['~standard']
  if (typeof standard?.validate === 'function' && standard.vendor !== 'vinejs') {
    return [(values) => checkStandard(standard, values), WITH_DATES]
  }
  const vine = given as { validate?: (data: Values, options: object) => unknown } | null
  if (typeof vine?.validate !== 'function') {
    refuse(
      'E_MODEL_DEFINITION',
      owner,
      undefined,
      '.validator: must be a validator of VineJS, a schema with "~standard" or a function',
    )
  }
  return [(values, meta) => vine.validate?.(values, { meta }), WITH_TEXTS]
}

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
}

/** Issues of a schema, as VineJS has them. */
class StandardFailure extends Error {
  readonly messages: readonly ValidationMessage[]

  constructor(messages: readonly ValidationMessage[]) {
    super('Validation failure')
    this.messages = messages
  }
}

async function checkStandard(
  { vendor, validate }: StandardValidator['~standard'],
  values: Values,
): Promise<unknown> {
  const result = (await validate(values)) as { value?: unknown; issues?: readonly StandardIssue[] }
  if (result.issues === undefined) return result.value
  throw new StandardFailure(
    result.issues.map(({ message, path = [] }) => {
      const keys = path.map((one) => String(typeof one === 'object' ? one.key : one))
      return { message, field: keys.join('.'), rule: vendor }
    }),
  )
}

/** What is wrong, but for what nothing can be said of; undefined for an error of another kind. */
function messagesOf(error: unknown, unjudged: ReadonlySet<string>): unknown[] | undefined {
  const messages = (error as { messages?: unknown } | null)?.messages
  if (!Array.isArray(messages)) return undefined
  return messages.filter((one) => !unjudged.has(propertyOf(one) ?? ''))
}

/** The property that a message is about. Reporters of the application may have other messages. */
function propertyOf(message: unknown): string | undefined {
  const field = (message as Partial<ValidationMessage> | null)?.field
  return typeof field === 'string' ? field.split('.')[0] : undefined
}

function invalid(
  definition: ModelDefinition,
  { operation, connection }: HookContext,
  messages: readonly unknown[],
  cause: unknown,
): Error {
  const names = [...new Set(messages.map(propertyOf))].filter((one) => one !== undefined)
  const what = names.length === 0 ? 'its values' : names.map((one) => `"${one}"`).join(', ')
  const { name: model } = definition
  return new errors.E_VALIDATION_ERROR(
    `${model}: the validator does not take ${what}; \`messages\` says why. Nothing was written`,
    { model, operation, connection, column: names[0], messages, cause },
  )
}

/** Assigns what the validator made of the values, where that is something else. */
function take(definition: ModelDefinition, instance: Model, values: Values, answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return
  const changed = Object.entries(answer).filter(([name, value]) => {
    if (value === undefined || definition.attribute(name) === undefined) return false
    return !isSame(value, values[name])
  })
  if (changed.length > 0) assign(instance, Object.fromEntries(changed), false)
}

/** A date that VineJS read from the text of a date is the same; days begin where the process is. */
function isSame(value: unknown, given: unknown): boolean {
  if (value instanceof Date && typeof given === 'string') {
    const moments = [Date.parse(given), Date.parse(`${given}T00:00:00`)]
    return moments.includes(value.getTime())
  }
  return isDeepStrictEqual(value, given)
}
