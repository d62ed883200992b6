/** A column as the query compiler sees it. */
export interface QueryColumn {
  /** Property name. */
  attribute: string
  /** Stored name. */
  stored: string
  /** Ids: strings of 24 hexadecimal digits are cast to ObjectId when written in a filter. */
  objectId: boolean
  /** The value as the store has it. Called for each single value, never with `null`. */
  prepare?(value: unknown): unknown
  /**
   * `prepare` takes values of the property as they are, and no elements or parts of them: it is the
   * application's own.
   */
  readonly preparesWhole?: boolean
  /** What names inside of the column are found by, where its documents have a model of their own. */
  readonly embedded?: () => QueryTarget
  /** Whether these are the items of an array. */
  readonly embedsMany?: boolean
  /** A value of a condition on the stored path, as others than the writer may see it. */
  conceal?(field: string, stored: unknown): unknown
  /**
   * What is stored cannot be compared with a value, ordered, or looked into: why, and what to do
   * instead. Tests for null and for a missing field are possible all the same.
   */
  readonly opaque?: string | undefined
}

/** What the query compiler needs to know about a model. */
export interface QueryTarget {
  /** Model name, for messages. */
  name: string
  /** Where the model's documents are; needed to add the rows of its queries to others. */
  readonly collection?: string
  /** Finds a column by property name or by stored name; `undefined` when there is none. */
  column(key: string): QueryColumn | undefined
  /** Property names, for "did you mean" suggestions. */
  names?(): Iterable<string>
  /** Whether the name is one of an attribute that is never stored. */
  isTransient?(key: string): boolean
  /** What errors name as the operation; `query` where it is not given. */
  operation?: string
}
