import { BaseModel, type ConnectionConfig, column, Database, LucentError } from 'lucent-odm'

/** Codes that a fault of the network or the server may end with. */
export const FAULT_CODES: ReadonlySet<string> = new Set([
  'E_CONNECTION_FAILED',
  'E_SERVER_SELECTION_TIMEOUT',
  'E_SERVER_ERROR',
  'E_TIMEOUT',
  'E_WRITE_CONCERN',
])

/** A model on connections of its own. */
export function faultModel(config: ConnectionConfig) {
  const database = new Database({ connection: 'main', connections: { main: config } })
  class Entry extends BaseModel {
    static override collection = 'entries'
    @column({ isPrimary: true }) declare id: string
    @column() declare text: string
    @column() declare count: number
  }
  Entry.useDatabase(database)
  return { database, Entry }
}

export type FaultModel = ReturnType<typeof faultModel>['Entry']
type Entry = InstanceType<FaultModel>

/** An operation: what it does to `entry`, which is stored. */
export type Operation = (Model: FaultModel, entry: Entry) => Promise<unknown>

/** Every kind of operation. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: (Model) => Model.create({ text: 'new' }),
  'create, coalesced': (Model) => Model.create({ text: 'new' }, { coalesce: true }),
  createMany: (Model) => Model.createMany([{ text: 'a' }, { text: 'b' }]),
  save: (_, entry) => entry.merge({ count: 5 }).save(),
  'save, coalesced': (_, entry) => entry.merge({ count: 6 }).save({ coalesce: true }),
  delete: (_, entry) => entry.delete(),
  refresh: (_, entry) => entry.refresh(),
  find: (Model, entry) => Model.find(entry.id),
  'find on its own': (Model, entry) => Model.find(entry.id, { coalesce: false }),
  query: (Model) => Model.query().limit(5).exec(),
  'query of several batches': (Model) => Model.query().batchSize(2).exec(),
  first: (Model) => Model.query().first(),
  count: (Model) => Model.query().count(),
  paginate: (Model) => Model.query().paginate(1, 2),
  'query update': (Model) => Model.query().where('text', 'kept').update({ count: 1 }),
  increment: (Model) => Model.query().where('text', 'kept').increment('count'),
  'query delete': (Model) => Model.query().where('text', 'gone').delete(),
  ping: (Model) => (Model.$database as Database).connection().ping(),
}

/** How an operation ended: `ok`, its code, or what went wrong. */
export async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'ok'
  } catch (error) {
    return error instanceof LucentError ? error.code : `not ours: ${String(error)}`
  }
}

/** Whether an operation under a fault ended as it may. */
export function isFine(outcome: string): boolean {
  return outcome === 'ok' || FAULT_CODES.has(outcome)
}
