/** Where the keys of a relation are. */
import type { QueryClient } from '../../database/client.ts'
import type { Column } from '../columns/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import type { RelationContract } from '../contracts/relation.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Pivot } from './pivot.ts'

/** How documents of a tree lead to each other, by stored names. */
export interface Follows {
  readonly from: string
  readonly to: string
  /** Each is its own first one, and the farthest ones come first. */
  readonly own: boolean
}

/** The documents between those of two models. */
export interface Between {
  /** Of a pivot collection. */
  readonly pivot: Pivot | undefined
  readonly definition: ModelDefinition
  /** Names of what is compared with the keys above, and of what leads to the related rows. */
  readonly match: string
  readonly key: string
  /** They are what a tree comes to. */
  readonly tree?: Follows
}

/** A column that tells which model a key beside it refers to, and the name of one model. */
export interface MorphType {
  readonly column: Column
  readonly name: string
}

/** Which rows refer to one of the models of a `morphTo`. */
export interface MorphCase extends MorphType {
  /** The names of all of them. */
  readonly names: readonly string[]
  /** What is said of a row that has another one. */
  readonly otherwise: string
}

export interface Keys {
  readonly related: ModelDefinition
  /** Of the model that has the relation. */
  readonly key: Column
  /** Of the related model. */
  readonly match: Column
  readonly between: Between | undefined
  /** What the related rows have beside the key, if they may refer to several models. */
  readonly type?: MorphType
  /** Which rows of the model that has the relation take part; by default all. */
  readonly when?: MorphCase
}

/** A relation as its queries need it. */
export interface Related extends RelationContract {
  readonly keys: Keys
  /**
   * Where documents of the relation are: where the rows are that have it, in their transaction, unless
   * the models' own connections are two.
   */
  optionsFor(client: QueryClient, related?: ModelDefinition): ModelAdapterOptions
}
