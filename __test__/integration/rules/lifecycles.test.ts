/** The table of operations, hooks, rules and events: that it is so, and that the guide has it. */
import { readFileSync } from 'node:fs'
import {
  BaseModel,
  Blameable,
  column,
  compose,
  context,
  type EventName,
  type HookContext,
  type LifecycleOperation,
  SoftDeletes,
  TenantScoped,
} from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { EVENT_NAMES } from '../../../js/orm/hooks/events.ts'
import { MODEL_EVENTS, RAISED } from '../../../js/protocol.generated.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Row extends compose(BaseModel, TenantScoped('tenantId'), SoftDeletes, Blameable) {
  static override collection = 'lifecycle_rows'
  @column({ isPrimary: true }) declare id: string
  @column() declare tenantId: string
  @column() declare name: string
}

type Values = { name?: string; tenantId?: string }
type Work = (row: Row, values: Values) => Promise<unknown>

const collected = async (rows: AsyncIterable<Row>) => {
  const found: Row[] = []
  for await (const row of rows) found.push(row)
  return found
}

/** Each operation, of a row that has the name `old`. The ends of transactions have no command. */
const WORK: Record<Exclude<LifecycleOperation, 'commit' | 'rollback'>, Work> = {
  create: (_, values) => Row.create(values),
  update: (row, values) => row.merge(values).save(),
  delete: (row) => row.delete(),
  restore: (row) => row.restore(),
  forceDelete: (row) => row.forceDelete(),
  find: async ({ id }) => [await Row.find(id)].filter((row) => row !== null),
  fetch: async () => Row.query(),
  paginate: async () => (await Row.query().paginate(1, 5)).all(),
  stream: () => collected(Row.query().cursor()),
  updateQuery: (_, values) => Row.query().where('name', 'old').update(values),
  deleteQuery: () => Row.query().where('name', 'old').delete(),
  bulkWrite: (_, values) =>
    Row.bulkWrite((bulk) =>
      bulk.updateMany({ name: 'old' }, values).deleteMany({ name: values.name ?? '' }),
    ),
}

const rows = () => db.collection('lifecycle_rows')

/** A row of the tenant `a`, deleted where that is what the operation is about. */
async function given(operation: string): Promise<Row> {
  await rows().deleteMany({})
  return context.run({ tenant: 'a', userId: 'u1' }, async () => {
    const row = await Row.createQuietly({ name: 'old' })
    if (operation === 'restore') await row.deleteQuietly()
    return row
  })
}

const as = (tenant: string, work: () => Promise<unknown>) =>
  context.run({ tenant, userId: 'u2' }, () => work().catch((error: { code: string }) => error.code))

/** The rules that were seen to hold for an operation. */
async function rulesOf(operation: keyof typeof WORK): Promise<string[]> {
  const work = WORK[operation]
  const change = { name: 'new' }
  const held: string[] = []

  let row = await given(operation)
  const before = await rows().findOne({})
  const answer = await as('b', () => work(row, change))
  const after = await rows().findOne({ tenant_id: 'a' })
  const reads = RAISED[operation].told.length === 0
  const isUntouched = JSON.stringify(before) === JSON.stringify(after)
  const isMade = (await rows().countDocuments()) > 1
  if (!isMade && isUntouched && (!reads || (answer as unknown[]).length === 0))
    held.push('conditions')

  row = await given(operation)
  if ((await as('a', () => work(row, { tenantId: 'c' }))) === 'E_RULE_VIOLATED') held.push('tenant')

  row = await given(operation)
  await as('a', () => work(row, change))
  const left = await rows().find({}).toArray()
  const stamped = left.some(({ created_by, updated_by, deleted_by }) =>
    [created_by, updated_by, deleted_by].includes('u2'),
  )
  if (stamped) held.push('stamps')
  if (left.some(({ deleted_at }) => deleted_at instanceof Date)) held.push('kept')
  return held
}

describe.each(Object.keys(WORK) as (keyof typeof WORK)[])('%s', (operation) => {
  it('raises its hooks, and tells its events, in order', async () => {
    const row = await given(operation)
    const seen: string[] = []
    const note = (name: string) => (_: unknown, at: HookContext) => {
      expect(at.operation).toBe(operation)
      seen.push(name)
    }
    const named = (when: string, event: EventName) =>
      `${when}${event.charAt(0).toUpperCase()}${event.slice(1)}`
    const ends = EVENT_NAMES.flatMap((event) => [
      Row.before(event, note(named('before', event)) as never),
      Row.after(event, note(named('after', event)) as never),
    ])
    for (const event of MODEL_EVENTS) ends.push(Row.on(event, note(`listeners ${event}`) as never))
    Row.validator = note('validator') as never
    ends.push(() => {
      Row.validator = undefined
    })
    try {
      await context.run({ tenant: 'a', userId: 'u2' }, () => WORK[operation](row, { name: 'new' }))
    } finally {
      for (const end of ends) end()
    }
    const { before, after, told } = RAISED[operation]
    const places = [...before, ...after].filter((place) => !place.startsWith('listeners'))
    const events = MODEL_EVENTS.filter((event) => (told as readonly string[]).includes(event))
    expect(seen).toEqual([...places, ...events.map((event) => `listeners ${event}`)])
  })

  it('goes by its rules', async () => {
    expect(await rulesOf(operation)).toEqual(RAISED[operation].rules)
  })
})

it('the table of the guide is that of the protocol', () => {
  const guide = readFileSync(new URL('../../../docs/guide/hooks.md', import.meta.url), 'utf8')
  const code = (names: readonly string[]) =>
    names
      .filter((name) => name !== 'listeners')
      .map((name) => (name === 'validator' ? 'the validator' : `\`${name}\``))
      .join(', ')
  const lines = Object.entries(RAISED).map(([operation, { before, after, rules, told }]) =>
    [`| \`${operation}\``, code(before), code(after), rules.join(', '), `${code(told)} |`]
      .join(' | ')
      .replace(/ {2,}/g, ' '),
  )
  for (const line of lines) expect(guide).toContain(line)
})

beforeEach(() => rows().deleteMany({}))
