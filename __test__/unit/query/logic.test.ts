import { describe, expect, it } from 'vitest'
import { type Operator, QueryBuilder, type QueryTarget } from '../../../js/query/index.ts'
import { matches, type Row } from './matcher.ts'

/**
 * Random chains are evaluated twice: by a reference with SQL's three truth values, straight from
 * the calls, and by running the compiled filter over the same rows.
 */

type Joiner = 'where' | 'orWhere' | 'andWhere'
type Truth = boolean | null

interface Leaf {
  text: string
  /** Adds itself to a builder by one of the methods that mean the same. */
  add: (query: Loose, joiner: Joiner, negated: boolean) => void
  truth: (row: Row) => Truth
}

interface Step {
  joiner: Joiner
  negated: boolean
  node: Leaf | Step[]
}

// biome-ignore lint/suspicious/noExplicitAny: methods are called by computed names
type Loose = any

const FIELDS = ['a', 'b', 's'] as const
/** A list of numbers. */
const LIST = 't'

const target: QueryTarget = {
  name: 'Row',
  column: (key) =>
    (FIELDS as readonly string[]).includes(key) || key === LIST
      ? { attribute: key, stored: `${key}_`, objectId: false }
      : undefined,
}

class RowQuery extends QueryBuilder<Record<string, unknown>> {
  protected fresh(): this {
    return new RowQuery(this.target) as this
  }
}

