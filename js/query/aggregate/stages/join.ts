import { fail } from '../../messages.ts'
import { record } from '../../record.ts'
import type { Conditions } from '../../types.ts'
import { storedField, subjectOf } from '../expressions/compile.ts'
import type { MatchCallback } from '../match.ts'
import { readEntries, readOptions } from '../read.ts'
import { ownName } from '../shapes/names.ts'
import type { Known } from '../shapes/shape.ts'
import type { SubjectOf } from '../types/operands.ts'
import type { Expand, FieldName, Merge } from '../types/rows.ts'
import type {
  BuilderKind,
  Built,
  Faceted,
  Inner,
  PipelineOf,
  Source,
  SourceModel,
  SourceRow,
  Variables,
} from '../types/stages.ts'
import { readLet } from './let.ts'
import { StageList } from './list.ts'
import { addOptions, filter, integer } from './specification.ts'

/** Options of `lookup()`. */
export interface LookupOptions<K extends BuilderKind, Row, S extends Source, As, L, R> {
  /** A model class, or the name of a collection. */
  readonly from: S
  /** The name of the field that gets the list. */
  readonly as: As
  /** A field of the rows. */
  readonly localField?: FieldName<Row>
  /** A field of the other collection that must equal it. */
  readonly foreignField?: FieldName<SourceRow<S>>
  /** Values of the row that the inner pipeline uses: names of fields or expressions. */
  readonly let?: L
  /** What happens to the other collection's documents; gets the variables of `let`. */
  readonly pipeline?: (
    pipeline: Inner<K, SourceModel<S>, SourceRow<S>>,
    variables: Variables<Row, L>,
  ) => PipelineOf<R>
}

/** Options of `graphLookup()`. */
export interface GraphLookupOptions<Row, S extends Source, As, Depth> {
  /** A model class, or the name of a collection. */
  readonly from: S
  /** Where the search begins: the name of a field, or an expression. */
  readonly startWith: SubjectOf<Row>
  /** The field of a found document that leads on. */
  readonly connectFromField: FieldName<SourceRow<S>>
  /** The field that it leads to. */
  readonly connectToField: FieldName<SourceRow<S>>
  /** The name of the field that gets the list. */
  readonly as: As
  /** How far to go on; 0 for the first step alone. */
  readonly maxDepth?: number
  /** The name of a field of found documents that gets the number of steps. */
  readonly depthField?: Depth
  /** Conditions that found documents must fulfil. */
  readonly restrictSearchWithMatch?: Conditions<SourceRow<S>> | MatchCallback<SourceRow<S>>
}

const GRAPH_LOOKUP = [
  'from',
  'startWith',
  'connectFromField',
  'connectToField',
  'as',
  'maxDepth',
  'depthField',
  'restrictSearchWithMatch',
] as const

type DepthField<Depth> = string extends Depth ? unknown : { [N in Depth & string]: number }

