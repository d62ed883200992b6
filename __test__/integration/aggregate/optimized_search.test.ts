import { BaseModel, column, expr } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare displayName: string
  @column() declare about: string
  @column() declare city: string
  @column() declare isActive: boolean
}

interface Filters {
  city?: string
  isActive?: boolean
}

/** Full text search, the best first, with conditions of which each may be left out. */
function optimizedSearch(term: string | undefined, filters: Filters = {}, limit = 50) {
  const users = User.aggregate()
  if (term !== undefined) users.matchRaw({ $text: { $search: term } })
  users.match({ ...filters })
  if (term === undefined) return users.limit(limit).project({ displayName: true })
  return users
    .addFields({ score: expr.textScore() })
    .sort({ score: expr.textScore() })
    .limit(limit)
    .project({ displayName: true, score: true })
}

beforeAll(async () => {
  const users = db.collection('users')
  await users.createIndex({ display_name: 'text', about: 'text' })
  await users.insertMany([
    { display_name: 'Rust fan', about: 'rust, rust and rust', city: 'Paris', is_active: true },
    { display_name: 'Ada', about: 'likes rust', city: 'London', is_active: true },
    { display_name: 'Bob', about: 'likes tea', city: 'Paris', is_active: true },
    { display_name: 'Cid', about: 'rust never sleeps', city: 'Paris', is_active: false },
  ])
})

describe('search', () => {
  it('puts the best first', async () => {
    const rows = await optimizedSearch('rust')
    expect(rows.map(({ displayName }) => displayName)[0]).toBe('Rust fan')
    expect(rows).toHaveLength(3)
    for (const row of rows) expect(row).toHaveProperty('score', expect.any(Number))
  })

  it('with conditions', async () => {
    const rows = await optimizedSearch('rust', { city: 'Paris', isActive: true })
    expect(rows.map(({ displayName }) => displayName)).toEqual(['Rust fan'])
  })

  it('with a limit', async () => {
    expect(await optimizedSearch('rust', {}, 1)).toHaveLength(1)
  })

  it('without a term', async () => {
    const rows = await optimizedSearch(undefined, { city: 'Paris' })
    expect(rows.map(({ displayName }) => displayName).sort()).toEqual(['Bob', 'Cid', 'Rust fan'])
  })

  it('for something like an operator finds nobody', async () => {
    // What a body parser makes of ?city[$ne]=x
    const city = { $ne: 'x' } as unknown as string
    expect(await optimizedSearch(undefined, { city })).toEqual([])
  })

  it('gives its models their score', async () => {
    const [user] = await User.aggregate()
      .matchRaw({ $text: { $search: 'rust' } })
      .addFields({ score: expr.textScore() })
      .sort({ score: expr.textScore() })
      .asModels()
    expect(user).toBeInstanceOf(User)
    expect(user?.displayName).toBe('Rust fan')
    expect(user?.$extras.score).toBeGreaterThan(0)
  })
})
