/**
 * The one reader of connection strings in JavaScript. It follows the core's, and answers nothing for
 * what the core refuses: half of what stands there may be a password.
 */
import { isIPv6 } from 'node:net'
import { fault, UrlFault } from './url_fault.ts'
import { checkOptions } from './url_options.ts'

/** A connection string, taken apart. Who connects is not in it. */
export interface MongoUrl {
  /** Whether the hosts are looked up in the DNS: `mongodb+srv:`. */
  readonly srv: boolean
  readonly hasCredentials: boolean
  /** Each as it was written, with its port. */
  readonly hosts: readonly string[]
  readonly database: string | undefined
  /** Values by lower-case name. */
  readonly options: ReadonlyMap<string, string>
}

const SCHEME = /^mongodb(\+srv)?:\/\//
const RESERVED = /[:/?#[\]@]/
const BARE_PERCENT = /%(?![0-9a-f]{2})/i
const ENCODE =
  'must be percent-encoded: each of : / ? # [ ] @ and % as encodeURIComponent() writes it'
const ILLEGAL_IN_DATABASE = /[/\\ "$]/
const HIGHEST_PORT = 65_535

/** What stands before and after the first separator. */
function split(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator)
  return index < 0
    ? [text, undefined]
    : [text.slice(0, index), text.slice(index + separator.length)]
}

/** As the core decodes: a % that begins no byte stays. */
function decoded(text: string, part: string): string {
  try {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent)
  } catch {
    return fault(`the ${part} in \`url\` is percent-encoded, and not as UTF-8`)
  }
}

/** A user name or a password. */
function identity(text: string, part: string): string {
  if (RESERVED.test(text) || BARE_PERCENT.test(text)) fault(`the ${part} in \`url\` ${ENCODE}`)
  return decoded(text, part)
}

function checkHost(address: string): void {
  if (address.endsWith('.sock')) {
    decoded(address, 'path of a socket')
    return
  }
  let [host, port] = split(address, ':')
  if (address.startsWith('[')) {
    const [inside, behind] = split(address.slice(1), ']')
    if (behind === undefined || !isIPv6(inside) || inside.includes('%')) {
      fault('a host in `url` has brackets, and no IPv6 address in them')
    }
    if (behind !== '' && !behind.startsWith(':')) {
      fault('a host in `url` has something else than a port behind its brackets')
    }
    host = inside
    port = behind === '' ? undefined : behind.slice(1)
  }
  if (host === '') fault('a host in `url` has no name')
  if (port === undefined) return
  const number = /^\+?\d+$/.test(port) ? Number(port) : 0
  if (number < 1 || number > HIGHEST_PORT) {
    fault('the port of a host in `url` is no number from 1 to 65535')
  }
}

function checkSrvHosts(hosts: readonly string[]): void {
  const [host = '', ...others] = hosts
  if (others.length > 0 || host.endsWith('.sock')) {
    fault('`url` must have exactly one host with mongodb+srv://')
  }
  if (/:\d+$/.test(host.replace(/^\[.*\]/, ''))) {
    fault('the host in `url` must have no port with mongodb+srv://')
  }
}

function databaseIn(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return undefined
  const name = decoded(path, 'database')
  if (ILLEGAL_IN_DATABASE.test(name)) {
    fault('the database in `url` has a character that no name of a database may have')
  }
  return name
}

/** Throws a `UrlFault`. */
function parse(url: string): MongoUrl {
  const scheme = SCHEME.exec(url)
  if (scheme === null) return fault('`url` must start with mongodb:// or mongodb+srv://')
  const srv = scheme[1] !== undefined
  const [place, query = ''] = split(url.slice(scheme[0].length), '?')
  const at = place.lastIndexOf('@')
  const hasCredentials = at >= 0
  // A "?" in a password that is not encoded hides the "@" from whoever reads up to the first one.
  if (!hasCredentials && query.includes('@')) {
    fault(`the user name or the password in \`url\` ${ENCODE}`)
  }
  const [username, password] = split(place.slice(0, Math.max(at, 0)), ':')
  identity(username, 'user name')
  if (password !== undefined) identity(password, 'password')
  const [addresses, path] = split(place.slice(at + 1), '/')
  const hosts = addresses.split(',')
  for (const address of hosts) checkHost(address)
  if (srv) checkSrvHosts(hosts)
  const database = databaseIn(path)
  const options = checkOptions(query, {
    srv,
    hosts: hosts.length,
    credentials: hasCredentials ? { username, password } : undefined,
  })
  return { srv, hasCredentials, hosts, database, options }
}

/** The parts of a connection string; nothing for one that the core refuses. */
export function readUrl(url: string): MongoUrl | undefined {
  try {
    return parse(url)
  } catch (error) {
    if (error instanceof UrlFault) return undefined
    throw error
  }
}

/** Which part of a connection string is wrong, and how; never what it says. */
export function faultIn(url: string): string | undefined {
  try {
    parse(url)
    return undefined
  } catch (error) {
    if (error instanceof UrlFault) return error.message
    throw error
  }
}
