import { MAX_DELAY } from '../options/rules.ts'

/**
 * Keeps the process alive while somebody waits for `promise`: the timers of runs do not, so that the background can be left running,
 * and Node exits when nothing else is open.
 */
export async function keepAlive<Value>(promise: Promise<Value>): Promise<Value> {
  const timer = setTimeout(() => {}, MAX_DELAY)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}
