/** Looks for what goes wrong with a connection, and says what to do. */

import { type Connection, errors, LucentError } from 'lucent-odm'
import { checkAccess } from '../../database/access.ts'
import { KEYS_VARIABLE, parseEncryptionKeys, readKeys } from '../../encryption/keys.ts'
import { Preset } from '../../protocol.generated.ts'
import {
  connectionsOf,
  type Deployment,
  deploymentOf,
  type Hello,
  sayHello,
  versionOf,
} from './describe.ts'
import type { Finding, Surroundings } from './finding.ts'
import { checkSettings, hostsOf } from './settings.ts'

/** The driver speaks to no older one. */
const OLDEST_VERSION = 4.2
/** Releases before it get no fixes any more. */
const OLDEST_MAINTAINED = 7
/** Differences of the clocks that are noted, in milliseconds. */
const CLOCK_TOLERANCE = 5000

const ADVICE: Readonly<Record<string, string>> = {
  E_AUTHENTICATION_FAILED:
    'check the user and the password, and that `authSource` is the database that holds the user',
  E_CONNECTION_FAILED: 'check that the server runs, its host and port, and the firewall',
  E_SERVER_SELECTION_TIMEOUT:
    'check the host, the port, the firewall (Atlas: the IP access list) and `replicaSet`; a replica ' +
    'set names its members itself, so these names must be found from here (or `directConnection: true`)',
  E_CONFIGURATION: 'correct config/mongodb.ts',
}

const UNREACHED: ReadonlySet<string> = new Set([
  'E_CONNECTION_FAILED',
  'E_SERVER_SELECTION_TIMEOUT',
])

/** Everything about one connection. Never rejects. */
export async function diagnose(
  connection: Connection,
  surroundings: Surroundings,
): Promise<Finding[]> {
  try {
    const milliseconds = await connection.ping()
    const hello = await sayHello(connection)
    const deployment = deploymentOf(hello)
    return [
      { level: 'ok', check: 'connection', message: `answers in ${milliseconds.toFixed(1)} ms` },
      ...(await checkRights(connection)),
      ...checkDeployment(hello, deployment, connection),
      checkVersion(await versionOf(connection)),
      ...checkClock(hello),
      ...(await checkPool(connection)),
      ...checkSettings(connection, deployment, surroundings),
    ]
  } catch (error) {
    const found = error instanceof LucentError ? error : undefined
    const code = found?.code ?? ''
    const advice = ADVICE[code]
    const tried = UNREACHED.has(code) ? `; tried ${hostsOf(connection).join(', ')}` : ''
    return [
      {
        level: 'error',
        check: 'connection',
        message: `${found?.code ?? 'error'}: ${error instanceof Error ? error.message : error}${tried}`,
        ...(advice !== undefined && { advice }),
      },
      ...checkSettings(connection, undefined, surroundings),
    ]
  }
}

async function checkRights(connection: Connection): Promise<Finding[]> {
  const check = 'rights'
  try {
    await checkAccess(connection)
    return [{ level: 'ok', check, message: 'the server lets operations through' }]
  } catch (error) {
    if (!(error instanceof errors.E_AUTHENTICATION_FAILED)) throw error
    const advice = 'until then every operation fails, though the server answers'
    return [{ level: 'error', check, message: `${error.code}: ${error.message}`, advice }]
  }
}

function checkDeployment(
  { setName, hosts = [] }: Hello,
  deployment: Deployment,
  { config }: Connection,
): Finding[] {
  const check = 'deployment'
  if (deployment === 'standalone') {
    return [
      {
        level: 'warning',
        check,
        message: 'a standalone server: no transactions, no change streams, no retried writes',
        advice:
          'run it as a replica set, of one node if need be: mongod --replSet rs0, then once rs.initiate()',
      },
    ]
  }
  if (deployment === 'sharded cluster') return [{ level: 'ok', check, message: deployment }]
  const members = hosts.length === 1 ? '1 member' : `${hosts.length} members`
  const found: Finding[] = [{ level: 'ok', check, message: `replica set ${setName}, ${members}` }]
  if (config.directConnection === true && hosts.length > 1) {
    found.push({
      level: 'warning',
      check,
      message:
        '`directConnection` talks to one member only; writes fail when another one is primary',
      advice: 'leave `directConnection` out',
    })
  }
  return found
}

function checkVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const message = `MongoDB ${version}`
  const check = 'version'
  if (major + minor / 10 < OLDEST_VERSION) {
    const advice = `upgrade to MongoDB ${OLDEST_MAINTAINED}.0 or later`
    return { level: 'error', check, message: `${message} is not supported`, advice }
  }
  if (major >= OLDEST_MAINTAINED) return { level: 'ok', check, message }
  const advice = `plan the upgrade to MongoDB ${OLDEST_MAINTAINED}.0 or later, one major version at a time`
  return { level: 'warning', check, message: `${message} gets no fixes any more`, advice }
}

function checkClock({ localTime }: Hello): Finding[] {
  if (!(localTime instanceof Date)) return []
  const difference = Math.abs(Date.now() - localTime.getTime())
  if (difference < CLOCK_TOLERANCE) return []
  return [
    {
      level: 'warning',
      check: 'clock',
      message: `the server's clock is ${Math.round(difference / 1000)} s away from this one`,
      advice: 'synchronise both with NTP; creation dates and expiring documents depend on it',
    },
  ]
}

async function checkPool(connection: Connection): Promise<Finding[]> {
  const connections = await connectionsOf(connection)
  if (connections === undefined) return []
  const { current, available } = connections
  const check = 'connections'
  const wanted = connection.config.maxPoolSize ?? Preset.maxPoolSize
  const message = `the server has ${current}, and takes ${available} more`
  if (available >= wanted) return [{ level: 'ok', check, message }]
  const advice = `this process alone may open ${wanted}; lower \`maxPoolSize\`, or raise the server's limit`
  return [{ level: 'warning', check, message, advice }]
}

/** The keys of encrypted columns that the environment has, once for all connections. */
export function checkKeys({ environment }: Surroundings): Finding {
  const check = 'encryption keys'
  const value = environment[KEYS_VARIABLE]
  if (value === undefined || value.trim() === '') {
    return {
      level: 'info',
      check,
      message: `${KEYS_VARIABLE} is not set; connections may have keys of their own`,
      advice: 'encrypted columns need keys: node ace mongo:encryption:key --write',
    }
  }
  try {
    const { primary, keys } = readKeys(parseEncryptionKeys(value))
    const others = keys.map(({ name }) => name).filter((name) => name !== primary)
    const more = others.length === 0 ? '' : `; older ones: ${others.join(', ')}`
    return { level: 'ok', check, message: `primary "${primary}"${more}` }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { level: 'error', check, message, advice: `correct ${KEYS_VARIABLE}` }
  }
}
