import { args, BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import type { RotationProgress, RotationReport } from 'lucent-odm'
import type { ModelType } from './load_models.ts'

/**
 * Encrypts again, with the primary key, what is stored under others or not at all. The exit code is 1
 * when something is left.
 */
export default class MongoEncryptionRotate extends BaseCommand {
  static override commandName = 'mongo:encryption:rotate'
  static override description = 'Encrypt what is stored with the primary key'
  static override options: CommandOptions = { startApp: true }

  @args.spread({
    description: 'Names of model classes; by default all that have encrypted columns',
    required: false,
  })
  declare models?: string[]

  @flags.number({ description: 'Documents in a batch' })
  declare batchSize?: number

  @flags.string({ description: 'Tenant whose documents are meant, of models of tenants' })
  declare tenant?: string

  @flags.number({ description: 'Batches at once' })
  declare concurrency?: number

  @flags.boolean({ description: 'Count, and write nothing' })
  declare dryRun?: boolean

  override async run(): Promise<void> {
    const { withoutLog } = await import('../doctor/without_log.ts')
    await withoutLog(this.app, () => this.#run())
  }

  async #run(): Promise<void> {
    const { chosenModels, modelsFolder } = await import('./load_models.ts')
    const wanted = chosenModels(this, await this.#findModels(), 'with encrypted columns')
    if (wanted === undefined) return
    if (wanted.length === 0) {
      this.logger.log(`no model in ${modelsFolder(this.app)} has encrypted columns`)
      return
    }
    const controller = new AbortController()
    const stop = () => controller.abort()
    process.once('SIGINT', stop)
    try {
      for (const model of wanted) await this.#rotate(model, controller.signal)
    } finally {
      process.off('SIGINT', stop)
    }
  }

  async #rotate(model: ModelType, signal: AbortSignal): Promise<void> {
    const { context, rotateEncryption } = await import('lucent-odm')
    const { tenant } = this
    const { leftLines, progressLine } = await import('../../orm/rotation/progress.ts')
    const { isTTY } = process.stdout
    try {
      const options = {
        ...(this.batchSize !== undefined && { batchSize: this.batchSize }),
        ...(this.concurrency !== undefined && { concurrency: this.concurrency }),
        dryRun: this.dryRun ?? false,
        signal,
        onProgress: (progress: RotationProgress) => {
          if (isTTY) this.logger.logUpdate(progressLine(model.name, progress))
        },
      }
      const rotate = () => rotateEncryption(model, options)
      const report = await (tenant === undefined ? rotate() : context.run({ tenant }, rotate))
      if (isTTY) this.logger.logUpdatePersist()
      else this.logger.log(progressLine(model.name, report))
      this.#conclude(model.name, report, leftLines(model.name, report))
    } catch (error) {
      if (isTTY) this.logger.logUpdatePersist()
      this.exitCode = 1
      const message = error instanceof Error ? error.message : String(error)
      const stopped = 'stopped; what was written stays, run it again to go on'
      this.logger.error(`${model.name}: ${signal.aborted ? stopped : message}`)
    }
  }

  #conclude(name: string, { complete }: RotationReport, lines: readonly string[]): void {
    if (complete) {
      this.logger.success(`${name}: everything is under the primary key`)
      return
    }
    this.exitCode = 1
    for (const line of lines) this.logger.error(line)
  }

  /** The models of the application that have encrypted columns, by the names of their classes. */
  async #findModels(): Promise<Map<string, ModelType>> {
    const { definitionOf } = await import('../../orm/definition/index.ts')
    const { loadModels } = await import('./load_models.ts')
    const all = [...(await loadModels(this.app))]
    const encrypted = all.filter((model) => definitionOf(model).encrypted.length > 0)
    return new Map(encrypted.map((model) => [model.name, model]))
  }
}
