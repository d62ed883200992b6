/** The methods of queries that ask for related rows. Names are Lucid's. */
import type { RelationName, RelationQueryOf } from '../contracts/relation.ts'

/** How the number of related rows is compared. */
export type CountOperator = '=' | '!=' | '<' | '<=' | '>' | '>='

type HasArguments<M> = [relation: RelationName<M>, operator?: CountOperator, count?: number]

/** Conditions over related rows. Hooks of the related model do not run. */
export interface RelationConditions<out M> {
  /**
   * Only rows that have related ones: any, or as many as the number is compared with.
   *
   * Errors: `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_DEFINITION`, `E_INVALID_QUERY`.
   *
   * @example
   * await User.query().has('posts')
   * await User.query().has('posts', '>=', 2)
   */
  has(...args: HasArguments<M>): this
  /** Same as `has`. */
  andHas(...args: HasArguments<M>): this
  orHas(...args: HasArguments<M>): this
  /** Only rows that have no related ones, or not as many as the number is compared with. */
  doesntHave(...args: HasArguments<M>): this
  /** Same as `doesntHave`. */
  andDoesntHave(...args: HasArguments<M>): this
  orDoesntHave(...args: HasArguments<M>): this
  /**
   * As `has`, for related rows that the callback narrows; it may ask for rows that are related to those.
   *
   * @example
   * await User.query().whereHas('posts', (posts) => posts.where('published', true), '>', 2)
   */
  whereHas<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: RelationQueryOf<M, Name>) => void,
    operator?: CountOperator,
    count?: number,
  ): this
  /** Same as `whereHas`. */
  andWhereHas<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: RelationQueryOf<M, Name>) => void,
    operator?: CountOperator,
    count?: number,
  ): this
  orWhereHas<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: RelationQueryOf<M, Name>) => void,
    operator?: CountOperator,
    count?: number,
  ): this
  /** As `doesntHave`, for related rows that the callback narrows. */
  whereDoesntHave<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: RelationQueryOf<M, Name>) => void,
    operator?: CountOperator,
    count?: number,
  ): this
  /** Same as `whereDoesntHave`. */
  andWhereDoesntHave<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: RelationQueryOf<M, Name>) => void,
    operator?: CountOperator,
    count?: number,
  ): this
  orWhereDoesntHave<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: RelationQueryOf<M, Name>) => void,
    operator?: CountOperator,
    count?: number,
  ): this
}

/** Each method by its name: whether it is joined by OR, turned around, and takes a callback. */
export const CONDITIONS = (['', 'and', 'or'] as const).flatMap((joiner) =>
  (['has', 'doesntHave', 'whereHas', 'whereDoesntHave'] as const).map((method) => ({
    name: joiner === '' ? method : `${joiner}${method[0]?.toUpperCase()}${method.slice(1)}`,
    joiner: joiner === 'or' ? ('or' as const) : ('and' as const),
    negated: method === 'doesntHave' || method === 'whereDoesntHave',
    narrows: method.startsWith('where'),
  })),
)
