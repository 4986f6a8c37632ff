import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects garbage, where the runtime offers it. */
export async function collectGarbage(): Promise<void> {
  try {
    setFlagsFromString('--expose-gc')
    const collect: unknown = runInNewContext('gc')
    if (typeof collect === 'function') collect()
  } catch {
    // Not Node.
  }
  // Finalizers run in a later turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 10))
}
