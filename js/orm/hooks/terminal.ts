/** What a terminal shows of the hooks of models. */
import { HOOK_EVENTS, type HookEvent, LIFECYCLE, RAISED } from './events.ts'
import type { HookRegistry } from './registry.ts'

interface Hooked {
  readonly name: string
  readonly hooks: HookRegistry
  readonly rules: { readonly all: readonly { readonly name: string }[] }
}

/** The rules of a model, and which of its hooks run in which operation, in their order: a line each. */
export function hookLines({ name, hooks, rules }: Hooked): string[] {
  const named = (events: readonly HookEvent[]) =>
    events.flatMap((event) => {
      const handlers = hooks.handlers[HOOK_EVENTS.indexOf(event)] ?? []
      return handlers.map((handler) => `${event} ${handler.name}`)
    })
  const held = rules.all.map((rule) => rule.name)
  const lines = LIFECYCLE.flatMap((operation) => {
    const { before, after } = RAISED[operation]
    const all = [...named(before), operation.toUpperCase(), ...named(after)]
    return all.length === 1 ? [] : `  ${all.join(' > ')}`
  })
  return [
    `${name}: ${held.length === 0 ? 'no rules' : `rules ${held.join(', ')}`}`,
    ...(lines.length === 0 ? ['  no hooks'] : lines),
  ]
}
