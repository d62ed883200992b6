import type { Document } from 'bson'
import { BaseModel, column, errors, type ModelQueryBuilder } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { ENTRY, ENVELOPE, TEST_KEYS } from '../../helpers/encryption.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase({ encryption: TEST_KEYS })
const { db, client } = server

class Job extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare status: string
  @column() declare place: number
  @column() declare runs: number
  @column.encrypted({ blind: true }) declare worker: string | null
  @column.encrypted() declare result: { text: string; list: number[] } | null
  @column.encrypted({ bind: 'column', blind: true }) declare shared: string
  @column.encrypted({ fields: ['code'] }) declare steps: {
    kind: string
    code: string
    done?: boolean
  }[]
}

const jobs = db.collection('jobs')

const seed = (count: number, status = 'open') =>
  Job.createMany(
    Array.from({ length: count }, (_, place) => ({
      status,
      place,
      runs: 0,
      worker: 'nobody',
      result: { text: `before ${place}`, list: [place] },
      shared: 'before',
      steps: [
        { kind: 'a', code: 'one' },
        { kind: 'b', code: 'two' },
      ],
    })),
  )

beforeEach(() => jobs.deleteMany({}))

/** Every stored value is an envelope that can be opened, and every index is that of its value. */
async function expectWhole(): Promise<Job[]> {
  for (const stored of await jobs.find().toArray()) {
    for (const name of ['worker', 'result', 'shared']) {
      if (name in stored) expect(stored[name].sub_type).toBe(ENVELOPE)
    }
    for (const step of stored.steps ?? []) expect(step.code.sub_type).toBe(ENVELOPE)
  }
  const rows = await Job.query().orderBy('place')
  for (const row of rows) {
    void [row.result, row.steps]
    if (typeof row.worker !== 'string') continue
    const found = await Job.query().where('worker', row.worker).where('id', row.id).count()
    expect(found).toBe(1)
  }
  return rows
}

type Query = ModelQueryBuilder<Job>
type Written = { matched: number; modified: number } | [number] | Job | null

/** Every way of changing documents that are found by a condition. */
const CHANGES: Record<string, { many: boolean; run(query: Query): Promise<Written> }> = {
  update: {
    many: true,
    run: (q) => q.update({ worker: 'w', result: { text: 'after', list: [] } }),
  },
  updateMany: { many: true, run: (q) => q.updateMany({ worker: 'w', status: 'done' }) },
  modify: {
    many: true,
    run: (q) => q.modify((u) => u.set({ worker: 'w' }).increment('runs').unset('result')),
  },
  updateOne: {
    many: false,
    run: (q) => q.updateOne({ worker: 'w' }) as Promise<Written>,
  },
  findOneAndUpdate: { many: false, run: (q) => q.findOneAndUpdate({ worker: 'w' }) },
  findOneAndReplace: {
    many: false,
    run: (q) => q.findOneAndReplace({ worker: 'w', status: 'open', place: 0 }),
  },
  upsert: {
    many: false,
    run: (q) => q.upsert({ worker: 'w' }) as Promise<Written>,
  },
}

function countOf(written: Written): number {
  if (Array.isArray(written)) return written[0]
  if (written instanceof Job) return 1
  return written?.matched ?? 0
}

