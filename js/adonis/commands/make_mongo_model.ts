import { args, BaseCommand, flags } from '@adonisjs/core/ace'

/** Writes a model. */
export default class MakeMongoModel extends BaseCommand {
  static override commandName = 'make:mongo-model'
  static override description = 'Make a new MongoDB model'

  @args.string({ description: 'Name of the model class' })
  declare name: string

  @flags.string({ description: 'Name of the collection; by default that of the naming strategy' })
  declare collection?: string

  @flags.boolean({ alias: 'c', description: 'Make a controller for the model too' })
  declare controller?: boolean

  override async run(): Promise<void> {
    const { collection } = this
    if (collection !== undefined && !/^(?!system\.)[^$\0'\\\n]+$/.test(collection)) {
      this.logger.error(`"${collection}" is no name for a collection`)
      this.exitCode = 1
      return
    }
    const { stubsRoot } = await import('../stubs_root.ts')
    const codemods = await this.createCodemods()
    await codemods.makeUsingStub(stubsRoot, 'make/mongo_model/main.stub', {
      flags: this.parsed.flags,
      entity: this.app.generators.createEntity(this.name),
      collection: collection ?? '',
    })
    if (this.controller) {
      const { exitCode, error } = await this.kernel.exec('make:controller', [this.name])
      this.exitCode = exitCode ?? 0
      this.error = error
    }
  }
}
