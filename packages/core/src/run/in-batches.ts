import { setUnrefTimeout } from './unref-timeout.ts'

/** How many runs are started in one turn of the event loop. */
const BATCH = 64

/** Starts `run` for each item, a batch a turn of the event loop, and waits for all of them. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const runs: Promise<Result>[] = []
  for (const item of items) {
    if (runs.length > 0 && runs.length % BATCH === 0) await nextTurn()
    runs.push(run(item))
  }
  return Promise.all(runs)
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setUnrefTimeout(resolve, 0))
}