describe.each(Object.entries(CHANGES))('%s', (_name, { many, run }) => {
  it('changes what matches, and nothing else', async () => {
    await seed(5)
    await seed(2, 'closed')
    const count = countOf(await run(Job.query().where('status', 'open')))
    expect(count).toBe(many ? 5 : 1)
    const rows = await expectWhole()
    expect(rows.filter(({ worker }) => worker === 'w')).toHaveLength(count)
    expect(
      rows.filter(({ status }) => status === 'closed').every(({ worker }) => worker === 'nobody'),
    ).toBe(true)
  })

  it('finds by the encrypted column that it changes', async () => {
    await seed(3)
    const count = countOf(await run(Job.query().where('worker', 'nobody')))
    expect(count).toBe(many ? 3 : 1)
    expect(await Job.query().where('worker', 'w').count()).toBe(count)
    expect(await Job.query().where('worker', 'nobody').count()).toBe(3 - count)
    await expectWhole()
  })

  it('answers 0, or null, and changes nothing where nothing matches', async () => {
    await seed(1)
    const before = await jobs.find().toArray()
    if (_name === 'upsert')
      return expect(
        ((await run(Job.query().where('status', 'none'))) as Document).upsertedId,
      ).toBeTypeOf('string')
    expect(countOf(await run(Job.query().where('status', 'none')))).toBe(0)
    expect(await jobs.find().toArray()).toEqual(before)
  })

  it('takes part in a transaction, and goes with it', async () => {
    await seed(3)
    const before = await jobs.find().toArray()
    const failed = Job.transaction(async (trx) => {
      const count = countOf(await run(Job.query({ client: trx }).where('status', 'open')))
      expect(count).toBe(many ? 3 : 1)
      expect(await Job.query({ client: trx }).where('worker', 'w').count()).toBe(count)
      expect(await Job.query().where('worker', 'w').count()).toBe(0)
      throw new Error('stop')
    })
    await expect(failed).rejects.toThrow('stop')
    expect(await jobs.find().toArray()).toEqual(before)
    await Job.transaction((trx) => run(Job.query({ client: trx }).where('status', 'open')))
    expect(await Job.query().where('worker', 'w').count()).toBe(many ? 3 : 1)
    await expectWhole()
  })

  it('leaves documents alone that stop to match meanwhile', async () => {
    await seed(40)
    const closing = (async () => {
      for (let place = 39; place >= 0; place -= 2) {
        await jobs.updateOne({ place, status: 'open' }, { $set: { status: 'closed', by: 'other' } })
      }
    })()
    const runs = many ? 1 : 20
    let changed = 0
    for (let round = 0; round < runs; round++) {
      changed += countOf(await run(Job.query().where('status', 'open').where('worker', 'nobody')))
    }
    await closing
    await expectWhole()
    expect(await Job.query().where('worker', 'w').count()).toBe(changed)
    expect(changed).toBeGreaterThan(0)
  })

  it('is done once for each document by callers at once', async () => {
    await seed(30)
    const counts = await Promise.all(
      Array.from({ length: 30 }, () =>
        run(Job.query().where('worker', 'nobody')).then(countOf, (error: { code: string }) => {
          expect(error.code).toBe('E_WRITE_CONFLICT')
          return 0
        }),
      ),
    )
    await expectWhole()
    const changed = await Job.query().where('worker', 'w').count()
    if (_name !== 'upsert') expect(counts.reduce((sum, count) => sum + count, 0)).toBe(changed)
    expect(changed).toBeGreaterThan(0)
  })
})

