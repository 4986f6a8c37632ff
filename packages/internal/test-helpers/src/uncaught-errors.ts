/** The uncaught errors of this process, which would end an application. */
export interface UncaughtErrors {
  /** Returns those recorded since the last call. */
  readonly take: () => readonly unknown[]
  readonly stop: () => void
}

/** Begins to record unhandled rejections and uncaught exceptions. */
export function recordUncaughtErrors(): UncaughtErrors {
  const errors: unknown[] = []
  const record = (error: unknown) => void errors.push(error)
  process.on('unhandledRejection', record).on('uncaughtException', record)
  return {
    take: () => errors.splice(0),
    stop: () => void process.off('unhandledRejection', record).off('uncaughtException', record),
  }
}
