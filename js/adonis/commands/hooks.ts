import { args, BaseCommand } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** Shows the rules of models, and which of their hooks run in which operation. */
export default class MongoHooks extends BaseCommand {
  static override commandName = 'mongo:hooks'
  static override description = 'Show which hooks of models run in which operation, in their order'
  static override options: CommandOptions = { startApp: true }

  @args.spread({ description: 'Names of model classes; by default all', required: false })
  declare models?: string[]

  override async run(): Promise<void> {
    const { hookLines } = await import('../../orm/hooks/terminal.ts')
    const { definitionOf } = await import('../../orm/definition/index.ts')
    const { loadModels } = await import('./load_models.ts')
    const found = new Map([...(await loadModels(this.app))].map((model) => [model.name, model]))
    for (const name of this.models ?? [...found.keys()].sort()) {
      const model = found.get(name)
      if (model === undefined) {
        const folder = this.app.relativePath(this.app.modelsPath())
        this.logger.error(`no model is named ${name} in ${folder}`)
        this.exitCode = 1
      } else for (const line of hookLines(definitionOf(model))) this.logger.log(line)
    }
  }
}
