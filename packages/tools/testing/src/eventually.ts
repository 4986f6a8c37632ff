import { fail } from 'node:assert/strict'
import type { Awaitable } from '@watchman/core'

/**
 * Looks until nothing is found: what is closed may take a moment to be gone. `what` says what it is that stays.
 */
export async function eventuallyNone(
  look: () => Awaitable<readonly string[]>,
  what: string,
  patience: number,
): Promise<void> {
  const end = performance.now() + patience
  for (;;) {
    const found = await look()
    if (found.length === 0) return
    if (performance.now() > end) fail(`${what}: ${found.join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
