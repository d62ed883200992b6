/** Where a command goes, and what happens to its reply on the way back. */

import type { Operation } from '../protocol.generated.ts'
import type { BatchListener } from './completions.ts'
import { Failure } from './failure.ts'
import { cancel, type KeySource } from './keys.ts'

/** Where a command goes, and who may call it off. */
export interface Route {
  /** The core's handle of the connection. */
  readonly connection: number
  /** The core's handle of the session, 0 for none. */
  readonly session: number
  /** Is told of every command that takes this way. */
  readonly sending?: (operation: Operation) => void
  /** Keys for models with encrypted columns. */
  readonly keys?: KeySource
  /** Whom the command is for, as the core gets it. */
  readonly context?: Uint8Array | undefined
  /** Gives up on the command when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** Sees what the core answers to each command, in the order of the answers. */
  readonly watch?: Watch
}

/** Looks at a reply, and answers what the caller gets. */
export type Watch = (reply: unknown) => unknown

/** What happens to the reply on `slot` before the caller has it. */
export function settling<Reply>(
  route: Route,
  slot: number,
  settle: (reply: Reply | Failure) => void,
): (reply: Reply | Failure) => void {
  const { watch } = route
  const last = abortable(route, slot, settle)
  return watch === undefined ? last : (reply) => last(watch(reply) as Reply | Failure)
}

/**
 * Cancels the operation of `slot` when the signal is aborted. The slot is free for others once
 * `settle` is called, so the signal is let go there.
 */
function abortable<Reply>(
  { signal }: Route,
  slot: number,
  settle: (reply: Reply | Failure) => void,
): (reply: Reply | Failure) => void {
  if (signal === undefined) return settle
  const abort = () => cancel(slot)
  signal.addEventListener('abort', abort, { once: true })
  return (reply) => {
    signal.removeEventListener('abort', abort)
    settle(reply instanceof Failure && signal.aborted ? reply.because(signal.reason) : reply)
  }
}

/** The failure of a command that was called off before it was sent. */
export function calledOff({ signal }: Route): Failure | undefined {
  if (signal?.aborted !== true) return undefined
  const message = 'the signal was aborted before the operation began'
  return new Failure({ code: 'E_ABORTED', message }).because(signal.reason)
}

/** As `settling`, for each batch of a read. */
export function watched(listener: BatchListener, watch: Watch | undefined): BatchListener {
  if (watch === undefined) return listener
  return {
    batch(chunks, more) {
      watch(chunks)
      listener.batch(chunks, more)
    },
    failed: (failure) => listener.failed(watch(failure) as Failure),
  }
}
