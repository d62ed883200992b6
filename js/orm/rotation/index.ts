/** Bringing stored documents up to date with a model's encryption, while it is in use. */
import type { Body } from '../../codec/body.ts'
import { refuse } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { Batches } from '../operation/batches.ts'
import { type Call, callOf } from '../operation/call.ts'
import { request, settled } from '../operation/send.ts'
import { Batch, type BatchReply } from './batch.ts'

/** How far a rotation is. */
export interface RotationProgress {
  /** Documents that were looked at, in this pass. */
  readonly scanned: number
  /** Documents of the collection when the rotation began, as far as the server knows. */
  readonly total: number
  /** Documents that were written. */
  readonly rewritten: number
  /** Documents that others changed between being read and being written; they are looked at again. */
  readonly conflicts: number
  /** Documents that could not be read or written. */
  readonly failed: number
  /** Encrypted values that are still under another key than the primary, by the key's name. */
  readonly left: Readonly<Record<string, number>>
  /** Values that are still to be encrypted. */
  readonly plain: number
  /** Primary key of the last document of the last batch. */
  readonly lastId: unknown
}

/** A document that could not be brought up to date, and why. */
export interface RotationFailure {
  readonly id: unknown
  /** Code of the error: `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`, … */
  readonly code: string
}

/** What a rotation came to. */
export interface RotationReport extends RotationProgress {
  /** The first hundred documents that failed. */
  readonly failures: readonly RotationFailure[]
  /** Nothing is left, and nothing failed: older keys may be taken out of the ring. */
  readonly complete: boolean
}

/** Options of {@link rotateEncryption}. */
export interface RotationOptions {
  /** Name of the connection; by default the model's. */
  connection?: string
  /** Documents in one read and one write; 500 by default. */
  batchSize?: number
  /** Batches under way at once; 2 by default. */
  concurrency?: number
  /** Only looks and counts. */
  dryRun?: boolean
  /** Ends the rotation after the batches under way; what was written stays. */
  signal?: AbortSignal
  /** Called after each batch. What it throws ends the rotation. */
  onProgress?(progress: RotationProgress): void
}

/** Looks at everything at most this often: somebody with older keys may still be writing. */
const MOST_PASSES = 5
/** Attempts at documents that others keep changing. */
const MOST_ATTEMPTS = 20
const MOST_FAILURES = 100

/**
 * Brings a model's stored documents up to date with its encryption: envelopes of older keys are
 * sealed anew with the primary key, plain values and those of another `bind` in `encrypting` columns
 * too, values of `decrypting` columns decrypted, and blind indexes made again where keys, normaliser
 * or length changed. A plain value in a column that is not in transition is a failure: somebody may
 * have put it there.
 *
 * It runs while the application does. A document is written only while it still has the values that
 * were read, so no write of others is lost; who was faster is looked at again. Hooks do not run, and
 * dates and versions stay. After a kill, run it again: what is up to date is only looked at. When
 * something was written, everything is looked at once more, because others may have written with
 * older keys meanwhile. All work on values is done in the core; only columns whose blind index has a
 * normaliser of your own are seen by JavaScript.
 *
 * The order of a key rotation: add the new key to the ring of every process, make it the primary in
 * every process, rotate until `complete`, then take the old key away.
 *
 * Errors: `E_INVALID_QUERY` for a model without encrypted columns and options that make no sense;
 * `E_ABORTED`; errors of the connection. Documents that cannot be decrypted do not end it.
 *
 * @example
 * const report = await rotateEncryption(User, {
 *   onProgress: ({ scanned, total }) => console.log(`${scanned} of ${total}`),
 * })
 * if (!report.complete) console.log(report.left, report.failures)
 */
export async function rotateEncryption(
  model: ModelClass,
  given: RotationOptions = {},
): Promise<RotationReport> {
  const definition = definitionOf(model)
  const options = own(given)
  check(definition, options)
  const { connection, signal } = options
  const call = callOf(definition, 'rotate', {
    ...(connection === undefined ? {} : { connection }),
    ...(signal === undefined ? {} : { signal }),
  })
  return new Rotation(call, options).run()
}

function check(definition: ModelDefinition, options: RotationOptions): void {
  const wrong = (what: string): never => {
    refuse('E_INVALID_QUERY', definition, 'rotate', `: rotateEncryption: ${what}`)
  }
  if (definition.encrypted.length === 0) wrong('the model has no encrypted columns')
  for (const name of ['batchSize', 'concurrency'] as const) {
    const value = options[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      wrong(`\`${name}\` must be a positive whole number`)
    }
  }
}

class Rotation {
  readonly #call: Call
  readonly #options: RotationOptions
  #total = 0
  #scanned = 0
  #rewritten = 0
  #conflicts = 0
  #left = new Map<string, number>()
  #plain = 0
  #lastId: unknown
  /** By the failed document's id as text, so that a second look counts once. */
  #failures = new Map<string, RotationFailure>()

