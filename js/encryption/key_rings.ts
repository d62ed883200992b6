/** The core's rings of keys for one connection: one for each tenant, opened when first needed. */
import { tenantText } from '../context/index.ts'
import { errors, LucentError } from '../errors/index.ts'
import * as native from '../native/index.ts'
import type { EncryptionConfig } from './config.ts'
import { type KeySet, keysOfProcess, readKeys, wrongKeys } from './keys.ts'

/** Rings kept at most; the one that was opened first goes first. */
const MOST = 1000

interface Ring {
  readonly handle: number | Promise<number>
  /** Which keys these are: how often they were reloaded, and which ones of the process. */
  readonly reloads: number
  readonly shared: number | undefined
}

export class KeyRings implements native.KeySource {
  readonly #connection: string
  readonly #config: EncryptionConfig
  readonly #rings = new Map<string | null, Ring>()
  #reloads = 0

  constructor(connection: string, config: EncryptionConfig = {}) {
    this.#connection = connection
    // Without a prototype: a setting that is not there must not be found elsewhere.
    this.#config = Object.assign(Object.create(null) as EncryptionConfig, config)
  }

  /** Whose data the operation under way is about, of a model of tenants or another one, or null. Errors: `E_CONFIGURATION`, `tenant`'s. */
  tenant(ofTenants = false): string | null {
    const { tenant: ask = ofTenants ? tenantText : undefined } = this.#config
    const tenant = ask?.() ?? null
    if (tenant === null || (typeof tenant === 'string' && tenant !== '')) return tenant
    throw new errors.E_CONFIGURATION(
      `connection "${this.#connection}": encryption: tenant() must answer a text or null`,
      { connection: this.#connection },
    )
  }

  /** The handle of the ring for the operation under way. Errors: `E_CONFIGURATION`, `provider`'s. */
  ring(ofTenants: boolean): number | Promise<number> {
    const tenant = this.tenant(ofTenants)
    const { keys, provider } = this.#config
    const shared = keys === undefined && provider === undefined ? keysOfProcess() : undefined
    const reloads = this.#reloads
    const known = this.#rings.get(tenant)
    if (known?.reloads === reloads && known.shared === shared?.version) return known.handle
    const handle =
      provider === undefined
        ? this.#open(tenant, shared === undefined ? this.#own() : shared.keys)
        : this.#provided(tenant, provider)
    this.#keep(tenant, { handle, reloads, shared: shared?.version })
    if (typeof handle !== 'number') {
      handle.catch(() => {
        // Asked again by the next operation.
        if (this.#rings.get(tenant)?.handle === handle) this.#rings.delete(tenant)
      })
    }
    return handle
  }

  /** Forgets the keys: those of a provider are asked for again. */
  reload(): void {
    this.#reloads++
  }

  /** Drops every ring. */
  close(): void {
    for (const { handle } of this.#rings.values()) drop(handle)
    this.#rings.clear()
  }

  #keep(tenant: string | null, ring: Ring): void {
    const previous = this.#rings.get(tenant)
    if (previous !== undefined) drop(previous.handle)
    this.#rings.delete(tenant)
    this.#rings.set(tenant, ring)
    if (this.#rings.size <= MOST) return
    for (const [oldest, { handle }] of this.#rings) {
      this.#rings.delete(oldest)
      drop(handle)
      return
    }
  }

  #own(): KeySet {
    const { keys, primary } = this.#config
    return readKeys({ keys: keys ?? {}, ...(primary === undefined ? {} : { primary }) })
  }

  #open(tenant: string | null, set: KeySet | undefined): number {
    if (set === undefined) {
      throw new errors.E_CONFIGURATION(
        `connection "${this.#connection}" has no encryption keys; set LUCENT_ENCRYPTION_KEYS, ` +
          'call setEncryptionKeys(), or give `encryption` in the configuration',
        { connection: this.#connection },
      )
    }
    const { namespace } = this.#config
    return native.openKeyRing(
      {
        primary: set.primary,
        keys: set.keys,
        ...(tenant === null ? {} : { tenant }),
        ...(namespace === undefined ? {} : { namespace }),
      },
      { connection: this.#connection },
    )
  }

  async #provided(
    tenant: string | null,
    provider: NonNullable<EncryptionConfig['provider']>,
  ): Promise<number> {
    try {
      return this.#open(tenant, readKeys(await provider({ connection: this.#connection, tenant })))
    } catch (error) {
      if (error instanceof LucentError) throw error
      const message = `the key provider of connection "${this.#connection}" failed`
      throw Object.assign(wrongKeys(message), { cause: error })
    }
  }
}

function drop(handle: number | Promise<number>): void {
  if (typeof handle === 'number') native.closeKeyRing(handle)
  else void handle.then(native.closeKeyRing, () => {})
}
