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
 * Sends one request that no model takes part in. `operation` is what errors call it.
 *
 * Errors: those of `Connection.ping`, and the server's.
 */
export async function ask<Reply>(
  connection: string,
  route: native.Route,
  kind: native.Operation,
  operation: string | undefined,
  head: object,
): Promise<Reply> {
  const reply = await native.request<Reply>(kind, route, 0, (body) => body.document(head))
  if (reply instanceof native.Failure) throw reply.toError({ connection, operation })
  return reply
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
  const way = signal === undefined ? route : { ...route, signal }
  const [operation] = Object.keys(command)
  const head = { command, admin, write }
  return ask<Reply>(client.connectionName, way, native.Operation.command, operation, head)
}
