/** What an instance was before a write, for when that fails. */
import { HOLE, VALUES } from '../../codec/accessors.ts'
import type { Model } from '../contracts/index.ts'
import { type PendingWrite, REST } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { restOf } from '../instance/attributes.ts'
import { embeddedState } from '../instance/embedded/touched.ts'

/** What the instance has now; called, it puts that back. */
export function takeValues({ transients }: ModelDefinition, instance: Model): () => void {
  const values = instance[VALUES]?.slice() ?? null
  const restore = transients.size === 0 ? undefined : transients.snapshot(instance)
  const gone = copyGone(instance)
  return () => {
    restore?.()
    instance[VALUES] = values?.slice() ?? null
    putGone(instance, gone)
  }
}

/**
 * The values that a failed write puts back. What another write of the same instance stores meanwhile,
 * one of a hook, say, takes their place: the instance would have old values as changes otherwise.
 */
export class Snapshot implements PendingWrite {
  next: PendingWrite | undefined
  readonly #instance: Model
  readonly #columns: number
  readonly #transients: (() => void) | undefined
  readonly #gone: Gone
  readonly #restoreEmbedded: () => void
  #values: unknown[] | null

  constructor(definition: ModelDefinition, instance: Model) {
    const { columns, transients } = definition
    this.#instance = instance
    this.#restoreEmbedded = embeddedState(definition, instance)
    this.#columns = columns.length
    this.#values = instance[VALUES]?.slice() ?? null
    this.#transients = transients.size === 0 ? undefined : transients.snapshot(instance)
    this.#gone = copyGone(instance)
    const rest = restOf(instance)
    this.next = rest.pending
    rest.pending = this
  }

  /** Whether no other write of the instance is under way. */
  get isAlone(): boolean {
    return this.next === undefined && this.#instance[REST]?.pending === this
  }

  /** The other writes of the instance that are under way. */
  others(): readonly PendingWrite[] {
    const others: PendingWrite[] = []
    for (let one = this.#instance[REST]?.pending; one !== undefined; one = one.next) {
      if (one !== this) others.push(one)
    }
    return others
  }

  supersede(column: number, value: unknown): void {
    this.#values ??= new Array(this.#columns).fill(HOLE)
    this.#values[column] = value
    this.#gone?.delete(column)
  }

  restore(): void {
    this.#transients?.()
    this.#restoreEmbedded()
    this.#instance[VALUES] = this.#values?.slice() ?? null
    putGone(this.#instance, this.#gone)
  }

  /** The write is over. */
  release(): void {
    const rest = this.#instance[REST]
    if (rest === null) return
    if (rest.pending === this) {
      rest.pending = this.next
      return
    }
    for (let one = rest.pending; one !== undefined; one = one.next) {
      if (one.next === this) one.next = this.next
    }
  }
}

type Gone = Map<number, 'unset' | 'left out'> | undefined

function copyGone(instance: Model): Gone {
  const gone = instance[REST]?.gone
  return gone === undefined ? undefined : new Map(gone)
}

function putGone(instance: Model, gone: Gone): void {
  const rest = instance[REST]
  if (rest !== null) rest.gone = gone === undefined ? undefined : new Map(gone)
}
