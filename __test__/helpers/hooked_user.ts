import {
  afterCreate,
  afterDelete,
  afterFetch,
  afterFind,
  afterPaginate,
  afterSave,
  afterUpdate,
  BaseModel,
  beforeCreate,
  beforeDelete,
  beforeFetch,
  beforeFind,
  beforePaginate,
  beforeSave,
  beforeUpdate,
  column,
  type EventName,
  type HookContext,
  type HookEvent,
} from 'lucent-odm'

/** A call of a hook, as the recording models keep it. */
export interface HookCall {
  readonly event: HookEvent
  readonly subject: unknown
  readonly context: HookContext
  /** How many arguments the hook got. */
  readonly given: number
}

/** How the hooks of a recording model are written. */
export type HookStyle = 'sync' | 'async' | 'mixed' | 'added at run time'

const EVENTS: readonly EventName[] = [
  'save',
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
]

/** A short pause, so that a hook that is not awaited is noticed. */
export function pause(milliseconds = 1): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

let collections = 0

/** Name of a collection that no other model of the test file has. */
export function freshCollection(): string {
  collections++
  return `users_${collections}`
}

/** Columns of the recording models. */
export class UserColumns extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare age: number
}

/** A model class whose hooks write down their calls. */
export type HookedUser = typeof UserColumns

/** A recording model over a collection of its own, and the calls of its hooks. */
export interface Recording {
  readonly User: HookedUser
  readonly calls: HookCall[]
}

/** A model that records every hook, but for those of `without`. */
export function recordingModel(style: HookStyle, without?: HookEvent): Recording {
  const calls: HookCall[] = []
  let next = 0
  const record = (event: HookEvent, args: readonly unknown[]): Promise<void> | undefined => {
    const [subject, context] = args
    const keep = () => {
      calls.push({ event, subject, context: context as HookContext, given: args.length })
    }
    if (style === 'async' || (style === 'mixed' && next++ % 2 === 0)) return pause().then(keep)
    keep()
    return undefined
  }
  const User =
    style === 'added at run time' || without !== undefined
      ? addedModel(record, without)
      : decoratedModel(record)
  return { User, calls }
}

type Recorder = (event: HookEvent, args: readonly unknown[]) => Promise<void> | undefined

function addedModel(record: Recorder, without: HookEvent | undefined): HookedUser {
  class User extends UserColumns {
    static override collection = freshCollection()
  }
  for (const name of EVENTS) {
    const label = `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Capitalize<EventName>
    if (`before${label}` !== without) {
      User.before(name, (...args: unknown[]) => record(`before${label}`, args))
    }
    if (`after${label}` !== without) {
      User.after(name, (...args: unknown[]) => record(`after${label}`, args))
    }
  }
  return User
}

function decoratedModel(record: Recorder): HookedUser {
  class User extends UserColumns {
    static override collection = freshCollection()

    @afterPaginate() static paginated(...args: unknown[]) {
      return record('afterPaginate', args)
    }
    @beforePaginate() static paginating(...args: unknown[]) {
      return record('beforePaginate', args)
    }
    @afterFetch() static fetched(...args: unknown[]) {
      return record('afterFetch', args)
    }
    @beforeFetch() static fetching(...args: unknown[]) {
      return record('beforeFetch', args)
    }
    @afterFind() static found(...args: unknown[]) {
      return record('afterFind', args)
    }
    @beforeFind() static finding(...args: unknown[]) {
      return record('beforeFind', args)
    }
    @afterDelete() static deleted(...args: unknown[]) {
      return record('afterDelete', args)
    }
    @beforeDelete() static deleting(...args: unknown[]) {
      return record('beforeDelete', args)
    }
    @afterUpdate() static updated(...args: unknown[]) {
      return record('afterUpdate', args)
    }
    @beforeUpdate() static updating(...args: unknown[]) {
      return record('beforeUpdate', args)
    }
    @afterSave() static saved(...args: unknown[]) {
      return record('afterSave', args)
    }
    @beforeSave() static saving(...args: unknown[]) {
      return record('beforeSave', args)
    }
    @afterCreate() static created(...args: unknown[]) {
      return record('afterCreate', args)
    }
    @beforeCreate() static creating(...args: unknown[]) {
      return record('beforeCreate', args)
    }
  }
  return User
}
