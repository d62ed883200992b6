/** Commands that cannot be shared because each caller has keys of its own. */
import type { QueryClient } from '../../database/client.ts'
import type { ModelDefinition } from '../definition/index.ts'

/** Whether the model is encrypted with the keys of a tenant: what is read or written is theirs alone. */
export function readsApart(definition: ModelDefinition, client: QueryClient): boolean {
  if (definition.encrypted.length === 0) return false
  const connection = client.isTransaction ? client.host : client
  return connection.keys.tenant() !== null
}
