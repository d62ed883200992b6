import type { CompiledQuery } from '../../query/index.ts'

/** What a write chooses its documents by. */
export interface WrittenQuery extends CompiledQuery {
  /** Every document is meant; without it the core refuses a write that has no condition. */
  readonly everything?: boolean
}
