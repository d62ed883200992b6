import { fsImportAll } from '@adonisjs/core/helpers'
import type { ApplicationService } from '@adonisjs/core/types'
import type { BaseModel } from 'lucent-odm'

export type ModelType = typeof BaseModel

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
