import { createHook } from 'node:async_hooks'

/** Counts the timers made from now on that are still pending, including those that are unref'd. */
export function countTimers(): { readonly pending: () => number; readonly end: () => void } {
  const timers = new Set<number>()
  const hook = createHook({
    init: (id, type) => void (type === 'Timeout' && timers.add(id)),
    destroy: (id) => void timers.delete(id),
  }).enable()
  return { pending: () => timers.size, end: () => void hook.disable() }
}
