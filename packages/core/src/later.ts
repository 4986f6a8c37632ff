/** Calls back after `delay` milliseconds, unless cancelled by the function it returns. Keeps no process alive. */
export function later(callback: () => void, delay: number): () => void {
  const timer = setTimeout(callback, delay)
  Object(timer).unref?.() // in a browser a timer is a number
  return () => clearTimeout(timer)
}
