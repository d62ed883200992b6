/** `autoIndex`: what a model declares is made when it is first used, beside what uses it. */
import type { Database } from '../../database/index.ts'
import { LucentError } from '../../errors/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import { firstUse } from '../definition/first_use.ts'
import { definitionOf } from '../definition/index.ts'
import { declares } from './describe.ts'
import { syncIndexes } from './sync.ts'

/** The database in which it was done for a model. */
const known = new WeakMap<ModelClass, Database>()

/** Whether it is wanted: as the model says, or its connection, or in development. */
function isWanted({ autoIndex, connection, $database }: ModelClass): boolean {
  if (autoIndex !== undefined) return autoIndex
  if ($database === undefined) return false
  const { config } = $database.connection(connection)
  return config.autoIndex ?? process.env.NODE_ENV === 'development'
}

/** Never rejects: what fails is a warning of the process. */
async function autoIndex(model: ModelClass): Promise<void> {
  const { $database: database } = model
  if (database === undefined || known.get(model) === database) return
  known.set(model, database)
  try {
    const definition = definitionOf(model)
    // Databases of tenants come and go: whoever makes one syncs it.
    if (definition.rules.places.length > 0) return
    if (isWanted(model) && declares(definition)) await syncIndexes(model)
  } catch (error) {
    const isOver = error instanceof LucentError && error.code === 'E_CONNECTION_CLOSED'
    if (isOver) return
    process.emitWarning(`autoIndex: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'LUCENT_AUTO_INDEX',
    })
  }
}

firstUse.add((model) => setImmediate(() => void autoIndex(model)))
