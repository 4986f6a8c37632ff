import type { Place } from '../drivers/driver.ts'

/** Where a command runs. */
export interface Context extends Place {
  /** Aborts when the process is told to end; the reason is what it ends with then. */
  readonly interrupted: AbortSignal
  /** Has something closed at the end, what came last first. What hangs then is not waited for. */
  readonly onEnd: (close: () => Promise<unknown>) => void
}
