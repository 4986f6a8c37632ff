/** Milliseconds between two ticks. */
const TICK = 10

/**
 * Measures for how long this process did not get its turn, until the function it returns is called, which tells the
 * milliseconds: for so long the event loop did not turn, less the time that the process itself was computing. On a machine
 * that does other things as well no code of ours could answer then, so this is added to what an answer may take; code of
 * ours that keeps the loop from turning is not excused. A turn that is late by less than a tick does not count.
 */
export function measureLag(): () => number {
  const state = { lost: 0, last: performance.now() }
  const before = process.cpuUsage()
  const look = () => {
    const late = performance.now() - state.last - TICK
    if (late > TICK) state.lost += late
    state.last = performance.now()
  }
  const timer = setInterval(look, TICK)
  return () => {
    clearInterval(timer)
    look()
    const { user, system } = process.cpuUsage(before)
    return Math.max(0, state.lost - (user + system) / 1000)
  }
}
