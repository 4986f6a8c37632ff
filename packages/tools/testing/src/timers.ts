import { createHook } from 'node:async_hooks'

/** Counts the timers that were made since and are neither cleared nor over, also those that keep no process alive. */
export function countTimers(): { readonly pending: () => number; readonly end: () => void } {
  const timers = new Set<number>()
  const hook = createHook({
    init: (id, type) => void (type === 'Timeout' && timers.add(id)),
    destroy: (id) => void timers.delete(id),
  }).enable()
  return { pending: () => timers.size, end: () => void hook.disable() }
}
