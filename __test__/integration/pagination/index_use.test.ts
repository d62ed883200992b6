import { BaseModel, column, type ModelQueryBuilder } from 'lucent-odm'
import type { IndexSpecification } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class Event extends BaseModel {
  static override collection = 'events'
  @column({ isPrimary: true }) declare id: string
  @column({ columnName: 'at' }) declare createdAt: Date
  @column() declare score: number
  @column() declare name: string
  @column() declare status: string
  @column() declare owner: { name: string } | null
  @column() declare rest: number | null
}

const ROWS = 4000
const LIMIT = 10

const INDEXES: IndexSpecification[] = [
  { at: 1, _id: 1 },
  { status: 1, at: -1, _id: -1 },
  { score: -1, name: 1, _id: 1 },
  { status: 1, score: -1, name: 1, _id: 1 },
  { 'owner.name': 1, _id: 1 },
  { rest: 1, _id: 1 },
]

beforeAll(async () => {
  const events = db.collection('events')
  await events.insertMany(
    Array.from({ length: ROWS }, (_, n) => ({
      at: new Date(1e12 + n * 1000),
      score: n % 50,
      name: `name ${String(n % 97).padStart(3, '0')}`,
      status: n % 40 === 0 ? 'rare' : n % 2 === 0 ? 'open' : 'closed',
      owner: { name: `owner ${n % 400}` },
      ...(n % 3 === 0 ? {} : { rest: n % 3 === 1 ? null : n }),
    })),
  )
  for (const index of INDEXES) await events.createIndex(index)
  await events.createIndex(
    { name: 1, _id: 1 },
    { name: 'collated', collation: { locale: 'en', strength: 2 } },
  )
})

interface Stage {
  stage: string
  inputStage?: Stage
  inputStages?: Stage[]
}

function stages(plan: Stage): string[] {
  const inputs = [...(plan.inputStages ?? []), ...(plan.inputStage ? [plan.inputStage] : [])]
  return [plan.stage, ...inputs.flatMap(stages)]
}

/** How the server carries out the command that `work` sends. */
async function plan(work: () => Promise<unknown>) {
  const [sent] = await profile(server, 'events', work)
  const { find, filter, sort, limit, collation } = sent?.command ?? {}
  const explained = await db.command({
    explain: { find, filter, sort, limit, ...(collation ? { collation } : {}) },
    verbosity: 'executionStats',
  })
  const { executionStats } = explained
  return {
    stages: stages(executionStats.executionStages),
    keys: executionStats.totalKeysExamined as number,
    documents: executionStats.totalDocsExamined as number,
    returned: executionStats.nReturned as number,
  }
}

type Query = () => ModelQueryBuilder<Event>

const CASES: [string, Query][] = [
  ['the id', () => Event.query()],
  ['the id, descending', () => Event.query().orderBy('id', 'desc')],
  ['a date', () => Event.query().orderBy('createdAt')],
  ['a date, descending', () => Event.query().orderBy('createdAt', 'desc')],
  [
    'a date within a condition',
    () => Event.query().where('status', 'open').orderBy('createdAt', 'desc'),
  ],
  [
    'a date within a rare condition',
    () => Event.query().where('status', 'rare').orderBy('createdAt', 'desc'),
  ],
  [
    'two fields of mixed directions',
    () => Event.query().orderBy('score', 'desc').orderBy('name').orderBy('id'),
  ],
  [
    'two fields, both turned',
    () => Event.query().orderBy('score').orderBy('name', 'desc').orderBy('id', 'desc'),
  ],
  [
    'a field of few values, then a date',
    () => Event.query().orderBy('status').orderBy('createdAt', 'desc'),
  ],
  [
    'a field of few values, then a date, within a condition',
    () => Event.query().where('score', '>', 3).orderBy('status').orderBy('createdAt', 'desc'),
  ],
  [
    'two fields within a rare condition',
    () =>
      Event.query()
        .where('status', 'rare')
        .whereNotNull('owner')
        .orderBy('score', 'desc')
        .orderBy('name')
        .orderBy('id'),
  ],
  ['a field inside', () => Event.query().orderBy('owner.name')],
  ['numbers and nulls', () => Event.query().orderBy('rest')],
  ['numbers and nulls, descending', () => Event.query().orderBy('rest', 'desc')],
  [
    'text under a collation',
    () => Event.query().collation({ locale: 'en', strength: 2 }).orderBy('name'),
  ],
]

describe('a page by cursor is a range of the index', () => {
  it.each(CASES)('of %s', async (_, query) => {
    const deep = await query().paginateCursor({ limit: Math.floor((await query().count()) / 2) })
    const page = await query().paginateCursor({ limit: LIMIT, after: deep.nextCursor })
    expect(page).toHaveLength(LIMIT)
    for (const options of [{ after: page.nextCursor }, { before: page.previousCursor }]) {
      const { stages, keys, documents, returned } = await plan(() =>
        query().paginateCursor({ limit: LIMIT, ...options }),
      )
      expect(returned).toBe(LIMIT + 1)
      expect(stages).toContain('IXSCAN')
      expect(stages).not.toContain('SORT')
      expect(stages).not.toContain('COLLSCAN')
      // Each row twice at most (the condition holds for half of them), and a look at each range.
      expect(keys).toBeLessThanOrEqual(2 * (LIMIT + 1) + 10)
      // The profiler counts a document anew for each stage that looks at it.
      expect(documents).toBeLessThanOrEqual(4 * (LIMIT + 1) + 10)
    }
  })

  it('while offset pages read all rows before them', async () => {
    const query = () => Event.query().orderBy('createdAt')
    const [, sent] = await profile(server, 'events', () => query().paginate(ROWS / 20, LIMIT))
    expect(sent?.command).toMatchObject({ skip: ROWS / 2 - LIMIT, limit: LIMIT })
  })
})
