import { setImmediate as turn } from 'node:timers/promises'

/** A turn of the event loop that takes less is quiet. Milliseconds. */
const QUIET = 1

/** How many turns to wait at most. */
const MAX_TURNS = 100

/**
 * Waits for a quiet turn of the event loop. In each turn Node accepts the connections that the system has queued; those that are still
 * in the queue when a server is closed are reset.
 */
export async function quietTurn(): Promise<void> {
  for (let count = 0; count < MAX_TURNS; count += 1) {
    const begunAt = performance.now()
    await turn()
    if (performance.now() - begunAt < QUIET) return
  }
}
