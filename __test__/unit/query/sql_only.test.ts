import { describe, expect, it, test } from 'vitest'
import { thrown, untyped } from './helpers.ts'

const METHODS = [
  ...['join', 'innerJoin', 'leftJoin', 'leftOuterJoin', 'rightJoin', 'rightOuterJoin'],
  ...['fullOuterJoin', 'crossJoin', 'joinRaw'],
  ...['with', 'withRecursive', 'withMaterialized', 'withNotMaterialized', 'intersect'],
  ...['havingExists', 'andHavingExists', 'orHavingExists'],
  ...['havingNotExists', 'andHavingNotExists', 'orHavingNotExists'],
  ...['havingRaw', 'andHavingRaw', 'orHavingRaw', 'groupByRaw'],
  ...['skipLocked', 'noWait', 'withSchema', 'from', 'as', 'toSQL', 'toQuery', 'toKnex'],
] as const

describe('what only SQL has', () => {
  test.each(METHODS)('%s() says what to do instead', (method) => {
    const query = untyped()
    const error = thrown(() => (query[method] as (...given: unknown[]) => unknown)('x', () => {}))
    expect(error.code).toBe('E_UNSUPPORTED')
    expect(error.status).toBe(501)
    expect(error.message).toMatch(new RegExp(`^User: MongoDB has no ${method}\\(\\): .{20,}`))
    expect(query.toMongo()).toEqual({ filter: {} })
  })

  test('knexQuery points to toMongo()', () => {
    expect(thrown(() => untyped().knexQuery).message).toContain('toMongo()')
    expect(thrown(() => untyped().toSQL()).message).toContain('toMongo()')
  })

  it('is said of sub-queries too', () => {
    const sub = () => untyped().where('age', 1)
    const asked: [string, () => unknown][] = [
      ['whereIn', () => untyped().whereIn('age', sub() as never)],
      ['whereIn', () => untyped().whereIn('age', (() => {}) as never)],
      ['whereIn', () => untyped().whereNotIn('age', sub() as never)],
      ['whereIn', () => untyped().where('age', 'in', sub() as never)],
      ['whereHas', () => untyped().whereExists(sub() as never)],
      ['whereHas', () => untyped().orWhereNotExists((() => {}) as never)],
    ]
    for (const [word, ask] of asked) {
      const error = thrown(ask)
      expect(error.code).toBe('E_UNSUPPORTED')
      expect(error.message).toContain(word)
    }
  })
})
