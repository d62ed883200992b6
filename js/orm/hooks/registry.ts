import { errors } from '../../errors/index.ts'
import { HOOK_EVENTS, type HookEvent } from './events.ts'

/** A hook as the registry keeps it: what it takes depends on the event. */
export type AnyHook = (subject: never, context: never) => unknown

/** A registered handler. */
export interface Handler {
  /** Class and method, for messages. */
  readonly name: string
  readonly call: (subject: unknown, context: unknown) => unknown
}

/** The hooks of one model class, inherited ones first. */
export class HookRegistry {
  readonly handlers: Handler[][]

  constructor(parent?: HookRegistry) {
    this.handlers = HOOK_EVENTS.map((_, place) => [...(parent?.handlers[place] ?? [])])
  }

  /** Errors: `E_MODEL_DEFINITION` for an event that does not exist or a hook that is no function. */
  add(event: HookEvent, hook: unknown, owner: { name: string }, label?: string): void {
    const place = HOOK_EVENTS.indexOf(event)
    if (place === -1) {
      throw new errors.E_MODEL_DEFINITION(
        `${owner.name}: there is no hook event "${String(event)}"; there are: ${HOOK_EVENTS.join(', ')}`,
        { model: owner.name },
      )
    }
    if (typeof hook !== 'function') {
      throw new errors.E_MODEL_DEFINITION(
        `${owner.name}: the ${event} hook must be a function, and is ` +
          (hook === null ? 'null' : `of type ${typeof hook}`),
        { model: owner.name },
      )
    }
    const name = `${owner.name || 'anonymous class'}.${label ?? (hook.name || 'anonymous')}`
    this.handlers[place]?.push({ name, call: hook.bind(owner) as Handler['call'] })
  }

  has(event: HookEvent): boolean {
    return this.handlers[HOOK_EVENTS.indexOf(event)]?.length !== 0
  }

  hasAny(events: readonly HookEvent[]): boolean {
    return events.some((event) => this.has(event))
  }

  /** Handler counts in the order of the model descriptor. */
  counts(): number[] {
    return this.handlers.map((list) => list.length)
  }
}
