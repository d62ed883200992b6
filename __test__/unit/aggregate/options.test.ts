import { describe, expect, it } from 'vitest'
import { expr } from '../../../js/query/aggregate/index.ts'
import { pipeline, stages, thrown, untyped } from './helpers.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls that the types refuse
type Loose = any

const options = (built: { compile(): { options: object } }) => ({ ...built.compile().options })

describe('options', () => {
  it.each<[string, { compile(): { options: object } }, object]>([
    ['none', pipeline(), {}],
    ['allowDiskUse', pipeline().allowDiskUse(), { allowDiskUse: true }],
    ['allowDiskUse off', pipeline().allowDiskUse(false), { allowDiskUse: false }],
    [
      'collation',
      pipeline().collation({ locale: 'en', strength: 2 }),
      { collation: { locale: 'en', strength: 2 } },
    ],
    ['hint by name', pipeline().hint('age_1'), { hint: 'age_1' }],
    ['hint by keys', pipeline().hint({ createdAt: -1 }), { hint: { created_at: -1 } }],
    [
      'hint of the collection, whatever rows are',
      pipeline()
        .group({ by: 'age' })
        .hint({ createdAt: 1 } as Loose),
      { hint: { created_at: 1 } },
    ],
    ['comment', pipeline().comment('report'), { comment: 'report' }],
    ['timeout', pipeline().timeout(50), { maxTimeMS: 50 }],
    ['batchSize', pipeline().batchSize(5), { batchSize: 5 }],
    ['readConcern', pipeline().readConcern('majority'), { readConcern: { level: 'majority' } }],
    [
      'readPreference',
      pipeline().readPreference('nearest'),
      { readPreference: { mode: 'nearest' } },
    ],
    [
      'readPreference in full',
      pipeline().readPreference({
        mode: 'secondary',
        tags: [{ dc: 'east' }, {}],
        maxStalenessSeconds: 90,
      }),
      {
        readPreference: { mode: 'secondary', tags: [{ dc: 'east' }, {}], maxStalenessSeconds: 90 },
      },
    ],
    ['let, which adds up', pipeline().let({ a: 1, b: 2 }).let({ b: 3 }), { let: { a: 1, b: 3 } }],
  ])('%s', (_, built, expected) => {
    expect(options(built)).toEqual(expected)
  })

  it('are on no stage', () => {
    const built = pipeline().timeout(5).let({ least: 5 }).comment('x')
    expect(stages(built.match(expr.gt(expr.field('age'), expr.variable('least'))))).toEqual([
      { $match: { $expr: { $gt: ['$age', '$$least'] } } },
    ])
  })

  it.each<[string, (p: Loose) => unknown, string]>([
    ['allowDiskUse of text', (p) => p.allowDiskUse('yes'), 'allowDiskUse() must be true or false'],
    ['collation of nothing', (p) => p.collation({}), 'collation() needs an object with a locale'],
    ['hint of nothing', (p) => p.hint({ age: 2 }), 'no index direction'],
    ['comment of an object', (p) => p.comment({}), 'comment() needs a string'],
    ['timeout below 0', (p) => p.timeout(-1), 'timeout() needs an integer from 0'],
    ['batchSize of 0', (p) => p.batchSize(0), 'batchSize() needs an integer from 1'],
    ['readConcern of nothing', (p) => p.readConcern('all'), "readConcern() must be one of 'local'"],
    [
      'readPreference of nothing',
      (p) => p.readPreference('any'),
      "readPreference() must be one of 'primary'",
    ],
    ['readPreference without a mode', (p) => p.readPreference({}), 'mode of readPreference()'],
    [
      'readPreference with other options',
      (p) => p.readPreference({ mode: 'primary', hedge: {} }),
      'does not know the option "hedge"',
    ],
    [
      'readPreference of other tags',
      (p) => p.readPreference({ mode: 'nearest', tags: { dc: 'x' } }),
      'tags of readPreference()',
    ],
    [
      'readPreference of tags that are no text',
      (p) => p.readPreference({ mode: 'nearest', tags: [{ dc: 1 }] }),
      'tags of readPreference()',
    ],
    [
      'readPreference of a short delay',
      (p) => p.readPreference({ mode: 'nearest', maxStalenessSeconds: 1 }),
      'maxStalenessSeconds',
    ],
    ['let of no name', (p) => p.let({ 'a.b': 1 }), '"a.b" is no variable'],
    ['let of text', (p) => p.let('a'), 'let() needs an object of values'],
  ])('refuses %s', (_, run, message) => {
    const error = thrown(() => run(untyped()))
    expect(error).toMatchObject({ code: 'E_INVALID_QUERY', operation: 'aggregate' })
    expect(error.message).toContain(message)
  })
})

describe('what the executing part is told', () => {
  it.each<[string, { compile(): object }, object]>([
    ['a read', pipeline().limit(1), { onDatabase: false, writes: false }],
    ['documents', pipeline().documents([{ a: 1 }]), { onDatabase: true, writes: false }],
    ['a native one', pipeline().stage({ $currentOp: {} }), { onDatabase: true, writes: false }],
    ['out', pipeline().out('x'), { onDatabase: false, writes: true }],
    ['merge', pipeline().merge({ into: 'x' }), { onDatabase: false, writes: true }],
    ['a native merge', pipeline().stage({ $merge: 'x' }), { onDatabase: false, writes: true }],
  ])('%s', (_, built, expected) => {
    expect(built.compile()).toMatchObject(expected)
  })
})
