import { type ConnectionConfig, Database, errors } from 'lucent-odm'
import { afterAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { TcpProxy } from '../../helpers/tcp_proxy.ts'

const server = lucentDatabase()

const opened: Database[] = []
afterAll(() => Promise.all(opened.map((one) => one.closeAll())))

function open(url: string, settings: Partial<ConnectionConfig> = {}): Database {
  const database = new Database({
    connection: 'main',
    connections: { main: { url, database: server.name, ...settings } },
  })
  opened.push(database)
  return database
}

/** Options of MongoDB's specification and of other drivers, with a value, and what to use instead. */
const REFUSED: readonly (readonly [option: string, value: string, instead: RegExp])[] = [
  ['w', '0', /1, more, majority/],
  ['compressors', 'zlib', /leave it out/],
  ['zlibCompressionLevel', '7', /leave it out/],
  ['socketTimeoutMS', '1234', /timeoutMS/],
  ['waitQueueTimeoutMS', '1234', /timeoutMS/],
  ['family', '4', /address/],
  ['j', 'true', /journal/],
  ['wtimeout', '1234', /wTimeoutMS/],
  ['uuidRepresentation', 'javaLegacy', /standard/],
  ['proxyHost', 'secret', /not supported/],
  ['tlsAllowInvalidHostnames', 'true', /certificate/],
  ['tlsCertificateKeyFilePassword', 'secret', /without a password/],
  ['tlsDisableOCSPEndpointCheck', 'true', /not supported/],
  ['serverSelectionTryOnce', 'false', /not supported/],
  ['keepAlive', 'true', /not supported/],
  ['useUnifiedTopology', 'true', /not supported/],
  ['monitorCommands', 'true', /not supported/],
]

const VALUES = /secret|javaLegacy|1234|zlib$/

describe('22: an option of the url that has no effect is refused when the connection is made', () => {
  it.each(REFUSED)('%s=%s', (option, value, instead) => {
    let caught: unknown
    try {
      open(`mongodb://127.0.0.1/?${option}=${value}`)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(errors.E_CONFIGURATION)
    const { message } = caught as Error
    expect(message).toContain(option)
    expect(message).toMatch(instead)
    expect(message).not.toMatch(VALUES)
  })
})

describe('22: timeoutMS of the url is honoured', () => {
  it('by operations, unless the setting or the call says otherwise', async () => {
    const port = Number(/:(\d+)/.exec(server.uri)?.[1])
    const proxy = await TcpProxy.start(port)
    const url = `${proxy.uri}&timeoutMS=1000&uuidRepresentation=standard`
    const short = open(url).connection()
    const long = open(url, { timeoutMS: 30_000 }).connection()
    for (const one of [short, long]) {
      const ping = () => one.ping().then(Boolean, () => false)
      await expect.poll(ping, { timeout: 20_000 }).toBe(true)
    }
    proxy.delay(2000)
    const started = performance.now()
    await expect(short.ping()).rejects.toMatchObject({ code: 'E_TIMEOUT' })
    expect(performance.now() - started).toBeLessThan(2000)
    await long.ping()
    proxy.heal()
    await proxy.stop()
  }, 60_000)
})

describe('22: settings that the driver does not take together', () => {
  it('are a configuration that is wrong', async () => {
    const ping = open('mongodb://127.0.0.1:1,127.0.0.1:2/', { directConnection: true })
      .connection()
      .ping()
    await expect(ping).rejects.toBeInstanceOf(errors.E_CONFIGURATION)
  })
})
