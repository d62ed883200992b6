/** What the server behind a connection says of itself. */
import { type Connection, LucentError } from 'lucent-odm'
import { checkAccess } from '../../database/access.ts'
import { runCommand } from '../../database/command.ts'
import { readUrl } from '../../database/url.ts'

/** How the servers are put together. */
export type Deployment = 'standalone' | 'replica set' | 'sharded cluster'

/** The reply of `hello`, as far as it is used. */
export interface Hello {
  setName?: string
  msg?: string
  hosts?: string[]
  localTime?: Date
}

/** The connections of all clients. */
export interface ServerConnections {
  current: number
  available: number
}

export function sayHello(connection: Connection): Promise<Hello> {
  return runCommand<Hello>(connection, { admin: true, command: { hello: 1 } })
}

export function deploymentOf({ setName, msg }: Hello): Deployment {
  if (msg === 'isdbgrid') return 'sharded cluster'
  return setName === undefined ? 'standalone' : 'replica set'
}

export async function versionOf(connection: Connection): Promise<string> {
  const command = { admin: true, command: { buildInfo: 1 } }
  return (await runCommand<{ version: string }>(connection, command)).version
}

/** Nothing where the user may not ask. */
export async function connectionsOf(
  connection: Connection,
): Promise<ServerConnections | undefined> {
  const command = { serverStatus: 1, metrics: 0, wiredTiger: 0, tcmalloc: 0 }
  try {
    const reply = await runCommand<{ connections?: ServerConnections }>(connection, {
      admin: true,
      command,
    })
    return reply.connections
  } catch {
    return undefined
  }
}

/** The database's name: the setting, or the path of the URL. */
export function databaseNameOf({ config }: Connection): string | undefined {
  return config.database ?? readUrl(config.url)?.database
}

/** A connection and its server, for people. */
export interface ConnectionDescription {
  name: string
  database?: string
  version?: string
  deployment?: string
  milliseconds?: number
  /** Connections that the server has, of all its clients. */
  sockets?: number
  /** Code of the error, where the server cannot be asked or refuses every operation. */
  error?: string
  /** What the error says. */
  message?: string
}

/** Never rejects. */
export async function describeConnection(connection: Connection): Promise<ConnectionDescription> {
  const { name } = connection
  const database = databaseNameOf(connection)
  const known = { name, ...(database !== undefined && { database }) }
  try {
    const milliseconds = await connection.ping()
    await checkAccess(connection)
    const [hello, version, connections] = await Promise.all([
      sayHello(connection),
      versionOf(connection),
      connectionsOf(connection),
    ])
    const deployment = deploymentOf(hello)
    return {
      ...known,
      version,
      milliseconds,
      deployment: deployment === 'replica set' ? `replica set ${hello.setName}` : deployment,
      ...(connections !== undefined && { sockets: connections.current }),
    }
  } catch (error) {
    if (!(error instanceof LucentError)) return { ...known, error: String(error) }
    return { ...known, error: error.code, message: error.message }
  }
}
