/** Primary keys: where those of new documents come from, and what that says of the column. */
import { refuse } from '../../errors/index.ts'
import { own } from '../contracts/own.ts'
import type { Column } from './index.ts'
import type { ColumnKind, ColumnOptions } from './options.ts'
import { uuidColumn } from './uuids.ts'

const OBJECT_ID: ColumnKind = { objectId: true, idAsText: true }
const SEQUENCE: ColumnKind = { prepareForQuery: toInteger }
const DIGITS = /^(0|[1-9]\d{0,15})$/

/** Keys often come as text, from the path of a request. */
function toInteger(value: unknown): unknown {
  if (typeof value !== 'string' || !DIGITS.test(value)) return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** A column and where it is declared. */
export interface Declaration {
  readonly model: { readonly name: string; readonly selfAssignPrimaryKey: boolean }
  readonly attribute: string
  readonly options: ColumnOptions
  readonly kind: ColumnKind
}

/** Options and kind of a column that may be the primary key. Errors: `E_MODEL_DEFINITION`. */
export function withKeyStrategy(declaration: Declaration): {
  options: ColumnOptions
  kind: ColumnKind
} {
  const { model, attribute, kind } = declaration
  const options = own(declaration.options)
  if (options.isPrimary !== true) {
    if (options.generate !== undefined) wrong(declaration, 'only primary keys are generated')
    return { options, kind }
  }
  if (model.selfAssignPrimaryKey) {
    if (options.generate !== undefined) {
      wrong(declaration, 'a model with selfAssignPrimaryKey generates no keys')
    }
    return { options, kind }
  }
  const generate = options.generate ?? (kind.uuid ? 'uuid' : 'objectId')
  if (typeof generate === 'function') return { options, kind }
  switch (generate) {
    case 'objectId':
      return { options, kind: { ...OBJECT_ID, ...kind } }
    case 'uuid': {
      const made = uuidColumn(attribute, options)
      return { options: { ...made.options, generate }, kind: { ...made.kind, ...kind } }
    }
    case 'sequence':
      return { options, kind: { ...(options.prepare === undefined && SEQUENCE), ...kind } }
    default:
      return wrong(declaration, '`generate` must be "objectId", "uuid", "sequence" or a function')
  }
}

function wrong({ model, attribute }: Declaration, why: string): never {
  refuse('E_MODEL_DEFINITION', model, undefined, `.${attribute}: ${why}`, attribute)
}

/** Options and kind of a column that holds the values of another one. */
export function likeKey(
  columnName: string,
  { options, kind }: Column,
): [ColumnOptions, ColumnKind] {
  const { prepare, consume } = options
  return [
    {
      columnName,
      ...(prepare === undefined ? {} : { prepare }),
      ...(consume === undefined ? {} : { consume }),
    },
    kind,
  ]
}