/** Stages that bring in other collections, or go several ways at once. */
export abstract class JoinStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /**
   * Adds the documents of another collection that belong to each row, as a list (`$lookup`): by
   * equality of two fields, by an inner pipeline, or both. With a model class, its collection and
   * property names are used, and ids in the list are text. Its encrypted columns stay encrypted
   * (`Binary`): leave them out in the pipeline, and read them with their model.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` when there are neither fields nor a pipeline.
   *
   * @example
   * User.aggregate().lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' })
   * User.aggregate().lookup({
   *   from: Post,
   *   let: { user: 'id' },
   *   pipeline: (posts, { user }) =>
   *     posts.match(expr.eq(expr.field('userId'), user)).sort('createdAt', 'desc').limit(3),
   *   as: 'latest',
   * })
   */
  lookup<
    S extends Source,
    const As extends string,
    const L extends { readonly [name: string]: SubjectOf<Row> } = Record<never, never>,
    R = SourceRow<S>,
  >(options: LookupOptions<K, Row, S, As, L, R>): Built<K, M, Merge<Row, { [N in As]: R[] }>> {
    const place = 'lookup()'
    const { shape } = this.scope
    const known = ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline'] as const
    const given = readOptions(shape, place, options, known)
    const source = this.source(place, given.from)
    const as = ownName(shape, `as of ${place}`, given.as)
    const specification = record()
    specification.from = source.collection
    const byField = given.localField !== undefined && given.foreignField !== undefined
    const halfway = !byField && (given.localField ?? given.foreignField) !== undefined
    if (halfway || (!byField && given.pipeline === undefined)) {
      fail('E_INVALID_QUERY', shape, `${place} needs localField and foreignField, or a pipeline`)
    }
    if (byField) {
      specification.localField = storedField(this.scope, given.localField)
      const foreign = { ...this.scope, shape: source.shape }
      specification.foreignField = storedField(foreign, given.foreignField)
    }
    let joined = source.shape
    const { values, variables } = readLet(this.scope, place, given.let)
    if (values !== undefined) specification.let = values
    if (given.pipeline !== undefined) {
      const written = this.writeInner(place, given.pipeline, source, variables)
      specification.pipeline = written.stages
      joined = written.shape
    }
    specification.as = shape.field(as)?.stored ?? as
    return this.extended('$lookup', specification, place, [[as, { shape: joined }]])
  }

  /**
   * Adds, as a list, the documents that are reached from each row from one to the next
   * (`$graphLookup`): the people above somebody, the parts of a part. Encrypted columns stay
   * encrypted, as with `lookup()`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Employee.aggregate().graphLookup({
   *   from: Employee,
   *   startWith: 'managerId',
   *   connectFromField: 'managerId',
   *   connectToField: 'id',
   *   as: 'chain',
   *   depthField: 'level',
   * })
   */
  graphLookup<S extends Source, const As extends string, const Depth extends string = string>(
    options: GraphLookupOptions<Row, S, As, Depth>,
  ): Built<K, M, Merge<Row, { [N in As]: Expand<SourceRow<S> & DepthField<Depth>>[] }>> {
    const place = 'graphLookup()'
    const { shape } = this.scope
    const given = readOptions(shape, place, options, GRAPH_LOOKUP)
    const source = this.source(place, given.from)
    const inside = { ...this.scope, shape: source.shape }
    const as = ownName(shape, `as of ${place}`, given.as)
    const specification = record()
    specification.from = source.collection
    specification.startWith = subjectOf(this.scope, given.startWith).value
    specification.connectFromField = storedField(inside, given.connectFromField)
    specification.connectToField = storedField(inside, given.connectToField)
    specification.as = shape.field(as)?.stored ?? as
    addOptions(specification, this.scope, place, given, { maxDepth: integer(0) })
    let found = source.shape
    if (given.depthField !== undefined) {
      const depth = ownName(shape, `depthField of ${place}`, given.depthField)
      specification.depthField = found.field(depth)?.stored ?? depth
      found = found.with([[depth, {}]])
    }
    addOptions(specification, inside, place, given, { restrictSearchWithMatch: filter })
    return this.extended('$graphLookup', specification, place, [[as, { shape: found }]])
  }

  /**
   * Sends the same rows through several pipelines and makes one row with a list for each (`$facet`).
   * Each callback returns the pipeline that it was given.
   *
   * Throws `E_INVALID_QUERY` for stages that cannot be inside, and for async callbacks.
   *
   * @example
   * Order.aggregate().facet({
   *   top: (orders) => orders.sort('total', 'desc').limit(10),
   *   summary: (orders) => orders.group({ by: null, revenue: expr.sum('total') }),
   * })
   */
  facet<
    const F extends {
      readonly [name: string]: (pipeline: Inner<K, M, Row>) => PipelineOf<unknown>
    },
  >(facets: F): Built<K, M, Faceted<F>> {
    const place = 'facet()'
    const { shape } = this.scope
    const specification = record()
    const fields: [string, Known][] = []
    for (const [name, callback] of readEntries(shape, place, facets)) {
      ownName(shape, place, name)
      const written = this.writeInner(place, callback, { shape, model: this.context.model })
      specification[name] = written.stages
      fields.push([name, { shape: written.shape }])
    }
    return this.become('$facet', specification, place, fields)
  }

  /**
   * Adds the rows of another collection behind these (`$unionWith`), after an inner pipeline if one is
   * given. Names that are stored differently in the two are refused: bring both into one form with
   * `project()` first. Encrypted columns of another model stay encrypted (`Binary`).
   *
   * Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate()
   *   .project({ at: expr.field('createdAt'), total: true })
   *   .unionWith(Refund, (refunds) => refunds.project({ at: expr.field('createdAt'), total: true }))
   */
  unionWith<S extends Source, R = SourceRow<S>>(
    source: S,
    pipeline?: (pipeline: Inner<K, SourceModel<S>, SourceRow<S>>) => PipelineOf<R>,
  ): Built<K, M, Row | R> {
    const place = 'unionWith()'
    const { shape } = this.scope
    const other = this.source(place, source)
    const written =
      pipeline === undefined
        ? { stages: [], shape: other.shape, changedBy: undefined }
        : this.writeInner(place, pipeline, other)
    const same = other.model !== undefined && other.model === this.context.model
    const specification =
      written.stages.length === 0
        ? other.collection
        : { coll: other.collection, pipeline: written.stages }
    const changedBy = same ? written.changedBy : place
    return this.reshape('$unionWith', specification, shape.or(written.shape, place), changedBy)
  }
}
