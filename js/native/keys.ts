/** Keys of encrypted columns: a command that needs some waits here until they are there. */

import { core, environment, freeSlot, type Receiver } from './completions.ts'
import { type Failure, thrown } from './failure.ts'
import { type Prepared, release } from './writers.ts'

/** Where the keys of encrypted columns come from. */
export interface KeySource {
  /** The core's handle of the ring for the operation under way, of a model of tenants or of another one. */
  ring(ofTenants: boolean): number | Promise<number>
}

/** Handles of models with encrypted columns, and whether their documents are tenants'. */
export const encrypted = new Map<number, boolean>()
/** Slots that wait for keys; true once they were called off. */
const awaitingKeys = new Map<number, boolean>()

/** Sends a command of a model with encrypted columns once its keys are there. */
export function sendSealed(
  receiver: Receiver,
  slot: number,
  keys: KeySource | undefined,
  body: Prepared,
  ofTenants: boolean,
  send: (ring: number) => void,
): void {
  warnOfWornKeys()
  const fail = (error: unknown) => {
    release(body)
    freeSlot(slot)
    const cause = error instanceof Error ? error.cause : undefined
    const failure = thrown(error)
    receiver.failed(cause === undefined ? failure : failure.because(cause))
  }
  let ring: number | Promise<number>
  try {
    ring = keys?.ring(ofTenants) ?? 0
  } catch (error) {
    fail(error)
    return
  }
  if (typeof ring === 'number') {
    send(ring)
    return
  }
  awaitingKeys.set(slot, false)
  const arrived = () => {
    const off = awaitingKeys.get(slot)
    awaitingKeys.delete(slot)
    return off !== true
  }
  ring.then(
    (handle) => {
      if (arrived()) send(handle)
      else
        fail(Object.assign(new Error('the caller gave up on the operation'), { code: 'E_ABORTED' }))
    },
    (error: unknown) => {
      arrived()
      fail(error)
    },
  )
}

/** The core's handle of the keys for a model's documents; 0 where it has nothing encrypted. */
export async function ringFor(
  model: number,
  keys: KeySource | undefined,
): Promise<number | Failure> {
  try {
    const ofTenants = encrypted.get(model)
    return ofTenants === undefined ? 0 : ((await keys?.ring(ofTenants)) ?? 0)
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    return cause === undefined ? thrown(error) : thrown(error).because(cause)
  }
}

/** Commands between two looks at how worn the keys are. */
const WEAR_INTERVAL = 4096
let untilLook = 0
let reported = 0

function warnOfWornKeys(): void {
  if (untilLook-- > 0) return
  untilLook = WEAR_INTERVAL
  const worn = core().wornKeys()
  if (worn <= reported) return
  reported = worn
  process.emitWarning(
    'an encryption key has encrypted 2^30 values in this process; add a new primary key and rotate',
    { code: 'LUCENT_WORN_KEY' },
  )
}

/** Gives up on the operation of a slot. */
export function cancel(slot: number): void {
  if (awaitingKeys.has(slot)) awaitingKeys.set(slot, true)
  core().cancel(environment, slot)
}
