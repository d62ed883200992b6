/**
 * Calls back when the promise jobs that are queued now have run: calls made by code that several
 * settled promises resume in turn belong to one tick.
 */
export function afterTick(callback: () => void): void {
  queueMicrotask(() => process.nextTick(callback))
}