describe('many documents', () => {
  it('2,500 of them, each with an envelope of its own', async () => {
    await seed(2500)
    await jobs.updateOne({ place: 7 }, { $set: { status: 'closed' } })
    expect(
      await Job.query().where('status', 'open').updateMany({ worker: 'w', result: null }),
    ).toEqual({
      matched: 2499,
      modified: 2499,
    })
    expect(await Job.query().where('worker', 'w').count()).toBe(2499)
    const stored = await jobs.find({ status: 'open' }).toArray()
    expect(new Set(stored.map(({ worker }) => worker.toString('hex'))).size).toBe(2499)
    expect(new Set(stored.map(({ worker__blind }) => worker__blind.toString('hex'))).size).toBe(1)
    const rows = await Job.query().where('status', 'open')
    expect(rows.every(({ worker, result }) => worker === 'w' && result === null)).toBe(true)
  })

  it('stops at a failure half-way, and says what is done', async () => {
    await seed(20)
    await db.command({
      collMod: 'jobs',
      validator: { $or: [{ place: { $ne: 12 } }, { status: 'open' }] },
    })
    try {
      const failed = Job.query().where('status', 'open').update({ worker: 'w', status: 'done' })
      await expect(failed).rejects.toMatchObject({
        code: 'E_DOCUMENT_VALIDATION',
        message: expect.stringMatching(/12 documents matched and 12 modified before/),
      })
      const rows = await expectWhole()
      expect(rows.filter(({ worker }) => worker === 'w')).toHaveLength(12)
    } finally {
      await db.command({ collMod: 'jobs', validator: {} })
    }
    expect(await Job.query().where('status', 'open').update({ worker: 'w' })).toEqual([8])
  })

  it('is all or nothing in a transaction', async () => {
    await seed(20)
    await db.command({
      collMod: 'jobs',
      validator: { $or: [{ place: { $ne: 12 } }, { status: 'open' }] },
    })
    try {
      const failed = Job.transaction((trx) =>
        Job.query({ client: trx }).where('status', 'open').update({ worker: 'w', status: 'done' }),
      )
      await expect(failed).rejects.toBeInstanceOf(errors.E_DOCUMENT_VALIDATION)
      expect(await Job.query().where('worker', 'w').count()).toBe(0)
    } finally {
      await db.command({ collMod: 'jobs', validator: {} })
    }
  })

  it('survives a network error between the two steps', async () => {
    await seed(5)
    const data = { failCommands: ['update'], closeConnection: true }
    const outcome = await withFailPoint(client, data, { times: 1 }, () =>
      Job.query()
        .where('status', 'open')
        .update({ worker: 'w' })
        .then(
          (count) => count,
          (error: { code: string }) => error.code,
        ),
    )
    const rows = await expectWhole()
    const changed = rows.filter(({ worker }) => worker === 'w').length
    expect([outcome, changed]).toEqual(changed === 5 ? [[5], 5] : ['E_CONNECTION_FAILED', 0])
  })
})

describe('one command', () => {
  it.each<[string, (query: Query) => PromiseLike<unknown>]>([
    ['a column that is bound to itself', (q) => q.update({ shared: 'after' })],
    ['columns beside encrypted ones', (q) => q.update({ status: 'done' })],
    ['an encrypted column that goes', (q) => q.unset('worker')],
    [
      'a document that is named',
      (q) => q.where('id', '5e5a5e5a5e5a5e5a5e5a5e5a').update({ worker: 'w' }),
    ],
  ])('for %s', async (_name, run) => {
    await seed(3)
    const commands = await commandsOf(server, 'jobs', async () =>
      run(Job.query().where('status', 'open')),
    )
    expect(commands).toHaveLength(1)
    await expectWhole()
  })

  it('for a whole list to look at and another to write, otherwise', async () => {
    await seed(3)
    const commands = await commandsOf(server, 'jobs', () =>
      Job.query().where('status', 'open').update({ worker: 'w' }),
    )
    expect(commands[0]).toBe('query')
    expect(new Set(commands.slice(1))).toEqual(new Set(['update']))
  })

  it('gives documents the same envelope, and each can be opened', async () => {
    await seed(3)
    expect(await Job.query().where('status', 'open').update({ shared: 'after' })).toEqual([3])
    const stored = await jobs.find().toArray()
    expect(new Set(stored.map(({ shared }) => shared.toString('hex'))).size).toBe(1)
    expect(stored[0]?.shared__blind.sub_type).toBe(ENTRY)
    expect(await Job.query().where('shared', 'after').count()).toBe(3)
  })
})

