import { args, BaseCommand, flags } from '@adonisjs/core/ace'
import { fsImportAll } from '@adonisjs/core/helpers'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import type { BaseModel } from 'lucent-odm'
import { progressLine, type RotationProgress } from '../doctor/progress.ts'

type Rotate = (
  model: typeof BaseModel,
  options: {
    batchSize?: number
    concurrency?: number
    dryRun?: boolean
    signal?: AbortSignal
    onProgress?: (progress: RotationProgress) => void
  },
) => Promise<unknown>

/** Encrypts again, with the primary key, what is stored under others. */
export default class MongoEncryptionRotate extends BaseCommand {
  static override commandName = 'mongo:encryption:rotate'
  static override description = 'Encrypt what is stored with the primary key'
  static override options: CommandOptions = { startApp: true }

  @args.spread({ description: 'Names of model classes; all by default', required: false })
  declare models?: string[]

  @flags.number({ description: 'Documents in a batch' })
  declare batchSize?: number

  @flags.number({ description: 'Batches at once' })
  declare concurrency?: number

  @flags.boolean({ description: 'Count, and write nothing' })
  declare dryRun?: boolean

  override async run(): Promise<void> {
    const lucent = await import('lucent-odm')
    const rotate = Reflect.get(lucent, 'rotateEncryption') as Rotate | undefined
    if (rotate === undefined) return this.#refuse('this version of lucent-odm cannot rotate keys')
    const found = await this.#findModels(lucent.BaseModel)
    const wanted = this.models ?? [...found.keys()]
    const unknown = wanted.filter((name) => !found.has(name))
    if (unknown.length > 0) {
      return this.#refuse(`no model is named ${unknown.join(', ')} in ${this.app.modelsPath()}`)
    }
    const controller = new AbortController()
    const stop = () => controller.abort()
    process.once('SIGINT', stop)
    try {
      for (const name of wanted) {
        const model = found.get(name)
        if (model !== undefined) await this.#rotate(rotate, model, controller.signal)
      }
    } finally {
      process.off('SIGINT', stop)
    }
  }

  async #rotate(rotate: Rotate, model: typeof BaseModel, signal: AbortSignal): Promise<void> {
    let last: RotationProgress | undefined
    const show = (progress: RotationProgress) => {
      last = progress
      if (process.stdout.isTTY) this.logger.logUpdate(progressLine(model.name, progress))
    }
    const options = {
      ...(this.batchSize !== undefined && { batchSize: this.batchSize }),
      ...(this.concurrency !== undefined && { concurrency: this.concurrency }),
      dryRun: this.dryRun ?? false,
    }
    try {
      await rotate(model, { ...options, signal, onProgress: show })
    } catch (error) {
      this.exitCode = 1
      const message = error instanceof Error ? error.message : String(error)
      this.logger.error(
        signal.aborted
          ? `${model.name}: stopped; run it again to go on`
          : `${model.name}: ${message}`,
      )
    }
    if (process.stdout.isTTY) this.logger.logUpdatePersist()
    else if (last !== undefined) this.logger.log(progressLine(model.name, last))
    if (last === undefined) return
    if (last.failed > 0) this.exitCode = 1
    for (const [key, count] of Object.entries(last.left)) {
      this.logger.log(`  ${model.name}: ${count} values are under key "${key}"`)
    }
  }

  /** The models of the application, by the names of their classes. */
  async #findModels(Base: typeof BaseModel): Promise<Map<string, typeof BaseModel>> {
    const models = new Map<string, typeof BaseModel>()
    const visit = (value: unknown): void => {
      if (typeof value === 'function') {
        const model = value as typeof BaseModel
        if (model.prototype instanceof Base) models.set(model.name, model)
      } else if (typeof value === 'object' && value !== null) {
        for (const inner of Object.values(value)) visit(inner)
      }
    }
    visit(await fsImportAll(this.app.modelsPath(), { ignoreMissingRoot: true }))
    return models
  }

  #refuse(message: string): void {
    this.logger.error(message)
    this.exitCode = 1
  }
}
