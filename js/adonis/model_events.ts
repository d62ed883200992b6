/** Tells the application's emitter what becomes of models. */
import string from '@adonisjs/core/helpers/string'
import type { EmitterService } from '@adonisjs/core/types'
import { BaseModel } from 'lucent-odm'
import { MODEL_EVENTS } from '../orm/hooks/events.ts'

type Emit = (name: string, data: unknown) => Promise<void>

/** The name of an event as AdonisJS has them: `access_token:force_deleted`. */
export function eventName(model: string, event: string): string {
  return `${string.snakeCase(model)}:${string.snakeCase(event)}`
}

/**
 * Emits the events of all models, those that somebody listens to. What listeners of the emitter fail
 * with is reported as what fails in the background. Answers what ends it.
 */
export function emitModelEvents(emitter: EmitterService): () => void {
  const emit = emitter.emit.bind(emitter) as Emit
  const ends = MODEL_EVENTS.map((event) =>
    BaseModel.on(event, (subject, { model }) => {
      const name = eventName(model.name, event)
      return emitter.hasListeners(name as never) ? emit(name, subject) : undefined
    }),
  )
  return () => {
    for (const end of ends) end()
  }
}
