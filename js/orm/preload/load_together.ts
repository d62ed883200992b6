/** Relations that are loaded in one tick, for several rows of a model, by one request. */
import { boundContext, contextKey } from '../../context/index.ts'
import type { QueryClient } from '../../database/client.ts'
import type { Model } from '../contracts/index.ts'
import type { Related } from '../contracts/options.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { afterTick } from '../operation/tick.ts'
import { isOfOne } from '../persistence/coalesce_finds.ts'
import { readsApart } from '../persistence/keys_apart.ts'
import { keyColumns, keyValue, readRelated } from './load.ts'
import type { Preloads } from './preloads.ts'
import { noteRow } from './row_by_row.ts'

/** The relations of one row. */
export type RowRelations = ReadonlyMap<string, Related>

interface Waiting {
  readonly instance: Model
  readonly call: Call
  readonly preloads: Preloads
  readonly caller: string | undefined
  resolve(related: RowRelations): void
  reject(error: unknown): void
}

/** Rows in one request at most. */
const MOST = 1000

/** Those that wait for the end of the tick, by whom they are for, and by what is loaded of them. */
const queues = new WeakMap<object, ByClient>()
type ByClient = WeakMap<QueryClient, WeakMap<ModelDefinition, Map<string, Waiting[]>>>

/**
 * Whether they can be loaded together with those of other rows. What is told of a relation by a
 * callback, or by hooks, is one row's matter, and a transaction's commands go one after the other.
 */
export function sharesRequest(
  { definition, client, signal, timeout }: Call,
  preloads: Preloads,
): boolean {
  if (signal !== undefined || timeout !== undefined || client.isTransaction) return false
  if (!definition.model.coalesceFinds || !preloads.isPlain) return false
  return !preloads.models.some((model) => readsApart(model, client))
}

/**
 * Loads relations of an instance, together with what is loaded in the same tick of others. Each gets
 * instances of its own.
 */
export function loadTogether(
  call: Call,
  instance: Model,
  preloads: Preloads,
  caller: string | undefined,
): Promise<RowRelations> {
  const { definition, client } = call
  if (!sharesRequest(call, preloads)) return loadApart({ call, instance, preloads, caller })
  return new Promise((resolve, reject) => {
    // Whose key is missing fails alone.
    for (const column of keyColumns(definition, preloads)) keyValue(instance, column)
    const leave = client.enter()
    const end = (settle: () => void) => {
      leave()
      settle()
    }
    queueOf(call, preloads.names.join()).push({
      instance,
      call,
      preloads,
      caller,
      resolve: (related) => end(() => resolve(related)),
      reject: (error) => end(() => reject(error as Error)),
    })
  })
}

function queueOf({ client, definition }: Call, name: string): Waiting[] {
  const whose = contextKey()
  const byClient: ByClient = queues.get(whose) ?? new WeakMap()
  queues.set(whose, byClient)
  const byModel = byClient.get(client) ?? new WeakMap<ModelDefinition, Map<string, Waiting[]>>()
  byClient.set(client, byModel)
  const byName = byModel.get(definition) ?? new Map<string, Waiting[]>()
  byModel.set(definition, byName)
  const known = byName.get(name)
  if (known !== undefined && known.length < MOST) return known
  const queue: Waiting[] = []
  byName.set(name, queue)
  const inContext = boundContext()
  afterTick(() => {
    if (byName.get(name) === queue) byName.delete(name)
    void inContext(() => send(queue))
  })
  return queue
}

async function send(waiting: readonly Waiting[]): Promise<void> {
  const [first] = waiting as [Waiting]
  try {
    if (waiting.length === 1) return first.resolve(await loadApart(first))
    const instances = waiting.map(({ instance }) => instance)
    const related = await readRelated(first.call, instances, first.preloads, true)
    for (const [row, { resolve }] of waiting.entries()) resolve(related(row))
  } catch (error) {
    // The failure of one is not the failure of the others.
    if (waiting.length > 1 && isOfOne(error)) for (const one of waiting) void send([one])
    else for (const { reject } of waiting) reject(error)
  }
}

async function loadApart({
  call,
  instance,
  preloads,
  caller,
}: Pick<Waiting, 'call' | 'instance' | 'preloads' | 'caller'>): Promise<RowRelations> {
  noteRow(instance, preloads.names, caller)
  return (await readRelated(call, [instance], preloads, false))(0)
}
