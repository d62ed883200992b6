/** Who a piece of work is for: tenant, user, request. Rules of models go by it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { errors } from '../errors/index.ts'
import * as native from '../native/index.ts'
import { type DeferOptions, defer } from './background.ts'

/** Values of a context. Rules ask for `tenant` and `userId`; others may be anything. */
export interface ContextValues {
  readonly tenant?: unknown
  readonly userId?: unknown
  readonly requestId?: unknown
  readonly [name: string]: unknown
}

type Lifts = Readonly<Record<string, string>>

/** What is known at a moment: the same object for as long as it says the same. */
interface Snapshot {
  readonly values: ContextValues
  readonly lift: Lifts
  /** As the core gets it, and how many names were asked for by then. */
  bytes?: Buffer | undefined
  asked?: number
}

interface Frame {
  values: ContextValues | (() => ContextValues)
  readonly outer: Frame | undefined
  readonly lift: Lifts
  last?: Snapshot
}

const NOTHING: ContextValues = Object.freeze({})
const NO_LIFTS: Lifts = Object.freeze({})
const storage = new AsyncLocalStorage<Frame>()
/** The names that rules of models ask for: nothing else goes to the core. */
const asked = new Set<string>()
let source: (() => ContextValues | undefined) | undefined
let ofSource: Snapshot | undefined

/** A rule of a model goes by this value. */
export function askFor(name: string): void {
  asked.add(name)
}

function valuesOf(frame: Frame | undefined): ContextValues {
  if (frame === undefined) return source?.() ?? NOTHING
  const { values, outer } = frame
  const own = typeof values === 'function' ? values() : values
  return outer === undefined && source === undefined ? own : { ...valuesOf(outer), ...own }
}

function isSame(one: ContextValues, other: ContextValues): boolean {
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  return names.every((name) => Object.is(one[name], other[name]))
}

function snapshot(): Snapshot | undefined {
  const frame = storage.getStore()
  if (frame === undefined && source === undefined) return undefined
  const values = valuesOf(frame)
  const last = frame === undefined ? ofSource : frame.last
  if (last !== undefined && isSame(last.values, values)) return last
  const made: Snapshot = { values: Object.freeze({ ...values }), lift: frame?.lift ?? NO_LIFTS }
  if (frame === undefined) ofSource = made
  else frame.last = made
  return made
}

/** What the core is told of the context; undefined where no rule asks for anything. */
export function contextBytes(): Buffer | undefined {
  if (asked.size === 0 && storage.getStore() === undefined) return undefined
  const now = snapshot()
  if (now === undefined) return undefined
  if (now.asked === asked.size) return now.bytes
  const known = [...asked].filter((name) => now.values[name] !== undefined)
  const values = Object.fromEntries(known.map((name) => [name, now.values[name]]))
  const says = known.length > 0 || Object.keys(now.lift).length > 0
  now.bytes = says ? native.encode((body) => body.document({ values, lift: now.lift })) : undefined
  now.asked = asked.size
  return now.bytes
}

const NOBODY: object = Object.freeze({})

/** What tells callers apart whose work must not share a command. */
export function contextKey(): object {
  const isFree = asked.size === 0 && (storage.getStore()?.lift ?? NO_LIFTS) === NO_LIFTS
  return (isFree ? undefined : snapshot()) ?? NOBODY
}

/** The tenant as text: an id, a text or a number, nothing else. */
export function tenantText(): string | undefined {
  const tenant = snapshot()?.values.tenant
  const isId = typeof tenant === 'object' && tenant !== null && '_bsontype' in tenant
  const isText = ['string', 'number', 'bigint'].includes(typeof tenant)
  return (isId || isText) && tenant !== '' ? String(tenant) : undefined
}

/** Runs work later for whom it is now. */
export function boundContext(): <Result>(work: () => Result) => Result {
  const now = snapshot()
  if (now === undefined) return (work) => work()
  const frame: Frame = { values: now.values, outer: undefined, lift: now.lift, last: now }
  return (work) => storage.run(frame, work)
}

/** Runs what a function answers inside, also where that is a query, which begins when it is awaited. */
function inside<Result>(frame: Frame, work: () => Result): Result {
  return storage.run(frame, () => {
    const answer = work()
    const isQuery =
      typeof answer === 'object' &&
      answer !== null &&
      !(answer instanceof Promise) &&
      typeof (answer as { then?: unknown }).then === 'function'
    return isQuery ? (Promise.resolve(answer) as Result) : answer
  })
}

/**
 * Whom work is for, across everything that it awaits (`AsyncLocalStorage`): rules of models ask it for the
 * tenant and the user.
 *
 * @example
 * await context.run({ tenant: org.id, userId: user.id }, () => Invoice.query().where('paid', false))
 */
export const context = {
  /** Runs `work` with these values beside those around it, or with what a function answers each time. */
  run<Result>(values: ContextValues | (() => ContextValues), work: () => Result): Result {
    const outer = storage.getStore()
    return inside({ values, outer, lift: outer?.lift ?? NO_LIFTS }, work)
  },

  /**
   * Sets values for the rest of the `run` around it. Errors: `E_CONFIGURATION` outside of one.
   *
   * @example
   * context.set({ userId: user.id })
   */
  set(values: ContextValues): void {
    const frame = storage.getStore()
    if (frame === undefined) {
      throw new errors.E_CONFIGURATION('context.set() belongs inside of context.run()')
    }
    const { values: known } = frame
    frame.values =
      typeof known === 'function' ? () => ({ ...known(), ...values }) : { ...known, ...values }
  },

  /** The values that hold here. */
  get current(): ContextValues {
    return snapshot()?.values ?? NOTHING
  },

  /**
   * Runs `work` without the rule of tenants, for models of any collection. Say why: it is there to be
   * found. Errors: `E_INVALID_QUERY` without a reason.
   *
   * @example
   * await context.withoutTenant('monthly report', () => Invoice.query().count())
   */
  withoutTenant<Result>(reason: string, work: () => Result): Result {
    return context.without('tenant', reason, work)
  },

  /** Runs `work` without a rule, by its name, for models of any collection. Errors: as `withoutTenant`. */
  without<Result>(rule: string, reason: string, work: () => Result): Result {
    if (typeof reason !== 'string' || reason === '') {
      throw new errors.E_INVALID_QUERY(`context.without("${rule}") needs a reason, which is a text`)
    }
    const outer = storage.getStore()
    return inside({ values: NOTHING, outer, lift: { ...outer?.lift, [rule]: reason } }, work)
  },

  /**
   * Does `work` when what runs now has had its turn, with nobody waiting for it: after the answer to a request,
   * say. It keeps the values that hold here, and `AsyncLocalStorage`. In the callback of a transaction, or with
   * `client`, it begins after the commit, and is dropped with a rollback. What it fails with is told to
   * `db.onError()`; `db.closeAll()` waits for it, up to `backgroundTimeout`.
   *
   * @example
   * context.defer(() => mailer.send(welcome))
   * context.defer(() => Statistic.create({ user: user.id }), { client: trx })
   */
  defer(work: () => unknown, options?: DeferOptions): void {
    defer(work, options)
  },

  /** Sets where values come from when no `run` says them, as of the request of a framework. */
  from(given: (() => ContextValues | undefined) | undefined): void {
    source = given
    ofSource = undefined
  },
}
