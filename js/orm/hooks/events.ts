/** Hook events in the order of the core's `lifecycle/event.rs`. */
export const HOOK_EVENTS = [
  'beforeSave',
  'afterSave',
  'beforeCreate',
  'afterCreate',
  'beforeUpdate',
  'afterUpdate',
  'beforeDelete',
  'afterDelete',
  'beforeFind',
  'afterFind',
  'beforeFetch',
  'afterFetch',
  'beforePaginate',
  'afterPaginate',
  'afterCommit',
  'afterRollback',
] as const

/** Name of a hook event, as of its decorator. */
export type HookEvent = (typeof HOOK_EVENTS)[number]

/** Operations that raise hook events, in the order of the core. */
export const LIFECYCLE = [
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
  'stream',
  'commit',
  'rollback',
] as const

/** An operation that raises hook events. */
export type LifecycleOperation = (typeof LIFECYCLE)[number]

/** Events of `Model.before()` and `Model.after()`. */
export const EVENT_NAMES = [
  'save',
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
] as const
export type EventName = (typeof EVENT_NAMES)[number]
/** Events of `Model.after()`. */
export const AFTER_EVENT_NAMES = [...EVENT_NAMES, 'commit', 'rollback'] as const
export type AfterEventName = (typeof AFTER_EVENT_NAMES)[number]
