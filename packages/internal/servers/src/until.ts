import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between two looks. */
const INTERVAL = 5

/**
 * Waits until `condition` holds. Resolves with whether it came to hold within `patience` milliseconds; rejects when
 * `condition` throws.
 */
export async function until(condition: () => boolean | Promise<boolean>, patience: number): Promise<boolean> {
  const deadline = performance.now() + patience
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await sleep(INTERVAL)
  }
  return true
}
