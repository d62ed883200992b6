import { fsImportAll } from '@adonisjs/core/helpers'
import type { Repl } from '@adonisjs/core/repl'
import type { ApplicationService } from '@adonisjs/core/types'
import type { Database } from 'lucent-odm'

/** Adds methods that load models and the database into the REPL. */
export function defineReplMethods(
  repl: Repl,
  app: ApplicationService,
  database: Database,
  { lucidNames }: { lucidNames: boolean },
): void {
  const put = (name: string, value: unknown): void => {
    if (repl.server !== undefined) repl.server.context[name] = value
    repl.notify(`Loaded ${name}. It is there as "${repl.colors.underline(name)}"`)
  }
  const loadModels = async () => {
    put('models', await fsImportAll(app.modelsPath(), { ignoreMissingRoot: true }))
  }
  const loadDatabase = () => put('db', database)

  const models = { description: 'Load the models of MongoDB to the "models" property' }
  const db = { description: 'Load the database of MongoDB to the "db" property' }
  repl.addMethod('loadMongoModels', loadModels, models)
  repl.addMethod('loadMongo', loadDatabase, db)
  if (!lucidNames) return
  repl.addMethod('loadModels', loadModels, models)
  repl.addMethod('loadDb', loadDatabase, db)
}
