import { describe, fail, quote } from '../../messages.ts'
import { record } from '../../record.ts'
import { isPlainObject } from '../../values.ts'
import { nativeOf } from '../expressions/native.ts'
import type { Variable } from '../expressions/variable.ts'
import { readOptions } from '../read.ts'
import { collectionName } from '../shapes/names.ts'
import { Shape } from '../shapes/shape.ts'
import type { SubjectOf } from '../types/operands.ts'
import type { FieldName } from '../types/rows.ts'
import type {
  BuilderKind,
  Built,
  Inner,
  PipelineOf,
  Source,
  SourceModel,
  SourceRow,
  Variables,
} from '../types/stages.ts'
import { readLet } from './let.ts'
import { type PipelineSource, StageList } from './list.ts'
import { addOptions, type Option, storedList, word } from './specification.ts'

/** A collection, where it is not in the same database. */
export interface CollectionOf {
  readonly db: string
  readonly coll: string
}

const WHEN_MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const
const WHEN_NOT_MATCHED = ['insert', 'discard', 'fail'] as const

/** One field goes out without a list around it. */
const keys: Option = (scope, what, given) => {
  const fields = storedList(scope, what, given) as readonly unknown[]
  return fields.length === 1 ? fields[0] : fields
}

/** Options of `merge()`. */
export interface MergeOptions<K extends BuilderKind, Row, S extends Source | CollectionOf, L> {
  /** A model class, or the name of a collection. */
  readonly into: S
  /** Fields that tell which documents are the same, with a unique index; the primary key by default. */
  readonly on?: FieldName<Row> | readonly FieldName<Row>[]
  /** Values of the row that `whenMatched` uses, beside `new`, the row itself. */
  readonly let?: L
  /** What happens to a document that is there: `merge` by default, or an update with stages. */
  readonly whenMatched?:
    | (typeof WHEN_MATCHED)[number]
    | ((
        document: Inner<K, SourceModel<S>, SourceRow<S>>,
        variables: Variables<Row, L> & { readonly new: Variable<Row> },
      ) => PipelineOf<unknown>)
  /** What happens to a row that has no document: `insert` by default. */
  readonly whenNotMatched?: (typeof WHEN_NOT_MATCHED)[number]
}

