/** The hooks around a read. */
import { refuse } from '../../errors/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { HOOK_EVENTS, type HookEvent, RAISED } from '../hooks/events.ts'
import type { Call } from '../operation/call.ts'
import { type HookedQuery, Run, runBeforeHooks } from '../operation/run.ts'

/** A read that runs hooks. */
export type ReadOperation = 'find' | 'fetch' | 'paginate' | 'stream'

/** Runs of one query at a time. More are a query that awaits itself in its own hook. */
const MOST_RUNS = 1000

/** A query as its hooks are run. */
export interface ReadQuery extends HookedQuery {
  /** How many runs with hooks are under way. */
  runs: number
  /** The queries whose rows a union adds. */
  joined(): readonly ReadQuery[]
  /** The same, as copies that are written to. */
  ownJoined(): readonly ReadQuery[]
  readonly hooksOf: ModelDefinition
  /** A distance that rows are ordered by, if any. */
  readonly distance: unknown
  readonly isUnion: boolean
  /** What is written from now on is no hook's. */
  hooksAreOver(): void
}

/**
 * Whether the operation runs any of the hooks: those of the model, or the before hooks of other
 * models whose rows a union adds.
 */
export function hasReadHooks(query: ReadQuery, operation: ReadOperation): boolean {
  const { hooks } = query.hooksOf
  if (hooks.runs(operation, query.muted)) return true
  return query.isUnion && joinsHooks(query, RAISED[operation].before, [])
}

function joinsHooks(
  query: ReadQuery,
  events: readonly HookEvent[],
  around: readonly ModelDefinition[],
): boolean {
  const known = [...around, query.hooksOf]
  for (const member of query.joined()) {
    const { hooksOf: definition } = member
    const { hooks } = definition
    if (!known.includes(definition) && hooks.hasAny(events, member.muted)) return true
    if (joinsHooks(member, events, known)) return true
  }
  return false
}

/** One read with hooks. */
export class ReadRun extends Run {
  /** What after hooks get: the rows, the row or null, or the page. */
  rows: unknown
  readonly #operation: ReadOperation
  readonly #query: ReadQuery
  /** Counts the rows of all pages; `beforePaginate` hooks get it too. */
  readonly #counted: ReadQuery | undefined
  readonly #distance: unknown

  /** Errors: `E_INVALID_QUERY` for a query that awaits itself in one of its hooks. */
  constructor(call: Call, operation: ReadOperation, query: ReadQuery, counted?: ReadQuery) {
    if (query.runs >= MOST_RUNS) {
      const { name } = call.definition
      refuse(
        'E_INVALID_QUERY',
        name,
        operation,
        ': a hook awaits, or returns from an async function, the query that it is called for, ' +
          'which runs the hook again without end',
      )
    }
    super(call, operation, 1)
    this.#operation = operation
    this.#query = query
    this.#counted = counted
    this.#distance = query.distance
    query.runs++
  }

  protected subject(number: number): unknown {
    const event = HOOK_EVENTS[number] as HookEvent
    if (!event.startsWith('before')) return this.rows
    if (event !== 'beforePaginate') return this.#query.subjectOf(event)
    return [this.#counted?.subjectOf('beforeFetch'), this.#query.subjectOf('beforeFetch')]
  }

  override async before(): Promise<void> {
    try {
      await super.before()
    } finally {
      this.#hooksAreOver()
    }
    const { name } = this.call.definition
    // A distance is no condition that other queries could have too.
    if (this.#query.distance !== this.#distance && this.#query.isUnion) {
      const message = 'a hook cannot add whereNear() to a union; use whereWithin()'
      refuse('E_INVALID_QUERY', name, undefined, `: ${message}`)
    }
    await this.#runJoinedHooks(this.#query, [])
  }

  override end(): void {
    super.end()
    this.#query.runs--
    this.#hooksAreOver()
  }

  #hooksAreOver(): void {
    this.#query.hooksAreOver()
    this.#counted?.hooksAreOver()
  }

  /**
   * Runs the before hooks of other models whose rows a union adds. Queries of a model that is around
   * them are bound by what its hooks wrote there.
   */
  async #runJoinedHooks(query: ReadQuery, around: readonly ModelDefinition[]): Promise<void> {
    const known = [...around, query.hooksOf]
    for (const member of query.ownJoined()) {
      if (!known.includes(member.hooksOf)) await this.#runBeforeHooks(member)
      await this.#runJoinedHooks(member, known)
    }
  }

  async #runBeforeHooks(query: ReadQuery): Promise<void> {
    const operation = this.#operation
    try {
      for (const event of RAISED[operation].before) {
        await runBeforeHooks(query.hooksOf, this.call, event, operation, query)
      }
    } finally {
      query.hooksAreOver()
    }
  }
}
