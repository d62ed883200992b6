/** Telling when a model is first used: its first request is about to be sent. */
import { Listeners } from '../../database/listeners.ts'
import type { ModelClass } from '../contracts/index.ts'

export const firstUse = new Listeners<ModelClass>()
