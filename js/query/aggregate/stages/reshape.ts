import { fail, quote } from '../../messages.ts'
import { resolvePath } from '../../names.ts'
import { record } from '../../record.ts'
import {
  operandOf,
  operator,
  storedField,
  subjectOf,
  wrapDocument,
} from '../expressions/compile.ts'
import type { Compiled, Scope } from '../expressions/expression.ts'
import { include } from '../include.ts'
import { readEntries, readOptions } from '../read.ts'
import { ownName } from '../shapes/names.ts'
import { asElement, type Known, Shape } from '../shapes/shape.ts'
import type { Operand, Resolve, SubjectOf, SubjectValue } from '../types/operands.ts'
import type { Bare, FieldName, Merge, Selected, Unwound, Without } from '../types/rows.ts'
import type {
  AddCheck,
  AddedFields,
  BuilderKind,
  Built,
  ProjectCheck,
  Projected,
} from '../types/stages.ts'
import { StageList } from './list.ts'
import { addOptions, flag, made, type Option } from './specification.ts'

/** Options of `unwind()`. */
export interface UnwindOptions<Kept extends boolean, Index extends string> {
  /** Rows whose array is missing, null or empty stay, without the field. */
  readonly preserveNullAndEmptyArrays?: Kept
  /** The name of a field that gets the element's position. */
  readonly includeArrayIndex?: Index
}

const UNWIND: Readonly<Record<string, Option>> = {
  preserveNullAndEmptyArrays: flag,
  includeArrayIndex: (scope, _, given) => made(scope, 'unwind()', given),
}

/** The field that holds positions; none where there is no name. */
type IndexField<Index extends string> = string extends Index
  ? unknown
  : { [K in Index]: number | null }

