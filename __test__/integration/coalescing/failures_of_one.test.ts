/** One caller's key or statement, and the others that share its command. */
import { BaseModel, column, LucentError } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const MEGABYTE = 1024 * 1024

class Page extends BaseModel {
  static override collection = 'pages'
  static override selfAssignPrimaryKey = true
  @column({ isPrimary: true }) declare slug: unknown
  @column() declare title: unknown
}

const slugs = Array.from({ length: 20 }, (_, n) => `page ${n}`)
const store = async () => {
  await server.db.collection('pages').deleteMany({})
  await Page.createMany(slugs.map((slug) => ({ slug, title: slug })))
}

describe('24: finds of one tick', () => {
  it.each([3, 17, 30])('a key of %i MB is the failure of its own caller', async (size) => {
    await store()
    const huge = 'x'.repeat(size * MEGABYTE)
    const outcomes = await Promise.allSettled([
      ...slugs.slice(0, 10).map((slug) => Page.find(slug)),
      Page.find(huge),
      ...slugs.slice(10).map((slug) => Page.find(slug)),
      Page.find('none'),
    ])
    const [one] = outcomes.splice(10, 1)
    const titles = outcomes.map((one) =>
      one.status === 'fulfilled' ? (one.value?.title ?? null) : one.reason,
    )
    expect(titles).toEqual([...slugs, null])
    if (size > 16) {
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(LucentError) })
      const { message } = (one as PromiseRejectedResult).reason as Error
      expect(message.length).toBeLessThan(2048)
    } else expect(one).toMatchObject({ status: 'fulfilled', value: null })
  })

  it('are more than one query where their keys are long', async () => {
    await store()
    const long = Array.from({ length: 30 }, (_, n) => `${n}`.padStart(100_000, 'y'))
    const commands = await profile(server, 'pages', async () => {
      const found = await Promise.all([...slugs, ...long].map((slug) => Page.find(slug)))
      expect(found.map((page) => page?.title ?? null)).toEqual([...slugs, ...long.map(() => null)])
    })
    expect(commands.length).toBeGreaterThan(5)
    expect(commands.length).toBeLessThan(15)
  })
})

describe('24: writes of one tick', () => {
  const unsafe = { part: { $where: 'sleep(1)' } }

  it('a statement that the core refuses is the failure of its own caller', async () => {
    await store()
    const pages = server.db.collection('pages')
    const found = await Page.query().whereIn('slug', slugs.slice(0, 2)).orderBy('slug')
    // No document can have this key, but what says so is not the server.
    const odd = Page.$createFromAdapterResult({ _id: unsafe, title: 'odd' }) as Page
    found.splice(1, 0, odd)
    const outcomes = await Promise.allSettled(
      found.map((page) => page.merge({ title: `new ${page.title}` }).save({ coalesce: true })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'E_UNSAFE_OPERATOR' } })
    expect(await pages.countDocuments({ title: /^new page/ })).toBe(2)
    expect(odd.$isDirty).toBe(true)
  })

  it('a document over the limit is the failure of its own caller', async () => {
    await server.db.collection('pages').deleteMany({})
    const outcomes = await Promise.allSettled(
      ['a', 'x'.repeat(17 * MEGABYTE), 'c'].map((slug, n) =>
        Page.create({ slug, title: n }, { coalesce: true }),
      ),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'E_DOCUMENT_TOO_LARGE' } })
    expect(await server.db.collection('pages').countDocuments()).toBe(2)
  })
})
