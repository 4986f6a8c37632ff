import { fail } from 'node:assert/strict'

/** Milliseconds that a machine which is busy with something else may take. */
const PATIENCE = 15_000

/** Waits until `condition` holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!condition()) {
    if (Date.now() > end) fail(`${what} within ${PATIENCE} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
