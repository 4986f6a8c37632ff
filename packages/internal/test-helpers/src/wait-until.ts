import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `condition` holds. Resolves with whether it held within `timeLimit` milliseconds; rejects if it throws.
 *
 * @param interval Milliseconds between two attempts.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeLimit: number,
  interval = 5,
): Promise<boolean> {
  const end = performance.now() + timeLimit
  while (!(await condition())) {
    if (performance.now() > end) return false
    await sleep(interval)
  }
  return true
}
