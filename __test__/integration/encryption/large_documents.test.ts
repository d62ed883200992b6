import { BaseModel, column, type LucentError } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Report extends BaseModel {
  @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  @column() declare name: string
  @column.encrypted({ fields: ['code'] }) declare parts: { code: number }[]
}

const reports = db.collection('reports')

/** Each is under 8 MiB; encrypted, a part takes nearly three times its bytes. */
const parts = (count: number) => Array.from({ length: count }, (_, code) => ({ code }))
const SMALL = parts(1)
const HALF = parts(160_000)
const LARGE = parts(300_000)

const TOO_LARGE = { code: 'E_DOCUMENT_TOO_LARGE', model: 'Report' }

const stored = async () =>
  (await reports.find().project({ _id: 1 }).toArray()).map(({ _id }) => _id)

beforeEach(() => reports.deleteMany({}))

/** How each of them ended: its error, or `ok`. */
const ends = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map((one) =>
    one.status === 'rejected' ? (one.reason as LucentError) : 'ok',
  )

describe('a document that is too large only when it is encrypted', () => {
  it('fails alone among creates that share a command', async () => {
    const all = [SMALL, LARGE, SMALL].map((parts, id) =>
      Report.create({ id, parts }, { coalesce: true }),
    )
    const error = expect.objectContaining({ ...TOO_LARGE, operation: 'create' })
    expect(await ends(all)).toEqual(['ok', error, 'ok'])
    expect(await stored()).toEqual([0, 2])
  })

  it('fails beside one that the server refuses', async () => {
    await Report.create({ id: 0, parts: SMALL })
    const all = [LARGE, SMALL, SMALL].map((parts, place) =>
      Report.create({ id: [1, 0, 2][place] as number, parts }, { coalesce: true }),
    )
    const codes = (await ends(all)).map((end) => (end === 'ok' ? end : (end as LucentError).code))
    expect(codes).toEqual(['E_DOCUMENT_TOO_LARGE', 'E_DUPLICATE_KEY', 'ok'])
    expect(await stored()).toEqual([0, 2])
  })

  it('fails alone among saves that share a command', async () => {
    const all = await Report.createMany([0, 1, 2].map((id) => ({ id, parts: SMALL })))
    const saves = all.map((report, place) =>
      report.merge({ name: 'new', parts: place === 1 ? LARGE : SMALL }).save({ coalesce: true }),
    )
    const error = expect.objectContaining({ ...TOO_LARGE, operation: 'update' })
    expect(await ends(saves)).toEqual(['ok', error, 'ok'])
    expect(await Report.query().where('name', 'new').valuesOf('id')).toEqual([0, 2])
  })

  it('ends createMany at its place, with those before it stored', async () => {
    const rows = [SMALL, SMALL, LARGE, SMALL].map((parts, id) => ({ id, parts }))
    const end = { ...TOO_LARGE, operation: 'createMany', position: 2 }
    await expect(Report.createMany(rows)).rejects.toMatchObject(end)
    expect(await stored()).toEqual([])
    await expect(Report.createMany(rows, { atomic: false })).rejects.toMatchObject(end)
    expect(await stored()).toEqual([0, 1])
    const first = Report.createMany([{ id: 5, parts: LARGE }])
    await expect(first).rejects.toMatchObject({ ...TOO_LARGE, position: 0 })
  })

  it('leaves it to the one that failed before it', async () => {
    const rows = [SMALL, SMALL, LARGE].map((parts) => ({ id: parts === LARGE ? 1 : 0, parts }))
    const all = Report.createMany(rows, { atomic: false })
    await expect(all).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY', position: 1 })
    expect(await stored()).toEqual([0])
  })

  it('is refused by each way of writing one', async () => {
    const report = await Report.create({ id: 0, parts: SMALL })
    for (const run of [
      () => Report.create({ id: 1, parts: LARGE }),
      () => report.merge({ parts: LARGE }).save(),
      () => Report.query().where('id', 0).update({ parts: LARGE }),
      () => Report.query().where('id', '>', -1).update({ parts: LARGE }),
      () => Report.query().where('id', 0).findOneAndUpdate({ parts: LARGE }),
      () => Report.query().where('id', 0).findOneAndReplace({ parts: LARGE }),
    ]) {
      await expect(run()).rejects.toMatchObject(TOO_LARGE)
    }
    expect((await Report.findOrFail(0)).parts).toEqual(SMALL)
  }, 60_000)
})

describe('documents that are too large together', () => {
  it('are saved in commands of their own', async () => {
    const all = await Report.createMany([0, 1].map((id) => ({ id, parts: SMALL })))
    await Promise.all(all.map((one) => one.merge({ parts: HALF }).save({ coalesce: true })))
    expect((await Report.findOrFail(1)).parts.length).toBe(HALF.length)
  })

  it('get the error of their own command each', async () => {
    class View extends Report {
      static override collection = 'view'
    }
    // Nothing can be written to a view.
    await db.createCollection('view', { viewOn: 'reports', pipeline: [] })
    await reports.insertMany([{ _id: 0 as never }, { _id: 1 as never }])
    const all = await View.all()
    const saves = all.map((one) => one.merge({ parts: HALF }).save({ coalesce: true }))
    const error = expect.objectContaining({ code: 'E_SERVER_ERROR', model: 'View' })
    expect(await ends(saves)).toEqual([error, error])
  })

  it('are changed by one update of a query', async () => {
    await Report.createMany([0, 1, 2].map((id) => ({ id, parts: SMALL })))
    await Report.query().whereIn('id', [0, 1, 2]).update({ parts: HALF })
    expect((await Report.findOrFail(2)).parts.length).toBe(HALF.length)
  })
})
