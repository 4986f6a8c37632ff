import { isFunction, memberOf } from '../options/guards.ts'

/** Calls back after `delay` milliseconds without keeping the process alive. Returns the function that cancels it. */
export function setUnrefTimeout(callback: () => void, delay: number): () => void {
  const timer = setTimeout(callback, delay)
  unref(timer)
  return () => clearTimeout(timer)
}

/** In a browser a timer is a number, which keeps nothing alive. */
function unref(timer: unknown): void {
  if (hasUnref(timer)) timer.unref()
}

function hasUnref(timer: unknown): timer is { unref(): void } {
  return isFunction(memberOf(timer, 'unref'))
}
