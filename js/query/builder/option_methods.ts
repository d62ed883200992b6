import type { ReadConcernLevel, ReadPreferenceMode } from '../../database/concerns.ts'
import {
  copyCollation,
  copyHint,
  MAX_INT32,
  needFlag,
  needInteger,
  needOneOf,
  needString,
} from '../options.ts'
import type { Collation, Hint } from '../types.ts'
import { QueryState } from './query_state.ts'

/** The page of a query, and the options that go to the server with it. */
export abstract class OptionMethods<M> extends QueryState<M> {
  /**
   * At most `count` documents; 0 finds none, as in SQL (for MongoDB 0 means no limit). Throws
   * `E_INVALID_QUERY` for what is no integer from 0 on; strings are not converted.
   */
  limit(count: number): this {
    return this.setOption('limit', needInteger(this.target, 'limit()', count, 0))
  }

  /** Leaves out the first `count` documents. Errors of {@link limit}. */
  offset(count: number): this {
    return this.setOption('skip', needInteger(this.target, 'offset()', count, 0))
  }

  /** Same as {@link offset}, under MongoDB's name. */
  skip(count: number): this {
    return this.setOption('skip', needInteger(this.target, 'skip()', count, 0))
  }

  /**
   * The documents of one page, counted from 1. Semantics of Lucid. Throws `E_INVALID_QUERY` for what
   * is no integer from 1 on.
   */
  forPage(page: number, perPage: number): this {
    return this.slicePage('forPage', page, perPage)
  }

  /** Forgets the limit. */
  clearLimit(): this {
    delete this.options.limit
    return this
  }

  /** Forgets the offset. */
  clearOffset(): this {
    delete this.options.skip
    return this
  }

  /** Makes the server use an index, by its name or its keys. Throws `E_UNKNOWN_COLUMN`. */
  hint(index: Hint<M>): this {
    return this.setOption('hint', copyHint(this.target, index))
  }

  /** Text that the server writes to its log and profiler beside the query. */
  comment(text: string): this {
    return this.setOption('comment', needString(this.target, 'comment()', text))
  }

  /**
   * Rules for comparing strings (MongoDB manual, "Collation"). LIKE patterns do not follow them.
   * Throws `E_INVALID_QUERY` for options that MongoDB does not have.
   *
   * @example
   * query.collation({ locale: 'en', strength: 2 })
   */
  collation(rules: Collation): this {
    return this.setOption('collation', copyCollation(this.target, rules))
  }

  /**
   * Gives up after `ms` milliseconds: the server stops its work (`maxTimeMS`), and the caller waits no
   * longer for a connection either (`timeoutMS`). The query then fails with `E_TIMEOUT`. The server
   * always stops the work, so Lucid's `cancel` makes no difference. 0: no limit.
   */
  timeout(ms: number, _options?: { cancel?: boolean }): this {
    const limit = needInteger(this.target, 'timeout()', ms, 0, MAX_INT32)
    this.setOption('maxTimeMS', limit)
    if (limit > 0) return this.setOption('timeoutMS', limit)
    delete this.options.timeoutMS
    return this
  }

  /** How many documents the server sends at a time. */
  batchSize(count: number): this {
    return this.setOption('batchSize', needInteger(this.target, 'batchSize()', count, 1, MAX_INT32))
  }

  /** Whether the server may use files for sorting and grouping what does not fit into memory. */
  allowDiskUse(allowed = true): this {
    return this.setOption('allowDiskUse', needFlag(this.target, 'allowDiskUse()', allowed))
  }

  /**
   * Which members of a replica set may answer, by MongoDB's names. Throws `E_INVALID_QUERY` for
   * others.
   *
   * @example
   * query.readPreference('secondaryPreferred')
   */
  readPreference(mode: ReadPreferenceMode): this {
    const modes = ['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest']
    return this.setOption(
      'readPreference',
      needOneOf(this.target, 'readPreference()', mode, modes as ReadPreferenceMode[]),
    )
  }

  /**
   * How durable what is read must be (MongoDB manual, "Read Concern"). Throws `E_INVALID_QUERY` for
   * levels that MongoDB does not have.
   */
  readConcern(level: ReadConcernLevel): this {
    const levels = ['local', 'available', 'majority', 'linearizable', 'snapshot']
    return this.setOption(
      'readConcern',
      needOneOf(this.target, 'readConcern()', level, levels as ReadConcernLevel[]),
    )
  }

  /** Asks for this query to be reported, or not to be, whatever the connection's setting. */
  debug(enabled: boolean): this {
    this.ownReporting().debug = needFlag(this.target, 'debug()', enabled)
    return this
  }

  /** Whether {@link debug} was asked for; undefined when nothing was said. */
  get isDebugged(): boolean | undefined {
    return this.reporting?.debug
  }

  /** Data that goes with the query to those who are told of it. Further calls add to it. */
  reporterData(data: Readonly<Record<string, unknown>>): this {
    const reporting = this.ownReporting()
    reporting.data = Object.assign(Object.create(null), reporting.data, data)
    return this
  }

  /** What {@link reporterData} was given. */
  get reportedData(): Readonly<Record<string, unknown>> | undefined {
    return this.reporting?.data
  }
}
