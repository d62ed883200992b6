import {
  afterFetch,
  BaseModel,
  beforeFetch,
  column,
  errors,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server
const TOTAL = 2500

class Event extends BaseModel {
  static override collection = 'events'
  @column() declare number: number
  @column() declare even: boolean
}

let batches: number[] = []
let refuse = false

class Watched extends BaseModel {
  static override collection = 'events'
  @column() declare number: number
  @column() declare even: boolean

  @beforeFetch()
  static onlyEven(query: ModelQueryBuilder<Watched>): void {
    query.where('even', true)
  }

  @afterFetch()
  static async count(rows: Watched[]): Promise<void> {
    await null
    if (refuse) throw new Error('refused')
    batches.push(rows.length)
  }
}

beforeAll(async () => {
  const rows = Array.from({ length: TOTAL }, (_, number) => ({ number, even: number % 2 === 0 }))
  await db.collection('events').insertMany(rows)
})

beforeEach(() => {
  batches = []
  refuse = false
})

const openCursors = async () => {
  const { metrics } = await db.command({ serverStatus: 1 })
  return Number(metrics.cursor.open.total)
}

const until = async (condition: () => Promise<boolean>) => {
  for (let attempt = 0; attempt < 100 && !(await condition()); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return condition()
}

describe.each([
  ['without hooks', Event, TOTAL],
  ['with hooks', Watched, TOTAL / 2],
] as const)('a cursor %s', (_, Model, total) => {
  it('reads every row once, in order', async () => {
    const seen: number[] = []
    for await (const row of Model.query().orderBy('number').cursor({ batchSize: 300 })) {
      expect(row).toBeInstanceOf(Model)
      seen.push(row.number)
    }
    const step = TOTAL / total
    expect(seen).toEqual(Array.from({ length: total }, (_, place) => place * step))
  })

  it('hands over batches', async () => {
    const sizes: number[] = []
    for await (const rows of Model.query().batches({ batchSize: 500 })) sizes.push(rows.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
  })

  it('closes the server cursor when the loop is left', async () => {
    const before = await openCursors()
    let seen = 0
    for await (const _row of Model.query().cursor({ batchSize: 10 })) {
      seen++
      if (seen === 25) break
    }
    expect(seen).toBe(25)
    expect(await until(async () => (await openCursors()) <= before)).toBe(true)
  })

  it('closes the server cursor when the loop throws, and the error is the thrown one', async () => {
    const before = await openCursors()
    const mine = new Error('mine')
    const work = async () => {
      for await (const _row of Model.query().cursor({ batchSize: 10 })) throw mine
    }
    await expect(work()).rejects.toBe(mine)
    expect(await until(async () => (await openCursors()) <= before)).toBe(true)
  })

  it('ends at a limit', async () => {
    let seen = 0
    for await (const _row of Model.query().limit(42).cursor({ batchSize: 20 })) seen++
    expect(seen).toBe(42)
  })

  it('of nothing ends at once', async () => {
    let seen = 0
    for await (const _row of Model.query().where('number', -1).cursor()) seen++
    expect(seen).toBe(0)
  })

  it('rejects with the code of a failure', async () => {
    const work = async () => {
      for await (const _row of Model.query()
        .whereRaw({ number: { $bad: 1 } })
        .cursor())
        break
    }
    await expect(work()).rejects.toBeInstanceOf(errors.E_SERVER_ERROR)
  })
})

describe('hooks', () => {
  it('run before once, and after for each batch', async () => {
    let seen = 0
    for await (const _row of Watched.query().cursor({ batchSize: 500 })) seen++
    expect(seen).toBe(1250)
    expect(batches).toEqual([500, 500, 250])
  })

  it('that throw end the loop with their error', async () => {
    refuse = true
    const work = async () => {
      for await (const _row of Watched.query().cursor()) break
    }
    await expect(work()).rejects.toThrow('refused')
  })
})

describe('reading ahead', () => {
  it('is bounded: what is not asked for is not read', async () => {
    const commands = await profile(server, 'events', async () => {
      const rows = Event.query().batches({ batchSize: 10 })
      await rows.next()
      await new Promise((resolve) => setTimeout(resolve, 300))
      await rows.return()
    })
    expect(commands.filter(({ op }) => op === 'getmore').length).toBeLessThan(10)
  })

  it('of pojo rows works as well', async () => {
    const rows: unknown[] = []
    for await (const row of Watched.query().limit(3).pojo().cursor()) rows.push(row)
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({ number: 0, even: true })
    expect(batches).toEqual([])
  })
})
