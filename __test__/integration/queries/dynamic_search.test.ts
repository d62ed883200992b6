import { BaseModel, column, escapeLike } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare email: string
  @column() declare age: number
  @column() declare city: string
  @column() declare isActive: boolean
  @column.dateTime() declare createdAt: DateTime
}

interface Search {
  name?: string
  email?: string
  ageRange?: [number, number]
  cities?: string[]
  isActive?: boolean
  createdAfter?: Date
  sortBy?: 'name' | 'age' | 'createdAt'
  direction?: 'asc' | 'desc'
  limit?: number
  offset?: number
}

/** A search with optional filters: what is not given makes no difference. */
function searchUsers(search: Search) {
  const { name, email, ageRange, cities, isActive, createdAfter } = search
  return User.query()
    .if(name, (query) => query.whereILike('name', `%${escapeLike(name ?? '')}%`))
    .if(email, (query) => query.whereILike('email', `%${escapeLike(email ?? '')}%`))
    .if(ageRange, (query) => query.whereBetween('age', ageRange ?? [0, 0]))
    .if(cities, (query) => query.whereIn('city', cities ?? []))
    .if(isActive !== undefined, (query) => query.where('isActive', isActive === true))
    .if(createdAfter, (query) => query.where('createdAt', '>=', createdAfter ?? new Date(0)))
    .orderBy(search.sortBy ?? 'createdAt', search.direction ?? 'desc')
    .limit(search.limit ?? 50)
    .offset(search.offset ?? 0)
}

const names = async (search: Search) => (await searchUsers(search)).map(({ name }) => name)

beforeAll(async () => {
  const rows: [string, number, string, boolean, string][] = [
    ['Ada Lovelace', 36, 'London', true, '2024-01-01'],
    ['Alan Turing', 41, 'London', true, '2024-02-01'],
    ['Grace Hopper', 85, 'New York', false, '2024-03-01'],
    ['Edsger 100%', 72, 'Nuenen', true, '2024-04-01'],
  ]
  await db.collection('users').insertMany(
    rows.map(([name, age, city, is_active, created]) => ({
      name,
      email: `${name.split(' ')[0]?.toLowerCase()}@example.com`,
      age,
      city,
      is_active,
      created_at: new Date(created),
    })),
  )
})

describe('a dynamic search', () => {
  it.each<[string, Search, string[]]>([
    ['nothing', {}, ['Edsger 100%', 'Grace Hopper', 'Alan Turing', 'Ada Lovelace']],
    ['a part of the name', { name: 'A' }, ['Grace Hopper', 'Alan Turing', 'Ada Lovelace']],
    ['a name with a wildcard in it', { name: '100%' }, ['Edsger 100%']],
    ['a name that would be a pattern', { name: '.*' }, []],
    ['an address', { email: 'ADA@' }, ['Ada Lovelace']],
    ['ages, both ends included', { ageRange: [41, 72] }, ['Edsger 100%', 'Alan Turing']],
    ['cities', { cities: ['London', 'Nuenen'] }, ['Edsger 100%', 'Alan Turing', 'Ada Lovelace']],
    ['no city at all', { cities: [] }, []],
    ['who is not active', { isActive: false }, ['Grace Hopper']],
    ['since when', { createdAfter: new Date('2024-03-01') }, ['Edsger 100%', 'Grace Hopper']],
    ['an order', { sortBy: 'age', direction: 'asc', limit: 2 }, ['Ada Lovelace', 'Alan Turing']],
    ['a part of the result', { limit: 1, offset: 1 }, ['Grace Hopper']],
    ['several', { name: 'a', cities: ['London'], ageRange: [40, 50] }, ['Alan Turing']],
  ])('by %s', async (_, search, expected) => {
    expect(await names(search)).toEqual(expected)
  })

  it('of values that would be operators finds nobody', async () => {
    const given = JSON.parse('{ "city": { "$gt": "" } }')
    expect(await User.query().where('city', given.city)).toEqual([])
  })
})
