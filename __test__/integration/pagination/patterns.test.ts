/** Lists as applications page through them: by number, and by a cursor that travels in a request. */
import { BaseModel, type CursorPage, column, errors, ObjectId } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase({ cursorSecret: 'shared by all processes' })

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare status: string
}

beforeEach(async () => {
  await server.db.collection('users').deleteMany({})
  await User.createMany(
    Array.from({ length: 25 }, (_, n) => ({ name: `user ${n}`, status: n % 2 ? 'off' : 'on' })),
  )
})

const numbers = (rows: readonly { name: string }[]) => rows.map(({ name }) => Number(name.slice(5)))
const from = (start: number, count: number) => Array.from({ length: count }, (_, n) => start + n)

describe('pages by number', () => {
  it('answer the items, the total and the place', async () => {
    const list = (page = 1, size = 10) => User.query().orderBy('id').paginate(page, size)
    const first = await list()
    expect(numbers(first)).toEqual(from(0, 10))
    expect(first).toMatchObject({ total: 25, perPage: 10, currentPage: 1, lastPage: 3 })
    const last = await list(3)
    expect(numbers(last)).toEqual(from(20, 5))
    expect(last.hasMorePages).toBe(false)
  })

  it('by skip and limit, with a count beside, are the same', async () => {
    const [page, size] = [2, 10]
    const query = User.query().where('status', 'on').orderBy('id')
    const rows = await query
      .clone()
      .skip((page - 1) * size)
      .limit(size)
    const total = await query.clone().count()
    const same = await query.paginate(page, size)
    expect(numbers(rows)).toEqual(numbers(same))
    expect([total, same.total]).toEqual([13, 13])
  })
})

describe('pages by cursor', () => {
  /** What a route answers, and what the next request sends back. */
  async function route(query: string) {
    const request = new URLSearchParams(query)
    const page = await User.query()
      .orderBy('id')
      .paginateCursor({ limit: 10, after: request.get('after'), before: request.get('before') })
    return JSON.parse(JSON.stringify(page.baseUrl('/users'))) as {
      meta: {
        nextPageUrl: string | null
        previousPageUrl: string | null
        nextCursor: string | null
      }
      data: { name: string }[]
    }
  }

  it('follow the links of the answer there and back', async () => {
    const seen: number[][] = []
    let answer = await route('')
    for (;;) {
      seen.push(numbers(answer.data))
      const next = answer.meta.nextPageUrl
      if (next === null) break
      expect(next).toMatch(/^\/users\?after=[\w-]+$/)
      answer = await route(next.split('?')[1] ?? '')
    }
    expect(seen).toEqual([from(0, 10), from(10, 10), from(20, 5)])

    const back = await route(answer.meta.previousPageUrl?.split('?')[1] ?? '')
    expect(numbers(back.data)).toEqual(from(10, 10))
    expect(answer.meta.nextCursor).toBeNull()
  })

  it('need no condition written by hand', async () => {
    // limit + 1, and the id of the last row as the bound of the next query:
    const byHand = async (cursor?: string, limit = 10) => {
      const query = User.query()
        .orderBy('id')
        .limit(limit + 1)
      if (cursor !== undefined) query.where('id', '>', cursor)
      const rows = await query
      const items = rows.slice(0, limit)
      return { items, next: rows.length > limit ? items.at(-1)?.id : undefined }
    }
    let hand = await byHand()
    let page: CursorPage<User> = await User.query().paginateCursor({ limit: 10 })
    for (;;) {
      expect(numbers(page)).toEqual(numbers(hand.items))
      expect(page.hasNext).toBe(hand.next !== undefined)
      if (hand.next === undefined) break
      hand = await byHand(hand.next)
      page = await User.query().paginateCursor({ limit: 10, after: page.nextCursor })
    }
  })

  it('answer 400 to what is no cursor', async () => {
    for (const after of [
      '',
      'garbage',
      new ObjectId().toHexString(),
      '%7B%22%24gt%22%3A%22%22%7D',
    ]) {
      const error = await route(`after=${after}`).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(errors.E_INVALID_CURSOR)
      expect(error.status).toBe(400)
    }
  })

  it('go through a whole collection in bounded steps', async () => {
    const seen = new Set<string>()
    let after: string | null = null
    do {
      const page: CursorPage<User> = await User.query().paginateCursor({ limit: 7, after })
      for (const user of page) seen.add(user.id)
      // Work on a row may take it out of the query's reach.
      await User.query()
        .whereIn(
          'id',
          page.map(({ id }) => id),
        )
        .delete()
      after = page.nextCursor
    } while (after !== null)
    expect(seen.size).toBe(25)
    expect(await User.query().count()).toBe(0)
  })
})
