import type { BaseCommand } from '@adonisjs/core/ace'
import { fsImportAll } from '@adonisjs/core/helpers'
import type { ApplicationService } from '@adonisjs/core/types'
import type { BaseModel } from 'lucent-odm'

export type ModelType = typeof BaseModel

/** Where the models are, as a message says it. */
export function modelsFolder(app: ApplicationService): string {
  return app.relativePath(app.modelsPath())
}

/**
 * The models that a command was given by name, all that it is about where it was given none. Where
 * there is no such model the command says so and fails.
 */
export function chosenModels(
  command: BaseCommand & { app: ApplicationService; models?: string[] },
  found: ReadonlyMap<string, ModelType>,
  what = '',
): ModelType[] | undefined {
  const { models: names = [...found.keys()] } = command
  const unknown = names.filter((name) => !found.has(name))
  if (unknown.length === 0) return names.flatMap((name) => found.get(name) ?? [])
  const kind = ['model', what].filter(Boolean).join(' ')
  const list = unknown.join(', ')
  command.logger.error(`no ${kind} is named ${list} in ${modelsFolder(command.app)}`)
  command.exitCode = 1
  return undefined
}

/** The models of the application. */
export async function loadModels(app: ApplicationService): Promise<Set<ModelType>> {
  const { BaseModel } = await import('lucent-odm')
  const models = new Set<ModelType>()
  const visit = (value: unknown): void => {
    if (typeof value === 'function' && value.prototype instanceof BaseModel) {
      models.add(value as ModelType)
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
  }
  visit(await fsImportAll(app.modelsPath(), { ignoreMissingRoot: true }))
  return models
}
