import { args, BaseCommand } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** Shows the rules of models, and which of their hooks, validators and listeners run in which operation. */
export default class MongoHooks extends BaseCommand {
  static override commandName = 'mongo:hooks'
  static override description = 'Show which hooks of models run in which operation, in their order'
  static override options: CommandOptions = { startApp: true }

  @args.spread({ description: 'Names of model classes; by default all', required: false })
  declare models?: string[]

  override async run(): Promise<void> {
    const { hookLines } = await import('../../orm/hooks/terminal.ts')
    const { definitionOf } = await import('../../orm/definition/index.ts')
    const { chosenModels, loadModels } = await import('./load_models.ts')
    const all = [...(await loadModels(this.app))].map((model) => [model.name, model] as const)
    const chosen = chosenModels(this, new Map(all.sort(([a], [b]) => (a < b ? -1 : 1))))
    const lines = (chosen ?? []).flatMap((model) => {
      const definition = definitionOf(model)
      // A validator that is a class's property is taken then.
      definition.seal()
      return hookLines(definition)
    })
    for (const line of lines) this.logger.log(line)
  }
}
