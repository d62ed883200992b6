/** Settings of field encryption, of a database or of one connection. */
import { errors } from '../errors/index.ts'
import { type EncryptionKeys, readKeys } from './keys.ts'

/** Whose keys are asked for. */
export interface KeyRequest {
  /** Name of the connection. */
  readonly connection: string
  /** What `tenant()` answered, or null. */
  readonly tenant: string | null
}

/** Gives the keys of a connection, or of a tenant of it: from a KMS, a vault, a file. */
export type KeyProvider = (request: KeyRequest) => EncryptionKeys | Promise<EncryptionKeys>

/** Settings of field encryption. Give `keys` or a `provider`; neither: those of the process. */
export interface EncryptionConfig extends Partial<EncryptionKeys> {
  /** Asked once for each connection and tenant, when an operation first needs the keys. */
  provider?: KeyProvider
  /**
   * Whose data the operation under way is about; asked for each operation, so read it from an
   * `AsyncLocalStorage`. Without it, models of tenants (`TenantScoped`) go by `tenant` of the context, and others
   * have the keys of nobody; `() => null` is one set of keys for all. Tenants' keys are derived apart, so that one's values cannot be read as
   * another's, even where they share master keys. It keeps values apart, not documents: a query that
   * finds another tenant's document fails when it opens it, so queries still need their condition.
   */
  tenant?: () => string | null | undefined
  /**
   * What stands for the database's name in what values are bound to. Set it where databases are
   * copied under other names and must stay readable.
   */
  namespace?: string
}

const SETTINGS: ReadonlySet<string> = new Set([
  'primary',
  'keys',
  'provider',
  'tenant',
  'namespace',
])

/** Errors: `E_CONFIGURATION`. */
export function checkEncryption(where: string, config: EncryptionConfig): void {
  const wrong = (what: string): never => {
    throw new errors.E_CONFIGURATION(`${where}: encryption: ${what}`)
  }
  if (typeof config !== 'object' || config === null) wrong('must be an object')
  for (const name of Object.keys(config)) {
    if (!SETTINGS.has(name)) wrong(`unknown setting "${name}"`)
  }
  const { keys, provider, tenant, namespace, primary } = config
  if (keys !== undefined && provider !== undefined) wrong('give `keys` or `provider`, not both')
  if (provider !== undefined && typeof provider !== 'function') wrong('`provider` is no function')
  if (tenant !== undefined && typeof tenant !== 'function') wrong('`tenant` is no function')
  if (namespace !== undefined && (typeof namespace !== 'string' || namespace === '')) {
    wrong('`namespace` must be a text')
  }
  if (keys !== undefined) readKeys({ ...(primary === undefined ? {} : { primary }), keys })
}
