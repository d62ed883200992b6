/** Names of hook events. */
export {
  HOOK_EVENTS,
  type HookEvent,
  LIFECYCLE,
  type LifecycleOperation,
  MODEL_EVENTS,
  type ModelEvent,
  RAISED,
  type RuleKind,
} from '../../protocol.generated.ts'

/** Events of `Model.before()` and `Model.after()`. */
export const EVENT_NAMES = [
  'validate',
  'save',
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
  'restore',
  'forceDelete',
  'updateQuery',
  'deleteQuery',
  'bulkWrite',
] as const
export type EventName = (typeof EVENT_NAMES)[number]
/** Events of `Model.after()`. */
export const AFTER_EVENT_NAMES = [...EVENT_NAMES, 'commit', 'rollback'] as const
export type AfterEventName = (typeof AFTER_EVENT_NAMES)[number]
