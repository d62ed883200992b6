/**
 * Names and chains of calls that a request makes long. What took time that grows faster than its input
 * would not end within the time-out by far.
 */
import { describe, expect, it } from 'vitest'
import { errors } from '../../../js/errors/index.ts'
import { splitAlias } from '../../../js/query/aliases.ts'
import { GrowingList } from '../../../js/query/growing_list.ts'
import { TestQuery, target, type User } from './helpers.ts'

const query = () => new TestQuery<User>({ ...target, collection: 'users' })

const MANY = 100_000
const TIMEOUT = 30_000
const names = Array.from({ length: MANY }, (_, place) => `address.n${place}`)

type Query = ReturnType<typeof query>
const each = (add: (built: Query, name: string, place: number) => unknown) => () => {
  const built = query()
  for (const [place, name] of names.entries()) add(built, name, place)
  return built
}

describe('25: an alias behind long white space', () => {
  const SPACE = ' \t\n'.repeat(200_000)
  const LONG: readonly [string, string][] = [
    ['between words', `name${SPACE}b`],
    ['with an as and no alias', `name${SPACE}as${SPACE}`],
    ['that begins like an alias', `name${SPACE}as${SPACE}b c`],
    ['of many as', `name${' as'.repeat(200_000)}`],
    ['of one long word', 'a'.repeat(600_000)],
  ]

  it.each(LONG)(
    '%s',
    (_, text) => {
      for (const run of [
        () => query().select(text as never),
        () => query().distinct(text as never),
        () =>
          query()
            .groupBy('age')
            .count(text as never),
        () => query().sum(text as never),
        () => query().where(text as never, 1 as never),
        () => query().orderBy(text as never),
      ]) {
        expect(run).toThrow(errors.E_UNKNOWN_COLUMN)
      }
    },
    TIMEOUT,
  )

  it.each([
    ['name as nick', 'name', 'nick'],
    ['  name\n AS\tnick ', 'name', 'nick'],
    [`name${SPACE}as${SPACE}nick`, 'name', 'nick'],
    ['name as as b', 'name as', 'b'],
    ['a b as c', 'a b', 'c'],
    ['as b', 'as b', undefined],
    [' as b', ' as b', undefined],
    ['name as', 'name as', undefined],
    ['bas c', 'bas c', undefined],
    ['name', 'name', undefined],
    ['', '', undefined],
    ['   ', '   ', undefined],
  ])(
    '%# is read as before',
    (text, column, alias) => {
      expect(splitAlias(text)).toEqual([column, alias])
    },
    TIMEOUT,
  )

  it(
    'a path of more levels than documents have is refused',
    () => {
      const path = `address${'.a'.repeat(99)}`
      expect(
        query()
          .where(path as never, 1 as never)
          .toMongo(),
      ).toEqual({ filter: { [path.replace('address', 'addr')]: 1 } })
      for (const deeper of [`${path}.a`, `address${'.0'.repeat(300_000)}`]) {
        expect(() => query().where(deeper as never, 1 as never)).toThrow(errors.E_INVALID_QUERY)
        expect(() => query().select(deeper as never)).toThrow(errors.E_INVALID_QUERY)
      }
    },
    TIMEOUT,
  )
})

describe('25: 100,000 calls build and compile a query', () => {
  it.each([
    ['select', each((built, name) => built.select(name as never))],
    [
      'select with aliases',
      each((built, name, place) => built.select(`${name} as a${place}` as never)),
    ],
    ['orderBy', each((built, name) => built.orderBy(name as never))],
    [
      'orderBy with nulls',
      each((built, name) => built.orderBy([{ column: name, nulls: 'last' }] as never)),
    ],
    [
      'select and orderBy by turns',
      each((built, name, place) =>
        built.select(`${name} as a${place}` as never).orderBy(`a${place}` as never),
      ),
    ],
    ['where', each((built, name) => built.where(name as never, 1 as never))],
    ['orWhere', each((built, name) => built.orWhere(name as never, 1 as never))],
    [
      'groups of where',
      each((built, name) => built.where((group) => group.where(name as never, 1 as never))),
    ],
    ['groupBy', each((built, name) => built.groupBy(name as never))],
    [
      'groupBy and orderBy',
      each((built, name) => built.groupBy(name as never).orderBy(name as never)),
    ],
    ['distinct', each((built, name) => built.distinct(name as never))],
    ['distinctOn', each((built, name) => built.distinctOn(name as never))],
    ['aggregates', each((built, name, place) => built.sum(name as never, `a${place}`))],
    [
      'having',
      each((built, name, place) =>
        built.max(name as never, `a${place}`).having(`a${place}` as never, 1 as never),
      ),
    ],
    [
      'groups of having',
      each((built, name, place) =>
        built
          .max(name as never, `a${place}`)
          .having((group) => group.having(`a${place}` as never, 1 as never)),
      ),
    ],
  ])(
    '%s',
    (_, build) => {
      expect(Object.keys(build().toMongo())).toContain('filter')
    },
    TIMEOUT,
  )

  it(
    'a union of many',
    () => {
      const built = query()
      for (let place = 0; place < 20_000; place++) built.union((other) => other.where('age', place))
      expect(built.toMongo().pipeline?.length).toBeGreaterThan(20_000)
    },
    TIMEOUT,
  )

  it(
    'a copy at each call',
    () => {
      let built = query()
      for (const name of names) built = built.clone().select(name as never)
      expect(Object.keys(built.toMongo().projection ?? {})).toHaveLength(MANY + 1)
    },
    TIMEOUT,
  )
})

describe('25: a list that copies share', () => {
  const list = (names: readonly string[]) => {
    const made = new GrowingList<string>((name) => name)
    for (const name of names) made.add(name)
    return made
  }

  it('keeps what is added to one of them from the other', () => {
    const first = list(['a', 'b'])
    const second = first.copy()
    second.add('c')
    first.add('d')
    const third = second.copy()
    third.add('e')
    second.addOnce('e')
    second.addOnce('e')
    expect([first.all, second.all, third.all]).toEqual([
      ['a', 'b', 'd'],
      ['a', 'b', 'c', 'e'],
      ['a', 'b', 'c', 'e'],
    ])
    expect([first, second, third].map((one) => one.named('c'))).toEqual([undefined, 'c', 'c'])
    expect([first, second, third].map((one) => one.named('d'))).toEqual(['d', undefined, undefined])
  })

  it('has names of its own before and after it parts', () => {
    const first = list(['a'])
    const copy = first.copy()
    first.add('b')
    expect([copy.named('b'), copy.length, copy.all]).toEqual([undefined, 1, ['a']])
    copy.addOnce('b')
    expect([copy.named('b'), copy.all]).toEqual(['b', ['a', 'b']])
  })
})