  constructor(call: Call, options: RotationOptions) {
    this.#call = call
    this.#options = options
  }

  async run(): Promise<RotationReport> {
    this.#total = await this.#count()
    for (let pass = 1; pass <= MOST_PASSES; pass++) {
      const before = this.#rewritten
      this.#scanned = 0
      this.#left = new Map()
      this.#plain = 0
      this.#failures = new Map()
      await this.#pass()
      if (this.#options.dryRun === true || this.#rewritten === before) break
    }
    const progress = this.#progress()
    const { left, plain, failed } = progress
    return {
      ...progress,
      failures: [...this.#failures.values()].slice(0, MOST_FAILURES),
      complete: Object.keys(left).length === 0 && plain === 0 && failed === 0,
    }
  }

  #progress(): RotationProgress {
    return {
      scanned: this.#scanned,
      total: Math.max(this.#total, this.#scanned),
      rewritten: this.#rewritten,
      conflicts: this.#conflicts,
      failed: this.#failures.size,
      left: Object.fromEntries([...this.#left].filter(([, count]) => count > 0)),
      plain: this.#plain,
      lastId: this.#lastId,
    }
  }

  /** Looks at every document once. */
  async #pass(): Promise<void> {
    const { batchSize = 500, concurrency = 2 } = this.#options
    const running = new Set<Promise<void>>()
    let failure: unknown
    try {
      for await (const ids of this.#ids(batchSize)) {
        const work: Promise<void> = this.#batch(ids).then(
          () => {
            running.delete(work)
          },
          (error: unknown) => {
            running.delete(work)
            failure ??= error
          },
        )
        running.add(work)
        if (running.size >= concurrency) await Promise.race(running)
        if (failure !== undefined) break
      }
    } finally {
      await Promise.all(running)
    }
    if (failure !== undefined) throw failure
  }

  /** The primary keys of all documents, in order, so many at a time. */
  async *#ids(size: number): AsyncGenerator<unknown[], void> {
    const lift = this.#call.definition.rules.lifted
    const query = { filter: {}, projection: { _id: 1 }, sort: { _id: 1 }, batchSize: size, lift }
    const encode = (body: Body) => body.document(query)
    const plain = this.#call.definition.plainHandle()
    const reader = new Batches(this.#call, native.Operation.find, plain, encode, undefined)
    try {
      for (;;) {
        const chunks = await reader.next()
        if (chunks === undefined) return
        const ids: unknown[] = []
        for (const chunk of chunks) {
          for (let row = 0; row < chunk.rows; row++) {
            ids.push((chunk.document(row) as { _id: unknown })._id)
          }
        }
        if (ids.length > 0) yield ids
      }
    } finally {
      reader.close()
    }
  }

  /** Brings some documents up to date, again and again while others change them. */
  async #batch(all: readonly unknown[]): Promise<void> {
    const batch = new Batch(this.#call, this.#options.dryRun === true)
    let ids = all
    for (let attempt = 1; ids.length > 0; attempt++) {
      const reply = settled(this.#call, await batch.send(ids))
      this.#take(reply)
      if (reply.conflicts.length > 0) this.#conflicts += reply.conflicts.length
      if (attempt === MOST_ATTEMPTS) this.#leave(reply)
      ids = attempt === MOST_ATTEMPTS ? [] : reply.conflicts
    }
    this.#scanned += all.length
    this.#lastId = all.at(-1)
    this.#options.onProgress?.(this.#progress())
  }

  #take({ rewritten, left, failed }: BatchReply): void {
    this.#rewritten += rewritten
    this.#add(left)
    for (const { _id: id, code } of failed) this.#failures.set(String(id), { id, code })
  }

  /** Documents that were changed each time are left for the next pass. */
  #leave({ conflicts, stale }: BatchReply): void {
    if (conflicts.length > 0) this.#add(stale)
  }

  #add({ keys, plain }: BatchReply['left']): void {
    this.#plain += plain
    for (const { name, count } of keys) this.#left.set(name, (this.#left.get(name) ?? 0) + count)
  }

  async #count(): Promise<number> {
    const { definition } = this.#call
    const { lifted: lift } = definition.rules
    const plain = definition.plainHandle()
    const { command, count } = native.Operation
    // The server knows how many documents there are; those of a tenant have to be counted.
    const [kind, head] =
      lift === undefined
        ? ([command, { command: { count: definition.collection } }] as const)
        : ([count, { filter: {}, lift }] as const)
    const encode = (body: Body) => body.document(head)
    const reply = await request<{ n?: number; count?: number }>(this.#call, kind, encode, plain)
    const { n, count: counted } = settled(this.#call, reply)
    return Number(n ?? counted ?? 0)
  }
}
