/** The parts that a query's class is composed of. */
import { describe, expect, it } from 'vitest'
import { ModelQueryBuilder } from '../../../dist/index.js'
import { AggregateMethods } from '../../../dist/query/builder/aggregate_methods.js'
import { compose } from '../../../dist/query/builder/compose.js'
import { HavingMethods } from '../../../dist/query/builder/having.generated.js'
import { PredicateMethods } from '../../../dist/query/builder/predicates.generated.js'

/** How many classes stand above each other, from this one to the root. */
function levels(type: object): number {
  const above: unknown = Object.getPrototypeOf(type)
  return above === Function.prototype ? 1 : 1 + levels(above as object)
}

class Root {
  readonly told: string[] = []
  protected tell(what: string): this {
    this.told.push(what)
    return this
  }

  again(): this {
    return this.tell('root')
  }
}
abstract class Part extends Root {
  one(): this {
    return this.tell('one')
  }

  kept(): this {
    return this.tell('of the part')
  }

  override again(): this {
    return super.again().tell('part')
  }
}
abstract class Wider extends Part {
  get two(): string {
    return 'two'
  }
}
class Whole extends Root {
  kept(): this {
    return this.tell('own')
  }
}
compose(Whole, Wider)

describe('composition', () => {
  it('a query stands on few classes', () => {
    expect(levels(ModelQueryBuilder)).toBeLessThanOrEqual(6)
  })

  it('a class has the methods of its parts and of what those extend, and keeps its own', () => {
    const whole = new Whole() as unknown as Wider
    expect(whole.one().kept().again().told).toEqual(['one', 'own', 'root', 'part'])
    expect(whole.two).toBe('two')
    expect(Object.keys(Whole.prototype)).toEqual([])
    expect(new Whole()).not.toBeInstanceOf(Part)
  })

  it.each([
    { name: 'conditions', part: PredicateMethods },
    { name: 'conditions on groups', part: HavingMethods },
    { name: 'aggregates', part: AggregateMethods },
  ])('queries have the methods of $name', ({ part }) => {
    for (const name of Object.getOwnPropertyNames(part.prototype)) {
      expect(name in ModelQueryBuilder.prototype, name).toBe(true)
    }
  })

  it('frames of a method carry its name and that of the class', () => {
    const error = (() => {
      try {
        return (new Whole() as unknown as Wider).one.call({} as Wider)
      } catch (caught) {
        return caught as Error
      }
    })() as Error
    expect(error.stack).toMatch(/at \S*\.one /)
  })
})
