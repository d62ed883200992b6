/** One batch of a rotation, which the core carries out. */
import type { Body } from '../../codec/body.ts'
import { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { Column } from '../columns/index.ts'
import type { Call } from '../operation/call.ts'
import { request, rows } from '../operation/send.ts'

/** Values that are not as they should be. */
interface Stale {
  readonly keys: readonly { readonly name: string; readonly count: number }[]
  readonly plain: number
}

/** What became of a batch, as `src/ops/rotate.rs` writes it. */
export interface BatchReply {
  readonly scanned: number
  readonly rewritten: number
  readonly stale: Stale
  readonly left: Stale
  readonly conflicts: readonly unknown[]
  readonly failed: readonly Failed[]
}

/** A document that could not be brought up to date. */
interface Failed {
  readonly _id: unknown
  readonly code: string
}

/** Equal for equal ids only, of whatever type. */
function identity(id: unknown): string {
  return native.encode((body) => body.document({ id })).toString('latin1')
}

export class Batch {
  readonly #call: Call
  readonly #dryRun: boolean
  /** Columns whose blind index has a normaliser of the application's. */
  readonly #normalized: readonly Column[]

  constructor(call: Call, dryRun: boolean) {
    this.#call = call
    this.#dryRun = dryRun
    this.#normalized = call.definition.encrypted.filter(
      ({ encryption }) => encryption?.normalize !== undefined,
    )
  }

  async send(ids: readonly unknown[]): Promise<BatchReply | native.Failure> {
    const failed: Failed[] = []
    const normalized = await this.#normalize(ids, failed)
    if (normalized instanceof native.Failure) return normalized
    const reply = await this.#send(without(ids, failed), normalized)
    if (failed.length === 0 || reply instanceof native.Failure) return reply
    return { ...reply, failed: [...reply.failed, ...failed] }
  }

  #send(
    ids: readonly unknown[],
    normalized: readonly object[],
  ): Promise<BatchReply | native.Failure> {
    const encode = (body: Body) => {
      const { lifted: lift } = this.#call.definition.rules
      body.document({ ids, lift, ...(this.#dryRun ? { dryRun: true } : {}) })
      for (const document of normalized) body.document(document)
    }
    const plain = this.#call.definition.plainHandle()
    return request<BatchReply>(this.#call, native.Operation.rotate, encode, plain)
  }

  /**
   * What the normalisers make of the stored values, and of which values they made it. Documents with
   * one that a normaliser throws at go to `failed`.
   */
  async #normalize(ids: readonly unknown[], failed: Failed[]): Promise<object[] | native.Failure> {
    const columns = this.#normalized
    if (columns.length === 0) return []
    const projection = Object.fromEntries(columns.map(({ stored }) => [stored, 1]))
    const lift = this.#call.definition.rules.lifted
    const query = { filter: { _id: { $in: ids } }, projection, lift }
    const encode = (body: Body) => body.document(query)
    const plain = this.#call.definition.plainHandle()
    const chunks = await rows(this.#call, native.Operation.find, encode, plain)
    if (chunks instanceof native.Failure) {
      // The core looks at each document by itself, and says which one it was.
      return chunks.report.code === 'E_DECRYPTION_FAILED' || chunks.report.code === 'E_UNKNOWN_KEY'
        ? this.#oneByOne(ids, failed)
        : chunks
    }
    const documents: object[] = []
    for (const chunk of chunks) {
      for (let row = 0; row < chunk.rows; row++) {
        const document = chunk.document(row) as Record<string, unknown>
        try {
          documents.push(this.#entries(document))
        } catch (error) {
          const code = error instanceof LucentError ? error.code : 'E_INVALID_VALUE'
          failed.push({ _id: document._id, code })
        }
      }
    }
    return documents
  }

  async #oneByOne(ids: readonly unknown[], failed: Failed[]): Promise<object[] | native.Failure> {
    if (ids.length === 1) return []
    const documents: object[] = []
    for (const id of ids) {
      const one = await this.#normalize([id], failed)
      if (one instanceof native.Failure) return one
      documents.push(...one)
    }
    return documents
  }

  #entries(document: Record<string, unknown>): object {
    const entries: Record<string, unknown> = Object.create(null)
    entries._id = document._id
    for (const { stored, encryption } of this.#normalized) {
      const of = document[stored]
      if (of === undefined || of === null || encryption?.blind === undefined) continue
      entries[encryption.blind] = { of, is: encryption.normalize?.(of) }
    }
    return entries
  }
}

function without(ids: readonly unknown[], failed: readonly Failed[]): readonly unknown[] {
  if (failed.length === 0) return ids
  const gone = new Set(failed.map(({ _id }) => identity(_id)))
  return ids.filter((id) => !gone.has(identity(id)))
}
