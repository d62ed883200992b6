/** The commands, as `node ace` finds them. */
import type { BaseCommand } from '@adonisjs/core/ace'
import type { CommandMetaData } from '@adonisjs/core/types/ace'

type Command = typeof BaseCommand

const COMMANDS: Readonly<Record<string, () => Promise<{ default: unknown }>>> = {
  'make:mongo-model': () => import('./make_mongo_model.ts'),
  'mongo:doctor': () => import('./doctor.ts'),
  'mongo:encryption:key': () => import('./encryption_key.ts'),
  'mongo:encryption:rotate': () => import('./encryption_rotate.ts'),
  'mongo:hooks': () => import('./hooks.ts'),
  'mongo:indexes': () => import('./indexes.ts'),
  'mongo:status': () => import('./status.ts'),
}

/** What `node ace list` shows. */
export async function getMetaData(): Promise<CommandMetaData[]> {
  const modules = await Promise.all(Object.values(COMMANDS).map((load) => load()))
  return modules.map((module) => (module.default as Command).serialize())
}

/** The class of a command. */
export async function getCommand({ commandName }: CommandMetaData): Promise<Command | null> {
  const load = Object.hasOwn(COMMANDS, commandName) ? COMMANDS[commandName] : undefined
  return load === undefined ? null : ((await load()).default as Command)
}
