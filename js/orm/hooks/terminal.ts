/** What a terminal shows of what takes part in operations of models. */
import type { Rule } from '../rules/index.ts'
import {
  HOOK_EVENTS,
  type HookEvent,
  LIFECYCLE,
  type ModelEvent,
  RAISED,
  type RuleKind,
} from './events.ts'
import type { HookRegistry } from './registry.ts'

interface Hooked {
  readonly name: string
  readonly hooks: HookRegistry
  readonly rules: { readonly all: readonly Rule[] }
}

/** What rules do, by what they say. */
const KINDS: Readonly<Record<RuleKind, (rule: Rule) => boolean>> = {
  conditions: ({ where }) => where !== undefined,
  tenant: ({ pin }) => pin !== undefined,
  stamps: ({ stamps }) => stamps !== undefined,
  kept: ({ removes }) => removes !== undefined,
}

/**
 * The rules of a model, and what runs in which operation, in order: hooks, the validator, the command with what
 * rules do to it, hooks, listeners. A line each; operations in which nothing runs are left out.
 */
export function hookLines({ name, hooks, rules }: Hooked): string[] {
  const named = (events: readonly HookEvent[], told: readonly ModelEvent[]) =>
    events.flatMap((event) => {
      const handlers = hooks.handlers[HOOK_EVENTS.indexOf(event)] ?? []
      const concerned = handlers.filter((one) => one.told === undefined || told.includes(one.told))
      return concerned.map((handler) => `${event} ${handler.name}`)
    })
  const command = (operation: string, kinds: readonly RuleKind[]) => {
    const held = kinds.filter((kind) => rules.all.some(KINDS[kind]))
    return operation.toUpperCase() + (held.length === 0 ? '' : ` (${held.join(', ')})`)
  }
  const lines = LIFECYCLE.flatMap((operation) => {
    const { before, after, rules: kinds, told } = RAISED[operation]
    const all = [...named(before, told), command(operation, kinds), ...named(after, told)]
    return all.length === 1 ? [] : `  ${all.join(' > ')}`
  })
  const held = rules.all.map((rule) => rule.name)
  return [
    `${name}: ${held.length === 0 ? 'no rules' : `rules ${held.join(', ')}`}`,
    ...(lines.length === 0 ? ['  no hooks'] : lines),
  ]
}
