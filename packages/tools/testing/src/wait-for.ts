import { fail } from 'node:assert/strict'
import type { Awaitable } from '@watchman/core'

/** How long a busy machine may take, in milliseconds. */
const TIME_LIMIT = 15_000

/** Milliseconds between two attempts. */
const INTERVAL = 5

/** Waits until `condition` holds. `expected` says what that means: `the check runs`. */
export async function waitFor(condition: () => boolean, expected: string): Promise<void> {
  const end = performance.now() + TIME_LIMIT
  while (!condition()) {
    if (performance.now() > end) fail(`expected within ${TIME_LIMIT} ms: ${expected}`)
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}

/**
 * Waits until `list` returns nothing: a closed connection may take a moment to disappear. `message` introduces what remains.
 */
export async function waitForNone(
  list: () => Awaitable<readonly string[]>,
  message: string,
  timeLimit: number,
): Promise<void> {
  const end = performance.now() + timeLimit
  for (;;) {
    const found = await list()
    if (found.length === 0) return
    if (performance.now() > end) fail(`${message}: ${found.join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}
