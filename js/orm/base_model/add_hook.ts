/** `Model.before()` and `Model.after()`. */
import { refuse } from '../../errors/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import { definitionOf } from '../definition/index.ts'
import {
  AFTER_EVENT_NAMES,
  type AfterEventName,
  EVENT_NAMES,
  type HookEvent,
} from '../hooks/events.ts'
import type { AddedHookOptions } from '../hooks/registry.ts'

/** Answers how to take it off. Errors: `E_MODEL_DEFINITION` for an unknown event. */
export function addHook(
  model: ModelClass,
  when: 'before' | 'after',
  event: AfterEventName,
  handler: unknown,
  { connection, documents }: AddedHookOptions = {},
): () => void {
  const definition = definitionOf(model)
  const names: readonly string[] = when === 'after' ? AFTER_EVENT_NAMES : EVENT_NAMES
  if (!names.includes(event)) {
    refuse(
      'E_MODEL_DEFINITION',
      model,
      undefined,
      `.${when}(): there is no event "${String(event)}"; there are: ${names.join(', ')}`,
    )
  }
  const name = `${when}${event.charAt(0).toUpperCase()}${event.slice(1)}`
  const inBoot = definition.boot.isInside
  return definition.hooks.add(name as HookEvent, handler, {
    owner: model,
    connection,
    documents,
    inBoot,
  })
}
