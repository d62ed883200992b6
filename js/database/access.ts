/** Whether the server lets a connection do anything. */
import { errors, LucentError } from '../errors/index.ts'
import { type CommandClient, runCommand } from './command.ts'
import type { ConnectionConfig } from './config.ts'
import { readUrl } from './url.ts'

/** MongoDB's code for what the user may not do. */
const UNAUTHORIZED = 13

/**
 * Asks for something that takes a right on the connection's own database, whichever: servers answer
 * a ping, `hello` and `buildInfo` to everybody. The collection need not be there, and the server
 * looks at no other.
 *
 * Errors: `E_AUTHENTICATION_FAILED` where there is no right; those of `Connection.ping`.
 */
export async function checkAccess(
  client: CommandClient & { readonly config: Readonly<ConnectionConfig> },
): Promise<void> {
  try {
    await runCommand(client, {
      command: {
        listCollections: 1,
        filter: { name: 'lucent-odm' },
        nameOnly: true,
        authorizedCollections: true,
      },
    })
  } catch (error) {
    if (!(error instanceof LucentError) || error.serverCode !== UNAUTHORIZED) throw error
    const { username, authMechanism, url } = client.config
    const nobody =
      username === undefined && authMechanism === undefined && !readUrl(url)?.hasCredentials
    throw new errors.E_AUTHENTICATION_FAILED(
      nobody
        ? 'the server asks who connects, and the connection has no user; give it `username` and `password`'
        : 'the user of the connection has no right on its database; give the user a role there, such as readWrite',
      { connection: client.connectionName, operation: 'listCollections', cause: error },
    )
  }
}
