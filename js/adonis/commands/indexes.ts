import { args, BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import type { IndexReport } from 'lucent-odm'

/** Compares collections with what models declare of them, and brings them in line. */
export default class MongoIndexes extends BaseCommand {
  static override commandName = 'mongo:indexes'
  static override description = 'Compare indexes and collections with what models declare'
  static override options: CommandOptions = { startApp: true }

  @args.spread({
    description: 'Names of model classes; by default all that declare something',
    required: false,
  })
  declare models?: string[]

  @flags.boolean({ description: 'Create what is missing, and change what can be changed in place' })
  declare sync?: boolean

  @flags.boolean({ description: 'With --sync: drop indexes that no model declares' })
  declare dropStale?: boolean

  @flags.boolean({ description: 'With --sync: drop and build again what cannot be changed' })
  declare rebuild?: boolean

  @flags.boolean({ description: 'Show indexes that nothing has used' })
  declare unused?: boolean

  @flags.string({ description: 'Tenant whose database is looked at, of models with one for each' })
  declare tenant?: string

  @flags.boolean({ description: 'Exit with 1 unless everything is as it is declared' })
  declare strict?: boolean

  @flags.boolean({ description: 'Print JSON' })
  declare json?: boolean

  override async run(): Promise<void> {
    const { withoutLog } = await import('../doctor/without_log.ts')
    await withoutLog(this.app, () => this.#run())
  }

  async #run(): Promise<void> {
    const { context } = await import('lucent-odm')
    const { indexedModels, inOneDatabase, reportLines } = await import(
      '../../orm/indexes/terminal.ts'
    )
    const { chosenModels, loadModels, modelsFolder } = await import('./load_models.ts')
    const { tenant } = this
    const all = indexedModels(await loadModels(this.app))
    const found = tenant === undefined ? inOneDatabase(all) : all
    if (found.size < all.size && !this.json)
      this.logger.info('models with a database for each tenant are left out: --tenant names one')
    const models = chosenModels(this, found, 'that declares indexes')
    if (models === undefined) return
    const { dropStale = false, rebuild = false, unused = false } = this
    const options = { dropStale, rebuild, unused, dryRun: this.sync !== true }
    const database = await this.app.container.make('mongo.db')
    let reports: IndexReport[]
    try {
      const sync = () => database.syncIndexes(models, options)
      reports = await (tenant === undefined ? sync() : context.run({ tenant }, sync))
    } catch (error) {
      this.logger.error(error instanceof Error ? error.message : String(error))
      this.exitCode = 1
      return
    }
    if (this.json) this.logger.log(JSON.stringify(reports, null, 2))
    else if (reports.length === 0)
      this.logger.log(`no model in ${modelsFolder(this.app)} declares indexes`)
    else for (const line of reports.flatMap(reportLines)) this.logger.log(line)
    if (this.strict && reports.some(({ inSync }) => !inSync)) this.exitCode = 1
  }
}
