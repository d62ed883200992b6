import { describe, expect, it } from 'vitest'
import { expr } from '../../../js/query/aggregate/index.ts'
import { ACCUMULATORS, EXPRESSIONS, OTHERS, WINDOWS } from './expression_cases.ts'
import { pipeline, stages } from './helpers.ts'

describe('expressions', () => {
  it.each(EXPRESSIONS)('%s', (_, expression, compiled) => {
    // What stands at the top of `project()` needs a guard that other places do not.
    expect(stages(pipeline().addFields({ x: expression }))).toStrictEqual([
      { $addFields: { x: compiled } },
    ])
  })

  it.each(ACCUMULATORS)('%s in group()', (_, accumulator, compiled) => {
    expect(stages(pipeline().group({ by: null, x: accumulator }))).toStrictEqual([
      { $group: { _id: null, x: compiled } },
    ])
  })

  it.each(WINDOWS)('%s in setWindowFields()', (_, computed, compiled) => {
    const built = pipeline().setWindowFields({ sortBy: { age: 'asc' }, output: { x: computed } })
    expect(stages(built)).toStrictEqual([
      { $setWindowFields: { sortBy: { age: 1 }, output: { x: compiled } } },
    ])
  })

  it('of MongoDB 7', () => {
    const built = pipeline().group({
      by: null,
      p: expr.percentile('score', [0.5, 0.95]),
      m: expr.median('score'),
    })
    expect(stages(built)).toStrictEqual([
      {
        $group: {
          _id: null,
          p: { $percentile: { input: '$score', p: [0.5, 0.95], method: 'approximate' } },
          m: { $median: { input: '$score', method: 'approximate' } },
        },
      },
    ])
  })

  it('are all in the tables', () => {
    const tried = new Set<string>(OTHERS)
    for (const [name] of [...EXPRESSIONS, ...ACCUMULATORS, ...WINDOWS]) tried.add(name)
    expect(Object.keys(expr).filter((name) => !tried.has(name))).toEqual([])
  })

  it('can be used in several pipelines, each with names of its own', () => {
    const expression = expr.toUpper(expr.field('x'))
    const one = pipeline()
      .project({ x: expr.field('firstName') })
      .addFields({ y: expression })
    const two = pipeline().addFields({ x: 'a' }).addFields({ y: expression })
    expect(stages(one).at(-1)).toEqual({ $addFields: { y: { $toUpper: '$x' } } })
    expect(stages(two).at(-1)).toEqual({ $addFields: { y: { $toUpper: '$x' } } })
  })

  it('as() changes nothing but the type', () => {
    const expression = expr.field('age').as<string>()
    expect(stages(pipeline().addFields({ x: expression }))).toEqual([{ $addFields: { x: '$age' } }])
  })

  it('nest callbacks of one array in callbacks of another', () => {
    const nested = expr.map('items', (item) =>
      expr.filter('tags', (tag) => expr.eq(tag, item.field('sku'))),
    )
    const twice = expr.map('items', (item) => item.field('sku'))
    const both = stages(pipeline().addFields({ nested, twice }))
    expect(both).toStrictEqual([
      {
        $addFields: {
          nested: {
            $map: {
              input: '$items',
              as: 'item',
              in: {
                $filter: {
                  input: '$tags',
                  as: 'item2',
                  cond: { $eq: ['$$item2', '$$item.sku'] },
                },
              },
            },
          },
          twice: { $map: { input: '$items', as: 'item', in: '$$item.sku' } },
        },
      },
    ])
  })

  it('forget the depth of a callback that throws', () => {
    expect(() =>
      expr.map('items', () => {
        throw new RangeError('mine')
      }),
    ).toThrow(RangeError)
    expect(stages(pipeline().addFields({ x: expr.map('items', (item) => item) }))).toEqual([
      { $addFields: { x: { $map: { input: '$items', as: 'item', in: '$$item' } } } },
    ])
  })
})
