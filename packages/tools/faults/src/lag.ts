/** Milliseconds between two ticks. */
const TICK = 10

/**
 * Measures for how long the event loop did not turn, until the function it returns is called, which tells the
 * milliseconds. On a machine that does other things as well this process has to wait for its turn: no code of ours could
 * answer then, so this time is added to what it may take. A turn that is late by less than a tick does not count.
 */
export function measureLag(): () => number {
  const state = { lost: 0, last: performance.now() }
  const look = () => {
    const late = performance.now() - state.last - TICK
    if (late > TICK) state.lost += late
    state.last = performance.now()
  }
  const timer = setInterval(look, TICK)
  return () => {
    clearInterval(timer)
    look()
    return state.lost
  }
}
