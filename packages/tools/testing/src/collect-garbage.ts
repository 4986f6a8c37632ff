import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Lets go of what nobody can reach any more, where the runtime can be told to. */
export async function collectGarbage(): Promise<void> {
  try {
    setFlagsFromString('--expose-gc')
    const collect: unknown = runInNewContext('gc')
    if (typeof collect === 'function') collect()
  } catch {
    // Another runtime than Node.
  }
  // Finalizers run in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 10))
}
