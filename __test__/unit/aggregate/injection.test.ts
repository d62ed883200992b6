import { BSONRegExp, Code } from 'bson'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expr } from '../../../js/query/aggregate/index.ts'
import { isPlainObject } from '../../../js/query/values.ts'
import { tries } from '../../helpers/property.ts'
import { Post, stages, thrown, untyped } from './helpers.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls that the types refuse
type Loose = any
const json = (text: string): Loose => JSON.parse(text)
const e: Loose = expr

/** Everything that has been sent in place of a text. */
const HOSTILE: [name: string, make: () => unknown][] = [
  ['a field', () => '$password'],
  ['a variable', () => '$$ROOT'],
  ['$gt', () => json('{"$gt":""}')],
  ['$ne', () => json('{"$ne":null}')],
  ['$where', () => json('{"$where":"1"}')],
  ['$function', () => json('{"$function":{"body":"","args":[],"lang":"js"}}')],
  ['$accumulator', () => json('{"$accumulator":{"init":""}}')],
  ['$literal', () => json('{"$literal":"$password"}')],
  ['$getField', () => json('{"$getField":"password"}')],
  ['a list of a field', () => ['$password']],
  ['a nested field', () => ({ a: [{ b: '$password' }] })],
  ['an empty object', () => ({})],
  ['a Map', () => new Map([['$gt', '']])],
  [
    'an instance',
    () =>
      new (class Hidden {
        $gt = ''
      })(),
  ],
  ['a RegExp', () => /.*/],
  ['a BSON regular expression', () => new BSONRegExp('.*')],
  ['code', () => new Code('return true')],
]

/** What the server makes of an expression that must be a value: anything else is an injection. */
function standsFor(compiled: Loose): unknown {
  if (typeof compiled === 'string') {
    if (compiled.startsWith('$')) throw new Error('a field')
    return compiled
  }
  if (Array.isArray(compiled)) return compiled.map(standsFor)
  if (!isPlainObject(compiled)) return compiled
  const keys = Object.keys(compiled)
  if (keys.length !== 1 || keys[0] !== '$literal') throw new Error('an operator')
  return compiled.$literal
}

/** Places that take a value, and the value as it was compiled. */
const VALUES: [name: string, run: (value: unknown) => unknown][] = [
  ['addFields', (v) => stages(untyped().addFields({ x: v }))[0]?.$addFields],
  ['set', (v) => stages(untyped().set({ x: v }))[0]?.$set],
  ['project', (v) => stages(untyped().project({ x: v }))[0]?.$project],
  ['documents', (v) => (stages(untyped().documents([{ x: v }]))[0] as Loose).$documents[0]],
  ['let', (v) => untyped().let({ x: v }).compile().options.let],
  [
    'fill',
    (v) => ({
      x: (stages(untyped().fill({ output: { age: { value: v } } }))[0] as Loose).$fill.output.age
        .value,
    }),
  ],
  ['eq', (v) => operand(e.eq(e.field('firstName'), v), '$eq', 1)],
  ['in', (v) => ({ x: (operand(e.in(e.field('firstName'), [v]), '$in', 1).x as Loose)[0] })],
  ['cond', (v) => operand(e.cond(true, v, 1), '$cond', 1)],
  ['ifNull', (v) => operand(e.ifNull(e.field('age'), v), '$ifNull', 1)],
  ['concat', (v) => operand(e.concat('a', v), '$concat', 1)],
  ['add', (v) => operand(e.add(1, v), '$add', 1)],
  ['switch', (v) => ({ x: (operand(e.switch([[true, 1]], v), '$switch', 'default') as Loose).x })],
  [
    'bucket',
    (v) => ({
      x: (stages(untyped().bucket({ by: 'firstName', boundaries: [v, v] }))[0] as Loose).$bucket
        .boundaries[0],
    }),
  ],
]

function operand(expression: unknown, name: string, at: number | string): Record<string, unknown> {
  const [stage] = stages(untyped().addFields({ x: expression }))
  return { x: (stage as Loose).$addFields.x[name][at] }
}

/** The same as data: a Map and an instance are stored as documents. */
function asData(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value instanceof Map ? Object.fromEntries(value) : value))
}

