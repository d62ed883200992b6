import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expr } from '../../../js/query/aggregate/index.ts'
import { tries } from '../../helpers/property.ts'
import { Post, untyped } from './helpers.ts'

// biome-ignore lint/suspicious/noExplicitAny: builders after steps in any order
type Loose = any

/** Steps that can follow each other in any order, and the objects of the caller's in them. */
const STEPS: ((p: Loose) => unknown[])[] = [
  (p) => given({ address: { city: 'x', list: [1, { deep: true }] } }, (v) => p.match(v)),
  (p) => given({ age: { $gt: 1, $in: [1, 2] } }, (v) => p.matchRaw(v)),
  (p) => given({ age: new Date(5) }, (v) => p.match(v)),
  (p) => given({ age: 'asc', status: 'desc' }, (v) => p.sort(v)),
  (p) => given({ extra: { a: [1, { b: 2 }] }, at: new Date(7) }, (v) => p.addFields(v)),
  (p) =>
    given({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' }, (v) =>
      p.lookup(v),
    ),
  (p) => given([{ b: [{ c: 1 }] }], (v) => p.addFields({ a: expr.literal(v) })),
  (p) => given({ path: { score: { $gt: ['$score', 1] } } }, (v) => p.addFields({ n: expr.raw(v) })),
  (p) => given({ output: { n: expr.count() }, sortBy: { age: 1 } }, (v) => p.setWindowFields(v)),
  (p) => given([1, 2, 3], (v) => p.match(expr.in(expr.field('age'), v))),
  (p) => given({ locale: 'en', strength: 2 }, (v) => p.collation(v)),
  (p) => given({ least: { a: [1] } }, (v) => p.let(v)),
  (p) => given({ age: 1 }, (v) => p.hint(v)),
  (p) => given({ mode: 'nearest', tags: [{ dc: 'east' }] }, (v) => p.readPreference(v)),
  (p) => given(3, (v) => p.limit(v)),
]

function given(value: unknown, step: (value: Loose) => unknown): unknown[] {
  step(value)
  return [value]
}

/** Changes everything that can be changed. */
function vandalize(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  if (value instanceof Date) value.setTime(0)
  else if (Array.isArray(value)) {
    value.forEach(vandalize)
    value.push('vandal')
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, inner] of Object.entries(value)) {
      vandalize(inner)
      if (typeof inner !== 'object') (value as Loose)[key] = 'vandal'
    }
    Object.assign(value, { $where: 'vandal' })
  }
}

const shown = (p: Loose) => ({
  stages: p.toMongo(),
  options: structuredClone({ ...p.compile().options }),
})

const plan = fc.array(fc.nat(STEPS.length - 1), { maxLength: 8 })

function build(steps: readonly number[]) {
  const built = untyped()
  const arguments_ = steps.flatMap((index) => STEPS[index]?.(built) ?? [])
  return { built, arguments_ }
}

describe('what was written stays', () => {
  it('when the arguments change afterwards', () => {
    fc.assert(
      fc.property(plan, (steps) => {
        const { built, arguments_ } = build(steps)
        const before = shown(built)
        arguments_.forEach(vandalize)
        expect(shown(built)).toStrictEqual(before)
        expect(shown(build(steps).built)).toStrictEqual(before)
      }),
      tries(),
    )
  })

  it('when what was shown changes', () => {
    fc.assert(
      fc.property(plan, (steps) => {
        const { built } = build(steps)
        const before = shown(built)
        vandalize(built.toMongo())
        expect(shown(built)).toStrictEqual(before)
      }),
      tries(),
    )
  })

  it('in a clone and in what was cloned', () => {
    fc.assert(
      fc.property(plan, plan, plan, (first, mine, yours) => {
        const { built } = build(first)
        const copy = built.clone()
        expect(shown(copy)).toStrictEqual(shown(built))
        for (const index of mine) STEPS[index]?.(built)
        for (const index of yours) STEPS[index]?.(copy)
        expect(shown(built)).toStrictEqual(shown(build([...first, ...mine]).built))
        expect(shown(copy)).toStrictEqual(shown(build([...first, ...yours]).built))
      }),
      tries(),
    )
  })

  it('in clones whose rows differ', () => {
    const base = untyped().match({ status: 'active' })
    const grouped = base.clone().group({ by: 'teamId', n: expr.count() })
    base.sort('createdAt')
    grouped.sort('n')
    expect(base.toMongo().at(-1)).toEqual({ $sort: { created_at: 1 } })
    expect(grouped.toMongo().at(-1)).toEqual({ $sort: { n: 1 } })
    expect(() => grouped.sort('createdAt')).toThrow('there is no column')
  })

  it('in a pipeline that another one took', () => {
    let inner: Loose
    const outer = untyped().facet({
      x: (given: Loose) => {
        inner = given.limit(1)
        return inner
      },
    })
    inner.limit(2)
    expect(outer.toMongo()).toEqual([{ $facet: { x: [{ $limit: 1 }] } }])
  })
})
