/** Whether somebody listens to events of models that nobody emits. */
import { MODEL_EVENTS } from '../../orm/hooks/events.ts'
import { eventName } from '../model_events.ts'
import type { Finding } from './finding.ts'

const ENDINGS = MODEL_EVENTS.map((event) => eventName('', event))

/** `heard`: the names of the events that have listeners. */
export function checkModelEvents(heard: readonly unknown[], areEmitted: boolean): Finding {
  const check = 'events of models'
  if (areEmitted) return { level: 'ok', check, message: 'the emitter is told of them' }
  const names = heard.filter(
    (name) => typeof name === 'string' && ENDINGS.some((ending) => name.endsWith(ending)),
  )
  if (names.length === 0) return { level: 'ok', check, message: 'nobody listens to them' }
  return {
    level: 'warning',
    check,
    message: `nothing tells the listeners of ${names.join(', ')}`,
    advice:
      'set `modelEvents: true` in config/mongodb.ts, unless the application emits them itself',
  }
}
