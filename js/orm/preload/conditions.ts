/** Conditions over related rows: the core reads which keys they come to before it asks for the rows. */
import type { Body } from '../../codec/body.ts'
import { errors } from '../../errors/index.ts'
import type { RelatedCondition } from '../../query/clauses.ts'
import { type RelatedPart, ringsOf, writeFound, writeThrough } from './part.ts'

const OPERATORS: readonly unknown[] = ['=', '!=', '<', '<=', '>', '>=']

/** How many related rows there are to be. */
interface Comparison {
  readonly op: string
  readonly n: number
}

export class HasRelated implements RelatedCondition {
  readonly name: string
  readonly #part: RelatedPart
  readonly #count: Comparison | undefined
  #rings: readonly number[] = []

  constructor(name: string, part: RelatedPart, count: Comparison | undefined) {
    this.name = name
    this.#part = part
    this.#count = count
  }

  async open(): Promise<void> {
    this.#rings = await ringsOf(this.#part)
  }

  write(body: Body): void {
    const { rows, handle, between } = this.#part
    writeFound(body, rows, handle, this.#rings[0])
    if (between !== undefined) writeThrough(body, between, this.#rings[1])
    if (this.#count !== undefined) body.element('count', this.#count)
  }
}

/** Reads how many rows are asked for; `undefined` for any. Errors: `E_INVALID_QUERY`. */
export function readComparison(
  model: string,
  operation: string,
  op: unknown,
  n: unknown,
): Comparison | undefined {
  if (op === undefined && n === undefined) return undefined
  const isNumber = typeof n === 'number' && Number.isInteger(n) && n >= 0 && n < 2 ** 31
  if (OPERATORS.includes(op) && isNumber) return { op: op as string, n }
  throw new errors.E_INVALID_QUERY(
    `${model}: ${operation}() compares how many rows there are by ${OPERATORS.join(', ')} with an integer from 0 on`,
    { model, operation },
  )
}
