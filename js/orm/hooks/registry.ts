import { refuse } from '../../errors/index.ts'
import { ALL_HOOKS, bitsOf } from './choice.ts'
import {
  HOOK_EVENTS,
  type HookEvent,
  type LifecycleOperation,
  type ModelEvent,
  RAISED,
} from './events.ts'

/** A hook as the registry keeps it: what it takes depends on the event. */
export type AnyHook = (subject: never, context: never) => unknown

/** A registered handler. */
export interface Handler {
  /** Class and method, for messages. */
  readonly name: string
  readonly call: (subject: unknown, context: unknown) => unknown
  /** The function as it was given. */
  readonly hook: AnyHook
  /** It wants the documents that a query writes to. */
  readonly documents: boolean
  /** The event that a listener is told of. */
  readonly told: ModelEvent | undefined
}

/** Where a hook that is added runs. */
export interface AddedHookOptions {
  /** Name of the connection whose operations it runs in; by default all. */
  connection?: string | undefined
  /** Of writes by a query: the hook gets the documents, which are read then, in one transaction. */
  documents?: boolean | undefined
}

/** How a hook is added. */
export interface HookSource extends AddedHookOptions {
  /** The class that it belongs to. */
  readonly owner: { readonly name: string }
  /** The method's name, where it is one. */
  readonly label?: string
  /** The event that it listens to. */
  readonly told?: ModelEvent
  /** The class's `boot()` adds it, which adds to each class that inherits it what the parent has too. */
  readonly inBoot?: boolean
}

/** The events of operations, a bit for each. */
const RAISED_BITS: ReadonlyMap<string, number> = new Map(
  Object.entries(RAISED).map(([name, { before, after }]) => [name, bitsOf([...before, ...after])]),
)

/** How often hooks were added or taken off, of any class. */
let changes = 0

/** The hooks of one model class, inherited ones first, also those that a parent gets later. */
export class HookRegistry {
  readonly #parent: HookRegistry | undefined
  readonly #own: Handler[][] = HOOK_EVENTS.map(() => [])
  /** Inherited handlers, and own ones that stand in their place. */
  readonly #replaced = new Map<Handler, Handler>()
  #handlers: readonly (readonly Handler[])[] = []
  /** A bit for each event that has handlers. */
  #events = 0
  #known = -1

  constructor(parent?: HookRegistry) {
    this.#parent = parent
  }

  /** In the order of the events. The same array for as long as they are the same handlers. */
  get handlers(): readonly (readonly Handler[])[] {
    if (this.#known === changes) return this.#handlers
    const inherited = this.#parent?.handlers ?? []
    const handlers = this.#own.map((own, place) => [
      ...(inherited[place] ?? []).map((handler) => this.#replaced.get(handler) ?? handler),
      ...own,
    ])
    if (!isSame(handlers, this.#handlers)) this.#handlers = handlers
    this.#events = handlers.reduce(
      (bits, { length }, place) => (length === 0 ? bits : bits | (1 << place)),
      0,
    )
    this.#known = changes
    return this.#handlers
  }

  /**
   * Answers how to take it off again. Errors: `E_MODEL_DEFINITION` for an event that does not exist or
   * a hook that is no function.
   */
  add(event: HookEvent, hook: unknown, source: HookSource): () => void {
    const { owner, label, told, connection, documents = false, inBoot = false } = source
    const place = HOOK_EVENTS.indexOf(event)
    if (place === -1) {
      refuse(
        'E_MODEL_DEFINITION',
        owner,
        undefined,
        `: there is no hook event "${String(event)}"; there are: ${HOOK_EVENTS.join(', ')}`,
      )
    }
    if (typeof hook !== 'function') {
      refuse(
        'E_MODEL_DEFINITION',
        owner,
        undefined,
        `: the ${event} hook must be a function, and is ` +
          (hook === null ? 'null' : `of type ${typeof hook}`),
      )
    }
    const name = `${owner.name || 'anonymous class'}.${label ?? (hook.name || 'anonymous')}`
    const bound = hook.bind(owner) as Handler['call']
    const call = connection === undefined ? bound : onlyOn(connection, bound)
    const handler: Handler = { name, call, hook: hook as AnyHook, documents, told }
    const twin = inBoot ? this.#twinOf(place, handler) : undefined
    const own = this.#own[place] as Handler[]
    if (twin === undefined) own.push(handler)
    else this.#replaced.set(twin, handler)
    changes++
    return () => {
      // Another may have taken its place in the list of a class that is defined anew.
      const at = own.indexOf(handler)
      if (at !== -1) own.splice(at, 1)
      else if (twin !== undefined) this.#replaced.delete(twin)
      changes++
    }
  }

  /** The parent's handler of the same text: what `boot()` adds to each class must not run twice. */
  #twinOf(place: number, { hook }: Handler): Handler | undefined {
    const inherited = this.#parent?.handlers[place] ?? []
    const free = inherited.filter((one) => !this.#replaced.has(one))
    const text = String(hook)
    return free.find((one) => one.hook.name === hook.name && String(one.hook) === text)
  }

  has(event: HookEvent, muted = ALL_HOOKS): boolean {
    if (this.#known !== changes) void this.handlers
    return (this.#events & ~muted & (1 << HOOK_EVENTS.indexOf(event))) !== 0
  }

  /** Whether an operation runs any of them. */
  runs(operation: LifecycleOperation, muted = ALL_HOOKS): boolean {
    if (this.#known !== changes) void this.handlers
    return (this.#events & ~muted & (RAISED_BITS.get(operation) as number)) !== 0
  }

  hasAny(events: readonly HookEvent[], muted = ALL_HOOKS): boolean {
    if (this.#known !== changes) void this.handlers
    const run = this.#events & ~muted
    return run !== 0 && (run & bitsOf(events)) !== 0
  }

  /** Whether one of its handlers wants the documents that a query writes to. */
  wantsDocuments(event: HookEvent): boolean {
    return this.handlers[HOOK_EVENTS.indexOf(event)]?.some((one) => one.documents) === true
  }

  /** Handler counts in the order of the model descriptor. */
  counts(): number[] {
    return this.handlers.map((list) => list.length)
  }
}

/** A handler that sleeps on other connections. */
function onlyOn(connection: string, call: Handler['call']): Handler['call'] {
  return (subject, context) => {
    const { connection: name } = context as { readonly connection: string }
    return name === connection ? call(subject, context) : undefined
  }
}

type Handlers = readonly (readonly Handler[])[]

function isSame(one: Handlers, other: Handlers): boolean {
  return (
    one.length === other.length &&
    one.every(
      (list, place) =>
        list.length === other[place]?.length &&
        list.every((item, at) => item === other[place]?.[at]),
    )
  )
}
