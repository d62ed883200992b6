/** The options of a connection string, as the core takes them. */
import { URL_OPTIONS, URL_OPTIONS_INSTEAD } from '../protocol.generated.ts'
import { fault } from './url_fault.ts'

/** What options are looked at beside. */
export interface Place {
  readonly srv: boolean
  /** How many hosts there are. */
  readonly hosts: number
  readonly credentials: { username: string; password: string | undefined } | undefined
}

type Options = ReadonlyMap<string, string>
/** What a value must be, for people; nothing where it is that. */
type Check = (value: string) => string | undefined

const LARGEST_U32 = 2 ** 32 - 1
const LARGEST_U64 = 2n ** 64n - 1n
const DIGITS = /^\+?\d+$/

const text: Check = () => undefined
const flag: Check = (value) => (/^(?:true|false)$/.test(value) ? undefined : 'true or false')
const milliseconds: Check = (value) =>
  DIGITS.test(value) && BigInt(value.replace('+', '')) <= LARGEST_U64
    ? undefined
    : 'a whole number of milliseconds'
const count: Check = (value) =>
  DIGITS.test(value) && Number(value) <= LARGEST_U32 ? undefined : 'a whole number'
const positive: Check = (value) =>
  count(value) === undefined && Number(value) > 0 ? undefined : 'a whole number above 0'
const oneOf =
  (names: readonly string[]): Check =>
  (value) =>
    names.some((name) => name.toLowerCase() === value.toLowerCase())
      ? undefined
      : `one of ${names.join(', ')}`

const MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'MONGODB-X509', 'PLAIN', 'MONGODB-OIDC']
const mechanism: Check = (value) =>
  MECHANISMS.includes(value) ? undefined : `one of ${MECHANISMS.join(', ')}`
const pairs: Check = (value) =>
  value.split(',').every((pair) => pair.includes(':')) ? undefined : 'pairs as name:value'
const acknowledgement: Check = (value) =>
  /^-\d+$|^\+?0+$/.test(value) ? '1, more, majority, or the name of a write concern' : undefined
const staleness: Check = (value) => {
  if (value === '-1') return undefined
  return DIGITS.test(value) && Number(value) >= LEAST_STALENESS
    ? undefined
    : `-1, or at least ${LEAST_STALENESS} seconds`
}
const heartbeat: Check = (value) =>
  milliseconds(value) === undefined && Number(value) >= LEAST_HEARTBEAT
    ? undefined
    : `at least ${LEAST_HEARTBEAT} milliseconds`

/** Seconds, and milliseconds, below which the driver takes no value. */
const LEAST_STALENESS = 90
const LEAST_HEARTBEAT = 500

const CHECKS = {
  acknowledgement,
  count,
  database: (value: string) => (value === '' ? 'the name of a database' : undefined),
  flag,
  heartbeat,
  mechanism,
  milliseconds,
  pairs,
  positive,
  staleness,
  tags: (value: string) => (value === '' ? undefined : pairs(value)),
  text,
} satisfies Record<string, Check>

const byLowerCase = <Value>(record: Readonly<Record<string, Value>>) =>
  new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase(), { name, value }]))
const KNOWN = byLowerCase<keyof typeof CHECKS | readonly string[]>(URL_OPTIONS)
const UNSUPPORTED = byLowerCase<string>(URL_OPTIONS_INSTEAD)

/** Names of options are no secrets; what stands behind an unescaped "?" of a password may be one. */
const NAME = /^[a-z]{1,40}$/i

function refuseOption(key: string, given: string): never {
  const known = UNSUPPORTED.get(key)
  if (known !== undefined) {
    fault(`the option ${known.name} in \`url\` is not supported: ${known.value}`)
  }
  if (!NAME.test(given)) fault('`url` has an option that is not supported')
  return fault(
    `the option ${given} in \`url\` is not supported; leave it out, or use a setting of the connection`,
  )
}

function decoded(value: string): string {
  try {
    return value.replace(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent)
  } catch {
    return value
  }
}

