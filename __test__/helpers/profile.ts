import type { TestDatabase } from './server.ts'

/** What the server's profiler keeps of a command. */
export interface Profiled {
  /** `query`, `insert`, `update`, `remove`, `getmore`, or `command` for all others. */
  op: string
  command: Record<string, unknown>
}

/** The commands that reached one collection while `work` ran, in order, as the server saw them. */
export async function profile(
  { db }: Pick<TestDatabase, 'db'>,
  collection: string,
  work: () => Promise<unknown>,
): Promise<Profiled[]> {
  await db.command({ profile: 0 })
  await db.dropCollection('system.profile').catch(() => undefined)
  await db.command({ profile: 2 })
  try {
    await work()
  } finally {
    await db.command({ profile: 0 })
  }
  const entries = await db
    .collection<Profiled>('system.profile')
    .find({ ns: `${db.databaseName}.${collection}` })
    .sort({ $natural: 1 })
    .toArray()
  return entries.map(({ op, command }) => ({ op, command }))
}

/** The modifications (`u`) of the updates among {@link profile}'s commands. */
export async function updatesOf(
  server: Pick<TestDatabase, 'db'>,
  collection: string,
  work: () => Promise<unknown>,
): Promise<unknown[]> {
  const commands = await profile(server, collection, work)
  return commands.filter(({ op }) => op === 'update').map(({ command }) => command.u)
}
