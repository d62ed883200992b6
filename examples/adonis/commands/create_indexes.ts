import { BaseCommand } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import db from 'lucent-odm/services/db'
import { createIndexes } from '#database/indexes'

export default class CreateIndexes extends BaseCommand {
  static override commandName = 'db:indexes'
  static override description = 'Create the indexes that the application needs'
  static override options: CommandOptions = { startApp: true }

  override async run() {
    const names = await createIndexes(db)
    this.logger.success(`the indexes are there: ${names.join(', ')}`)
  }
}