describe('a value is never an operator or a field', () => {
  const CASES = VALUES.flatMap(([place, run]) =>
    HOSTILE.map(([name, make]): [string, string, typeof run, () => unknown] => [
      place,
      name,
      run,
      make,
    ]),
  )
  it.each(CASES)('%s: %s', (_place, _name, run, make) => {
    const compiled = run(make()) as Record<string, unknown>
    expect(asData(standsFor(compiled.x))).toEqual(asData(make()))
  })

  it('whatever it is', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `$${rest}`),
    )
    const data = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          text.filter((key) => !key.includes('\0') && key !== '__proto__' && key !== '_bsontype'),
          tie('value'),
          { maxKeys: 3 },
        ),
      ),
    })).value
    fc.assert(
      fc.property(data, fc.nat(VALUES.length - 1), (value, index) => {
        const [place, run] = VALUES[index] as (typeof VALUES)[number]
        // In a projection these say what is kept.
        fc.pre(
          !(
            place === 'project' &&
            (value === true || value === 1 || value === false || value === 0)
          ),
        )
        const { x } = run(value) as { x: unknown }
        const unwrapped =
          x !== null && typeof x === 'object' && '$literal' in x
            ? (x as { $literal: unknown }).$literal
            : standsFor(x)
        expect(unwrapped).toEqual(value)
      }),
      tries(),
    )
  })

  it('in match', () => {
    for (const [, make] of HOSTILE) {
      const compiled = stages(untyped().match({ firstName: make() }))[0] as Loose
      const condition = compiled.$match.first_name
      if (typeof make() === 'string') expect(condition).toBe(make())
      else expect(Object.keys(condition)).toEqual(['$eq'])
    }
  })

  it('in match of other rows', () => {
    const built = untyped()
      .group({ by: 'status' })
      .match({ _id: json('{"$gt":""}') })
    expect(stages(built).at(-1)).toEqual({ $match: { _id: { $eq: { $gt: '' } } } })
  })

  it.each<[string, (name: Loose) => unknown]>([
    ['sort', (name) => untyped().sort(name)],
    ['sort map', (name) => untyped().sort({ [name]: 1 })],
    ['select', (name) => untyped().select(name)],
    ['unset', (name) => untyped().unset(name)],
    ['unwind', (name) => untyped().unwind(name)],
    ['field', (name) => untyped().addFields({ x: e.field(name) })],
    ['sum', (name) => untyped().group({ by: null, x: e.sum(name) })],
    ['by', (name) => untyped().group({ by: name })],
    [
      'lookup',
      (name) => untyped().lookup({ from: Post, localField: name, foreignField: 'id', as: 'x' }),
    ],
    ['match', (name) => untyped().match({ [name]: 1 })],
  ])('names are looked up: %s', (_, run) => {
    for (const name of [
      '$where',
      '$expr',
      'password',
      'a.$gt',
      '__proto__',
      'constructor',
      '$$ROOT',
      'x\0',
    ]) {
      const error = thrown(() => run(name))
      expect(['E_UNKNOWN_COLUMN', 'E_INVALID_QUERY']).toContain(error.code)
    }
  })

  it.each<[string, () => unknown]>([
    ['forged ObjectId', () => json('{"_bsontype":"ObjectId","id":"aaaaaaaaaaaa"}')],
    ['forged Code', () => json('{"_bsontype":"Code","code":"1"}')],
    ['a function', () => () => 1],
    ['a symbol', () => Symbol('x')],
    ['an invalid Date', () => new Date(Number.NaN)],
  ])('refuses %s', (_, make) => {
    for (const [, run] of VALUES) {
      expect(['E_INVALID_VALUE', 'E_INVALID_QUERY']).toContain(thrown(() => run(make())).code)
    }
  })

  it('refuses what has no end', () => {
    const loop: Record<string, unknown> = {}
    loop.loop = loop
    for (const [, run] of VALUES) expect(thrown(() => run(loop)).code).toBe('E_DOCUMENT_TOO_DEEP')
    const native = [
      () => untyped().stage({ $match: loop }),
      () => untyped().addFields({ x: e.raw(loop) }),
      () => untyped().matchRaw(loop),
    ]
    for (const run of native) expect(thrown(run).code).toBe('E_DOCUMENT_TOO_DEEP')
  })
})

describe('code on the server is refused', () => {
  const deep = (value: unknown) => ({ a: [{ b: value }] })
  const CODE = [{ $where: '1' }, { $function: {} }, { $accumulator: {} }]
  it.each<[string, (code: Loose) => unknown]>([
    ['stage', (code) => untyped().stage({ $match: deep(code) })],
    ['as a stage', (code) => untyped().stage(code)],
    ['raw', (code) => untyped().raw([{ $limit: 1 }, { $group: deep(code) }])],
    ['matchRaw', (code) => untyped().matchRaw(deep(code))],
    ['whereRaw in match', (code) => untyped().match((query: Loose) => query.whereRaw(deep(code)))],
    ['expr.raw', (code) => untyped().addFields({ x: e.raw(deep(code)) })],
    [
      'expr.raw in a facet',
      (code) => untyped().facet({ x: (q: Loose) => q.addFields({ x: e.raw(code) }) }),
    ],
    ['search', (code) => untyped().search(deep(code))],
    ['vectorSearch', (code) => untyped().vectorSearch({ filter: code })],
    ['collStats', (code) => untyped().collStats(code)],
  ])('%s', (_, run) => {
    for (const code of CODE) expect(thrown(() => run(code)).code).toBe('E_UNSAFE_OPERATOR')
  })
})

describe('what is written to Object.prototype does not get in', () => {
  const polluted: Loose = Object.prototype
  beforeEach(() => {
    for (const name of ['default', 'let', 'pipeline', 'allowDiskUse', 'partitionBy', '$where']) {
      polluted[name] = { $where: '1' }
    }
  })
  afterEach(() => {
    for (const name of ['default', 'let', 'pipeline', 'allowDiskUse', 'partitionBy', '$where']) {
      delete polluted[name]
    }
  })

  it('of options and stages', () => {
    const built = untyped()
      .lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' })
      .bucket({ by: 'age', boundaries: [0, 1] })
    const { stages: written, options } = built.compile()
    expect(Object.keys(options)).toEqual([])
    expect(options.allowDiskUse).toBeUndefined()
    for (const stage of written) {
      expect(Object.getPrototypeOf(stage)).toBeNull()
      for (const value of Object.values(stage as object)) {
        expect(Object.getPrototypeOf(value)).toBeNull()
      }
    }
    expect(Object.keys(written[0].$lookup)).toEqual(['from', 'localField', 'foreignField', 'as'])
    expect(Object.keys(written[1].$bucket)).toEqual(['groupBy', 'boundaries'])
  })
})
