import { type BSONRegExp, deserialize, serialize } from 'bson'
import { describe, expect, it, test } from 'vitest'
import { escapeLike } from '../../../js/query/index.ts'
import { query } from './helpers.ts'
import { toRegExp } from './matcher.ts'

/** The regular expression that a pattern is sent as. */
function likeToRegExp(pattern: string, fold: boolean): BSONRegExp {
  const like = fold ? query().whereILike('status', pattern) : query().whereLike('status', pattern)
  return (like.toMongo().filter.status as { $regex: BSONRegExp }).$regex
}

const matches = (pattern: string, text: string, fold = false) =>
  toRegExp(likeToRegExp(pattern, fold)).test(text)

/** LIKE by trying every way: no regular expression involved. */
function like(pattern: string[], text: string[]): boolean {
  const [head, ...rest] = pattern
  if (head === undefined) return text.length === 0
  if (head === '%') return text.some((_, i) => like(rest, text.slice(i))) || like(rest, [])
  if (text.length === 0) return false
  if (head === '\\' && ['%', '_', '\\'].includes(rest[0] ?? '')) {
    return rest[0] === text[0] && like(rest.slice(1), text.slice(1))
  }
  return (head === '_' || head === text[0]) && like(rest, text.slice(1))
}

describe('LIKE', () => {
  test.each([
    ['abc', '^abc\\z'],
    ['abc%', '^abc'],
    ['%abc', 'abc\\z'],
    ['%abc%', 'abc'],
    ['a%%b', '^a(?>.{1,})(?<=b)\\z'],
    ['a%bc%d_%', '^a(?>.*?bc)(?>.*?d.)'],
    ['%a%b%', '^(?>.*?a)(?>.*?b)'],
    ['%a%bc', '^(?>.*?a)(?>.{2,})(?<=bc)\\z'],
    ['a_c', '^a.c\\z'],
    ['%', ''],
    ['%%%', ''],
    ['', '^\\z'],
    ['_', '^.\\z'],
    ['_%', '^.'],
    ['50\\%', '^50%\\z'],
    ['a\\_b', '^a_b\\z'],
    ['a\\\\%', '^a\\\\'],
    ['a\\b', '^a\\\\b\\z'],
    ['a\\', '^a\\\\\\z'],
    ['(.*+?)[x]{1}^$|', '^\\(\\.\\*\\+\\?\\)\\[x\\]\\{1\\}\\^\\$\\|\\z'],
    ['a\0b', '^a\\x00b\\z'],
  ])('%j becomes /%s/', (pattern, source) => {
    expect(likeToRegExp(pattern, false).pattern).toBe(source)
  })

  it('has the flags the server needs', () => {
    const sent = deserialize(serialize({ r: likeToRegExp('a%', true) }), { bsonRegExp: true })
    expect(sent.r).toMatchObject({ pattern: '^a', options: 'is' })
    expect(likeToRegExp('a', false).options).toBe('s')
  })

  it('matches the whole string, line breaks included', () => {
    expect(matches('abc', 'abc')).toBe(true)
    expect(matches('abc', 'abc\n')).toBe(false)
    expect(matches('abc', 'xabc')).toBe(false)
    expect(matches('a%c', 'a\n\nc')).toBe(true)
    expect(matches('a_c', 'a\nc')).toBe(true)
    expect(matches('a_c', 'a😀c')).toBe(true)
    expect(matches('abc', 'x\nabc\ny')).toBe(false)
    expect(matches('ABC', 'abc')).toBe(false)
    expect(matches('ABC', 'abc', true)).toBe(true)
  })

  it('agrees with a LIKE that tries every way', () => {
    const alphabet = ['a', 'b', '%', '_', '\\', '.', '*', '(', '\n']
    let seed = 7
    const pick = (length: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * length)
    }
    const word = (most: number) =>
      Array.from({ length: pick(most + 1) }, () => alphabet[pick(alphabet.length)] as string)
    for (let i = 0; i < 20_000; i++) {
      const pattern = word(6)
      const text = word(6)
      const expected = like(pattern, text)
      expect(matches(pattern.join(''), text.join('')), JSON.stringify([pattern, text])).toBe(
        expected,
      )
    }
  })

  it('escapes text from outside', () => {
    expect(escapeLike('50%_\\')).toBe('50\\%\\_\\\\')
    expect(matches(`%${escapeLike('50%')}%`, 'only 50% off')).toBe(true)
    expect(matches(`%${escapeLike('50%')}%`, 'only 50 off')).toBe(false)
  })
})