/** Values by lower-case name. Throws a `UrlFault` for what the core does not take. */
export function checkOptions(query: string, place: Place): Options {
  const options = new Map<string, string>()
  for (const pair of query === '' ? [] : query.split('&')) {
    const equals = pair.indexOf('=')
    if (equals < 0) fault('an option in `url` has no value: write name=value')
    const given = pair.slice(0, equals)
    const key = given.toLowerCase()
    const value = decoded(pair.slice(equals + 1))
    const option = KNOWN.get(key)
    if (option === undefined) return refuseOption(key, given)
    const check = typeof option.value === 'string' ? CHECKS[option.value] : oneOf(option.value)
    const wanted = check(value)
    if (wanted !== undefined) fault(`the option ${option.name} in \`url\` must be ${wanted}`)
    if (options.has(key) && key !== 'readpreferencetags') {
      fault(`the option ${option.name} in \`url\` is given twice`)
    }
    options.set(key, value)
  }
  checkTls(options)
  checkReading(options)
  checkTopology(options, place)
  checkCredentials(options, place)
  return options
}

const TLS = ['tlsinsecure', 'tlsallowinvalidcertificates', 'tlscafile', 'tlscertificatekeyfile']

function checkTls(options: Options): void {
  const off = ['tls', 'ssl'].filter((name) => options.get(name) === 'false')
  const on = ['tls', 'ssl'].filter((name) => options.get(name) === 'true')
  if (off.length > 0 && (on.length > 0 || TLS.some((name) => options.has(name)))) {
    fault('`url` turns TLS off, and has options of it')
  }
  if (options.has('tlsinsecure') && options.has('tlsallowinvalidcertificates')) {
    fault('`url` has both tlsInsecure and tlsAllowInvalidCertificates')
  }
}

function checkReading(options: Options): void {
  const mode = options.get('readpreference')?.toLowerCase() ?? 'primary'
  const staleness = options.get('maxstalenessseconds') ?? '-1'
  if (mode === 'primary' && (options.has('readpreferencetags') || staleness !== '-1')) {
    fault('`url` says which secondaries to read from, and has no readPreference that does')
  }
  const heartbeat = Number(options.get('heartbeatfrequencyms') ?? 0)
  if (staleness !== '-1' && Number(staleness) * 1000 < heartbeat + 10_000) {
    fault(
      'the option maxStalenessSeconds in `url` must be above heartbeatFrequencyMS and 10 seconds',
    )
  }
}

function checkTopology(options: Options, { srv, hosts }: Place): void {
  const is = (name: string) => options.get(name) === 'true'
  if (is('directconnection') && (srv || hosts > 1)) {
    fault('the option directConnection in `url` needs exactly one host, without mongodb+srv://')
  }
  const replicaSet = options.has('replicaset')
  if (is('loadbalanced') && (hosts > 1 || replicaSet || is('directconnection'))) {
    fault('the option loadBalanced in `url` needs one host, no replicaSet, no directConnection')
  }
  if (!srv && (options.has('srvmaxhosts') || options.has('srvservicename'))) {
    fault('`url` has options of mongodb+srv://, and does not begin with that')
  }
  if (Number(options.get('srvmaxhosts') ?? 0) > 0 && (replicaSet || is('loadbalanced'))) {
    fault('the option srvMaxHosts in `url` goes with neither replicaSet nor loadBalanced')
  }
}

function checkCredentials(options: Options, { credentials }: Place): void {
  const used = options.get('authmechanism')
  const username = credentials?.username ?? ''
  const password = username === '' ? undefined : credentials?.password
  const source = options.get('authsource') ?? '$external'
  switch (used) {
    case undefined:
      if (credentials !== undefined && username === '') fault('`url` has an @, and no user name')
      return
    case 'MONGODB-X509':
      if (password !== undefined) fault('`url` has a password, which MONGODB-X509 does not take')
      break
    case 'MONGODB-OIDC':
      checkOidc(options.get('authmechanismproperties'))
      break
    default:
      if (username === '') fault('`url` has an authMechanism that needs a user name, and has none')
      if (used === 'PLAIN' && password === undefined) fault('`url` has no password for PLAIN')
      return
  }
  if (source !== '$external')
    fault(`the option authSource in \`url\` must be $external for ${used}`)
}

function checkOidc(given: string | undefined): void {
  const properties = new Map(
    given?.split(',').map((pair) => {
      const colon = pair.indexOf(':')
      return [pair.slice(0, colon), pair.slice(colon + 1)]
    }),
  )
  const asks = /^(?:azure|gcp)$/.test(properties.get('ENVIRONMENT') ?? '')
  const known = [...properties.keys()].every((name) =>
    /^(?:ENVIRONMENT|TOKEN_RESOURCE)$/.test(name),
  )
  if (!known || asks !== properties.has('TOKEN_RESOURCE')) {
    fault('the option authMechanismProperties in `url` does not fit MONGODB-OIDC')
  }
}
