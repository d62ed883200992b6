import type { Connection } from '../../database/connection.ts'
import { errors } from '../../errors/index.ts'
import type { ModelDefinition } from '../definition/index.ts'

/**
 * The connection of an operation: the one named, the model's, or the database's primary one.
 *
 * Errors: `E_CONFIGURATION` when no database was set, `E_UNKNOWN_CONNECTION`.
 */
export function connectionOf(definition: ModelDefinition, name?: string): Connection {
  const { model } = definition
  const database = model.$database
  if (database === undefined) {
    throw new errors.E_CONFIGURATION(
      `${definition.name} has no database; call BaseModel.useDatabase(new Database(config)) first`,
      { model: definition.name },
    )
  }
  return database.connection(name ?? model.connection)
}
