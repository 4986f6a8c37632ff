import type { CommandContext } from '../command-context.ts'

/** Where a command runs, and how its process ends. */
export interface ProcessContext extends CommandContext {
  /** Aborts on SIGINT and SIGTERM; the reason is the exit code. */
  readonly interrupted: AbortSignal
  /** Registers a function that is called at the end, the last registered first. One that hangs is not waited for. */
  readonly onEnd: (close: () => Promise<unknown>) => void
}
