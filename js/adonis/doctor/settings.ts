/** Settings of a connection that are legal and unwise. */
import type { Connection } from 'lucent-odm'
import { readUrl } from '../../database/url.ts'
import type { Deployment } from './describe.ts'
import type { Finding, Surroundings } from './finding.ts'

/** Fewer sockets than this make requests wait for each other. */
const SMALL_POOL = 10
/** Hosts on this machine. */
const LOCAL = /^(localhost|127\.|\[::1\])/

/** One rule: what it says where it applies. */
type Rule = (subject: Subject) => Omit<Finding, 'check'> | undefined

interface Subject extends Surroundings {
  config: Connection['config']
  /** Options of the URL, by lower-case name. */
  options: ReadonlyMap<string, string>
  deployment: Deployment | undefined
  hosts: readonly string[]
  /** Whether the hosts are looked up in the DNS, which turns TLS on. */
  srv: boolean
}

const warning = (message: string, advice: string) => ({
  level: 'warning' as const,
  message,
  advice,
})

const RULES: readonly [check: string, rule: Rule][] = [
  [
    'write concern',
    ({ options, deployment }) =>
      options.get('w') === '1' && deployment !== 'standalone'
        ? warning(
            '`w=1`: what was acknowledged is lost when another member becomes primary',
            'leave `w` out of the URL (the default is majority since MongoDB 5.0)',
          )
        : undefined,
  ],
  [
    'write concern',
    ({ options }) =>
      options.get('journal') === 'false'
        ? warning(
            '`journal=false`: acknowledged writes may be lost',
            'leave `journal` out of the URL',
          )
        : undefined,
  ],
  [
    'read concern',
    ({ options }) =>
      options.get('readconcernlevel') === 'available'
        ? warning(
            '`readConcernLevel=available` may read what is rolled back',
            'use local or majority',
          )
        : undefined,
  ],
  [
    'read preference',
    ({ options }) => {
      const mode = options.get('readpreference')
      if (mode === undefined || mode === 'primary') return undefined
      return warning(
        `\`readPreference=${mode}\`: a model may not find what it has just written`,
        'leave it out of the URL, and set it for single queries',
      )
    },
  ],
  [
    'retries',
    ({ config, options }) =>
      config.retryWrites === false || options.get('retrywrites') === 'false'
        ? warning(
            'writes are not retried: an election of the replica set fails them',
            'leave `retryWrites` out',
          )
        : undefined,
  ],
  [
    'pool',
    ({ config, options }) => {
      const size = config.maxPoolSize ?? Number(options.get('maxpoolsize') ?? Number.NaN)
      if (!(size < SMALL_POOL) || size === 0) return undefined
      return warning(
        `\`maxPoolSize\` is ${size}: more requests at once wait for a socket`,
        'leave it out (100), or set it to the number of operations at once',
      )
    },
  ],
  [
    'time limit',
    ({ config, options }) =>
      config.timeoutMS === undefined && !options.has('timeoutms')
        ? {
            level: 'info',
            message: 'operations have no time limit',
            advice: 'set `timeoutMS` to what a request may wait for, 10000 say',
          }
        : undefined,
  ],
  [
    'cursor pages',
    ({ config, production }) =>
      config.cursorSecret === undefined && production
        ? warning(
            'no `cursorSecret`: cursors of paginateCursor() are good in one process only',
            'set `cursorSecret` to a random text from the environment',
          )
        : undefined,
  ],
  [
    'encryption of the connection',
    ({ config, options, hosts, srv }) => {
      if (hosts.every((host) => LOCAL.test(host))) return undefined
      const said = ['tls', 'ssl'].map((name) => options.get(name))
      const on = said.includes('true') || (srv && !said.includes('false'))
      if (config.tls ?? on) return undefined
      return warning('what is sent to another machine is not encrypted', 'set `tls: true`')
    },
  ],
  [
    'server-side JavaScript',
    ({ config }) =>
      config.allowServerJavaScript === true
        ? warning(
            '`allowServerJavaScript`: native filters may run code on the server',
            'leave it out, and write conditions with $expr',
          )
        : undefined,
  ],
  [
    'debug',
    ({ config, production }) =>
      config.debug === true && production
        ? warning('`debug` is on in production: listeners get values', 'use `debug: app.inDev`')
        : undefined,
  ],
]

/** What is unwise about the settings of a connection. */
export function checkSettings(
  connection: Connection,
  deployment: Deployment | undefined,
  surroundings: Surroundings,
): Finding[] {
  const { config } = connection
  const url = readUrl(config.url)
  const subject: Subject = {
    ...surroundings,
    config,
    deployment,
    options: url?.options ?? new Map(),
    hosts: url?.hosts ?? [],
    srv: url?.srv ?? false,
  }
  return RULES.flatMap(([check, rule]) => {
    const found = rule(subject)
    return found === undefined ? [] : [{ check, ...found }]
  })
}

/** The servers that a connection's URL names. */
export function hostsOf({ config }: Connection): readonly string[] {
  return readUrl(config.url)?.hosts ?? []
}
