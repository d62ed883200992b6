/** Histories, on every way to every operation, in each order of composition. */
import { context } from 'lucent-odm'
import type { Document } from 'mongodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { HISTORY_NAMES, orders, ruledModel } from '../../helpers/ruled_models.ts'
import { type Given, type Keyed, type Way, waysThat } from '../../helpers/ways.ts'

const { db, database } = lucentDatabase()
const NAME = 'kept'
const things = () => db.collection(NAME)
const audits = () => db.collection(`${NAME}_audits`)
const versions = () => db.collection(`${NAME}_versions`)

const WHO = { tenant: 'a', userId: 'ada', requestId: 'r1' }
const ours = <Result>(work: () => Promise<Result>) => context.run(WHO, work)

let keys = 0
let given: Given
let model = ruledModel(database, NAME, HISTORY_NAMES)

async function prepare(): Promise<void> {
  for (const collection of [things(), audits(), versions()]) await collection.deleteMany({})
  const key = `thing ${keys++}`
  const found = await context.run({ tenant: 'a' }, async () => {
    const made = await model.create({ key, count: 1, list: ['a'] } as never)
    await model.create({ key: 'beside it', count: 1, list: ['a'] } as never)
    return (await model.findOrFail((made as unknown as Keyed).id)) as unknown as Keyed
  })
  given = { database, model, key, filter: { key }, values: { count: 7 }, found }
  for (const collection of [audits(), versions()]) await collection.deleteMany({})
}

const byId = async () =>
  new Map((await things().find().toArray()).map((one) => [String(one._id), one]))
const rowsOf = (rows: Document[], id: string) =>
  rows.filter((row) => String(row.document_id) === id)

/** What the changes of audits make of a document. */
function changed(before: Document | undefined, rows: Document[]): Document | undefined {
  const names: Record<string, string> = { tenantId: 'tenant_id', deletedAt: 'deleted_at' }
  let state: Document | undefined = before
  for (const { changes, operation } of rows) {
    const next: Document = { ...state }
    for (const [property, { before: was, after: is }] of Object.entries<Document>(changes)) {
      const field = names[property] ?? property
      expect(next[field]).toEqual(was)
      if (is === undefined) delete next[field]
      else next[field] = is
    }
    const isGone =
      operation === 'forceDeleted' || (operation === 'deleted' && next.key === undefined)
    state = isGone ? undefined : next
  }
  return state
}

/** Each document that a way changed has rows that tell how, and no other has any. */
async function keepsWhatBecame(way: Way): Promise<void> {
  await prepare()
  const before = await byId()
  const begun = Date.now()
  await ours(() => way.run(given))
  const after = await byId()
  const [told, kept] = [
    await audits().find().sort({ _id: 1 }).toArray(),
    await versions().find().sort({ _id: 1 }).toArray(),
  ]
  const ids = new Set([...before.keys(), ...after.keys()])
  expect(told.length, way.name).toBeGreaterThan(0)
  for (const id of ids) {
    const [was, is] = [before.get(id), after.get(id)]
    const rows = rowsOf(told, id)
    const { _id, ...state } = changed(was, rows) ?? {}
    const { _id: _, ...expected } = is ?? {}
    expect(state, way.name).toEqual(expected)
    for (const row of rows) {
      expect(row).toMatchObject({
        model: 'Ruled',
        user_id: 'ada',
        request_id: 'r1',
        tenant_id: 'a',
      })
      expect(row.at.getTime()).toBeGreaterThanOrEqual(begun)
    }
    const mine = rowsOf(kept, id)
    expect(
      mine.map(({ number }) => number),
      way.name,
    ).toEqual(rows.filter(({ operation }) => operation !== 'created').map((_row, at) => at + 1))
    if (was !== undefined && mine.length > 0) expect(mine[0]?.document).toEqual(was)
  }
  expect(told.every(({ document_id }) => ids.has(String(document_id)))).toBe(true)
}

const OPERATIONS = { insert: 'created', update: 'updated', delete: 'deleted' } as const
const writes = waysThat('insert', 'update', 'delete')

describe.each(writes)('$operation: $name', (way) => {
  it('tells what became of which documents, and keeps what they were', async () => {
    await keepsWhatBecame(way)
    const operations = await audits().distinct('operation')
    const expected = way.name === 'truncate' ? 'forceDeleted' : OPERATIONS[way.kind as 'insert']
    expect(operations).toContain(expected)
  })

  it('leaves nothing of a transaction that is rolled back', async () => {
    await prepare()
    const before = await byId()
    const client = await database.connection().beginGlobalTransaction()
    try {
      await ours(() => way.run(given)).catch(() => {})
    } finally {
      await client.rollback()
    }
    expect(await byId(), way.name).toEqual(before)
    expect(await audits().countDocuments(), way.name).toBe(0)
    expect(await versions().countDocuments(), way.name).toBe(0)
  })
})

describe.each(waysThat('read', 'other'))('$operation: $name', (way) => {
  it('makes no rows', async () => {
    await prepare()
    await ours(() => way.run(given)).catch(() => {})
    expect(await audits().countDocuments()).toBe(0)
    expect(await versions().countDocuments()).toBe(0)
  })
})

/** All orders, each with every fourth way, so that four of them have all. */
describe.each(
  orders(HISTORY_NAMES).map((names, place) => ({ names, place, order: names.join(', ') })),
)('composed as $order', ({ names, place }) => {
  beforeEach(() => {
    model = ruledModel(database, NAME, names)
  })

  it('tells the same', async () => {
    for (const way of writes.filter((_, at) => at % 4 === place % 4)) await keepsWhatBecame(way)
  }, 60_000)
})
