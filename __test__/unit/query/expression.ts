/**
 * Evaluates the aggregation expressions that the builder emits, as MongoDB documents them. Throws on
 * what it does not know.
 */
import { ObjectId } from 'bson'

type Row = Record<string, unknown>

const MISSING = Symbol('missing')

/** Variables by name; the document itself is under the empty name. */
type Variables = ReadonlyMap<string, unknown>

export function evaluate(document: Row, expression: unknown): unknown {
  return run(new Map([['', document]]), expression)
}

function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function run(variables: Variables, expression: unknown): unknown {
  if (typeof expression === 'string' && expression.startsWith('$')) {
    const variable = expression.startsWith('$$')
    const [name = '', ...path] = expression.slice(variable ? 2 : 1).split('.')
    return variable
      ? path.reduce(property, variables.get(name))
      : [name, ...path].reduce(property, variables.get(''))
  }
  if (Array.isArray(expression)) return expression.map((item) => run(variables, item))
  if (!isRow(expression)) return expression
  const [operator = ''] = Object.keys(expression)
  return operation(variables, operator, expression[operator])
}

function property(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => property(item, key)).filter((item) => item !== MISSING)
  }
  return isRow(value) && Object.hasOwn(value, key) ? value[key] : MISSING
}

function own(object: unknown, key: string): unknown {
  return Object.hasOwn(object as Row, key) ? (object as Row)[key] : undefined
}

/** Operators that do not evaluate all that they are given. */
function operation(variables: Variables, operator: string, given: unknown): unknown {
  const inputs = Array.isArray(given) ? given : [given]
  const bind = (name: string, value: unknown) => new Map([...variables, [name, value]])
  switch (operator) {
    case '$literal':
      return given
    case '$and':
      return inputs.every((input) => run(variables, input) === true)
    case '$or':
      return inputs.some((input) => run(variables, input) === true)
    case '$cond':
      return run(variables, run(variables, inputs[0]) === true ? inputs[1] : inputs[2])
    case '$let': {
      const vars = own(given, 'vars') as Row
      return run(bind('v', run(variables, vars.v)), own(given, 'in'))
    }
    case '$map': {
      const items = run(variables, own(given, 'input')) as unknown[]
      const name = own(given, 'as') as string
      return items.map((item) => run(bind(name, item), own(given, 'in')))
    }
    case '$switch': {
      const branches = own(given, 'branches') as Row[]
      const branch = branches.find((one) => run(variables, one.case) === true)
      return run(variables, branch === undefined ? own(given, 'default') : branch.then)
    }
    case '$getField': {
      const name = run(variables, own(given, 'field')) as string
      return property(run(variables, own(given, 'input')), name)
    }
    default:
      return calculate(
        operator,
        inputs.map((input) => run(variables, input)),
      )
  }
}

function calculate(operator: string, [a, b]: unknown[]): unknown {
  switch (operator) {
    case '$not':
      return a !== true
    case '$type':
      return isRow(a) ? 'object' : 'other'
    case '$isArray':
      return Array.isArray(a)
    case '$size':
      return (a as unknown[]).length
    case '$objectToArray':
      return Object.keys(a as Row).map((k) => ({ k, v: (a as Row)[k] }))
    case '$arrayElemAt':
      return (a as unknown[])[b as number] ?? MISSING
    case '$anyElementTrue':
      return (a as unknown[]).includes(true)
    case '$allElementsTrue':
      return (a as unknown[]).every((item) => item === true)
    case '$in':
      return (b as unknown[]).some((item) => order(a, item) === 0)
    case '$eq':
      return order(a, b) === 0
    case '$ne':
      return order(a, b) !== 0
    case '$gt':
      return order(a, b) > 0
    case '$gte':
      return order(a, b) >= 0
    case '$lt':
      return order(a, b) < 0
    case '$lte':
      return order(a, b) <= 0
    default:
      throw new Error(`unknown operator ${operator}`)
  }
}

/** Values order by type first: missing, null, numbers, strings, the rest. */
function rank(value: unknown): number {
  if (value === MISSING) return 0
  if (value === null) return 1
  if (typeof value === 'number') return 2
  return typeof value === 'string' ? 3 : 4
}

function order(a: unknown, b: unknown): number {
  const ranks = rank(a) - rank(b)
  if (ranks !== 0 || rank(a) < 2 || a === b) return ranks
  if (rank(a) === 4) return text(a) === text(b) ? 0 : 1
  return (a as number | string) < (b as number | string) ? -1 : 1
}

/** The order of keys tells objects apart. */
function text(value: unknown): string {
  if (value instanceof ObjectId) return `id ${value}`
  if (Array.isArray(value)) return `[${value.map(text)}]`
  if (!isRow(value)) return `${typeof value} ${String(value)}`
  return `{${Object.keys(value).map((key) => `${key}:${text(value[key])}`)}}`
}
