/** Commands of the database that no model takes part in. */
import * as native from '../native/index.ts'

/** Where a command may go. */
export interface CommandClient {
  readonly connectionName: string
  route(): native.Route
}

/** What a command is, and where it goes. */
export interface CommandOptions {
  /** To the `admin` database rather than the connection's own. */
  admin?: boolean
  /** Values of the command are compared or written as they are: nothing here checks for operators. */
  command: Readonly<Record<string, unknown>>
  /** It changes something: it is sent with the write concern of the connection. */
  write?: boolean
  signal?: AbortSignal
}

/**
 * Sends one command, the name first, and answers the server's reply. The driver repeats none.
 *
 * Errors: those of `Connection.ping`, `E_SERVER_ERROR`, and `E_WRITE_CONCERN` for one that writes.
 */
export async function runCommand<Reply extends object>(
  client: CommandClient,
  { command, admin = false, write = false, signal }: CommandOptions,
): Promise<Reply> {
  const route = client.route()
  const reply = await native.request<Reply>(
    native.Operation.command,
    signal === undefined ? route : { ...route, signal },
    0,
    (body) => body.document({ command, admin, write }),
  )
  if (reply instanceof native.Failure) {
    const [operation] = Object.keys(command)
    throw reply.toError({ connection: client.connectionName, operation })
  }
  return reply
}
