import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import type { DatabaseConfig } from 'lucent-odm'
import type { Finding } from '../doctor/finding.ts'

/**
 * Looks for what goes wrong, and says what to do. The exit code is 1 when there are errors, with
 * `--strict` also when there are warnings.
 */
export default class MongoDoctor extends BaseCommand {
  static override commandName = 'mongo:doctor'
  static override description =
    'Check connections, servers, settings and encryption keys of MongoDB'
  static override options: CommandOptions = { startApp: true }

  @flags.boolean({ description: 'Print JSON' })
  declare json?: boolean

  @flags.boolean({ description: 'Fail on warnings too' })
  declare strict?: boolean

  override async run(): Promise<void> {
    const { checkKeys, diagnose } = await import('../doctor/index.ts')
    const { withoutLog } = await import('../doctor/without_log.ts')
    const database = await this.app.container.make('mongo.db')
    const surroundings = { production: this.app.inProduction, environment: process.env }
    const reports = await withoutLog(this.app, () =>
      Promise.all(
        database.connections.map(async (connection) => ({
          connection: connection.name,
          findings: await diagnose(connection, surroundings),
        })),
      ),
    )
    const keys = checkKeys(surroundings)
    const { checkModelEvents } = await import('../doctor/model_events.ts')
    const emitter = await this.app.container.make('emitter')
    const areEmitted = this.app.config.get<DatabaseConfig>('mongodb').modelEvents === true
    const events = checkModelEvents([...emitter.eventsListeners.keys()], areEmitted)
    const all = [...reports.flatMap(({ findings }) => findings), keys, events]
    const count = (level: Finding['level']) => all.filter((one) => one.level === level).length
    const errors = count('error')
    const warnings = count('warning')
    if (errors > 0 || (this.strict && warnings > 0)) this.exitCode = 1

    if (this.json) {
      this.logger.log(JSON.stringify({ connections: reports, keys, events }, null, 2))
      return
    }
    for (const { connection, findings } of reports) {
      this.logger.log(this.colors.bold(`Connection "${connection}"`))
      for (const finding of findings) this.#print(finding)
    }
    this.logger.log(this.colors.bold('Application'))
    this.#print(keys)
    this.#print(events)
    this.logger.log(`${errors} errors, ${warnings} warnings`)
  }

  #print({ level, check, message, advice }: Finding): void {
    const marks = {
      ok: this.colors.green('ok'),
      info: this.colors.blue('info'),
      warning: this.colors.yellow('warning'),
      error: this.colors.red('error'),
    }
    this.logger.log(`  ${marks[level]} ${check}: ${message}`)
    if (advice !== undefined) this.logger.log(this.colors.dim(`    ${advice}`))
  }
}