/** Stages that write rows to a collection, and stages that are written natively. */
export abstract class OutputStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /**
   * Writes the rows to a collection (`$out`), which then has nothing else. Nothing can follow, and
   * there are no rows. Into a model class rows go under its stored names.
   *
   * Throws `E_INVALID_QUERY`.
   *
   * @example
   * await Order.aggregate().group({ by: 'userId', total: expr.sum('total') }).out('user_totals')
   */
  out<S extends Source | CollectionOf>(into: S): Built<K, M, never> {
    const place = 'out()'
    const target = this.writing(place, into)
    return this.obscure('$out', target.into, place)
  }

  /**
   * Writes the rows into a collection beside what it has (`$merge`). Nothing can follow, and there are
   * no rows. Into a model class rows go under its stored names. With a callback for `whenMatched` the
   * document is changed by `addFields`, `set`, `unset`, `project`, `replaceRoot` or `replaceWith`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * await Order.aggregate()
   *   .dateBucket('createdAt', 'day', { as: 'id', fields: { revenue: expr.sum('total') } })
   *   .merge({ into: DailyRevenue, whenMatched: 'replace' })
   */
  merge<
    S extends Source | CollectionOf,
    const L extends { readonly [name: string]: SubjectOf<Row> } = Record<never, never>,
  >(options: MergeOptions<K, Row, S, L>): Built<K, M, never> {
    const place = 'merge()'
    const { shape } = this.scope
    const known = ['into', 'on', 'let', 'whenMatched', 'whenNotMatched'] as const
    const given = readOptions(shape, place, options, known)
    const { into, source } = this.writing(place, given.into)
    const specification = record()
    specification.into = into
    addOptions(specification, this.scope, place, given, { on: keys })
    const { whenMatched } = given
    if (typeof whenMatched === 'function') {
      const { values, variables } = readLet(this.scope, place, given.let)
      // The server drops its own `new` when others are given.
      if (values !== undefined) specification.let = { new: '$$ROOT', ...values }
      const all = [['new', { shape: this.scope.shape }] as const, ...variables]
      specification.whenMatched = this.writeInner(place, whenMatched, source, all).stages
    } else if (given.let !== undefined) {
      fail('E_INVALID_QUERY', shape, `${place}: let is for a callback as whenMatched`)
    } else addOptions(specification, this.scope, place, given, { whenMatched: word(WHEN_MATCHED) })
    const otherwise = { whenNotMatched: word(WHEN_NOT_MATCHED) }
    addOptions(specification, this.scope, place, given, otherwise)
    return this.obscure('$merge', specification, place)
  }

  /** Where rows go. Gives fields the names under which a model there stores them. @internal */
  protected writing(place: string, given: unknown): { into: unknown; source: PipelineSource } {
    if (!isPlainObject(given)) {
      const source = this.source(place, given)
      if (source.model !== undefined) this.renaming(place, source.shape, source.model.name)
      return { into: source.collection, source }
    }
    const { shape } = this.scope
    const { db, coll } = readOptions(shape, place, given, ['db', 'coll'])
    const collection = collectionName(shape, place, coll)
    if (typeof db !== 'string' || !/^[^\0/\\. "$]+$/.test(db)) {
      fail('E_INVALID_QUERY', shape, `${place} needs the name of a database, got ${describe(db)}`)
    }
    const source = { collection, shape: Shape.unknown(collection), model: undefined }
    return { into: { db, coll: collection }, source }
  }

  /** A model could not read its fields under other names. @internal */
  protected renaming(place: string, target: Shape, model: string): void {
    const { shape } = this.scope
    const renamed = new Map<string, string>()
    const taken = new Map<string, string>()
    for (const [name, { stored }] of shape.fields) {
      const wanted = target.field(name)?.stored ?? stored
      const other = taken.get(wanted)
      if (other !== undefined) {
        const both = `${quote(other)} and ${quote(name)}`
        const where = `would both be stored as ${quote(wanted)}`
        fail('E_INVALID_QUERY', shape, `${place}: ${both} ${where} in ${model}`)
      }
      taken.set(wanted, name)
      if (wanted !== stored) renamed.set(stored, wanted)
    }
    if (renamed.size === 0) return
    const values = record()
    for (const [stored, wanted] of renamed) values[wanted] = `$${stored}`
    this.reshape('$set', values, shape.storedAs(renamed), undefined)
    const gone = [...renamed.keys()].filter((stored) => !taken.has(stored))
    if (gone.length > 0) this.keep('$unset', gone)
  }

  /**
   * Adds a stage that is written natively. Names are stored names and it goes out as written,
   * expressions of `expr` inside of it excepted. What fields rows have afterwards is not known: say so
   * with `as()`. Never pass anything from a request here.
   *
   * Throws `E_UNSAFE_OPERATOR` for `$where`, `$function` and `$accumulator` at any depth,
   * `E_UNDEFINED_VALUE`, `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().stage({ $listSearchIndexes: {} })
   */
  stage(stage: Readonly<Record<string, unknown>>): Built<K, M, Record<string, unknown>> {
    return this.native('stage()', stage)
  }

  /**
   * Adds stages that are written natively; see {@link stage}.
   *
   * @example
   * User.aggregate().raw([{ $match: { age: { $gt: 18 } } }, { $limit: 5 }]).as<{ name: string }>()
   */
  raw(stages: readonly Readonly<Record<string, unknown>>[]): Built<K, M, Record<string, unknown>> {
    if (!Array.isArray(stages)) {
      const got = describe(stages)
      fail('E_INVALID_QUERY', this.scope.shape, `raw() needs a list of stages, got ${got}`)
    }
    const list = Array.from<unknown>(stages)
    let result = this.retyped<Record<string, unknown>>()
    for (const stage of list) result = this.native('raw()', stage)
    return result
  }

  /** @internal */
  protected native(place: string, given: unknown): Built<K, M, Record<string, unknown>> {
    const { shape } = this.scope
    const entries = isPlainObject(given) ? Object.entries(given) : []
    const [name, value] = entries[0] ?? ['', undefined]
    if (entries.length !== 1 || !name.startsWith('$')) {
      const form = "a stage such as { $match: { … } } needs one key that starts with '$'"
      fail('E_INVALID_QUERY', shape, `${place}: ${form}, got ${describe(given)}`)
    }
    // As a whole, so that the name of the stage is looked at too.
    const copy = nativeOf(this.scope, { [name]: value }, place) as Record<string, unknown>
    return this.obscure(name, copy[name], place)
  }
}
