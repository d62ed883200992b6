import { inspect } from 'node:util'
import fc from 'fast-check'
import { type ConnectionConfig, Database, defineConfig } from 'lucent-odm'
import { afterAll, describe, expect, it } from 'vitest'
import { faultIn, readUrl } from '../../../js/database/url.ts'
import { tries } from '../../helpers/property.ts'

const VALID = 'mongodb://127.0.0.1:1/app'
const database = new Database({ connection: 'main', connections: { main: { url: VALID } } })
afterAll(() => database.closeAll())

/** The class of connections, which looks at nothing itself. */
const Connection = database.connection().constructor as new (
  name: string,
  config: ConnectionConfig,
) => ReturnType<Database['connection']>

/** Whether the core takes a URL; nothing listens where it leads. */
async function coreTakes(url: string): Promise<boolean> {
  const connection = new Connection('raw', { url, database: 'app', serverSelectionTimeoutMS: 1 })
  try {
    await connection.ping()
    return true
  } catch (error) {
    return (error as { code?: string }).code !== 'E_CONFIGURATION'
  } finally {
    await connection.close()
  }
}

/** Connection strings that nobody takes, by the part that is wrong with them. */
const WRONG: readonly (readonly [url: string, part: string])[] = [
  ['', 'must start with mongodb://'],
  ['http://localhost', 'must start with mongodb://'],
  ['mongodb:/localhost', 'must start with mongodb://'],
  ['mongodb+foo://localhost', 'must start with mongodb://'],
  ['mongodb://ada:s3/cret@127.0.0.1:1/app', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3cr@t@127.0.0.1:1/app', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3:cret@127.0.0.1:1/app', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3#cret@127.0.0.1:1/app', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3[cret@127.0.0.1:1/app', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3%cret@127.0.0.1:1/app', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3cret%@127.0.0.1:1/app', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3%ffcret@127.0.0.1:1/app', 'the password in `url` is percent-encoded, and not'],
  ['mongodb://ada:s3?cret@127.0.0.1:1/app', 'the user name or the password in `url` must be'],
  ['mongodb://ada:s3?cret@127.0.0.1:1/app?w=1', 'the user name or the password in `url` must be'],
  ['mongodb://a/da:s3cret@127.0.0.1:1/app', 'the user name in `url` must be percent-encoded'],
  ['mongodb://@127.0.0.1:1/app', 'has an @, and no user name'],
  ['mongodb://:s3cret@127.0.0.1:1/app', 'has an @, and no user name'],
  ['mongodb://ada:s3cret@/app', 'a host in `url` has no name'],
  ['mongodb://', 'a host in `url` has no name'],
  ['mongodb://127.0.0.1:1,/app', 'a host in `url` has no name'],
  ['mongodb://:27017/app', 'a host in `url` has no name'],
  ['mongodb://ada:s3cret/app', 'the port of a host in `url`'],
  ['mongodb://localhost:0/app', 'the port of a host in `url`'],
  ['mongodb://localhost:65536/app', 'the port of a host in `url`'],
  ['mongodb://localhost:/app', 'the port of a host in `url`'],
  ['mongodb://[::1/app', 'a host in `url` has brackets'],
  ['mongodb://[nowhere]/app', 'a host in `url` has brackets'],
  ['mongodb://[::1]27017/app', 'a host in `url` has something else than a port'],
  ['mongodb://localhost/a b', 'the database in `url`'],
  ['mongodb://localhost/a/b', 'the database in `url`'],
  ['mongodb://localhost/a%2fb', 'the database in `url`'],
  ['mongodb://localhost/$cmd', 'the database in `url`'],
  ['mongodb://localhost/%ff', 'the database in `url` is percent-encoded, and not as UTF-8'],
  ['mongodb+srv://a.example.com:27017/app', 'must have no port with mongodb+srv://'],
  ['mongodb+srv://a.example.com,b.example.com/app', 'must have exactly one host'],
  ['mongodb+srv://a.example.com/app?directConnection=true', 'the option directConnection'],
  ['mongodb://a:1,b:1/app?directConnection=true', 'the option directConnection'],
  ['mongodb://a:1,b:1/app?loadBalanced=true', 'the option loadBalanced'],
  ['mongodb://localhost/app?srvMaxHosts=1', 'has options of mongodb+srv://'],
  ['mongodb://localhost/app?srvServiceName=x', 'has options of mongodb+srv://'],
  ['mongodb://localhost/app?s3cret', 'an option in `url` has no value'],
  ['mongodb://localhost/app?w=1&', 'an option in `url` has no value'],
  ['mongodb://localhost/app?s3cr3t!=1', '`url` has an option that is not supported'],
  [
    'mongodb://localhost/app?compressors=s3cret',
    'the option compressors in `url` is not supported',
  ],
  ['mongodb://localhost/app?socketTimeoutMS=5', 'use timeoutMS'],
  ['mongodb://localhost/app?nosuch=s3cret', 'the option nosuch in `url` is not supported'],
  ['mongodb://localhost/app?retryWrites=s3cret', 'the option retryWrites in `url` must be true or'],
  ['mongodb://localhost/app?RETRYWRITES=s3cret', 'the option retryWrites in `url` must be true or'],
  ['mongodb://localhost/app?maxPoolSize=0', 'the option maxPoolSize in `url` must be'],
  ['mongodb://localhost/app?maxPoolSize=4294967296', 'the option maxPoolSize in `url` must be'],
  ['mongodb://localhost/app?connectTimeoutMS=-1', 'the option connectTimeoutMS in `url` must be'],
  ['mongodb://localhost/app?connectTimeoutMS=1e3', 'the option connectTimeoutMS in `url` must be'],
  ['mongodb://localhost/app?heartbeatFrequencyMS=1', 'the option heartbeatFrequencyMS in `url`'],
  ['mongodb://localhost/app?readPreference=s3cret', 'the option readPreference in `url` must be'],
  ['mongodb://localhost/app?readPreferenceTags=a:b', 'has no readPreference that does'],
  ['mongodb://localhost/app?maxStalenessSeconds=90', 'has no readPreference that does'],
  [
    'mongodb://localhost/app?readPreference=nearest&maxStalenessSeconds=5',
    'the option maxStalenessSeconds in `url` must be -1, or at least 90 seconds',
  ],
  ['mongodb://localhost/app?w=-1', 'the option w in `url` must be'],
  ['mongodb://localhost/app?w=1&w=2', 'the option w in `url` is given twice'],
  ['mongodb://localhost/app?authSource=', 'the option authSource in `url` must be'],
  ['mongodb://localhost/app?authMechanism=s3cret', 'the option authMechanism in `url` must be'],
  ['mongodb://localhost/app?authMechanism=SCRAM-SHA-256', 'needs a user name, and has none'],
  ['mongodb://ada@localhost/app?authMechanism=PLAIN', 'has no password for PLAIN'],
  ['mongodb://ada:s3cret@localhost/?authMechanism=MONGODB-X509', 'has a password'],
  ['mongodb://localhost/app?authMechanismProperties=s3cret', 'the option authMechanismProperties'],
  ['mongodb://localhost/app?tls=true&ssl=false', 'turns TLS off, and has options of it'],
  ['mongodb://localhost/app?tls=false&tlsCAFile=/x', 'turns TLS off, and has options of it'],
]

/** Everything that may not be shown: parts of passwords, and values. */
const PARTS = /s3|cret|cr@t/

describe('A2: a connection string that cannot be read is found when it is given', () => {
  it.each(WRONG)('%s', (url, part) => {
    const ways: readonly (() => unknown)[] = [
      () => defineConfig({ connection: 'main', connections: { main: { url } } }),
      () => new Database({ connection: 'main', connections: { main: { url } } }),
      () => database.add('wrong', { url }),
    ]
    for (const way of ways) {
      let caught: unknown
      try {
        way()
      } catch (error) {
        caught = error
      }
      const error = caught as Error & { code?: string }
      expect(error.code).toBe('E_CONFIGURATION')
      expect(error.message).toMatch(/^connection "(?:main|wrong)": /)
      expect(error.message).toContain(part)
      expect(error.message).not.toMatch(PARTS)
      expect(inspect(error, { depth: 9, showHidden: true }).split('\n    at')[0]).not.toMatch(PARTS)
    }
  })

  it.each(WRONG.filter(([url]) => url !== ''))('the core refuses it too: %s', async (url) => {
    expect(readUrl(url)).toBeUndefined()
    expect(await coreTakes(url)).toBe(false)
  })
})

describe('A2: a connection string is read in one place', () => {
  it.each([
    [VALID, { hosts: ['127.0.0.1:1'], database: 'app', hasCredentials: false, srv: false }],
    ['mongodb://localhost', { hosts: ['localhost'], database: undefined }],
    ['mongodb://localhost/?', { hosts: ['localhost'], database: undefined }],
    ['mongodb://a:1,[::1]:2,b/x%20y'.replace('%20', '-'), { hosts: ['a:1', '[::1]:2', 'b'] }],
    [
      'mongodb://a%3Ab:s3%2Fcr%40t%25@localhost/caf%C3%A9',
      { hosts: ['localhost'], database: 'café', hasCredentials: true },
    ],
    ['mongodb+srv://ada:pw@a.example.com/app', { hosts: ['a.example.com'], srv: true }],
  ])('%s', (url, parts) => {
    expect(readUrl(url)).toMatchObject(parts)
    expect(faultIn(url)).toBeUndefined()
  })

  it('options have one spelling of their names, and decoded values', () => {
    const { options } = readUrl('mongodb://localhost/?retryWRITES=false&appName=a%20b') ?? {}
    expect([...(options ?? [])]).toEqual([
      ['retrywrites', 'false'],
      ['appname', 'a b'],
    ])
  })

  it('settings that were not looked at show nothing of a URL that cannot be read', () => {
    const { config } = new Connection('raw', { url: 'mongodb://ada:s3/cret@localhost/app' })
    expect(inspect(config)).not.toMatch(PARTS)
    expect(JSON.parse(JSON.stringify(config)).url).toBe('[hidden]')
  })
})

const awkward = fc.string({
  unit: fc.constantFrom(
    'a',
    '1',
    '/',
    '?',
    '#',
    '@',
    ':',
    '[',
    ']',
    '%',
    '%2F',
    '%ff',
    'é',
    '&',
    '=',
  ),
  maxLength: 5,
})
const option = fc.tuple(
  fc.constantFrom(
    ...['w', 'journal', 'tls', 'ssl', 'tlsInsecure', 'maxPoolSize', 'minPoolSize', 'authSource'],
    ...[
      'retryWrites',
      'readPreference',
      'maxStalenessSeconds',
      'readPreferenceTags',
      'compressors',
    ],
    ...['wTimeoutMS', 'authMechanism', 'directConnection', 'loadBalanced', 'replicaSet', 'foo'],
    ...['heartbeatFrequencyMS', 'serverMonitoringMode', 'readConcernLevel', 'srvMaxHosts'],
  ),
  fc.oneof(
    fc.constantFrom(
      'true',
      'false',
      '0',
      '1',
      '600',
      '-1',
      '-2',
      '+5',
      'majority',
      'secondary',
      'a:b',
    ),
    fc.constantFrom(
      'PLAIN',
      'SCRAM-SHA-1',
      'MONGODB-X509',
      '$external',
      'Primary',
      'stream',
      '1.5',
    ),
    awkward,
  ),
)
const urls = fc
  .record({
    user: fc.option(fc.tuple(awkward, fc.option(awkward)), { freq: 2 }),
    hosts: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom('127.0.0.1:1', '[::1]:1', '127.0.0.1:1,127.0.0.1:2'),
      },
      awkward,
    ),
    path: fc.option(awkward),
    options: fc.array(option, { maxLength: 3 }),
  })
  .map(({ user, hosts, path, options }) => {
    const credentials = user === null ? '' : `${user[0]}${user[1] === null ? '' : `:${user[1]}`}@`
    const query = options.map(([name, value]) => `${name}=${value}`).join('&')
    const place = `mongodb://${credentials}${hosts}${path === null ? '' : `/${path}`}`
    return query === '' ? place : `${place}?${query}`
  })

it('A2: what the reader reads, the core takes, whatever is written', async () => {
  await fc.assert(
    fc.asyncProperty(urls, async (url) => {
      if (readUrl(url) !== undefined) expect(await coreTakes(url), url).toBe(true)
    }),
    tries(300),
  )
}, 60_000)