describe('options', () => {
  it('array filters', async () => {
    await seed(3)
    const { matched } = await Job.query()
      .where('status', 'open')
      .modify((update) =>
        update
          .set({ 'steps.$[step].code': 'three' } as never)
          .arrayFilter('step', (step) => step.where('kind', 'b')),
      )
    expect(matched).toBe(3)
    const rows = await expectWhole()
    for (const { steps } of rows) expect(steps.map(({ code }) => code)).toEqual(['one', 'three'])
  })

  it('places in arrays', async () => {
    await seed(2)
    await Job.query()
      .where('status', 'open')
      .update({ 'steps.1.code': 'four' } as never)
    const rows = await expectWhole()
    for (const { steps } of rows) expect(steps.map(({ code }) => code)).toEqual(['one', 'four'])
  })

  it('new elements of arrays', async () => {
    await seed(2)
    await Job.query().where('status', 'open').pushTo('steps', { kind: 'c', code: 'new' })
    const rows = await expectWhole()
    for (const { steps } of rows) expect(steps[2]).toEqual({ kind: 'c', code: 'new' })
  })

  it('an array filter on an encrypted field is refused', async () => {
    await seed(1)
    const asked = Job.query()
      .where('status', 'open')
      .modify((update) =>
        update
          .set({ 'steps.$[step].done': true } as never)
          .arrayFilter('step', (step) => step.where('code', 'one')),
      )
    await expect(asked).rejects.toMatchObject({ code: 'E_ENCRYPTED_COLUMN_QUERY' })
  })

  it('collation', async () => {
    await seed(3, 'OPEN')
    const query = Job.query().where('status', 'open').collation({ locale: 'en', strength: 2 })
    expect(await query.update({ worker: 'w' })).toEqual([3])
    const one = Job.query().where('status', 'open').collation({ locale: 'en', strength: 2 })
    expect((await one.findOneAndUpdate({ worker: 'v' }))?.worker).toBe('v')
    await expectWhole()
  })

  it('an order says which one', async () => {
    await seed(3)
    const last = () => Job.query().where('status', 'open').orderBy('place', 'desc')
    expect((await last().findOneAndUpdate({ worker: 'w' }))?.place).toBe(2)
    await last().updateOne({ worker: 'v' })
    expect((await Job.findByOrFail('worker', 'v')).place).toBe(2)
  })

  it('returns what was there before', async () => {
    await seed(1)
    const query = () => Job.query().where('status', 'open')
    expect((await query().findOneAndUpdate({ worker: 'w' }, { returnNew: false }))?.worker).toBe(
      'nobody',
    )
    expect((await query().findOneAndUpdate({ worker: 'v' }))?.worker).toBe('v')
  })

  it('an upsert inserts what its condition and its values say', async () => {
    const { upsertedId } = await Job.query()
      .where({ worker: 'new', status: 'open' })
      .upsert({ result: { text: 'r', list: [] } }, { onInsert: { shared: 's' } })
    const job = await Job.findOrFail(upsertedId)
    expect(job).toMatchObject({ worker: 'new', status: 'open', shared: 's', result: { text: 'r' } })
    const again = await Job.query().where('worker', 'new').upsert({ result: null })
    expect(again).toEqual({ matched: 1, modified: 1 })
    await expectWhole()
  })

  it('a limit of time ends it', async () => {
    await seed(3)
    const query = Job.query({ timeout: 1 }).where('status', 'open')
    const outcome = await query
      .update({ worker: 'w' })
      .catch((error: { code: string }) => error.code)
    expect(['E_TIMEOUT', [3]]).toContainEqual(outcome)
    await expectWhole()
  })
})

it('a bulk write keeps its comment where documents are found first', async () => {
  await seed(2)
  const commands = await profile(server, 'jobs', () =>
    Job.bulkWrite(
      (bulk) => bulk.updateMany((query) => query.where('status', 'open'), { worker: 'w' }),
      { comment: 'mine' },
    ),
  )
  const searches = commands.filter(({ op }) => op === 'query')
  expect(searches.map(({ command }) => command.comment)).toEqual(['mine'])
  expect(commands.filter(({ op }) => op === 'update')).toHaveLength(2)
  await expectWhole()
})
