/** Which hooks one call runs. */
import { refuse } from '../../errors/index.ts'
import { own } from '../contracts/own.ts'
import { HOOK_EVENTS, type HookEvent } from './events.ts'

/** All hooks of the model, none of them, or those of the events that are named. */
export type HookChoice = boolean | readonly HookEvent[]

/** Hooks run as the model has them. */
export const ALL_HOOKS = 0

/** What a call says of its hooks. */
export interface ChosenHooks {
  readonly hooks?: HookChoice | undefined
  /** Whether instances are validated. */
  readonly validate?: boolean | undefined
}

/** A model's validator is no hook: it runs unless it is named itself. */
const VALIDATOR = bitsOf(['validator'])
const VALIDATION = bitsOf(['beforeValidate', 'validator', 'afterValidate'])

/**
 * The events of which no hooks run, a bit for each in the order of {@link HOOK_EVENTS}. Errors:
 * `E_INVALID_QUERY` for what is no choice.
 */
export function mutedBy(
  owner: { readonly name: string },
  { hooks: choice, validate }: ChosenHooks,
): number {
  const unvalidated = validate === false ? VALIDATION : ALL_HOOKS
  if (choice === undefined || choice === true) return unvalidated
  const kept = choice === false ? [] : choice
  const wrong = Array.isArray(kept) ? kept.find((one) => !HOOK_EVENTS.includes(one)) : kept
  if (wrong !== undefined) {
    const known = `true, false or a list of ${HOOK_EVENTS.join(', ')}`
    const message = `: there are no hooks "${String(wrong)}"; hooks are ${known}`
    refuse('E_INVALID_QUERY', owner, undefined, message)
  }
  return (bitsOf(HOOK_EVENTS) & ~bitsOf(kept) & ~VALIDATOR) | unvalidated
}

/** A bit for each event. */
export function bitsOf(events: readonly HookEvent[]): number {
  return events.reduce((bits, event) => bits | (1 << HOOK_EVENTS.indexOf(event)), 0)
}

/** What is left of a choice without these events; without any named, nothing. */
export function choiceWithout(
  choice: HookChoice | undefined,
  events: readonly HookEvent[],
): HookChoice {
  if (events.length === 0) return false
  const before = choice === undefined || choice === true ? HOOK_EVENTS : choice || []
  return before.filter((event) => !events.includes(event))
}

/** The same options, and no hooks. */
export function quietly<Options extends object>(
  options: Options | undefined,
): Options & { hooks: false } {
  return { ...own(options), hooks: false } as Options & { hooks: false }
}