class Random {
  #seed: number
  constructor(seed: number) {
    this.#seed = seed
  }
  next(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
  chance(share: number): boolean {
    return this.next() < share
  }
}

const TEXTS = ['', 'x', 'xy', 'yx', 'X', 'x%', '.']
const PATTERNS = ['x%', '%x', '_', '%', 'x', 'x\\%', '_y', '.', '']

function value(random: Random, field: string): unknown {
  return field === 's' ? random.pick(TEXTS) : random.below(4)
}

function numbers(random: Random): number[] {
  return Array.from({ length: random.below(4) }, () => random.below(4))
}

function row(random: Random): Row {
  const made: Row = {}
  for (const field of FIELDS) {
    if (random.chance(0.2)) continue
    made[field] = random.chance(0.2) ? null : value(random, field)
  }
  if (random.chance(0.8)) made[LIST] = random.chance(0.2) ? null : numbers(random)
  return made
}

const given = (from: Row, field: string) => from[field] ?? null

/** A comparison that is unknown when the field has no value. */
function known(field: string, test: (value: Loose) => boolean): (row: Row) => Truth {
  return (from) => {
    const found = given(from, field)
    return found === null ? null : test(found)
  }
}

function method(joiner: Joiner, negated: boolean, name = ''): string {
  return `${joiner}${negated ? 'Not' : ''}${name}`
}

function leaf(random: Random): Leaf {
  const field = random.pick(FIELDS)
  const v = value(random, field)
  const byOperator = (operator: string, operand: unknown): Leaf['add'] => {
    return (query, joiner, negated) => query[method(joiner, negated)](field, operator, operand)
  }
  const byName = (name: string, operator: Operator, not: Operator, operand: unknown): Leaf => {
    const way = random.below(3)
    const add: Leaf['add'] = (query, joiner, negated) => {
      if (way === 0) query[method(joiner, negated, name)](field, operand)
      else if (way === 1) query[method(joiner, negated)](field, operator, operand)
      else query[method(joiner, !negated)](field, not, operand)
    }
    return { text: `${field} ${operator} ${JSON.stringify(operand)}`, add, truth: () => null }
  }
  switch (random.below(13)) {
    case 0: {
      const add: Leaf['add'] = (query, joiner, negated) => query[method(joiner, negated)](field, v)
      return { text: `${field} = ${v}`, add, truth: known(field, (found) => found === v) }
    }
    case 1: {
      const operator = random.pick(['!=', '<>'])
      return {
        text: `${field} ${operator} ${v}`,
        add: byOperator(operator, v),
        truth: known(field, (found) => found !== v),
      }
    }
    case 2: {
      const tests: Record<string, (a: Loose, b: Loose) => boolean> = {
        '>': (a, b) => a > b,
        '>=': (a, b) => a >= b,
        '<': (a, b) => a < b,
        '<=': (a, b) => a <= b,
      }
      const operator = random.pick(Object.keys(tests))
      return {
        text: `${field} ${operator} ${v}`,
        add: byOperator(operator, v),
        truth: known(field, (found) => tests[operator]?.(found, v) ?? false),
      }
    }
    case 3: {
      const list = Array.from({ length: random.below(4) }, () => value(random, field))
      const truth = list.length === 0 ? () => false : known(field, (found) => list.includes(found))
      return { ...byName('In', 'in', 'not in', list), truth }
    }
    case 4: {
      const range = [value(random, field), value(random, field)] as [Loose, Loose]
      const truth = known(field, (found) => found >= range[0] && found <= range[1])
      return { ...byName('Between', 'between', 'not between', range), truth }
    }
    case 5: {
      const add: Leaf['add'] = (query, joiner, negated) =>
        random.chance(0.5)
          ? query[`${joiner}${negated ? 'NotNull' : 'Null'}`](field)
          : query[method(joiner, negated)](field, null)
      return { text: `${field} is null`, add, truth: (from) => given(from, field) === null }
    }
    case 6: {
      const add: Leaf['add'] = (query, joiner, negated) =>
        query[method(joiner, negated, 'Exists')](field)
      return { text: `${field} exists`, add, truth: (from) => Object.hasOwn(from, field) }
    }
    case 7: {
      const pattern = random.pick(PATTERNS)
      const fold = random.chance(0.5)
      const [name, is, not] = fold
        ? (['ILike', 'ilike', 'not ilike'] as const)
        : (['Like', 'like', 'not like'] as const)
      const truth = known('s', (found) => likes(found, pattern, fold))
      // Only the text field: LIKE on numbers is a conversion that MongoDB does not do.
      const on = (query: Loose, wanted: string, ...rest: unknown[]) => query[wanted]('s', ...rest)
      const way = random.below(3)
      const add: Leaf['add'] = (query, joiner, negated) => {
        if (way === 0) on(query, method(joiner, negated, name), pattern)
        else if (way === 1) on(query, method(joiner, negated), is, pattern)
        else on(query, method(joiner, !negated), not, pattern)
      }
      return { text: `s ${is} ${pattern}`, add, truth }
    }
    case 8: {
      const tests: Record<string, (a: Loose, b: Loose) => boolean> = {
        '=': (a, b) => a === b,
        '!=': (a, b) => a !== b,
        '<>': (a, b) => a !== b,
        '>': (a, b) => a > b,
        '>=': (a, b) => a >= b,
        '<': (a, b) => a < b,
        '<=': (a, b) => a <= b,
      }
      const operator = random.pick(Object.keys(tests))
      const plain = operator === '=' && random.chance(0.5)
      const add: Leaf['add'] = (query, joiner, negated) =>
        query[method(joiner, negated, 'Column')]('a', ...(plain ? [] : [operator]), 'b')
      const truth = (from: Row) => {
        const [a, b] = [given(from, 'a'), given(from, 'b')]
        return a === null || b === null ? null : (tests[operator]?.(a, b) ?? false)
      }
      return { text: `a ${operator} b`, add, truth }
    }
    case 9: {
      const rows = Array.from({ length: random.below(3) }, () => [
        random.below(4),
        value(random, 's'),
      ])
      const add: Leaf['add'] = (query, joiner, negated) =>
        query[method(joiner, negated, 'In')](['a', 's'], rows)
      const truth = (from: Row) =>
        or([
          false,
          ...rows.map(([a, s]) =>
            and([
              known('a', (found) => found === a)(from),
              known('s', (found) => found === s)(from),
            ]),
          ),
        ])
      return { text: `(a, s) in ${JSON.stringify(rows)}`, add, truth }
    }
    case 10: {
      const wanted = numbers(random)
      const all = random.chance(0.5)
      const one = all && wanted.length === 1 && random.chance(0.5)
      const name = all ? 'ArrayContains' : 'ArrayContainsAny'
      const add: Leaf['add'] = (query, joiner, negated) =>
        query[method(joiner, negated, name)](LIST, one ? wanted[0] : wanted)
      const has = (list: number[]) => (item: number) => list.includes(item)
      const truth = known(LIST, (list) => (all ? wanted.every(has(list)) : wanted.some(has(list))))
      // As with IN, nothing is among no values, not even null.
      const none = !all && wanted.length === 0
      return { text: `t ${name} ${wanted}`, add, truth: none ? () => false : truth }
    }
    case 11: {
      const sizes: Record<string, (length: number, size: number) => boolean> = {
        '=': (length, size) => length === size,
        '!=': (length, size) => length !== size,
        '>': (length, size) => length > size,
        '>=': (length, size) => length >= size,
        '<': (length, size) => length < size,
        '<=': (length, size) => length <= size,
      }
      const operator = random.pick(Object.keys(sizes))
      const size = random.below(4)
      const add: Leaf['add'] = (query, joiner, negated) =>
        negated
          ? query[method(joiner, true)]((group: Loose) => group.whereSize(LIST, operator, size))
          : query[`${joiner}Size`](LIST, operator, size)
      const truth = known(LIST, (list) => sizes[operator]?.(list.length, size) ?? false)
      return { text: `size of t ${operator} ${size}`, add, truth }
    }
    default: {
      const other = random.below(4)
      const add: Leaf['add'] = (query, joiner, negated) =>
        query[method(joiner, negated)]({ a: other, [field]: v })
      const truth = (from: Row) =>
        and([
          known('a', (found) => found === (field === 'a' ? v : other))(from),
          known(field, (found) => found === v)(from),
        ])
      return { text: `{ a: ${other}, ${field}: ${v} }`, add, truth }
    }
  }
}

function likes(text: string, pattern: string, fold: boolean): boolean {
  const [t, p] = fold ? [text.toLowerCase(), pattern.toLowerCase()] : [text, pattern]
  switch (p) {
    case 'x%':
      return t.startsWith('x')
    case '%x':
      return t.endsWith('x')
    case '_':
      return t.length === 1
    case '%':
      return true
    case '_y':
      return t.length === 2 && t.endsWith('y')
    case 'x\\%':
      return t === 'x%'
    default:
      return t === p
  }
}

function and(all: Truth[]): Truth {
  if (all.includes(false)) return false
  return all.includes(null) ? null : true
}

function or(all: Truth[]): Truth {
  if (all.includes(true)) return true
  return all.includes(null) ? null : false
}

function truth(steps: Step[], from: Row): Truth {
  const runs: Truth[][] = []
  for (const { joiner, negated, node } of steps) {
    if (Array.isArray(node) && isEmpty(node)) continue
    const plain = Array.isArray(node) ? truth(node, from) : node.truth(from)
    const result = negated && plain !== null ? !plain : plain
    const run = runs.at(-1)
    if (run === undefined || joiner === 'orWhere') runs.push([result])
    else run.push(result)
  }
  return runs.length === 0 ? true : or(runs.map(and))
}

/** SQL builders leave out parentheses with nothing in them. */
function isEmpty(steps: Step[]): boolean {
  return steps.every(({ node }) => Array.isArray(node) && isEmpty(node))
}

function chain(random: Random, depth: number): Step[] {
  return Array.from({ length: random.below(depth === 0 ? 6 : 4) }, () => ({
    joiner: random.pick(['where', 'orWhere', 'andWhere'] as const),
    negated: random.chance(0.35),
    node: depth < 3 && random.chance(0.3) ? chain(random, depth + 1) : leaf(random),
  }))
}

function build(steps: Step[], query: Loose): Loose {
  for (const { joiner, negated, node } of steps) {
    if (!Array.isArray(node)) node.add(query, joiner, negated)
    else query[method(joiner, negated)]((group: Loose) => build(node, group))
  }
  return query
}

function print(steps: Step[]): string {
  return steps
    .map(({ joiner, negated, node }) => {
      const inner = Array.isArray(node) ? `(${print(node)})` : node.text
      return `${joiner}${negated ? ' not' : ''} ${inner}`
    })
    .join(' ')
}

function stored(from: Row): Row {
  return Object.fromEntries(Object.entries(from).map(([key, inner]) => [`${key}_`, inner]))
}

describe('three-valued logic', () => {
  const random = new Random(20_240_607)
  const rows = Array.from({ length: 80 }, () => row(random))

  it('finds what SQL would find, for random chains', () => {
    let found = 0
    for (let i = 0; i < 4000; i++) {
      const steps = chain(random, 0)
      const query = build(steps, new RowQuery(target)) as RowQuery
      const { filter } = query.clone().toMongo()
      for (const from of rows) {
        const expected = truth(steps, from) === true
        if (expected) found++
        if (matches(stored(from), filter) !== expected) {
          expect.fail(`${print(steps)}\n${JSON.stringify(filter)}\n${JSON.stringify(from)}`)
        }
      }
      expect(query.hasWhere || rows.every((from) => truth(steps, from) === true)).toBe(true)
    }
    // Neither everything nor nothing: the test would prove little then.
    expect(found / (4000 * rows.length)).toBeGreaterThan(0.2)
    expect(found / (4000 * rows.length)).toBeLessThan(0.8)
  })

  it('keeps a chain together under wrapExisting()', () => {
    for (let i = 0; i < 1000; i++) {
      const before = chain(random, 1)
      const after = chain(random, 1)
      const query = build(after, build(before, new RowQuery(target)).wrapExisting())
      const { filter } = query.toMongo()
      const steps: Step[] = [{ joiner: 'where', negated: false, node: before }, ...after]
      for (const from of rows) {
        if (matches(stored(from), filter) !== (truth(steps, from) === true)) {
          expect.fail(`${print(steps)}\n${JSON.stringify(filter)}\n${JSON.stringify(from)}`)
        }
      }
    }
  })

  it('splits the rows that have a value between a condition and its NOT', () => {
    for (let i = 0; i < 500; i++) {
      const one = leaf(random)
      const positive = new RowQuery(target)
      const negative = new RowQuery(target)
      one.add(positive, 'where', false)
      one.add(negative, 'where', true)
      const [yes, no] = [positive.toMongo().filter, negative.toMongo().filter]
      for (const from of rows) {
        const counts = Number(matches(stored(from), yes)) + Number(matches(stored(from), no))
        expect(counts, one.text).toBe(one.truth(from) === null ? 0 : 1)
      }
    }
  })
})