/** Stages that change the fields of rows one by one. */
export abstract class ReshapeStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /**
   * Makes rows of exactly these fields (`$project`): `true` keeps a field, an expression or a value
   * computes one. With nothing but `false` it takes fields away instead. `_id` is only kept when it is
   * named; the primary key by its property name.
   *
   * Names are those that rows will have. Text is text: a field is `expr.field('name')`.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for names with dots, a `$` or NUL, and for `true`
   * and `false` mixed.
   *
   * @example
   * User.aggregate().project({ id: true, city: expr.field('address.city'), kind: 'user' })
   * User.aggregate().project({ password: false })
   */
  project<const S extends { readonly [name: string]: Operand }>(
    fields: S & ProjectCheck<S, Row>,
  ): Built<K, M, Projected<Row, S>> {
    const { shape } = this.scope
    const entries = readEntries(shape, 'project()', fields)
    for (const [name] of entries) ownName(shape, 'project()', name)
    const removed = entries.filter(([, value]) => value === false || value === 0)
    if (removed.length === entries.length) {
      const names = removed.map(([name]) => name)
      const without = record()
      for (const name of names) without[resolvePath(shape, name).field] = 0
      return this.reshape('$project', without, shape.without(names), 'project()')
    }
    for (const [name] of removed) {
      if (resolvePath(shape, name).field === '_id') continue
      const message = `project() either keeps or takes away; ${quote(name)} cannot be taken away here`
      fail('E_INVALID_QUERY', shape, message, name)
    }
    const specification = record()
    const known: [string, Known][] = []
    for (const [name, given] of entries) {
      if (given === false || given === 0) continue
      const keeps = given === true || given === 1
      const field = keeps ? kept(this.scope, name) : computed(this.scope, given)
      specification[name] = field.value
      known.push([name, field.known])
    }
    specification._id ??= 0
    return this.become('$project', specification, 'project()', known)
  }

  /**
   * Keeps these fields and the primary key (`$project`). Rows stay documents of the model.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().select('name', 'address.city')
   */
  select<const Name extends FieldName<Row>>(
    ...names: readonly Name[]
  ): Built<K, M, Selected<Row, Name>> {
    const { shape } = this.scope
    if (names.length === 0) fail('E_INVALID_QUERY', shape, 'select() needs at least one field')
    const stored = names.map((name) => storedField(this.scope, name))
    const heads = [...stored, '_id'].map((path) => path.split('.', 1)[0] ?? path)
    const projection = include(['_id', ...stored])
    return this.reshape('$project', projection, shape.open ? shape : shape.only(heads), undefined)
  }

  /**
   * Adds fields to rows, or gives fields other values (`$addFields`). A path such as `'address.country'`
   * sets what is inside of a field. Text is text: a field is `expr.field('name')`.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for names that start with `$`.
   *
   * @example
   * Order.aggregate().addFields({ gross: expr.multiply(expr.field('net'), 1.19), currency: 'EUR' })
   */
  addFields<const S extends { readonly [name: string]: Operand }>(
    fields: S & AddCheck<S, Row>,
  ): Built<K, M, Merge<Row, AddedFields<Row, S>>> {
    return this.adding('$addFields', 'addFields()', fields)
  }

  /** {@link addFields} under its other name (`$set`). @example Order.aggregate().set({ seen: true }) */
  set<const S extends { readonly [name: string]: Operand }>(
    fields: S & AddCheck<S, Row>,
  ): Built<K, M, Merge<Row, AddedFields<Row, S>>> {
    return this.adding('$set', 'set()', fields)
  }

  /** @internal */
  protected adding<Next>(stage: string, place: string, fields: unknown): Built<K, M, Next> {
    const { shape } = this.scope
    const specification = record()
    const added: [string, Known][] = []
    for (const [name, given] of readEntries(shape, place, fields)) {
      const { value, known } = operandOf(this.scope, given)
      const path = name.includes('.') ? resolvePath(shape, name) : undefined
      const stored = path?.field ?? shape.field(name)?.stored ?? ownName(shape, place, name)
      specification[stored] = wrapDocument(value)
      if (path === undefined) added.push([name, known])
      else if (shape.field(name.split('.', 1)[0] ?? name)?.column !== undefined) this.changed(place)
    }
    return this.extended(stage, specification, place, added)
  }

  /**
   * Takes fields away (`$unset`).
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().unset('password', 'address.zip')
   */
  unset<const Name extends FieldName<Row>>(
    ...names: readonly Name[]
  ): Built<K, M, Without<Row, Name>> {
    const { shape } = this.scope
    if (names.length === 0) fail('E_INVALID_QUERY', shape, 'unset() needs at least one field')
    const stored = names.map((name) => storedField(this.scope, name))
    const columns = stored.filter((path) => !path.includes('.'))
    return this.reshape('$unset', stored, shape.without(columns), 'unset()')
  }

  /**
   * Makes a row for each element of an array (`$unwind`); the field then holds the element.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().unwind('items').group({ by: 'items.sku', sold: expr.sum('items.quantity') })
   * Order.aggregate().unwind('items', { preserveNullAndEmptyArrays: true, includeArrayIndex: 'line' })
   */
  unwind<
    const Name extends FieldName<Row>,
    Kept extends boolean = false,
    const Index extends string = string,
  >(
    name: Name,
    options?: UnwindOptions<Kept, Index>,
  ): Built<K, M, Merge<Unwound<Row, Bare<Name>, Kept>, IndexField<Index>>> {
    const { shape } = this.scope
    const given = readOptions(shape, 'unwind()', options ?? {}, Object.keys(UNWIND))
    const path = `$${storedField(this.scope, name)}`
    const specification = record()
    specification.path = path
    addOptions(specification, this.scope, 'unwind()', given, UNWIND)
    const index = given.includeArrayIndex
    const added: [string, Known][] = index === undefined ? [] : [[String(index), {}]]
    const whole = shape.known(bare(name))
    if (whole.column !== undefined || path.includes('.')) this.changed('unwind()')
    if (whole.column?.preparesWhole === true && !path.includes('.')) {
      added.push([bare(name), { ...whole, column: asElement(shape, whole.column) }])
    }
    const plain = Object.keys(specification).length === 1
    return this.extended('$unwind', plain ? path : specification, 'unwind()', added)
  }

  /**
   * Puts a document in place of the row (`$replaceRoot`): a field that holds one, an expression that
   * makes one, or an object of those.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().unwind('items').replaceRoot('items')
   */
  replaceRoot<const S extends SubjectOf<Row>>(
    document: S,
  ): Built<K, M, Resolve<Row, SubjectValue<S>>> {
    const { value, known } = subjectOf(this.scope, document)
    return this.replacing('$replaceRoot', 'replaceRoot()', { newRoot: value }, known)
  }

  /** {@link replaceRoot} under its other name (`$replaceWith`). @example Order.aggregate().replaceWith({ order: 'id' }) */
  replaceWith<const S extends SubjectOf<Row>>(
    document: S,
  ): Built<K, M, Resolve<Row, SubjectValue<S>>> {
    const { value, known } = subjectOf(this.scope, document)
    return this.replacing('$replaceWith', 'replaceWith()', value, known)
  }

  /** @internal */
  protected replacing<Next>(
    stage: string,
    place: string,
    value: unknown,
    known: Known,
  ): Built<K, M, Next> {
    const shape = known.shape ?? Shape.unknown(this.scope.shape.name)
    return this.reshape(stage, value, shape, place)
  }
}

/** A field that `project()` keeps. */
function kept({ shape }: Scope, name: string): Compiled {
  const { field } = resolvePath(shape, name)
  return { value: field === name ? 1 : `$${field}`, known: shape.known(name) }
}

/** A field that `project()` computes: a bare number would say that it is kept. */
function computed(scope: Scope, given: unknown): Compiled {
  const { value, known } = operandOf(scope, given)
  const bare = typeof value === 'number' || typeof value === 'boolean'
  return { value: bare ? operator('$literal', value) : wrapDocument(value), known }
}

function bare(name: string): string {
  return name.startsWith('$') ? name.slice(1) : name
}
