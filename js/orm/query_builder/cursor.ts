/** `for await` over a query's rows. */
import type { Chunk } from '../../codec/chunk.ts'
import type { Work } from '../operation/runner.ts'
import type { Batches } from './batches.ts'

/** What a cursor needs of its query. */
export interface CursorSource<Row> {
  readonly batches: Batches
  rows(chunks: readonly Chunk[]): Row[]
  /** The after hooks of these rows are over. */
  shown(rows: readonly Row[]): void
  /** What a hook of the event gets, when these rows were read. */
  subject(event: number, rows: Row[] | undefined): unknown
  /** Carries the work out with hooks. */
  runHooks(work: Work): Promise<void>
  readonly hasHooks: boolean
}

/** Batches of rows, each after its `afterFetch` hooks. */
export async function* batchesOf<Row>(source: CursorSource<Row>): AsyncGenerator<Row[], void> {
  yield* source.hasHooks ? withHooks(source) : withoutHooks(source)
}

async function* withoutHooks<Row>(source: CursorSource<Row>): AsyncGenerator<Row[], void> {
  const { batches } = source
  try {
    for (;;) {
      const batch = await batches.next()
      if (batch === undefined) return
      yield source.rows(batch)
    }
  } finally {
    batches.close()
  }
}

/**
 * The lifecycle run and the consumer take turns: a command of the run hands over the batch whose
 * hooks are through and waits until the consumer wants the next one.
 */
async function* withHooks<Row>(source: CursorSource<Row>): AsyncGenerator<Row[], void> {
  const { batches } = source
  let chunks: readonly Chunk[] = []
  let rows: Row[] | undefined
  let ended = false
  let handOver = signal()
  let wanted = signal()
  const run = source.runHooks({
    subjects: 1,
    subject: (event) => source.subject(event, rows),
    async command() {
      if (rows !== undefined) {
        handOver.give()
        await wanted.given
        wanted = signal()
        if (ended) return false
      }
      const batch = await batches.next()
      if (batch === undefined) return false
      chunks = batch
      return true
    },
    settle() {
      rows = source.rows(chunks)
    },
    restore() {},
  })
  // A failure is met by the consumer, below; it must not count as unhandled before that.
  const over = run.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  try {
    for (;;) {
      const failure = await Promise.race([over.then((end) => end ?? OVER), handOver.given])
      if (failure === OVER) return
      if (failure !== undefined) throw (failure as { error: unknown }).error
      handOver = signal()
      source.shown(rows as Row[])
      yield rows as Row[]
      wanted.give()
    }
  } finally {
    ended = true
    wanted.give()
    batches.close()
  }
}

const OVER = Symbol('over')

interface Signal {
  readonly given: Promise<undefined>
  give(): void
}

function signal(): Signal {
  let give: () => void = () => {}
  const given = new Promise<undefined>((resolve) => {
    give = () => resolve(undefined)
  })
  return { given, give: () => give() }
}
