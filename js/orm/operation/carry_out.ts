/** Running a write with the model's hooks, those of its transaction's end included. */
import type { QueryClient } from '../../database/client.ts'
import type { TransactionEnd } from '../../database/transaction/callbacks.ts'
import { Failures } from '../../database/transaction/callbacks.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { errors } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { HookEvent } from '../hooks/events.ts'
import { transactionOf } from './call.ts'
import { runLifecycle, type Work, type WriteOperation } from './runner.ts'

const ENDS = ['afterCommit', 'afterRollback'] as const

const EVENTS = {
  create: ['beforeCreate', 'beforeSave', 'afterCreate', 'afterSave', ...ENDS],
  update: ['beforeUpdate', 'beforeSave', 'afterUpdate', 'afterSave', ...ENDS],
  delete: ['beforeDelete', 'afterDelete', ...ENDS],
} as const satisfies Record<WriteOperation, readonly HookEvent[]>

type KnownEnd = Exclude<TransactionEnd, 'unknown'>

const END_EVENTS = {
  commit: 'afterCommit',
  rollback: 'afterRollback',
} as const satisfies Record<KnownEnd, HookEvent>

/** Whether the write would run any hook. */
export function hasHooks(definition: ModelDefinition, operation: WriteOperation): boolean {
  return definition.hooks.hasAny(EVENTS[operation])
}

/** Runs the work with the model's hooks, or directly where there are none to run. */
export async function carryOut(
  definition: ModelDefinition,
  operation: WriteOperation,
  client: QueryClient,
  work: Work,
  instances: readonly Model[],
  quietly: boolean,
): Promise<void> {
  const entered = client.enter()
  try {
    if (!quietly && hasHooks(definition, operation)) {
      await runHooked(definition, operation, client, work, instances)
      return
    }
    let wrote: boolean
    try {
      wrote = await work.command()
    } catch (error) {
      work.restore(error)
      throw error
    }
    if (wrote) work.settle()
  } finally {
    client.leave(entered)
    work.over?.()
  }
}

async function runHooked(
  definition: ModelDefinition,
  operation: WriteOperation,
  client: QueryClient,
  work: Work,
  instances: readonly Model[],
): Promise<void> {
  const trx = transactionOf(client)
  let wrote = false
  if (trx !== undefined) noteWrites(definition, operation, trx, instances)
  await runLifecycle(definition, operation, client, {
    subjects: work.subjects,
    subject: (event, place) => work.subject(event, place),
    command: async () => {
      wrote = await work.command()
      return wrote
    },
    settle: () => work.settle(),
    restore: (error) => work.restore(error),
  })
  if (trx === undefined && wrote) await committed(definition, operation, client, instances)
}

/** Without a transaction every write is its own, and committed when it is done. */
async function committed(
  definition: ModelDefinition,
  operation: WriteOperation,
  client: QueryClient,
  instances: readonly Model[],
): Promise<void> {
  if (!definition.hooks.has('afterCommit')) return
  const failures: unknown[] = []
  for (const instance of instances) {
    await runEnd(definition, 'commit', client, instance, [operation], failures)
  }
  if (failures.length === 0) return
  throw new errors.E_TRANSACTION_CALLBACK(
    `${definition.name}: the ${operation} was carried out; its afterCommit hooks failed`,
    {
      model: definition.name,
      operation,
      connection: client.connectionName,
      cause: new AggregateError(failures),
    },
  )
}

/** What each transaction did to the instances whose hooks want to know. */
const writes = new WeakMap<TransactionClient, Map<Model, WriteOperation[]>>()

/** Hooks run once for an instance, however often it was written. */
function noteWrites(
  definition: ModelDefinition,
  operation: WriteOperation,
  trx: TransactionClient,
  instances: readonly Model[],
): void {
  const ends = (['commit', 'rollback'] as const).filter((end) =>
    definition.hooks.has(END_EVENTS[end]),
  )
  if (ends.length === 0) return
  let ofTransaction = writes.get(trx)
  if (ofTransaction === undefined) {
    ofTransaction = new Map()
    writes.set(trx, ofTransaction)
    trx.forgetAtEnd(() => writes.delete(trx))
  }
  for (const instance of instances) {
    const known = ofTransaction.get(instance)
    if (known !== undefined) {
      if (!known.includes(operation)) known.push(operation)
      continue
    }
    const operations = [operation]
    ofTransaction.set(instance, operations)
    for (const end of ends) {
      trx.after(end, async () => {
        const failures: unknown[] = []
        await runEnd(definition, end, trx, instance, operations, failures)
        if (failures.length > 0) throw new Failures(failures)
      })
    }
  }
}

function runEnd(
  definition: ModelDefinition,
  end: KnownEnd,
  client: QueryClient,
  instance: Model,
  operations: readonly WriteOperation[],
  failures: unknown[],
): Promise<void> {
  return runLifecycle(definition, end, client, {
    subjects: 1,
    writes: operations,
    subject: () => instance,
    command: () => true,
    settle() {},
    restore() {},
    failed: (error) => failures.push(error),
  })
}
