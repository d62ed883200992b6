import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** Shows the connections and their servers. */
export default class MongoStatus extends BaseCommand {
  static override commandName = 'mongo:status'
  static override description = 'Show the connections of MongoDB and the servers behind them'
  static override options: CommandOptions = { startApp: true }

  @flags.boolean({ description: 'Print JSON' })
  declare json?: boolean

  override async run(): Promise<void> {
    const { describeConnection } = await import('../doctor/describe.ts')
    const { withoutLog } = await import('../doctor/without_log.ts')
    const database = await this.app.container.make('mongo.db')
    const primary = database.primaryConnectionName
    const rows = await withoutLog(this.app, () =>
      Promise.all(database.connections.map(describeConnection)),
    )
    if (rows.some(({ error }) => error !== undefined)) this.exitCode = 1
    if (this.json) {
      this.logger.log(JSON.stringify(rows, null, 2))
      return
    }
    const table = this.ui
      .table()
      .head(['Connection', 'Database', 'Server', 'Deployment', 'Ping', 'Connections'])
    for (const {
      name,
      database: stored,
      version,
      deployment,
      milliseconds,
      sockets,
      error,
    } of rows) {
      table.row([
        name === primary ? `${name} (primary)` : name,
        stored ?? '',
        version === undefined ? '' : `MongoDB ${version}`,
        error === undefined ? (deployment ?? '') : this.colors.red(error),
        milliseconds === undefined ? '' : `${milliseconds.toFixed(1)} ms`,
        sockets === undefined ? '' : String(sockets),
      ])
    }
    table.render()
    const failed = rows.filter(({ error }) => error !== undefined)
    for (const { name, error, message = error } of failed) {
      this.logger.error(`${name}: ${message}`)
    }
    if (failed.length > 0) this.logger.info('node ace mongo:doctor says what to do')
  }
}
